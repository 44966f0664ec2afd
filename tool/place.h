/* SPDX-License-Identifier: MIT */
/*
 * Where our own files are: beside this program, as in the build folder or in an
 * installed tree that was moved; else where they were to be installed.  The
 * caller frees the paths.
 */
#ifndef UCTX_TOOL_PLACE_H
#define UCTX_TOOL_PLACE_H

/* A library, as a program is linked to it; exits if it is not there. */
char *place_library(const char *name);

/* A program of bench/; NULL if it is not there. */
char *place_program(const char *name);

#endif
