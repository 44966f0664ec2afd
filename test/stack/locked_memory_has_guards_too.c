/* SPDX-License-Identifier: MIT */
/*
 * mlockall() makes the kernel refuse MADV_GUARD_INSTALL: guards fall back to
 * mprotect(), those installed before keep working, and the pool does not map
 * (and so lock) more than it must.  In an emulator it refuses nothing.
 *
 * Build: NOT_UNDER asan qemu
 */
#include "stack/help.h"

static struct uctx_stack stacks[300];

TEST(locked_memory_has_guards_too)
{
    struct uctx_pool_stats stats;

    for (int i = 0; i < 100; i++)
        MUST(uctx_stack_alloc(&stacks[i], 0) == 0);
    if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        SKIP("memory may not be locked");
    for (int i = 100; i < 300; i++)
        MUST(uctx_stack_alloc(&stacks[i], 0) == 0);
    uctx_pool_stats(&stats);
    EXPECT(stats.splits >= 200);
    EXPECT(stats.mapped <= (size_t)64 << 20);
    for (int i = 0; i < 300; i++) {
        EXPECT(!readable((char *)stacks[i].base - 1));
        memset(stacks[i].base, 1, stacks[i].size);
    }
    for (int i = 0; i < 300; i++)
        uctx_stack_free(&stacks[i]);
    uctx_pool_trim();
    MUST(munlockall() == 0);
    EXPECT_EQ(count_live(), 0);
    EXPECT_EQ(uctx_stack_alloc(&stacks[0], 0), 0);
    uctx_stack_free(&stacks[0]);
}
