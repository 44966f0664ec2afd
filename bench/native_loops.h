/* SPDX-License-Identifier: MIT */
/*
 * What bench/native.c measures of uctx, included by it for the inline switch
 * and by bench/native_called.c for the one that is called.  LOOP(name) gives
 * the functions their names.
 *
 * A round trip at depth d: both sides go d calls down, switch there, and come
 * d calls up again, each time.  Each side has a function of its own for that:
 * with one for both, all return addresses would be the same, and predicted.
 */
#include <uctx.h>

__attribute__((noinline)) static void down_resume(int depth, struct uctx *ctx)
{
    if (depth == 0)
        uctx_resume(ctx, NULL);
    else
        down_resume(depth - 1, ctx);
    __asm__ volatile("");
}

__attribute__((noinline)) static void down_yield(int depth, struct uctx *self)
{
    if (depth == 0)
        uctx_yield(self, NULL);
    else
        down_yield(depth - 1, self);
    __asm__ volatile("");
}

__attribute__((noinline)) static void
down_swap_here(int depth, struct uctx *from, struct uctx *to)
{
    if (depth == 0)
        uctx_swap(from, to, NULL);
    else
        down_swap_here(depth - 1, from, to);
    __asm__ volatile("# here");
}

__attribute__((noinline)) static void
down_swap_there(int depth, struct uctx *from, struct uctx *to)
{
    if (depth == 0)
        uctx_swap(from, to, NULL);
    else
        down_swap_there(depth - 1, from, to);
    __asm__ volatile("# there");
}

static void *yielder(struct uctx *self, void *value)
{
    int depth = *(int *)value;

    if (depth == 0)
        for (;;)
            uctx_yield(self, NULL);
    for (;;)
        down_yield(depth, self);
    return NULL;
}

static struct uctx here;

static void *swapper(struct uctx *self, void *value)
{
    int depth = *(int *)value;

    if (depth == 0)
        for (;;)
            uctx_swap(self, &here, NULL);
    for (;;)
        down_swap_there(depth, self, &here);
    return NULL;
}

void LOOP(resume)(int depth, long trips)
{
    struct uctx *ctx = uctx_create(0, yielder);

    uctx_resume(ctx, &depth);
    if (depth == 0)
        for (long i = 0; i < trips; i++)
            uctx_resume(ctx, NULL);
    else
        for (long i = 0; i < trips; i++)
            down_resume(depth, ctx);
    uctx_destroy(ctx);
}

void LOOP(swap)(int depth, long trips)
{
    struct uctx *ctx = uctx_create(0, swapper);

    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, ctx, &depth);
    if (depth == 0)
        for (long i = 0; i < trips; i++)
            uctx_swap(&here, ctx, NULL);
    else
        for (long i = 0; i < trips; i++)
            down_swap_here(depth, &here, ctx);
    uctx_destroy(ctx);
}
