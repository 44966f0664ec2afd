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

static char *print(const char *format, const char *a, const char *b,
                   const char *c)
{
    char *text;

    if (asprintf(&text, format, a, b, c) < 0)
        tool_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
    return text;
}

/* Beside this program, as in the build folder or an installed tree that was
 * moved, else where it was to be installed. */
static char *find_library(const char *name)
{
    static const char *const beside[] = {"lib", UCTX_LIBDIR};
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    char *file;

    if (len < 0)
        tool_die(EXIT_FAILURE, "/proc/self/exe: %s", strerror(errno));
    for (int up = 0; up < 2; up++) { /* .../bin/uctx */
        while (len > 0 && self[len - 1] != '/')
            len--;
        if (len > 0)
            len--;
    }
    self[len] = '\0';

    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        if (beside[i][0] == '/')
            continue;
        file = print("%s/%s/%s", self, beside[i], name);
        if (access(file, R_OK) == 0)
            return file;
        free(file);
    }
    file = print("%s/%s%s", UCTX_FULL_LIBDIR, name, "");
    if (access(file, R_OK) != 0)
        tool_die(EXIT_FAILURE, "%s is neither in %s/lib nor in %s", name, self,
                 UCTX_FULL_LIBDIR);
    return file;
}

/*
 * The sanitizer runtimes, which refuse to start unless they come first, then
 * our library, then what the user preloads.
 */
static char *preload_list(const char *runtimes, const char *library)
{
    const char *users = getenv("LD_PRELOAD");
    char *first = print("%s%s%s", runtimes, "", "");
    char *rest = print("%s%s%s", "", "", "");
    char *copy, *entry, *state = NULL;

    if (strpbrk(library, ": ") != NULL)
        tool_die(EXIT_FAILURE, "%s: LD_PRELOAD takes no colon or space",
                 library);
    copy = print("%s%s%s", users != NULL ? users : "", "", "");
    for (entry = strtok_r(copy, ": ", &state); entry != NULL;
         entry = strtok_r(NULL, ": ", &state)) {
        char **list = program_is_runtime(entry) ? &first : &rest;
        char *longer = list == &first ? print("%s%s:%s", *list, entry, "")
                                      : print("%s:%s%s", *list, entry, "");

        free(*list);
        *list = longer;
    }
    free(copy);
    entry = print("%s%s%s", first, library, rest);
    free(first);
    free(rest);
    return entry;
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
    char *library =
        find_library(options.report ? "libuctx_posix_report.so." UCTX_SOVERSION
                                    : "libuctx_posix.so." UCTX_SOVERSION);
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
