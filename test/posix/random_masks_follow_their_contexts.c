/* SPDX-License-Identifier: MIT */
/*
 * Contexts with random masks, of all 64 signals, switch at random in every way;
 * after each switch the kernel blocks exactly what this context blocked.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "t.h"

enum { CONTEXTS = 6, STEPS = 20000 };

static ucontext_t context[CONTEXTS];
static char stack[CONTEXTS][16 * 1024];
static int current, steps, returned;

static void keep_mask(int me);

static void make(int i)
{
    MUST(getcontext(&context[i]) == 0);
    context[i].uc_stack.ss_sp = stack[i];
    context[i].uc_stack.ss_size = sizeof stack[i];
    context[i].uc_link = &context[0];
    makecontext(&context[i], (void (*)(void))keep_mask, 1, i);
}

static void go(int me)
{
    static const uint64_t few[] = {0, T_SIGBIT(SIGUSR1), T_SIGBIT(64),
                                   T_SIGBIT(1) | T_SIGBIT(34)};
    volatile uint64_t mask;
    volatile int saved = 0;

    t_set_mask(t_random() % 2 ? t_random() : few[t_random() % 4]);
    mask = t_kernel_mask();
    current = (me + 1 + t_random() % (CONTEXTS - 1)) % CONTEXTS;
    if (t_random() % 2) {
        swapcontext(&context[me], &context[current]);
    } else {
        getcontext(&context[me]);
        if (!saved) {
            saved = 1;
            setcontext(&context[current]);
        }
    }
    EXPECT_EQ(t_kernel_mask(), mask);
    EXPECT_EQ(current, me);
    if (returned) {
        make(returned);
        returned = 0;
    }
}

static void keep_mask(int me)
{
    while (steps++ < STEPS && t_failures < 20) {
        go(me);
        if (me != 0 && t_random() % 8 == 0) {
            returned = me; /* main makes us again */
            break;
        }
    }
    t_set_mask(t_random());
    current = 0;
}

TEST(random_masks_follow_their_contexts)
{
    for (int i = 1; i < CONTEXTS; i++)
        make(i);
    keep_mask(0);
    EXPECT(steps > STEPS);
}
