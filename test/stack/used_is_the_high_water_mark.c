/* SPDX-License-Identifier: MIT */
/*
 * uctx_stack_used() tells to the byte how far down a stack was ever written, in
 * one of the pool's and in any memory, also when no file can be opened; and
 * what was not written is not read either.
 *
 * Build: NOT_UNDER qemu
 * qemu-user 7.2 shows a 32-bit program the host's /proc/self/pagemap, whose
 * addresses are others.
 */
#include "stack/help.h"

#include <sys/resource.h>

static void check(struct uctx_stack *stack)
{
    unsigned random = 5;
    size_t deepest = 0;

    EXPECT_EQ(uctx_stack_used(stack), 0);
    for (int i = 0; i < 100; i++) {
        size_t depth = 1 + next_random(&random) % (stack->size / (100 - i));

        ((char *)stack->base)[stack->size - depth] = 1;
        if (depth > deepest)
            deepest = depth;
        errno = 4711;
        if (!EXPECT_EQ(uctx_stack_used(stack), deepest))
            return;
        EXPECT_EQ(errno, 4711);
    }
    *(char *)stack->base = 1;
    EXPECT_EQ(uctx_stack_used(stack), stack->size);
}

TEST(used_is_the_high_water_mark)
{
    static char memory[3 * 4096 + 77];
    struct uctx_stack stack, any = {memory + 5, sizeof memory - 9};
    struct rlimit files;
    long before;

    MUST(uctx_stack_alloc_flags(&stack, 1 << 20, UCTX_STACK_ZERO) == 0);
    check(&stack);
    uctx_stack_free(&stack);
    check(&any);

    MUST(readable(memory)); /* it opens a pipe */
    MUST(getrlimit(RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = 0;
    MUST(uctx_stack_alloc_flags(&stack, 1 << 20, UCTX_STACK_ZERO) == 0);
    MUST(setrlimit(RLIMIT_NOFILE, &files) == 0);
    check(&stack);
    files.rlim_cur = files.rlim_max;
    MUST(setrlimit(RLIMIT_NOFILE, &files) == 0);
    uctx_stack_free(&stack);

    MUST(uctx_stack_alloc(&stack, (size_t)1 << 30) == 0);
    before = status_kib("VmPTE:");
    EXPECT_EQ(uctx_stack_used(&stack), 0);
    EXPECT(status_kib("VmPTE:") - before < 1024);
    uctx_stack_free(&stack);
}
