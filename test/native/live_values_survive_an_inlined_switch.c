/* SPDX-License-Identifier: MIT */
/*
 * More values than there are registers are live across each kind of switch,
 * while the other side fills every register with something else; and so are
 * locals that are addressed by a base pointer.
 *
 * Build: SOURCES arch/${arch}/live.h
 */
#include "t.h"
#include <uctx.h>

#include "live.h"

static struct uctx *ctx, here, peer;
static volatile unsigned long seed = 1;

static void *yielder(struct uctx *self, void *value)
{
    for (;;) {
        live_trash();
        value = uctx_yield(self, value);
    }
    return NULL;
}

static void *swapper(struct uctx *self, void *value)
{
    for (;;) {
        live_trash();
        value = uctx_swap(self, &here, value);
    }
    return NULL;
}

static void *pass(struct uctx *from, void *value)
{
    (void)from;
    live_trash();
    return value;
}

static void *on_swapper(struct uctx *self, void *value)
{
    for (;;) {
        live_trash();
        value = uctx_swap_on(self, &here, pass, value);
    }
    return NULL;
}

LIVE_ACROSS(resume, uctx_resume(ctx, NULL))
LIVE_ACROSS(swap, uctx_swap(&here, &peer, NULL))
LIVE_ACROSS(swap_on, uctx_swap_on(&here, &peer, pass, NULL))
LIVE_ACROSS(yield, uctx_yield(ctx, NULL))

static void *checker(struct uctx *self, void *value)
{
    for (;;) {
        live_across_yield(seed);
        uctx_yield(self, value);
    }
    return NULL;
}

/* Over-aligned and of variable size: LLVM addresses these by a base pointer. */
__attribute__((noinline)) static int aligned(int n)
{
    _Alignas(128) volatile char fixed[128];
    volatile char *variable = __builtin_alloca((size_t)n);
    int wrong = 0;

    for (int i = 0; i < n; i++)
        fixed[i] = variable[i] = (char)i;
    uctx_resume(ctx, NULL);
    for (int i = 0; i < n; i++)
        wrong += variable[i] != (char)i || fixed[i] != (char)i;
    return wrong;
}

TEST(live_values_survive_an_inlined_switch)
{
    static char memory[2][65536];
    struct uctx_stack stack = {memory[0], sizeof memory[0]};
    struct uctx_stack stack2 = {memory[1], sizeof memory[1]};
    static struct uctx inner;

    ctx = &inner;
    uctx_init(&here, NULL, NULL, 0);
    for (; seed < 50; seed++) {
        uctx_init(&inner, &stack, yielder, 0);
        live_across_resume(seed);
        live_across_resume(seed);
        EXPECT_EQ(aligned(128 - (int)seed), 0);
        uctx_init(&peer, &stack2, swapper, 0);
        live_across_swap(seed);
        live_across_swap_on(seed);
        uctx_init(&peer, &stack2, on_swapper, 0);
        live_across_swap(seed);
        live_across_swap_on(seed);
        uctx_init(&inner, &stack, checker, 0);
        for (int i = 0; i < LIVE_KINDS + 1; i++) {
            live_trash();
            uctx_resume(ctx, NULL);
        }
    }
}
