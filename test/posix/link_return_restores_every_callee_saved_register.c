/* SPDX-License-Identifier: MIT */
/*
 * When a context's function returns, its uc_link goes on with its own
 * registers.
 *
 * Build: LINK static shared libc SOURCES arch/${arch}/clobber.S
 * Build: NOT_UNDER valgrind
 */
#include "clobber.h"

static ucontext_t outer, inner;
static int runs;

static void leave_and_return(void)
{
    static struct clobber mine;

    runs++;
    EXPECT_EQ(clobber_run(&mine, swapcontext, &inner, &outer), 0);
}

TEST(link_return_restores_every_callee_saved_register)
{
    static struct clobber mine;

    for (int i = 0; i < 100; i++) {
        t_context(&inner, leave_and_return, &outer);
        EXPECT_EQ(clobber_run(&mine, swapcontext, &outer, &inner), 0);
        EXPECT_EQ(clobber_run(&mine, swapcontext, &outer, &inner), 0);
        free(inner.uc_stack.ss_sp);
    }
    EXPECT_EQ(runs, 100);
}
