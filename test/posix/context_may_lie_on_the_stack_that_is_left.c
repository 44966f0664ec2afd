/* SPDX-License-Identifier: MIT */
/*
 * A context to resume may be a local variable of a function that resuming it
 * leaves for good.  A handler that the new mask releases runs on the resumed
 * stack, right where that variable is.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER tsan valgrind
 * ThreadSanitizer hands a signal on at the next call that it watches, not when
 * a switch releases it.
 */
#include "t.h"

static ucontext_t top;
static volatile int n_returns, n_handled;

static void overwrite(int sig)
{
    volatile char below[8192];

    (void)sig;
    memset((void *)below, 0x5a, sizeof below);
    n_handled++;
}

static __attribute__((noinline)) void leave(int by_swap)
{
    ucontext_t copy = top, unused;

    if (by_swap)
        swapcontext(&unused, &copy);
    else
        setcontext(&copy);
    EXPECT(!"resumed");
}

TEST(context_may_lie_on_the_stack_that_is_left)
{
    signal(SIGUSR1, overwrite);
    for (volatile int by_swap = 0; by_swap < 2; by_swap++) {
        n_returns = 0;
        EXPECT_EQ(getcontext(&top), 0);
        if (n_returns++ == 0) {
            t_block(SIGUSR1);
            raise(SIGUSR1);
            leave(by_swap);
        }
        EXPECT_EQ(n_returns, 2);
        EXPECT_EQ(n_handled, by_swap + 1);
        EXPECT(!t_blocked(SIGUSR1));
    }
}
