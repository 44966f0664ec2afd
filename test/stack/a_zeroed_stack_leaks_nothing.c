/* SPDX-License-Identifier: MIT */
/*
 * UCTX_STACK_ZERO: whatever its former owner left in it, and wherever the pool
 * took it from, the stack is all zero; in locked memory too.
 */
#include "stack/help.h"

#define SIZE (256 * 1024)

static int is_zero(const struct uctx_stack *stack)
{
    const char *base = stack->base;

    return base[0] == 0 && memcmp(base, base + 1, stack->size - 1) == 0;
}

static void check(int locked)
{
    struct uctx_stack stacks[40], dirty, held;
    int n = locked ? 4 : 40;

    if (locked && mlockall(MCL_CURRENT | MCL_FUTURE) != 0)
        SKIP("memory may not be locked");
    /* So that uctx_pool_trim() cannot just unmap what is there. */
    MUST(uctx_stack_alloc(&held, SIZE) == 0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < n; i++) {
            MUST(uctx_stack_alloc_flags(&stacks[i], SIZE, UCTX_STACK_ZERO) ==
                 0);
            EXPECT(is_zero(&stacks[i]));
            EXPECT(!readable((char *)stacks[i].base - 1));
            memset(stacks[i].base, 0xab, stacks[i].size);
        }
        for (int i = 0; i < n; i++)
            uctx_stack_free(&stacks[i]);
        if (round == 1)
            uctx_pool_trim();
    }
    /* The test would notice: without the flag it is the dirty one. */
    MUST(uctx_stack_alloc(&dirty, SIZE) == 0);
    EXPECT(!is_zero(&dirty));
    uctx_stack_free(&dirty);
    uctx_stack_free(&held);
}

TEST(a_zeroed_stack_leaks_nothing)
{
    char text[256];
    int status;

    check(0);
    uctx_pool_trim();
    status = run_child(check, 1, text, sizeof text);
    EXPECT(status == 0 || WEXITSTATUS(status) == 77);
}
