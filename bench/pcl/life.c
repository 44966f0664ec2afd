/* SPDX-License-Identifier: MIT */
/* Make a coroutine, run it and let it end: on a stack that is there, and one
 * from malloc(), which libpcl takes by itself. */
#include <pcl.h>
#include <stddef.h>

#include "../bench.h"

static char own[STACK_SIZE];
static long counted;

static void once(void *data)
{
    (void)data;
    counted++;
}

static double live(char *stack, long n)
{
    co_thread_init();
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++)
        co_call(co_create(once, NULL, stack, STACK_SIZE));
    return bench_stop(n, counted);
}

FIGURE(life, NS)
{
    return live(own, n);
}

FIGURE(pooled, NS)
{
    return live(NULL, n);
}
