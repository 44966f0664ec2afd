/* SPDX-License-Identifier: MIT */
/*
 * When a task that shares a thread's thread-locals makes the library give
 * tracking up, other threads go on with what they know: a handler that is
 * installed afterwards still starts with an unknown mask.  qemu-user 7.2 cannot
 * make such a task: its clone() fails with EINVAL.
 *
 * Build: LINK whole LIBS dl
 * Build: NOT_UNDER asan tsan valgrind qemu
 * A sanitizer's runtime makes the mode exact, where nothing is known.
 */
#include <sched.h>
#include <sys/wait.h>

#include "mask.h"

static volatile int turn;
static ucontext_t handler_ctx, inner;

static int do_nothing(void *unused)
{
    (void)unused;
    return 0;
}

static void on_usr2(int sig)
{
    (void)sig;
    EXPECT_TRUE_LEDGER();
    swapcontext(&handler_ctx, &inner);
    EXPECT_EQ(raw_mask(), bit_of(SIGUSR2));
}

static void entry(void)
{
    EXPECT_EQ(raw_mask(), 0);
}

static void *know_and_wait(void *unused)
{
    sigset_t none = set_of(0);

    sigprocmask(SIG_SETMASK, &none, NULL);
    EXPECT(ledger_known());
    turn = 1;
    while (turn != 2)
        ;
    raise(SIGUSR2);
    EXPECT_EQ(raw_mask(), 0);
    EXPECT_TRUE_LEDGER();
    return unused;
}

TEST(giving_up_leaves_what_other_threads_know_true)
{
    static char stack[64 * 1024] __attribute__((aligned(16)));
    pthread_t thread;
    pid_t pid;

    EXPECT_EQ(uctx_mask_mode, MASK_TRACKED);
    t_context(&inner, entry, &handler_ctx);
    MUST(pthread_create(&thread, NULL, know_and_wait, NULL) == 0);
    while (turn != 1)
        ;
    pid = clone(do_nothing, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
    MUST(pid > 0);
    MUST(waitpid(pid, NULL, 0) == pid);
    EXPECT_EQ(uctx_mask_mode, MASK_EXACT);
    signal(SIGUSR2, on_usr2);
    turn = 2;
    pthread_join(thread, NULL);
}
