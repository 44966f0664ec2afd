/* SPDX-License-Identifier: MIT */
/*
 * None of the four changes errno when it succeeds, nor does the return to
 * uc_link; errno belongs to the thread, and is what it was last set to.
 *
 * Build: LINK static shared libc
 */
#include "t.h"

static ucontext_t outer, inner;
static char stack[64 * 1024];

static void set_errno(void)
{
    EXPECT_EQ(errno, 1001);
    errno = 1002;
    swapcontext(&inner, &outer);
    EXPECT_EQ(errno, 1003);
    errno = 1004;
}

TEST(errno_survives_every_switch)
{
    static volatile int returns;

    errno = 1000;
    getcontext(&inner);
    EXPECT_EQ(errno, 1000 + returns);
    if (returns++ == 0) {
        errno = 1001;
        setcontext(&inner);
    }
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, set_errno, 0);
    EXPECT_EQ(errno, 1001);
    swapcontext(&outer, &inner);
    EXPECT_EQ(errno, 1002);
    t_block(SIGUSR1); /* with a mask to change, too */
    errno = 1003;
    swapcontext(&outer, &inner);
    EXPECT_EQ(errno, 1004);
}
