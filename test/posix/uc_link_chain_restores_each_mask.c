/* SPDX-License-Identifier: MIT */
/*
 * A hundred contexts, each the uc_link of the one before and each with a mask
 * of its own, run one after the other: a return resumes the mask as well.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "t.h"

enum { LENGTH = 100 };

static ucontext_t context[LENGTH + 1];
static uint64_t mask[LENGTH + 1];
static int next;

static void check_mask(int i)
{
    EXPECT_EQ(i, next++);
    EXPECT_EQ(t_kernel_mask(), mask[i]);
}

static void make(int i)
{
    static char stack[LENGTH][16 * 1024];

    /* The first word of signals and the real-time ones in the second. */
    t_set_mask(t_random());
    mask[i] = t_kernel_mask();
    getcontext(&context[i]);
    context[i].uc_stack.ss_sp = stack[i];
    context[i].uc_stack.ss_size = sizeof stack[i];
    context[i].uc_link = &context[i + 1];
    makecontext(&context[i], (void (*)(void))check_mask, 1, i);
}

TEST(uc_link_chain_restores_each_mask)
{
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LENGTH; i++)
            make(i);
        next = 0;
        t_set_mask(t_random());
        mask[LENGTH] = t_kernel_mask();
        EXPECT_EQ(swapcontext(&context[LENGTH], &context[0]), 0);
        check_mask(LENGTH);
        EXPECT_EQ(next, LENGTH + 1);
    }
}
