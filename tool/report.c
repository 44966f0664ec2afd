/* SPDX-License-Identifier: MIT */
/*
 * uctx run --report: the program's parent, which prints the counts when it has
 * ended, however it did.
 */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"
#include "posix/mask.h"
#include "posix/report.h"
#include "tool.h"

/* A file that only its descriptor names; every process that we start finds it
 * through /proc. */
const struct uctx_report *report_make(void)
{
    const struct uctx_report *report;
    char path[64];
    int fd = memfd_create("uctx-report", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, sizeof *report) != 0)
        tool_die(EXIT_FAILURE, "memfd_create: %s", strerror(errno));
    report = mmap(NULL, sizeof *report, PROT_READ, MAP_SHARED, fd, 0);
    if (report == MAP_FAILED)
        tool_die(EXIT_FAILURE, "mmap: %s", strerror(errno));
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), fd);
    if (setenv("UCTX_REPORT", path, 1) != 0 || unsetenv("UCTX_RUN") != 0)
        tool_die(EXIT_FAILURE, "UCTX_REPORT: %s", strerror(errno));
    return report;
}

/* The program stopped itself: so do we, for the shell to see; then both go on.
 * Ctrl-Z stopped us already, and it may be running again by now. */
static void stop_with(pid_t child)
{
    siginfo_t info;

    info.si_pid = 0;
    if (waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOHANG) != 0 ||
        info.si_pid == 0)
        return;
    kill(getpid(), SIGSTOP);
    kill(child, SIGCONT);
}

/*
 * Wait for the program, and pass on what is sent to us alone.  What the
 * terminal sends goes to the whole foreground group: the program has had it,
 * too.
 */
static int wait_for(pid_t child, const sigset_t *caught)
{
    siginfo_t info, state;
    int status;

    for (;;) {
        if (sigwaitinfo(caught, &info) < 0)
            continue;
        if (info.si_signo != SIGCHLD) {
            if (info.si_code == SI_QUEUE)
                sigqueue(child, info.si_signo, info.si_value);
            else if (info.si_code <= 0) /* sent by a process */
                kill(child, info.si_signo);
            continue;
        }
        state.si_pid = 0;
        if (waitid(P_PID, (id_t)child, &state,
                   WEXITED | WSTOPPED | WNOHANG | WNOWAIT) != 0 ||
            state.si_pid == 0)
            continue;
        if (state.si_code == CLD_STOPPED) {
            stop_with(child);
        } else {
            while (waitpid(child, &status, 0) < 0)
                ;
            return status;
        }
    }
}

const char *report_mode(const struct uctx_report *report)
{
    return report->mode == MASK_TRACKED  ? "tracked"
           : report->mode == MASK_IGNORE ? "ignore"
                                         : "exact";
}

const char *report_reason(const struct uctx_report *report)
{
    static const char *const why[] = REPORT_WHY_TEXTS;
    size_t n = sizeof why / sizeof *why;

    return why[report->reason < n ? report->reason : 0];
}

static void line(const char *label, uint64_t count, const char *note)
{
    fprintf(stderr, "  %-21s %12" PRIu64 "%s\n", label, count, note);
}

/* Nanoseconds: what one of them takes on this machine, now; 0 if unknown. */
static double calibrate(const char *sigmask, const char *figure)
{
    const struct subject subject = {"posix", sigmask != NULL, sigmask};
    struct values values = {NULL, 0, ""};
    double ns = 0;

    if (measure(&subject, figure, 9, 200, &values) == 0 && values.n > 0)
        ns = measure_quantile(&values, 0.5);
    free(values.at);
    return ns;
}

/* What the program would have spent in the libc's functions, less what it did.
 * That the library counted is not in it. */
static void print_time_saved(const struct uctx_report *report)
{
    const char *mode = report_mode(report);
    double libc = calibrate(NULL, "switch"), ours = calibrate(mode, "switch");
    double get = calibrate(NULL, "get") - calibrate(mode, "get");
    double s = ((libc - ours) * (double)report->switches +
                get * (double)report->saved) /
               1e9;
    char text[32];

    if (libc == 0 || ours == 0)
        return;
    if (s < 1e-3)
        snprintf(text, sizeof text, "%.0f us", s > 0 ? s * 1e6 : 0);
    else if (s < 1)
        snprintf(text, sizeof text, "%.0f ms", s * 1e3);
    else
        snprintf(text, sizeof text, "%.1f s", s);
    fprintf(stderr, "  %-21s %12s (%.0f ns a switch; the libc's %.0f)\n",
            "time saved, about", text, ours, libc);
}

static void print_report(const char *program, const struct uctx_report *report)
{
    uint64_t libc = report->saved + report->switches;

    if (report->processes == 0) {
        fprintf(stderr, "uctx: no report: %s did not load the library\n",
                program);
        return;
    }
    fprintf(stderr, "uctx: report on %s\n", program);
    fprintf(stderr, "  %-21s %12s (%s)\n", "signal masks", report_mode(report),
            report_reason(report));
    line("contexts made", report->made, "");
    line("contexts saved", report->saved, "");
    line("switches", report->switches, "");
    line("system calls made", report->syscalls, "");
    line("system calls avoided",
         libc > report->syscalls ? libc - report->syscalls : 0, "");
    if (report->deepest != 0) {
        line("deepest stack, bytes", report->deepest, "");
        line("  of its size, bytes", report->deepest_size, "");
    }
    if (report->processes > 1)
        line("programs counted", report->processes, "");
    if (report->switches != 0)
        print_time_saved(report);
}

/* Die as the program did; its core is the one that matters. */
static void die_by(int sig)
{
    struct rlimit none = {0, 0};
    sigset_t set;

    setrlimit(RLIMIT_CORE, &none);
    signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    raise(sig);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int report_run(const char *path, char **argv)
{
    const struct uctx_report *report = report_make();
    static const int not_ours[] = {
        SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGSEGV, SIGBUS,
        SIGFPE,  SIGILL,  SIGTRAP, SIGSYS,  SIGABRT,
    };
    sighandler_t of_children;
    sigset_t caught, before;
    pid_t child;
    int status;

    /* Blocked, they wait for sigwaitinfo(), and none is lost.  Not those that
     * stop us, nor those that our own faults raise. */
    sigfillset(&caught);
    for (size_t i = 0; i < sizeof not_ours / sizeof *not_ours; i++)
        sigdelset(&caught, not_ours[i]);
    of_children = signal(SIGCHLD, SIG_DFL); /* ignored, they had no status */
    sigprocmask(SIG_BLOCK, &caught, &before);
    child = fork();
    if (child < 0)
        tool_die(EXIT_FAILURE, "fork: %s", strerror(errno));
    if (child == 0) {
        signal(SIGCHLD, of_children);
        sigprocmask(SIG_SETMASK, &before, NULL);
        execv(path, argv);
        fprintf(stderr, "uctx: %s: %s\n", path, strerror(errno));
        _exit(EXIT_CANNOT_RUN);
    }

    status = wait_for(child, &caught);
    if (report->processes != 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) != EXIT_CANNOT_RUN)
        print_report(argv[0], report);
    if (WIFSIGNALED(status)) {
        die_by(WTERMSIG(status));
        return 128 + WTERMSIG(status);
    }
    return WEXITSTATUS(status);
}
