/* SPDX-License-Identifier: MIT */
/*
 * uctx: the command.  See uctx(1).
 */
#include "tool.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    char *text;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    for (char *c = text; c != NULL && *c != '\0'; c++)
        if (iscntrl((unsigned char)*c))
            *c = '?'; /* one line, whatever is quoted in it */
    fprintf(stderr, "uctx: %s\n", text != NULL ? text : strerror(ENOMEM));
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

/* Where a standard stream is closed, the next file that we open would take its
 * place.  What we write there has to fail; the program gets it closed. */
static void hold_closed_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            open("/dev/full", O_RDWR | O_CLOEXEC);
}

int main(int argc, char **argv)
{
    hold_closed_streams();
    if (argc < 2)
        tool_die(EXIT_USAGE, "no command given (see uctx --help)");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "--version") == 0) {
        if (argc > 2)
            tool_die(EXIT_USAGE, "'%s' is too much (see uctx --help)", argv[2]);
        if (argv[1][2] == 'h')
            help();
        tool_print("uctx " UCTX_VERSION "\n");
    }
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    tool_die(EXIT_USAGE, "no such %s: '%s' (see uctx --help)",
             argv[1][0] == '-' ? "option" : "command", argv[1]);
}
