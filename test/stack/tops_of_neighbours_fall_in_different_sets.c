/* SPDX-License-Identifier: MIT */
/*
 * 64 stacks taken in a row have their tops at 32 different distances from a
 * page's end, a line apart, all in the upper half of the page.
 */
#include "stack/help.h"

TEST(tops_of_neighbours_fall_in_different_sets)
{
    struct uctx_stack stacks[64];
    unsigned n[64] = {0}, used = 0;

    for (int i = 0; i < 64; i++) {
        uintptr_t top;

        MUST(uctx_stack_alloc(&stacks[i], 0) == 0);
        top = (uintptr_t)stacks[i].base + stacks[i].size;
        EXPECT_EQ(top % 64, 0);
        n[top % 4096 / 64]++;
    }
    for (int i = 0; i < 64; i++) {
        used += n[i] > 0;
        EXPECT(n[i] == 0 || (n[i] == 2 && i >= 32));
        uctx_stack_free(&stacks[i]);
    }
    EXPECT_EQ(used, 32);
}
