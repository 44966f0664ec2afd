/* SPDX-License-Identifier: MIT */
/*
 * A handler of SIGSEGV that was there before gets the signal after the report,
 * and without one if the fault was no overflow, with the address and the
 * context that the kernel told; one that was ignored or default is that again;
 * and uctx_overflow_report(0) puts it back.
 *
 * qemu-user does not block sa_mask in a handler of SIGSEGV on every machine.
 *
 * Build: NOT_UNDER asan valgrind qemu
 */
#include "stack/help.h"

static struct uctx_stack stack;
static ucontext_t home, ctx;
static void *volatile wild = (void *)64;

static __attribute__((noinline)) int recurse(int n)
{
    volatile char frame[100];

    frame[n % 100] = (char)n;
    return n == INT32_MAX ? 0 : recurse(n + 1) + frame[(n + 1) % 100];
}

static void overflow(void)
{
    recurse(0);
}

static void run_overflow(void)
{
    MUST(uctx_stack_alloc(&stack, 0) == 0);
    MUST(getcontext(&ctx) == 0);
    ctx.uc_stack.ss_sp = stack.base;
    ctx.uc_stack.ss_size = stack.size;
    makecontext(&ctx, overflow, 0);
    swapcontext(&home, &ctx);
}

static void with_info(int sig, siginfo_t *si, void *arg)
{
    char *here = (char *)&here, *base = stack.base, *at = si->si_addr;
    ucontext_t *uc = arg;
    int code = 42;

    if (sig != SIGSEGV || uc == NULL || t_blocked(SIGUSR2) != 1)
        code = 1;
    if (base != NULL) { /* an overflow; and this is not its stack */
        if (at >= base || base - at > 4096)
            code = 2;
        if (here > base - 4096 && here < base + stack.size)
            code = 3;
    } else if (at != wild) {
        code = 4;
    }
    _exit(code);
}

static void plain(int sig)
{
    _exit(sig + 100);
}

static void chain(int how)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO}, now;

    sigaddset(&action.sa_mask, SIGUSR2);
    action.sa_sigaction = with_info;
    if (how == 2 || how == 6) {
        action.sa_flags = 0;
        action.sa_handler = plain;
    } else if (how == 3) {
        action.sa_flags = 0;
        action.sa_handler = SIG_IGN;
    }
    if (how != 4)
        MUST(sigaction(SIGSEGV, &action, NULL) == 0);
    MUST(uctx_overflow_report(1) == 0);
    MUST(uctx_overflow_report(1) == 0); /* does not chain to itself */
    switch (how) {
    case 1:
        *(volatile char *)wild = 1;
        break;
    case 3:
        kill(getpid(), SIGSEGV); /* ignored */
        kill(getpid(), SIGSEGV);
        run_overflow();
        break;
    case 4:
        kill(getpid(), SIGSEGV);
        break;
    case 5:
    case 6:
        MUST(uctx_overflow_report(0) == 0);
        MUST(sigaction(SIGSEGV, NULL, &now) == 0);
        _exit(how == 5                  ? now.sa_sigaction == with_info ? 7 : 0
              : now.sa_handler == plain ? 7
                                        : 0);
        break;
    default:
        run_overflow();
    }
}

TEST(the_handler_before_the_report_gets_the_same_frame)
{
    static const struct {
        int exit, signal, reports;
    } expected[] = {
        {42, 0, 1},      {42, 0, 0},      {100 + SIGSEGV, 0, 1},
        {0, SIGSEGV, 1}, {0, SIGSEGV, 0}, {7, 0, 0},
        {7, 0, 0},
    };

    for (int how = 0; how < 7; how++) {
        static char text[16384];
        int status = run_child(chain, how, text, sizeof text), bad = t_failures;

        if (expected[how].signal != 0)
            EXPECT(WIFSIGNALED(status) &&
                   WTERMSIG(status) == expected[how].signal);
        else
            EXPECT_EQ(WEXITSTATUS(status), expected[how].exit);
        EXPECT_EQ(strstr(text, "stack overflow") != NULL,
                  expected[how].reports);
        if (t_failures > bad)
            printf("case %d: status %d, \"%s\"\n", how, status, text);
    }
}
