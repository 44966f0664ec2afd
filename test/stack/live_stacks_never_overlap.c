/* SPDX-License-Identifier: MIT */
/*
 * Stacks taken and freed in any order keep what was written at both of their
 * ends, and the pool counts them right.
 */
#include "stack/help.h"

enum { N = 600 };

static struct uctx_stack stacks[N];
static size_t marks[N];

static size_t *at_top(const struct uctx_stack *stack)
{
    return (size_t *)((char *)stack->base + stack->size) - 1;
}

TEST(live_stacks_never_overlap)
{
    unsigned random = 7;
    size_t n_live = 0;

    for (size_t step = 1; step < 200000; step++) {
        unsigned i = next_random(&random) % N;
        struct uctx_stack *stack = &stacks[i];

        if (stack->base == NULL) {
            size_t size = UCTX_STACK_MIN << next_random(&random) % 9;

            MUST(uctx_stack_alloc(stack, size) == 0);
            marks[i] = *at_top(stack) = *(size_t *)stack->base = step;
            n_live++;
        } else {
            if (!EXPECT_EQ(*at_top(stack), marks[i]) ||
                !EXPECT_EQ(*(size_t *)stack->base, marks[i]))
                return;
            uctx_stack_free(stack);
            n_live--;
        }
        if (step % 1000 == 0)
            EXPECT_EQ(count_live(), n_live);
        if (step % 20000 == 0)
            uctx_pool_trim();
    }
    for (int i = 0; i < N; i++)
        uctx_stack_free(&stacks[i]);
    EXPECT_EQ(count_live(), 0);
}
