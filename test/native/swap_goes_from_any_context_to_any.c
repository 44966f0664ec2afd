/* SPDX-License-Identifier: MIT */
/*
 * Contexts swap around a ring, on the caller's memory, and one of them was
 * resumed: its resumer waits until it yields, wherever control was meanwhile.
 */
#include "t.h"
#include <uctx.h>

enum { RING = 5, SIZE = 16384 };
static struct uctx here, ring[RING];
static _Alignas(16) char stacks[RING][SIZE];
static int order[2 * RING + 1], n_order;

static void *go_round(struct uctx *self, void *value)
{
    for (;;) {
        int me = (int)(self - ring);

        order[n_order++] = me;
        if (n_order > RING && me == 0)
            value = uctx_yield(self, value);
        value = uctx_swap(self, &ring[(me + 1) % RING], value);
    }
    return NULL;
}

static void *back(struct uctx *self, void *value)
{
    value = uctx_swap(self, &here, value);
    EXPECT_EQ(uctx_state(self), UCTX_RUNNING);
    return uctx_swap(self, &here, value);
}

TEST(swap_goes_from_any_context_to_any)
{
    static char stack_of_back[SIZE];
    struct uctx_stack stack = {stack_of_back, SIZE};
    struct uctx other;

    for (int i = 0; i < RING; i++) {
        struct uctx_stack s = {stacks[i], SIZE};

        MUST(uctx_init(&ring[i], &s, go_round, 0) == 0);
    }
    EXPECT(uctx_resume(&ring[0], &here) == &here);
    EXPECT_EQ(n_order, RING + 1);
    for (int i = 0; i < n_order; i++)
        EXPECT_EQ(order[i], i % RING);
    EXPECT_EQ(uctx_state(&ring[0]), UCTX_SUSPENDED);
    EXPECT_EQ(uctx_state(&ring[3]), UCTX_SUSPENDED);

    MUST(uctx_init(&here, NULL, NULL, 0) == 0);
    MUST(uctx_init(&other, &stack, back, 0) == 0);
    EXPECT_EQ(uctx_state(&here), UCTX_RUNNING);
    EXPECT(uctx_swap(&here, &other, ring) == ring);
    EXPECT_EQ(uctx_state(&other), UCTX_SUSPENDED);
    EXPECT(uctx_swap(&here, &other, ring) == ring);
    uctx_fini(&other);
}
