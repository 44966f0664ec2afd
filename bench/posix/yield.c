/* SPDX-License-Identifier: MIT */
/* A switch between four contexts that all do it in one function, as those of a
 * scheduler do. */
#include "posix.h"

static ucontext_t here, ring[4];
static char stacks[4][STACK_SIZE];
static long counted, left;
static int current;

NOINLINE static void yield(void)
{
    int from = current;

    current = (current + 1) % 4;
    counted++;
    swapcontext(&ring[from], &ring[current]);
    KEEP;
}

static void work(void)
{
    while (left-- > 0)
        yield();
    setcontext(&here);
}

FIGURE(yield, NS)
{
    for (int i = 0; i < 4; i++)
        make(&ring[i], work, stacks[i], NULL);
    current = 0;
    counted = 0;
    left = n;
    bench_start();
    swapcontext(&here, &ring[0]);
    return bench_stop(n, counted);
}
