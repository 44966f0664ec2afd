/* SPDX-License-Identifier: MIT */
/*
 * Contexts that switch to each other at random, each with all its registers
 * full, find them as they left them.
 *
 * Build: LINK static shared libc SOURCES arch/${arch}/clobber.S
 * Build: NOT_UNDER valgrind
 */
#include "clobber.h"

enum { CONTEXTS = 5, STEPS = 20000 };

static ucontext_t context[CONTEXTS];
static struct clobber registers[CONTEXTS];
static int current, steps;

static void swap_at_random(void)
{
    while (steps++ < STEPS) {
        int me = current;

        current = t_random() % CONTEXTS;
        EXPECT_EQ(clobber_run(&registers[me], swapcontext, &context[me],
                              &context[current]),
                  0);
        EXPECT_EQ(current, me);
        if (t_failures > 20)
            break;
    }
    current = 0;
}

TEST(swap_keeps_every_callee_saved_register)
{
    for (int i = 1; i < CONTEXTS; i++)
        t_context(&context[i], swap_at_random, &context[0]);
    swap_at_random();
    EXPECT(steps > STEPS);
}
