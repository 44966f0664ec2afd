/* SPDX-License-Identifier: MIT */
/*
 * The function runs on the stack of the target, new or suspended or a thread,
 * when the context that was left is saved, so that it may free that.
 */
#include "t.h"
#include <uctx.h>

static struct uctx here, *first, *second;
static int calls;

static int on_stack_of(const struct uctx *ctx)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

    return sp - (uintptr_t)ctx->stack.base < ctx->stack.size;
}

static void *bury(struct uctx *from, void *value)
{
    EXPECT(from == first || from == second);
    EXPECT_EQ(uctx_state(from), UCTX_SUSPENDED);
    EXPECT(!on_stack_of(from));
    uctx_destroy(from);
    calls++;
    return (char *)value + 1;
}

static void *on_second(struct uctx *from, void *value)
{
    EXPECT(on_stack_of(second));
    return bury(from, value);
}

static void *begin(struct uctx *self, void *value)
{
    if (self == first)
        uctx_swap_on(self, second, on_second, (char *)value + 10);
    uctx_swap_on(self, &here, bury, value);
    EXPECT(0 && "a destroyed context went on");
    return NULL;
}

TEST(swap_on_calls_its_function_on_the_target)
{
    char text[64];

    uctx_init(&here, NULL, NULL, 0);
    for (int i = 0; i < 100; i++) {
        first = uctx_create(0, begin);
        second = uctx_create(0, begin);
        EXPECT_EQ((char *)uctx_swap(&here, first, text) - text, 12);
    }
    EXPECT_EQ(calls, 200);
}
