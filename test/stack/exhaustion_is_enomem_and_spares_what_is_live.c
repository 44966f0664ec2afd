/* SPDX-License-Identifier: MIT */
/*
 * When the address space is used up (RLIMIT_AS), or the guards that are
 * mappings are too many (vm.max_map_count), a stack is refused with ENOMEM, all
 * that were handed out go on working, guards included, and freeing one makes
 * room for another.
 *
 * Build: NOT_UNDER asan valgrind
 */
#include "stack/help.h"

#include <sys/resource.h>

enum { N_MAX = 200000 };

static struct uctx_stack stacks[N_MAX];

static void fill_up(int split)
{
    struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
    struct uctx_stack more = {&more, 7};
    int n = 0;

    if (split)
        setenv("UCTX_GUARD", "mprotect", 1);
    else
        MUST(setrlimit(RLIMIT_AS, &limit) == 0);
    while (n < N_MAX && uctx_stack_alloc(&stacks[n], 0) == 0) {
        memset((char *)stacks[n].base + stacks[n].size - 64, n & 0x7f, 64);
        n++;
    }
    EXPECT_EQ(errno, ENOMEM);
    EXPECT(n > 1000 && n < N_MAX);
    EXPECT_EQ(count_live(), n);
    for (int round = 0; round < 3; round++) {
        errno = 0;
        EXPECT_EQ(uctx_stack_alloc(&more, 0), -1);
        EXPECT_EQ(errno, ENOMEM);
    }
    EXPECT(more.base == &more && more.size == 7);
    for (int i = 0; i < n; i++) {
        char *top = (char *)stacks[i].base + stacks[i].size;

        if (!EXPECT(top[-64] == (i & 0x7f) && top[-1] == (i & 0x7f)))
            break;
        if (i % 97 == 0)
            EXPECT(!readable((char *)stacks[i].base - 1));
        *(char *)stacks[i].base = 1;
    }
    uctx_stack_free(&stacks[n / 2]);
    EXPECT_EQ(uctx_stack_alloc(&stacks[n / 2], 0), 0);
    for (int i = 0; i < n; i++)
        uctx_stack_free(&stacks[i]);
    uctx_pool_trim();
    EXPECT_EQ(uctx_stack_alloc(&more, (size_t)256 << 20), 0);
    uctx_stack_free(&more);
    EXPECT_EQ(count_live(), 0);
}

TEST(exhaustion_is_enomem_and_spares_what_is_live)
{
    char text[256];

    EXPECT_EQ(run_child(fill_up, 0, text, sizeof text), 0);
    EXPECT_EQ(run_child(fill_up, 1, text, sizeof text), 0);
}
