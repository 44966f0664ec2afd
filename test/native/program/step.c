/* SPDX-License-Identifier: MIT */
/* What single_steps_unwind_at_each_instruction.sh steps through. */
#include <uctx.h>

static struct uctx here, peer;
static char memory[65536];

__attribute__((noinline)) void *entry(struct uctx *self, void *value)
{
    for (int i = 0; i < 2; i++)
        value = uctx_yield(self, value);
    return value;
}

__attribute__((noinline)) void *swap_entry(struct uctx *self, void *value)
{
    return uctx_swap(self, &here, value);
}

__attribute__((noinline)) void resumer(struct uctx *ctx)
{
    for (int i = 0; i < 3; i++)
        uctx_resume(ctx, ctx);
    __asm__ volatile("");
}

__attribute__((noinline)) void swapper(struct uctx *ctx)
{
    struct uctx_stack stack = {memory, sizeof memory};

    uctx_init(&here, NULL, NULL, 0);
    uctx_init(&peer, &stack, swap_entry, 0);
    uctx_swap(&here, &peer, ctx);
    __asm__ volatile("");
}

__attribute__((noinline)) void last(void)
{
    __asm__ volatile("");
}

int main(void)
{
    static char stack_of_ctx[65536];
    static struct uctx ctx;
    struct uctx_stack stack = {stack_of_ctx, sizeof stack_of_ctx};

    uctx_init(&ctx, &stack, entry, 0);
    resumer(&ctx);
    swapper(&ctx);
    last();
    return 0;
}
