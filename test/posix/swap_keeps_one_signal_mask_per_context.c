/* SPDX-License-Identifier: MIT */
/*
 * A signal blocked inside a context stays blocked there, and only there.
 * POSIX.1-2004 <ucontext.h>: uc_sigmask is "the set of signals that are blocked
 * when this context is active".
 *
 * Build: LINK static shared libc
 */
#include "t.h"

static ucontext_t outer, inner;

static void block_usr1_and_leave(void)
{
    EXPECT(!t_blocked(SIGUSR1));
    t_block(SIGUSR1);
    EXPECT_EQ(swapcontext(&inner, &outer), 0);
    EXPECT(t_blocked(SIGUSR1)); /* resumed: our mask is back */
}

TEST(swap_keeps_one_signal_mask_per_context)
{
    t_context(&inner, block_usr1_and_leave, &outer);

    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    EXPECT(!t_blocked(SIGUSR1)); /* inner's mask stayed with inner */

    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    EXPECT(!t_blocked(SIGUSR1)); /* also when it left through uc_link */
}
