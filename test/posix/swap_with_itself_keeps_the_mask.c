/* SPDX-License-Identifier: MIT */
/*
 * swapcontext(&a, &a) saves the caller and goes on with it: the mask is the
 * current one, whatever `a` held before - an older mask, zeros or garbage.
 * glibc 2.36 installs the stale mask.
 */
#include "t.h"

TEST(swap_with_itself_keeps_the_mask)
{
    static ucontext_t a, *volatile self = &a;
    static volatile int i;

    for (i = 0; i < 300; i++) {
        volatile uint64_t mask;

        if (i % 3 == 0)
            memset(&a, (int)t_random(), sizeof a);
        if (i % 3 == 1)
            getcontext(&a);
        t_set_mask(t_random());
        mask = t_kernel_mask();
        errno = 1000;
        EXPECT_EQ(swapcontext(self, self), 0);
        EXPECT_EQ(errno, 1000);
        EXPECT_EQ(t_kernel_mask(), mask);
    }
}
