/* SPDX-License-Identifier: MIT */
/*
 * Rounding set inside a UCTX_FENV context stays there across yield, swap and
 * return; without the flag it is the thread's, as after a call.
 *
 * Build: LIBS m
 */
#include "t.h"
#include <fenv.h>
#include <uctx.h>

static struct uctx here, ctx;

static void *round_up(struct uctx *self, void *value)
{
    fesetround(FE_UPWARD);
    value = uctx_yield(self, value);
    EXPECT_EQ(fegetround(), FE_UPWARD);
    if (value == NULL)
        return NULL;
    value = uctx_swap(self, &here, value);
    EXPECT_EQ(fegetround(), FE_UPWARD);
    return uctx_yield(self, value);
}

TEST(fenv_flag_gives_a_context_its_own_control_words)
{
    static char memory[16384];
    struct uctx_stack stack = {memory, sizeof memory};

    uctx_init(&here, NULL, NULL, 0);
    MUST(uctx_init(&ctx, &stack, round_up, UCTX_FENV) == 0);
    uctx_resume(&ctx, NULL);
    EXPECT_EQ(fegetround(), FE_TONEAREST);
    fesetround(FE_DOWNWARD);
    uctx_swap(&here, &ctx, &ctx); /* from a yield; back by a swap */
    EXPECT_EQ(fegetround(), FE_DOWNWARD);
    uctx_resume(&ctx, &ctx); /* from a swap; back by a yield */
    EXPECT_EQ(fegetround(), FE_DOWNWARD);
    fesetround(FE_TOWARDZERO);
    uctx_resume(&ctx, NULL); /* back by a return */
    EXPECT_EQ(uctx_state(&ctx), UCTX_DONE);
    EXPECT_EQ(fegetround(), FE_TOWARDZERO);

    fesetround(FE_TONEAREST);
    MUST(uctx_init(&ctx, &stack, round_up, 0) == 0);
    uctx_resume(&ctx, NULL);
    EXPECT_EQ(fegetround(), FE_UPWARD);
    fesetround(FE_UPWARD);
    uctx_resume(&ctx, NULL);
}
