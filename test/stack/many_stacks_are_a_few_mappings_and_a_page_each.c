/* SPDX-License-Identifier: MIT */
/*
 * 100,000 guarded stacks, or 10,000 where addresses have 32 bits, each in use
 * at its top, take a handful of entries in /proc/self/maps and one page each.
 * bench/stack_million.c is the million.  In an emulator, which ignores
 * MADV_GUARD_INSTALL, there would be a mapping for each guard.
 *
 * Build: NOT_UNDER asan qemu
 */
#include "stack/help.h"

enum { N = SIZE_MAX > 0xffffffff ? 100000 : 10000 };

static struct uctx_stack stacks[N];

TEST(many_stacks_are_a_few_mappings_and_a_page_each)
{
    const char *guard = getenv("UCTX_GUARD");
    long page = sysconf(_SC_PAGESIZE) / 1024, before, bytes;
    unsigned random = 3;
    int maps;

    if (guard != NULL && strcmp(guard, "mprotect") == 0)
        SKIP("these guards are mappings");
    if (!kernel_has_light_guards())
        SKIP("this kernel has no light guards");
    memset(stacks, 1, sizeof stacks); /* resident, then */
    maps = count_maps();
    before = status_kib("VmRSS:");
    for (int i = 0; i < N; i++) {
        MUST(uctx_stack_alloc(&stacks[i], 0) == 0);
        memset((char *)stacks[i].base + stacks[i].size - 1024, 1, 1024);
    }
    EXPECT(count_maps() - maps < 10);
    bytes = (status_kib("VmRSS:") - before) * 1024 / N;
    EXPECT(bytes >= page * 1024 && bytes < page * 1024 * 105 / 100);
    for (int i = 0; i < 1000; i++) {
        struct uctx_stack *stack = &stacks[next_random(&random) % N];

        EXPECT(readable(stack->base));
        EXPECT(!readable((char *)stack->base - 1));
    }
    for (int i = 0; i < N; i++)
        uctx_stack_free(&stacks[i]);
    EXPECT(status_kib("VmRSS:") - before < 20 * 1024);
    uctx_pool_trim();
    EXPECT(count_maps() - maps <= 1);
}
