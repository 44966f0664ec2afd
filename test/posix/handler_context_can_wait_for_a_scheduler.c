/* SPDX-License-Identifier: MIT */
/*
 * A handler may leave the context that it received to a scheduler on another
 * stack, which resumes it later: preemptive threads.  Again every register,
 * the flags, the vector state and the red zone are intact.
 *
 * Build: SOURCES arch/${arch}/handler.S
 * Build: NOT_UNDER valgrind tsan
 * ThreadSanitizer hands a signal on at the next call that it watches, and the
 * computation makes none.
 */
#include "handler.h"

static const struct how {
    const char *name;
    int copy, flags;
} hows[] = {
    {"resumed", 0, 0},
    {"resumed a copy", 1, 0},
    {"resumed from the alternate stack", 0, SA_ONSTACK},
};
static const struct how *how;
static ucontext_t scheduler, computation, copy, *interrupted;
static int n_interrupts, done;

static void interrupt(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    interrupted = context;
    if (how->copy)
        interrupted = memcpy(&copy, context, sizeof copy);
    setcontext(&scheduler);
    perror("it returned");
    _exit(1);
}

static void compute(void)
{
    handler_spin();
    done = 1;
}

TEST(handler_context_can_wait_for_a_scheduler)
{
    handler_altstack();
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        how = &hows[i];
        n_interrupts = done = 0;
        handler_fill();
        /* The computation is preempted, the scheduler is not. */
        t_block(SIGALRM);
        t_context(&computation, compute, &scheduler);
        sigdelset(&computation.uc_sigmask, SIGALRM);
        handler_every(20, how->flags, interrupt);
        EXPECT_EQ(swapcontext(&scheduler, &computation), 0);
        while (!done) {
            if (++n_interrupts == 4000)
                handler_stop();
            EXPECT(t_blocked(SIGALRM));
            EXPECT_EQ(swapcontext(&scheduler, interrupted), 0);
        }
        handler_every(0, 0, NULL);
        if (handler_check() != 0)
            printf("after %d times %s\n", n_interrupts, how->name);
        EXPECT(n_interrupts >= 4000);
    }
}
