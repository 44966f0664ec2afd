/* SPDX-License-Identifier: MIT */
/*
 * Every byte of a stack can be used, of whatever size; the bytes below it, as
 * far as -fstack-clash-protection lets a frame reach without a touch, cannot.
 */
#include "stack/help.h"

#ifdef __aarch64__
#define PROBE_DISTANCE 65536
#else
#define PROBE_DISTANCE 4096
#endif

static void check(size_t size)
{
    struct uctx_stack stack;
    char *base;

    if (!EXPECT_EQ(uctx_stack_alloc(&stack, size), 0))
        return;
    base = stack.base;
    EXPECT(stack.size >= (size != 0 ? size : UCTX_STACK_DEFAULT));
    EXPECT_EQ(((uintptr_t)base + stack.size) % 16, 0);
    base[0] = base[stack.size / 2] = base[stack.size - 1] = 1;
    EXPECT(!readable(base - 1));
    EXPECT(!readable(base - PROBE_DISTANCE));
    uctx_stack_free(&stack);
    EXPECT(stack.base == NULL);
}

TEST(alloc_gives_at_least_the_size_above_a_guard)
{
    unsigned random = 1;

    check(0);
    check(UCTX_STACK_MIN);
    check(UCTX_STACK_MIN + 1);
    for (int shift = 12; shift <= (SIZE_MAX > 0xffffffff ? 32 : 28); shift++)
        for (int d = -1; d <= 1; d++)
            check(((size_t)1 << shift) + (size_t)d);
    for (int i = 0; i < 1000; i++)
        check(UCTX_STACK_MIN + (next_random(&random) >> i % 12));
}
