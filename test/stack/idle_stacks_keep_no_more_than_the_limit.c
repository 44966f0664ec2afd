/* SPDX-License-Identifier: MIT */
/*
 * Freed stacks keep their memory up to the limit, and uctx_pool_trim() gives
 * all of it back, with the mappings.  An emulator's memory is another one.
 *
 * Build: NOT_UNDER asan qemu
 */
#include "stack/help.h"

#define SIZE (1 << 20)

static struct uctx_stack stacks[200];

static long use_and_free(void)
{
    long before = status_kib("VmRSS:");

    for (int i = 0; i < 200; i++) {
        MUST(uctx_stack_alloc(&stacks[i], SIZE) == 0);
        memset(stacks[i].base, 1, stacks[i].size);
    }
    EXPECT(status_kib("VmRSS:") - before > 190 * 1024);
    for (int i = 0; i < 200; i++)
        uctx_stack_free(&stacks[i]);
    return status_kib("VmRSS:") - before;
}

TEST(idle_stacks_keep_no_more_than_the_limit)
{
    struct uctx_pool_stats stats;
    long before, kept;

    uctx_pool_stats(&stats); /* its pages, then */
    before = status_kib("VmRSS:");
    kept = use_and_free();
    EXPECT(kept > 50 * 1024 && kept < 70 * 1024); /* 64 MiB, and two here */
    uctx_pool_trim();
    EXPECT(status_kib("VmRSS:") - before < 1024);
    uctx_pool_stats(&stats);
    EXPECT_EQ(stats.mappings, 0);
    EXPECT_EQ(stats.idle, 0);

    EXPECT_EQ(uctx_pool_limit(8 << 20), 64 << 20);
    kept = use_and_free();
    EXPECT(kept > 8 * 1024 && kept < 12 * 1024);
    uctx_pool_trim();
    EXPECT_EQ(uctx_pool_limit(0), 8 << 20);
    kept = use_and_free();
    EXPECT(kept < 4 * 1024);
}
