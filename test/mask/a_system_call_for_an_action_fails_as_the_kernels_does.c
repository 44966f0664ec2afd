/* SPDX-License-Identifier: MIT */
/*
 * syscall(SYS_rt_sigaction, ...) fails on bad pointers, sizes and signals as
 * the kernel does, and never faults: with the same error, *old written or not,
 * and the action installed or not.  If *old alone is bad, it is installed: not
 * by qemu-user 7.2, which also writes *old before it reads *act.  Valgrind
 * makes the call itself.
 *
 * Build: LINK whole LIBS dl NOT_UNDER valgrind qemu
 */
#include "mask.h"

struct action {
    long handler, flags, restorer, mask[8 / sizeof(long)];
};

static volatile int ran;

static void before(int sig)
{
    (void)sig;
}

static void after(int sig)
{
    (void)sig;
    EXPECT_TRUE_LEDGER();
    ran++;
}

static long handler_now(raw_syscall_fn *call)
{
    struct action now = {0};

    EXPECT_EQ(call(SYS_rt_sigaction, SIGUSR1, NULL, &now, 8l), 0);
    return now.handler;
}

TEST(a_system_call_for_an_action_fails_as_the_kernels_does)
{
    raw_syscall_fn *const calls[] = {raw_syscall, syscall};
    static const long sizes[] = {8, 16}, sigs[] = {SIGUSR1, SIGKILL, 0, 65};
    struct action good = {0}, found, wanted = {0};
    void *const acts[] = {NULL, &good, (void *)8};
    void *const olds[] = {NULL, &found, &good, (void *)8};
    struct {
        long result, now, old;
        int err;
    } seen[2];

    /* One that can be installed with either call: with a restorer. */
    EXPECT(signal(SIGUSR1, after) != SIG_ERR);
    EXPECT_EQ(raw_syscall(SYS_rt_sigaction, SIGUSR1, NULL, &wanted, 8l), 0);
    wanted.handler = (long)after;
    for (int i = 0; i < 2 * 4 * 3 * 4; i++) {
        long size = sizes[i % 2], sig = sigs[i / 2 % 4];
        void *act = acts[i / 8 % 3], *old = olds[i / 24];

        for (int ours = 0; ours < 2; ours++) {
            EXPECT(signal(SIGUSR1, before) != SIG_ERR);
            if (!ours) { /* what the kernel has is the program's */
                struct action plain = wanted;

                plain.handler = (long)before;
                raw_syscall(SYS_rt_sigaction, SIGUSR1, &plain, NULL, 8l);
            }
            good = wanted;
            memset(&found, 0x55, sizeof found);
            errno = EBUSY;
            seen[ours].result =
                calls[ours](SYS_rt_sigaction, sig, act, old, size);
            seen[ours].err = errno;
            seen[ours].now = handler_now(calls[ours]);
            seen[ours].old = old == &good ? good.handler : found.handler;
        }
        if (!EXPECT_EQ(seen[1].result, seen[0].result) ||
            !EXPECT_EQ(seen[1].err, seen[0].err) ||
            !EXPECT_EQ(seen[1].now, seen[0].now) ||
            !EXPECT_EQ(seen[1].old, seen[0].old))
            printf("  (signal %ld, act %p, old %p, size %ld)\n", sig, act, old,
                   size);
    }

    EXPECT(signal(SIGUSR1, before) != SIG_ERR);
    EXPECT_EQ(syscall(SYS_rt_sigaction, SIGUSR1, &wanted, 8l, 8l), -1);
    EXPECT_EQ(errno, EFAULT);
    getcontext(&(ucontext_t){0});
    raise(SIGUSR1);
    EXPECT_EQ(ran, 1);
}
