/* SPDX-License-Identifier: MIT */
/*
 * A switch, and `at` calls and returns: each side goes so many calls down,
 * switches there, and comes up again.  The processor predicts where those
 * returns go from the other side's calls: wrongly, in every scheme.  Each side
 * has a function of its own: with one for both they would be right by luck.
 */
#include "posix.h"

static ucontext_t here, there;
static char stack[STACK_SIZE];
static long counted, depth;

NOINLINE static void down_here(long left)
{
    if (left == 0)
        swapcontext(&here, &there);
    else
        down_here(left - 1);
    KEEP;
}

NOINLINE static void down_there(long left)
{
    if (left == 0)
        swapcontext(&there, &here);
    else
        down_there(left - 1);
    KEEP;
}

static void bounce(void)
{
    for (;;) {
        counted++;
        down_there(depth);
    }
}

FIGURE(deep, NS)
{
    long trips = n / 2 + 1;

    depth = at;
    make(&there, bounce, stack, NULL);
    swapcontext(&here, &there);
    counted = 0;
    bench_start();
    for (long i = 0; i < trips; i++) {
        down_here(depth);
        counted++;
    }
    return bench_stop(2 * trips, counted);
}
