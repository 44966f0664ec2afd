/* SPDX-License-Identifier: MIT */
/* A switch: a round trip between two contexts is two. */
#include "posix.h"

static ucontext_t here, there;
static char stack[STACK_SIZE];
static long counted;

static void bounce(void)
{
    for (;;) {
        counted++;
        swapcontext(&there, &here);
    }
}

FIGURE(switch, NS)
{
    long trips = n / 2 + 1;

    make(&there, bounce, stack, NULL);
    swapcontext(&here, &there);
    counted = 0;
    bench_start();
    for (long i = 0; i < trips; i++) {
        swapcontext(&here, &there);
        counted++;
    }
    return bench_stop(2 * trips, counted);
}
