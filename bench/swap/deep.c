/* SPDX-License-Identifier: MIT */
/* A switch, and `at` calls and returns: see posix/deep.c. */
#include <uctx.h>

#include "../bench.h"

static struct uctx here, *there;
static long depth;

NOINLINE static char *down_here(long left, char *value)
{
    if (left == 0)
        value = uctx_swap(&here, there, value + 1);
    else
        value = down_here(left - 1, value);
    KEEP;
    return value;
}

NOINLINE static char *down_there(long left, char *value)
{
    if (left == 0)
        value = uctx_swap(there, &here, value + 1);
    else
        value = down_there(left - 1, value);
    KEEP;
    return value;
}

static void *bounce(struct uctx *self, void *value)
{
    (void)self;
    for (;;)
        value = down_there(depth, value);
    return value;
}

FIGURE(deep, NS)
{
    long trips = n / 2 + 1;
    char *value = NULL;
    double ns;

    depth = at;
    there = uctx_create(STACK_SIZE, bounce);
    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, there, NULL);
    bench_start();
    for (long i = 0; i < trips; i++)
        value = down_here(depth, value);
    ns = bench_stop(2 * trips, (long)value);
    uctx_destroy(there);
    return ns;
}
