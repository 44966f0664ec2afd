/* SPDX-License-Identifier: MIT */
/*
 * What the files of the command share.  A subcommand is a file of its own with
 * one function here, and a line in main.c's table.
 */
#ifndef UCTX_TOOL_H
#define UCTX_TOOL_H

/* Exit statuses besides the program's own. */
#define EXIT_USAGE      2   /* bad usage, or a program that we cannot serve */
#define EXIT_CANNOT_RUN 126 /* as the shell: found, but exec refused it     */
#define EXIT_NOT_FOUND  127 /* as the shell                                 */

/* Print "uctx: ..." as one line on stderr and exit. */
__attribute__((format(printf, 2, 3))) _Noreturn void
tool_die(int status, const char *format, ...);

/* Print to a string, which the caller frees. */
__attribute__((format(printf, 1, 2))) char *tool_text(const char *format, ...);

/* Print on stdout, whose errors count, and exit. */
_Noreturn void tool_print(const char *text);

/* The subcommands; argv[0] is their name. */
int tool_run(int argc, char **argv);
int tool_bench(int argc, char **argv);
int tool_info(int argc, char **argv);

#endif
