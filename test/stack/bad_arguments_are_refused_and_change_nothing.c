/* SPDX-License-Identifier: MIT */
/* Sizes that cannot be, and unknown flags: EINVAL or ENOMEM. */
#include "stack/help.h"

static void check(size_t size, unsigned flags, int err)
{
    struct uctx_stack stack = {&stack, 42};

    errno = 0;
    EXPECT_EQ(uctx_stack_alloc_flags(&stack, size, flags), -1);
    EXPECT_EQ(errno, err);
    EXPECT(stack.base == &stack && stack.size == 42);
}

TEST(bad_arguments_are_refused_and_change_nothing)
{
    struct uctx_stack none = {NULL, 0}, stack;

    check(1, 0, EINVAL);
    check(UCTX_STACK_MIN - 1, 0, EINVAL);
    check(SIZE_MAX, 0, EINVAL);
    check(SIZE_MAX - 4096, 0, EINVAL);
    check(SIZE_MAX / 2 + 2, 0, EINVAL);
    if (SIZE_MAX > 0xffffffff) { /* where addresses have 32 bits, these fit */
        check(SIZE_MAX / 4, 0, ENOMEM);
        check((size_t)1 << (sizeof(size_t) * 8 - 3), 0, ENOMEM);
    }
    check(0, 2, EINVAL);
    check(0, ~0u, EINVAL);
    EXPECT_EQ(count_live(), 0);
    uctx_stack_free(&none); /* as free(NULL) */

    MUST(uctx_stack_alloc(&stack, 0) == 0);
    errno = 0;
    EXPECT_EQ(uctx_stack_trim(&stack, (char *)stack.base - 1), -1);
    EXPECT_EQ(errno, EINVAL);
    EXPECT_EQ(uctx_stack_trim(&stack, (char *)stack.base + stack.size + 1), -1);
    EXPECT_EQ(uctx_stack_trim(&stack, stack.base), 0);
    uctx_stack_free(&stack);
}
