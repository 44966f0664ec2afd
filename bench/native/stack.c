/* SPDX-License-Identifier: MIT */
/* A guarded stack: take it, write to it, give it back; and take new ones. */
#include <stdlib.h>
#include <uctx.h>

#include "../bench.h"

static long touch(const struct uctx_stack *stack)
{
    volatile char *top = (char *)stack->base + stack->size;

    top[-1] = 1;
    return top[-1];
}

FIGURE(again, NS)
{
    struct uctx_stack stack;
    long counted = 0;

    bench_start();
    for (long i = 0; i < n; i++) {
        uctx_stack_alloc(&stack, STACK_SIZE);
        counted += touch(&stack);
        uctx_stack_free(&stack);
    }
    return bench_stop(n, counted);
}

FIGURE(new, NS)
{
    struct uctx_stack *stacks = calloc((size_t)n, sizeof *stacks);
    long counted = 0;
    double ns;

    bench_start();
    for (long i = 0; i < n; i++) {
        uctx_stack_alloc(&stacks[i], STACK_SIZE);
        counted += touch(&stacks[i]);
    }
    ns = bench_stop(n, counted);
    for (long i = 0; i < n; i++)
        uctx_stack_free(&stacks[i]);
    uctx_pool_trim(); /* they are gone, with their mapping */
    free(stacks);
    return ns;
}
