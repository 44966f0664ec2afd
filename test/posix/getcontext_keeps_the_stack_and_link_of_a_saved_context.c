/* SPDX-License-Identifier: MIT */
/*
 * Saving again into a context that was saved or made before leaves uc_stack
 * and uc_link alone, as every libc does: programs go on using its stack.
 *
 * Build: LINK static shared libc
 */
#include "t.h"

static ucontext_t outer, inner;
static char stack[64 * 1024];

static void check(void)
{
    EXPECT(inner.uc_link == &outer);
    EXPECT(inner.uc_stack.ss_sp == stack);
    EXPECT_EQ(inner.uc_stack.ss_size, sizeof stack);
}

static void save_again(void)
{
    EXPECT_EQ(getcontext(&inner), 0);
    check();
    EXPECT_EQ(swapcontext(&inner, &outer), 0);
    check();
}

TEST(getcontext_keeps_the_stack_and_link_of_a_saved_context)
{
    EXPECT_EQ(getcontext(&inner), 0);
    inner.uc_link = &outer;
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    EXPECT_EQ(getcontext(&inner), 0);
    check();
    makecontext(&inner, save_again, 0);
    check();
    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    check();
    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    check();
}
