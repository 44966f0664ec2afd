/* SPDX-License-Identifier: MIT */
/*
 * A pending signal that the target's mask releases is handled on the target's
 * stack, when *oucp is complete: the handler may resume it, here or, as a
 * scheduler would, for good.  glibc 2.36 handles it on the stack that is left.
 *
 * Build: NOT_UNDER tsan
 * ThreadSanitizer hands a signal on at the next call that it watches, not when
 * a switch releases it.
 */
#include "t.h"

enum { SIZE = 256 * 1024, ROUNDS = 500 };

static ucontext_t outer, inner, from_handler;
static char stack[SIZE];
static volatile int handled, on_stack, way, resumed;

static void on_signal(int sig)
{
    char here;
    char *volatile address = &here;

    (void)sig;
    handled++;
    on_stack = address >= stack && address < stack + SIZE;
    if (way == 1)
        swapcontext(&from_handler, &outer);
}

static void run(void)
{
    EXPECT_EQ(handled, 1); /* before its first instruction */
    resumed++;
    for (;;) {
        EXPECT(!t_blocked(SIGUSR1));
        swapcontext(&inner, &outer);
    }
}

/* Mask as it is here: `inner` releases SIGUSR1, which we block. */
static void round_trip(int again, int by_set)
{
    static volatile int left;

    handled = on_stack = left = 0;
    raise(SIGUSR1);
    EXPECT_EQ(handled, 0);
    if (by_set) {
        getcontext(&outer);
        if (left++ == 0)
            setcontext(&inner);
    } else {
        swapcontext(&outer, &inner);
    }
    EXPECT_EQ(handled, 1);
    EXPECT(on_stack);
    EXPECT(t_blocked(SIGUSR1));
    if (way == 1 && again) {
        /* The handler resumed us; let it go on, and then the context. */
        resumed = 0;
        swapcontext(&outer, &from_handler);
        EXPECT(t_blocked(SIGUSR1));
    }
}

static void make(void)
{
    sigset_t set;

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = SIZE;
    inner.uc_link = NULL;
    sigemptyset(&set);
    inner.uc_sigmask = set;
    makecontext(&inner, run, 0);
}

TEST(released_signal_is_handled_on_the_targets_stack)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    t_block(SIGUSR1);
    for (int i = 0; i < ROUNDS; i++) {
        way = i % 2;
        resumed = 0;
        make();
        round_trip(1, i / 2 % 2);
        EXPECT_EQ(resumed, 1);
        /* Suspended inside run() now. */
        round_trip(1, i / 4 % 2);
    }
}
