/* SPDX-License-Identifier: MIT */
/*
 * A context that makecontext() marked as unable to run is not lost: with a
 * stack that will do, it can be made again and runs, and refused once more.
 */
#include "t.h"

static ucontext_t outer, inner;
static char stack[64 * 1024];
static int runs;

static void run(int value)
{
    EXPECT_EQ(value, 42);
    runs++;
}

static void make(void *sp, size_t size, int n_args)
{
    inner.uc_stack.ss_sp = sp;
    inner.uc_stack.ss_size = size;
    inner.uc_link = &outer;
    makecontext(&inner, (void (*)(void))run, n_args, 42);
}

static void expect(int result, int err)
{
    errno = 0;
    EXPECT_EQ(swapcontext(&outer, &inner), result);
    EXPECT_EQ(errno, err);
}

TEST(refused_context_can_be_made_again)
{
    EXPECT_EQ(getcontext(&inner), 0);
    for (int i = 0; i < 5; i++) {
        make(stack, 8, 1);
        expect(-1, ENOMEM);
        make(NULL, sizeof stack, 1);
        expect(-1, EINVAL);
        make(stack, 8, 1);
        expect(-1, ENOMEM);
        make(stack, sizeof stack, -7);
        expect(-1, EINVAL);
        make(stack, sizeof stack, 1);
        expect(0, 0);
        EXPECT_EQ(runs, i + 1);
    }
    make(stack, 8, 1);
    EXPECT_EQ(getcontext(&inner), 0); /* saving makes it good as well */
    make(stack, sizeof stack, 1);
    expect(0, 0);
    EXPECT_EQ(runs, 6);
}
