/* SPDX-License-Identifier: MIT */
/*
 * What the original saves after it was copied is not seen through the copy,
 * whose rounding mode remains the one of when it was taken; long double is
 * rounded by the x87 on x86.  glibc 2.36 takes that from the original.
 *
 * Build: LIBS m
 * Build: NOT_UNDER valgrind
 */
#include "t.h"

#include <fenv.h>

static ucontext_t original, copy;

static int rounds_up(void)
{
    volatile double one = 1, three = 3;
    volatile long double long_one = 1, long_three = 3;
    double near = 1.0 / 3;
    long double long_near = 1.0l / 3;

    return (one / three > near || -one / three > -near) &&
           (long_one / long_three > long_near ||
            -long_one / long_three > -long_near);
}

TEST(copy_of_a_context_has_its_own_fp_state)
{
#ifdef FE_UPWARD
    static volatile int returns;

    fesetround(FE_UPWARD);
    if (!rounds_up())
        SKIP("arithmetic here is software, which rounds to nearest");
    getcontext(&copy);
    if (returns++ == 0) {
        original = copy;
        fesetround(FE_DOWNWARD);
        /* Anew into the struct that was copied, then back by the other. */
        ucontext_t *from = &copy;
        getcontext(from);
        if (returns++ == 1) {
            EXPECT(!rounds_up());
            setcontext(&original);
        }
    }
    EXPECT_EQ(returns, 3);
    EXPECT_EQ(fegetround(), FE_UPWARD);
    EXPECT(rounds_up());
    fesetround(FE_TONEAREST);
#else
    SKIP("this architecture has one rounding mode");
#endif
}
