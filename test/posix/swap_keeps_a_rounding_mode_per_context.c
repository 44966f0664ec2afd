/* SPDX-License-Identifier: MIT */
/*
 * Each context rounds its own way, in double and in long double, which on x86
 * are two units with a control word each.
 *
 * Build: LINK static shared libc LIBS m
 */
#include "t.h"

#include <fenv.h>

enum { CONTEXTS = 4, ROUNDS = 2000 };

static const int modes[CONTEXTS] = {
    FE_TONEAREST,
#ifdef FE_UPWARD
    FE_UPWARD,
#endif
#ifdef FE_DOWNWARD
    FE_DOWNWARD,
#endif
#ifdef FE_TOWARDZERO
    FE_TOWARDZERO,
#endif
};

static ucontext_t context[CONTEXTS];
static int current, steps;

struct results {
    double third, minus;
    long double long_third, long_minus;
};

static struct results compute(void)
{
    volatile double one = 1, three = 3;
    volatile long double long_one = 1, long_three = 3;
    struct results r;

    r.third = one / three;
    r.minus = -one / three;
    r.long_third = long_one / long_three;
    r.long_minus = -long_one / long_three;
    return r;
}

static void keep_rounding(void)
{
    int mode = modes[current];
    struct results mine, now;

    fesetround(mode);
    mine = compute();
    while (steps++ < CONTEXTS * ROUNDS) {
        int me = current;

        current = t_random() % CONTEXTS;
        EXPECT_EQ(swapcontext(&context[me], &context[current]), 0);
        EXPECT_EQ(fegetround(), mode);
        now = compute();
        EXPECT(now.third == mine.third && now.minus == mine.minus);
        EXPECT(now.long_third == mine.long_third);
        EXPECT(now.long_minus == mine.long_minus);
        if (t_failures > 20)
            break;
    }
    current = 0;
}

TEST(swap_keeps_a_rounding_mode_per_context)
{
    for (int i = 1; i < CONTEXTS; i++)
        t_context(&context[i], keep_rounding, &context[0]);
    keep_rounding();
}
