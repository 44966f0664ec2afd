/* SPDX-License-Identifier: MIT */
/*
 * getcontext() returns 0, and 0 again at each setcontext(), with the registers
 * of the first time.
 *
 * Build: LINK static shared libc SOURCES arch/${arch}/clobber.S
 * Build: NOT_UNDER valgrind
 */
#include "clobber.h"

static ucontext_t context;
static int returns;

static void check_and_set(struct clobber *c)
{
    EXPECT_EQ((int)c->result, 0);
    clobber_check(c);
    if (returns++ < 10) {
        struct clobber other;

        /* Full of other values when it is resumed. */
        memset(c->got, 0, sizeof c->got);
        other.after = clobber_check;
        clobber_run(&other, setcontext, &context, NULL);
        EXPECT(!"setcontext returned");
    }
}

TEST(getcontext_returns_again_with_every_callee_saved_register)
{
    static struct clobber first;

    for (int i = 0; i < 100; i++) {
        returns = 0;
        first.after = check_and_set;
        EXPECT_EQ(clobber_run(&first, getcontext, &context, NULL), 0);
        EXPECT_EQ(returns, 11);
    }
}
