/* SPDX-License-Identifier: MIT */
/*
 * One getcontext() serves any number of makecontext() calls on the same
 * ucontext_t, after the context ended and while it is suspended.
 *
 * Build: LINK static shared libc
 */
#include "t.h"

static ucontext_t outer, inner, kept;
static char stack[2][64 * 1024];
static int ended, suspended;

static void add(int a, int b, int c, int d, int e, int f, int g, int h)
{
    EXPECT_EQ(a + 8 * b + c + d + e + f + g, 14 * h);
    ended++;
}

static void suspend(void)
{
    suspended++;
    swapcontext(&kept, &outer);
    EXPECT(!"resumed after it was made anew");
}

TEST(makecontext_can_be_called_again_on_one_getcontext)
{
    EXPECT_EQ(getcontext(&inner), 0);
    for (int i = 0; i < 1000; i++) {
        inner.uc_stack.ss_sp = stack[i % 2];
        inner.uc_stack.ss_size = sizeof stack[0];
        inner.uc_link = &outer;
        makecontext(&inner, (void (*)(void))add, 8, i, i, i, i, i, i, i, i);
        if (i % 3 == 0) /* made again before it ever ran */
            makecontext(&inner, suspend, 0);
        EXPECT_EQ(swapcontext(&outer, &inner), 0);
    }
    EXPECT_EQ(suspended, 334);
    EXPECT_EQ(ended, 666);
}
