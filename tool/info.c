/* SPDX-License-Identifier: MIT */
/*
 * uctx info: this machine, as far as it matters to contexts.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu.h"
#include "json.h"
#include "machine.h"
#include "place.h"
#include "preload.h"
#include "report.h"
#include "tool.h"

static const char usage[] =
    "usage: uctx info [--json]\n"
    "\n"
    "Tell what of this machine matters to contexts: its processor, kernel and\n"
    "libc, how stacks are guarded, and how `uctx run` keeps signal masks "
    "here.\n"
    "\n"
    "  --json  print JSON\n";

/* Linux 6.13; the headers that we are built with may be older. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

static bool parse(int argc, char **argv)
{
    static const struct option known[] = {
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    bool json = false;
    int option;

    while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1)
        switch (option) {
        case 'j':
            json = true;
            break;
        case 'h':
            tool_print(usage);
        default:
            tool_die(EXIT_USAGE, "info: bad option '%s' (see uctx info --help)",
                     argv[optind - 1]);
        }
    if (optind != argc)
        tool_die(EXIT_USAGE, "info: '%s' is too much (see uctx info --help)",
                 argv[optind]);
    return json;
}

/* How a stack gets its guard: the pool's own question. */
static const char *guards(void)
{
    const char *asked = getenv("UCTX_GUARD");
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool can =
        page != MAP_FAILED && madvise(page, size, MADV_GUARD_INSTALL) == 0;

    if (page != MAP_FAILED)
        munmap(page, size);
    return asked != NULL && strcmp(asked, "mprotect") == 0 ? "mprotect, asked"
           : can                                           ? "lightweight"
                                                           : "mprotect";
}

/* What the library says of itself in a program that is run with it: this one.
 */
static const struct uctx_report *try_library(void)
{
    char *library = place_library("libuctx_posix_report.so");
    const struct uctx_report *report = report_make();
    pid_t child = fork();

    if (child < 0)
        tool_die(EXIT_FAILURE, "fork: %s", strerror(errno));
    if (child == 0) {
        int nowhere = open("/dev/null", O_RDWR);

        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        setenv("LD_PRELOAD", preload_list("", library), 1);
        execl("/proc/self/exe", "uctx", "--version", (char *)NULL);
        _exit(EXIT_CANNOT_RUN);
    }
    free(library);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return report;
}

static void line(const char *label, const char *text)
{
    printf("%-16s  %s\n", label, text);
}

static char *join(const char *const *words)
{
    char *text = tool_text("%s", words[0] != NULL ? words[0] : "none");

    for (size_t i = 1; words[0] != NULL && words[i] != NULL; i++) {
        char *longer = tool_text("%s, %s", text, words[i]);

        free(text);
        text = longer;
    }
    return text;
}

static void print_text(const struct cpu *cpu, const struct uctx_report *report,
                       const char *maps)
{
    struct machine machine;

    machine_look(&machine);
    line("uctx", UCTX_VERSION);
    line("processor", machine.cpu);
    line("architecture", machine.architecture);
    line("kernel", machine.kernel);
    line("libc", machine.libc);
    line("vectors", join(cpu->vectors));
    line("  switched", cpu->kept);
    line("shadow stack", cpu->shadow_stack);
    line("landing pads", cpu->landing_pads);
    printf("%-16s  %ld\n", "page size", sysconf(_SC_PAGESIZE));
    line("stack guards", guards());
    line("max_map_count", maps != NULL ? maps : "unknown");
    printf("%-16s  %s: %s\n", "signal masks", report_mode(report),
           report_reason(report));
}

static void print_json(const struct cpu *cpu, const struct uctx_report *report,
                       const char *maps)
{
    json_open('{', NULL);
    machine_json();
    json_open('[', "vectors");
    for (size_t i = 0; cpu->vectors[i] != NULL; i++)
        json_string(NULL, cpu->vectors[i]);
    json_close(']');
    json_string("vectors_switched", cpu->kept);
    json_string("shadow_stack", cpu->shadow_stack);
    json_string("landing_pads", cpu->landing_pads);
    json_number("page_size", (double)sysconf(_SC_PAGESIZE));
    json_string("guards", guards());
    json_number("max_map_count", maps != NULL ? atof(maps) : 0);
    json_string("sigmask", report_mode(report));
    json_string("sigmask_reason", report_reason(report));
    json_close('}');
}

int tool_info(int argc, char **argv)
{
    bool json = parse(argc, argv);
    char *maps = machine_line("/proc/sys/vm/max_map_count", "");
    const struct uctx_report *report = try_library();
    struct cpu cpu;

    cpu_look(&cpu);
    if (json)
        print_json(&cpu, report, maps);
    else
        print_text(&cpu, report, maps);
    free(maps);
    if (fflush(stdout) != 0)
        tool_die(EXIT_FAILURE, "cannot write to standard output");
    return 0;
}
