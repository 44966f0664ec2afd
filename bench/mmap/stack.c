/* SPDX-License-Identifier: MIT */
/* A guarded stack, as programs make it themselves: see native/stack.c. */
#include <stdlib.h>
#include <sys/mman.h>

#include "../bench.h"

enum { GUARD = 4096, N_MAX = 10000 /* of 65530 mappings, two each */ };

static char *map(void)
{
    char *stack = mmap(NULL, GUARD + STACK_SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

    mprotect(stack, GUARD, PROT_NONE);
    return stack;
}

static long touch(char *stack)
{
    volatile char *top = stack + GUARD + STACK_SIZE;

    top[-1] = 1;
    return top[-1];
}

FIGURE(again, NS)
{
    long counted = 0;

    bench_start();
    for (long i = 0; i < n; i++) {
        char *stack = map();

        counted += touch(stack);
        munmap(stack, GUARD + STACK_SIZE);
    }
    return bench_stop(n, counted);
}

FIGURE(new, NS)
{
    long counted = 0, made = n < N_MAX ? n : N_MAX;
    char **stacks = calloc((size_t)made, sizeof *stacks);
    double ns;

    bench_start();
    for (long i = 0; i < made; i++) {
        stacks[i] = map();
        counted += touch(stacks[i]);
    }
    ns = bench_stop(made, counted);
    for (long i = 0; i < made; i++)
        munmap(stacks[i], GUARD + STACK_SIZE);
    free(stacks);
    return ns;
}
