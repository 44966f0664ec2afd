/* SPDX-License-Identifier: MIT */
/* A switch: co_call() there, co_resume() back. */
#include <pcl.h>
#include <stddef.h>

#include "../bench.h"

static char stack[STACK_SIZE];
static long counted;

static void bounce(void *data)
{
    (void)data;
    for (;;) {
        counted++;
        co_resume();
    }
}

FIGURE(switch, NS)
{
    long trips = n / 2 + 1;
    coroutine_t there;
    double ns;

    co_thread_init();
    there = co_create(bounce, NULL, stack, sizeof stack);
    co_call(there);
    counted = 0;
    bench_start();
    for (long i = 0; i < trips; i++) {
        co_call(there);
        counted++;
    }
    ns = bench_stop(2 * trips, counted);
    co_delete(there);
    return ns;
}
