/* SPDX-License-Identifier: MIT */
/*
 * The report of a stack overflow.  It runs on the alternate signal stack, in a
 * process that is about to end, and so writes straight to stderr: the line that
 * matters first, and only then the backtrace, which might fail.
 */
#include "stack/arena.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include "layout.h"

/* Enough for the kernel's frame with every vector register, and the
 * unwinder. */
#define ALT_SIZE ((size_t)128 << 10)

#define FRAMES_FIRST 16
#define FRAMES_LAST  8

static pthread_mutex_t switching = PTHREAD_MUTEX_INITIALIZER;
static int reporting; /* ours is the handler */
static struct sigaction before;

static _Thread_local struct uctx_stack alt;
static _Thread_local int reporting_here;

/* ---- Writing ------------------------------------------------------------ */

struct line {
    size_t n;
    char text[512];
};

static void add(struct line *line, const char *text)
{
    while (*text != '\0' && line->n < sizeof line->text - 1)
        line->text[line->n++] = *text++;
}

static void add_number(struct line *line, uintptr_t value, unsigned base)
{
    char digits[24];
    size_t i = sizeof digits;

    digits[--i] = '\0';
    do {
        digits[--i] = "0123456789abcdef"[value % base];
    } while ((value /= base) != 0);
    add(line, base == 16 ? "0x" : "");
    add(line, digits + i);
}

static void write_line(struct line *line)
{
    size_t done = 0;

    line->text[line->n++] = '\n';
    while (done < line->n) {
        ssize_t n = write(STDERR_FILENO, line->text + done, line->n - done);

        if (n < 0 && errno != EINTR)
            break;
        done += n > 0 ? (size_t)n : 0;
    }
    line->n = 0;
}

/* ---- The backtrace ------------------------------------------------------ */

struct trace {
    int begun; /* the frames of the handler have been passed */
    unsigned n;
    uintptr_t last[FRAMES_LAST];
    struct line line;
};

static void write_frame(struct line *line, unsigned n, uintptr_t pc)
{
    Dl_info info;

    add(line, "    #");
    add_number(line, n, 10);
    add(line, " ");
    add_number(line, pc, 16);
    /* All but the first are return addresses: the call is before them. */
    if (dladdr((void *)(pc - (n > 0)), &info) != 0 && info.dli_fname != NULL) {
        if (info.dli_sname != NULL) {
            add(line, " in ");
            add(line, info.dli_sname);
        }
        add(line, " (");
        add(line, info.dli_fname);
        add(line, "+");
        add_number(line, pc - (uintptr_t)info.dli_fbase, 16);
        add(line, ")");
    }
    write_line(line);
}

static _Unwind_Reason_Code take_frame(struct _Unwind_Context *frame, void *arg)
{
    struct trace *trace = arg;
    int interrupted = 0;
    uintptr_t pc = (uintptr_t)_Unwind_GetIPInfo(frame, &interrupted);

    if (pc == 0)
        return _URC_END_OF_STACK;
    trace->begun |= interrupted;
    if (!trace->begun)
        return _URC_NO_REASON;
    if (trace->n < FRAMES_FIRST)
        write_frame(&trace->line, trace->n, pc);
    else
        trace->last[trace->n % FRAMES_LAST] = pc;
    trace->n++;
    return _URC_NO_REASON;
}

/* The innermost frames tell what recurses, the outermost who began it. */
static void write_backtrace(void)
{
    struct trace trace = {0};
    unsigned i = FRAMES_FIRST;

    _Unwind_Backtrace(take_frame, &trace);
    if (!trace.begun) { /* no libc's CFI for signal frames: all, then */
        trace.begun = 1;
        _Unwind_Backtrace(take_frame, &trace);
    }
    if (trace.n > FRAMES_FIRST + FRAMES_LAST) {
        i = trace.n - FRAMES_LAST;
        add(&trace.line, "    ... ");
        add_number(&trace.line, i - FRAMES_FIRST, 10);
        add(&trace.line, " more ...");
        write_line(&trace.line);
    }
    for (; i < trace.n; i++)
        write_frame(&trace.line, i, trace.last[i % FRAMES_LAST]);
}

static void write_report(const struct uctx_addr_info *info, int by_frame)
{
    struct line line = {0};

    add(&line, "uctx: stack overflow in context ");
    if (info->name[0] != '\0') {
        add(&line, "\"");
        add(&line, info->name);
        add(&line, "\" ");
    } else {
        add(&line, "without a name ");
    }
    if (info->owner != NULL)
        add_number(&line, (uintptr_t)info->owner, 16);
    add(&line, "\nuctx: ");
    if (by_frame) {
        add(&line, "no room for a signal's frame on");
    } else {
        add_number(&line, info->below, 10);
        add(&line, " bytes below");
    }
    add(&line, " its stack of ");
    add_number(&line, info->stack.size, 10);
    add(&line, " bytes at ");
    add_number(&line, (uintptr_t)info->stack.base, 16);
    add(&line, ", thread ");
    add_number(&line, (uintptr_t)syscall(SYS_gettid), 10);
    write_line(&line);
    write_backtrace();
}

