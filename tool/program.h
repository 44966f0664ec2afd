/* SPDX-License-Identifier: MIT */
/*
 * Find a program, and read in its file whether LD_PRELOAD will reach it.
 */
#ifndef UCTX_TOOL_PROGRAM_H
#define UCTX_TOOL_PROGRAM_H

#include <stdbool.h>

/* Is this file name that of a sanitizer runtime that must be loaded first? */
bool program_is_runtime(const char *name);

/*
 * Find `name` as the shell does.  Exits with EXIT_NOT_FOUND or
 * EXIT_CANNOT_RUN.  The caller frees the result.
 */
char *program_find(const char *name);

/*
 * Exit with EXIT_USAGE if a preloaded library would not be loaded into the
 * program in `path`, or into the interpreter of the script that it is.
 * Returns the sanitizer runtimes that it needs, each with a colon after it; the
 * caller frees that.
 */
char *program_inspect(const char *path);

#endif
