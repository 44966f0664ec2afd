/* SPDX-License-Identifier: MIT */
/*
 * uctx: the command.  See uctx(1).
 */
#include "tool.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"run", tool_run, "run a program with uctx in front of its libc"},
    {"bench", tool_bench, "measure this machine: libc, uctx and others"},
    {"info", tool_info, "what of this machine matters to uctx"},
};

#define N_COMMANDS (sizeof commands / sizeof *commands)

void tool_die(int status, const char *format, ...)
{
    va_list args;

    fputs("uctx: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(status);
}

char *tool_text(const char *format, ...)
{
    va_list args;
    char *text;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        tool_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
    va_end(args);
    return text;
}

void tool_print(const char *text)
{
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
        tool_die(EXIT_FAILURE, "cannot write to standard output");
    exit(EXIT_SUCCESS);
}

static void help(void)
{
    puts("usage: uctx COMMAND [ARGS...]\n"
         "       uctx --help | --version\n"
         "\n"
         "Commands:");
    for (size_t i = 0; i < N_COMMANDS; i++)
        printf("  %-8s %s\n", commands[i].name, commands[i].summary);
    tool_print("\n"
               "`uctx COMMAND --help` says more, and so does uctx(1).\n");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        tool_die(EXIT_USAGE, "no command given (see uctx --help)");
    if (strcmp(argv[1], "--help") == 0)
        help();
    if (strcmp(argv[1], "--version") == 0)
        tool_print("uctx " UCTX_VERSION "\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    tool_die(EXIT_USAGE, "no such %s: '%s' (see uctx --help)",
             argv[1][0] == '-' ? "option" : "command", argv[1]);
}
