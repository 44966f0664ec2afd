/* SPDX-License-Identifier: MIT */
/*
 * A value goes down with each resume and up with each yield and with the
 * return; the state is that of the context at each point.
 */
#include "t.h"
#include <uctx.h>

static struct uctx *inner;

static void *pass(struct uctx *self, void *value)
{
    int n = 0;

    EXPECT(self == inner);
    EXPECT_EQ(uctx_state(self), UCTX_RUNNING);
    for (; value != NULL; n++)
        value = uctx_yield(self, (char *)value + 1);
    return (void *)(intptr_t)n;
}

TEST(resume_and_yield_pass_values)
{
    MUST((inner = uctx_create(0, pass)) != NULL);
    EXPECT_EQ(uctx_state(inner), UCTX_NEW);
    for (intptr_t i = 1; i <= 1000; i++) {
        EXPECT_EQ((intptr_t)uctx_resume(inner, (void *)i), i + 1);
        EXPECT_EQ(uctx_state(inner), UCTX_SUSPENDED);
    }
    EXPECT_EQ((intptr_t)uctx_resume(inner, NULL), 1000);
    EXPECT_EQ(uctx_state(inner), UCTX_DONE);
    uctx_destroy(inner);
}
