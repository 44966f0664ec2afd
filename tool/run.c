/* SPDX-License-Identifier: MIT */
/*
 * uctx run: a program that is there already, with libuctx_posix.so in front.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "place.h"
#include "preload.h"
#include "program.h"
#include "report.h"
#include "tool.h"

static const char usage[] =
    "usage: uctx run [--sigmask=tracked|exact|ignore] [--report] [--]\n"
    "                PROGRAM [ARGS...]\n"
    "\n"
    "Run PROGRAM with getcontext, setcontext, makecontext and swapcontext "
    "from\n"
    "uctx instead of its libc.\n"
    "\n"
    "  --sigmask=MODE  how switches keep the signal mask: `tracked` asks the\n"
    "                  kernel only where it must, `exact` always, `ignore`\n"
    "                  leaves it alone\n"
    "  --report        count, and print the counts when PROGRAM has ended\n";

struct options {
    const char *sigmask; /* NULL: as the environment says */
    bool report;
};

/* Where PROGRAM begins in argv. */
static int parse(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"sigmask", required_argument, NULL, 's'},
        {"report", no_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int option;

    /* '+': PROGRAM's own options are not ours; ':': complaints are. */
    while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1)
        switch (option) {
        case 's':
            options->sigmask = optarg;
            break;
        case 'r':
            options->report = true;
            break;
        case 'h':
            tool_print(usage);
        case ':':
            tool_die(EXIT_USAGE, "run: %s needs a value (see uctx run --help)",
                     argv[optind - 1]);
        default:
            tool_die(EXIT_USAGE, "run: bad option '%s' (see uctx run --help)",
                     argv[optind - 1]);
        }
    if (optind == argc)
        tool_die(EXIT_USAGE, "run: no program given (see uctx run --help)");
    if (options->sigmask != NULL && strcmp(options->sigmask, "tracked") != 0 &&
        strcmp(options->sigmask, "exact") != 0 &&
        strcmp(options->sigmask, "ignore") != 0)
        tool_die(EXIT_USAGE,
                 "run: --sigmask is tracked, exact or ignore, not '%s'",
                 options->sigmask);
    return optind;
}

static void set(const char *name, const char *value)
{
    if (setenv(name, value, 1) != 0)
        tool_die(EXIT_FAILURE, "%s: %s", name, strerror(errno));
}

int tool_run(int argc, char **argv)
{
    struct options options = {0};
    int first = parse(argc, argv, &options);
    char *path = program_find(argv[first]);
    char *needed = program_inspect(path);
    char *library = place_library(options.report ? "libuctx_posix_report.so"
                                                 : "libuctx_posix.so");
    char *preload = preload_list(needed != NULL ? needed : "", library);
    char pid[16];

    set("LD_PRELOAD", preload);
    if (options.sigmask != NULL)
        set("UCTX_SIGMASK", options.sigmask);
    if (options.report)
        return report_run(path, argv + first);

    /* Which process the library is to tell if it never was of use. */
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    set("UCTX_RUN", pid);
    execv(path, argv + first);
    tool_die(EXIT_CANNOT_RUN, "%s: %s", path, strerror(errno));
}