/* ---- The handler -------------------------------------------------------- */

static uintptr_t interrupted_sp(const ucontext_t *uc)
{
    uintptr_t sp;

    memcpy(&sp, (const char *)uc + UC_SP, sizeof sp);
    return sp;
}

/*
 * Is this the end of a context's stack?  An access to its guard; or no room for
 * the frame of another signal, for which the kernel gives no address.
 */
static int is_overflow(const siginfo_t *si, const ucontext_t *uc,
                       struct uctx_addr_info *info, int *by_frame)
{
    *by_frame = 0;
    if (si->si_code == SEGV_MAPERR || si->si_code == SEGV_ACCERR)
        return uctx_addr_info(si->si_addr, info) == UCTX_ADDR_GUARD;
    if (si->si_code != SI_KERNEL)
        return 0;
    *by_frame = 1;
    switch (uctx_addr_info((void *)interrupted_sp(uc), info)) {
    case UCTX_ADDR_GUARD:
        return 1;
    case UCTX_ADDR_STACK:
        return interrupted_sp(uc) - (uintptr_t)info->stack.base < ALT_SIZE / 4;
    default:
        return 0;
    }
}

/* Hand the signal to whoever was there before, as the kernel would have. */
static void chain(int sig, siginfo_t *si, void *uc)
{
    struct sigaction next = before;
    struct sigaction end = {.sa_handler = SIG_DFL};

    if (!(next.sa_flags & SA_SIGINFO)) {
        if (next.sa_handler == SIG_IGN && si->si_code <= 0)
            return; /* sent by kill(2); a fault cannot be ignored */
        if (next.sa_handler == SIG_DFL || next.sa_handler == SIG_IGN) {
            /* Returning repeats the fault, which then ends the process where it
             * happened; what was sent must be sent again. */
            sigaction(sig, &end, NULL);
            if (si->si_code <= 0 || si->si_code == SI_KERNEL)
                raise(sig);
            return;
        }
    }
    if (next.sa_flags & (int)SA_RESETHAND)
        before = end;
    if (next.sa_flags & SA_SIGINFO)
        next.sa_sigaction(sig, si, uc);
    else
        next.sa_handler(sig);
}

static void handle(int sig, siginfo_t *si, void *uc)
{
    struct uctx_addr_info info;
    int by_frame, err = errno;

    if (is_overflow(si, uc, &info, &by_frame))
        write_report(&info, by_frame);
    errno = err;
    chain(sig, si, uc);
}

/* ---- Switching it on ---------------------------------------------------- */

static int set_alternate_stack(void)
{
    stack_t now, ours = {0};

    if (sigaltstack(NULL, &now) != 0)
        return -1;
    if (!(now.ss_flags & SS_DISABLE))
        return 0; /* the thread's own will do */
    if (alt.base == NULL && uctx_stack_alloc(&alt, ALT_SIZE) != 0)
        return -1;
    ours.ss_sp = alt.base;
    ours.ss_size = alt.size;
    return sigaltstack(&ours, NULL);
}

void uctx_overflow_thread(void)
{
    if (__atomic_load_n(&reporting, __ATOMIC_RELAXED) && !reporting_here) {
        reporting_here = 1; /* once: below it takes a stack itself */
        if (set_alternate_stack() != 0)
            reporting_here = 0;
    }
}

void uctx_overflow_thread_end(void)
{
    stack_t now;

    reporting_here = 1; /* no new one */
    if (alt.base == NULL || sigaltstack(NULL, &now) != 0)
        return;
    if (now.ss_sp == alt.base) {
        stack_t none = {.ss_flags = SS_DISABLE};

        if (sigaltstack(&none, NULL) != 0)
            return;
    }
    uctx_stack_free(&alt);
}

static int install(void)
{
    struct sigaction ours;

    if (sigaction(SIGSEGV, NULL, &before) != 0)
        return -1;
    ours = before; /* its mask, and whether it may be interrupted by itself */
    ours.sa_sigaction = handle;
    ours.sa_flags |= SA_SIGINFO | SA_ONSTACK;
    ours.sa_flags &= ~(int)SA_RESETHAND;
    return sigaction(SIGSEGV, &ours, NULL);
}

EXPORT int uctx_overflow_report(int on)
{
    struct sigaction now;
    int result = 0;

    pthread_mutex_lock(&switching);
    if (on) {
        result = set_alternate_stack();
        if (result == 0) {
            reporting_here = 1;
            if (!reporting)
                result = install();
            if (result == 0)
                __atomic_store_n(&reporting, 1, __ATOMIC_RELAXED);
        }
    } else if (reporting && sigaction(SIGSEGV, NULL, &now) == 0) {
        if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == handle)
            result = sigaction(SIGSEGV, &before, NULL);
        __atomic_store_n(&reporting, 0, __ATOMIC_RELAXED);
    }
    pthread_mutex_unlock(&switching);
    return result;
}
