/* SPDX-License-Identifier: MIT */
/*
 * uctx_stack_trim() gives memory below a stack pointer back, and changes no
 * byte from 512 below it up.
 */
#include "stack/help.h"

#define SIZE (4 << 20)

TEST(trim_keeps_what_is_above_the_stack_pointer)
{
    struct uctx_stack stack;
    unsigned random = 9;

    MUST(uctx_stack_alloc(&stack, SIZE) == 0);
    for (int i = 0; i < 40; i++) {
        size_t depth = i == 0 ? 0 : next_random(&random) % stack.size;
        char *base = stack.base, *top = base + stack.size, *sp = top - depth;
        char *kept = depth + 512 < stack.size ? sp - 512 : base;
        long full;

        memset(base, 0x5a, stack.size);
        full = status_kib("VmRSS:");
        EXPECT_EQ(uctx_stack_trim(&stack, sp), 0);
        EXPECT(full - status_kib("VmRSS:") >=
               (long)(stack.size - depth) / 1024 - 256);
        for (char *at = kept; at < top; at++)
            if (!EXPECT_EQ(*at, 0x5a))
                return;
        EXPECT(!readable(base - 1));
    }
    uctx_stack_free(&stack);
}
