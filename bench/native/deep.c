/* SPDX-License-Identifier: MIT */
/* A switch, and `at` calls and returns: see posix/deep.c. */
#include <uctx.h>

#include "../bench.h"

static long depth;

NOINLINE static char *down_here(long left, struct uctx *ctx, char *value)
{
    if (left == 0)
        value = uctx_resume(ctx, value + 1);
    else
        value = down_here(left - 1, ctx, value);
    KEEP;
    return value;
}

NOINLINE static char *down_there(long left, struct uctx *self, char *value)
{
    if (left == 0)
        value = uctx_yield(self, value + 1);
    else
        value = down_there(left - 1, self, value);
    KEEP;
    return value;
}

static void *bounce(struct uctx *self, void *value)
{
    for (;;)
        value = down_there(depth, self, value);
    return value;
}

FIGURE(deep, NS)
{
    struct uctx *ctx = uctx_create(STACK_SIZE, bounce);
    long trips = n / 2 + 1;
    char *value = NULL;
    double ns;

    depth = at;
    uctx_resume(ctx, NULL);
    bench_start();
    for (long i = 0; i < trips; i++)
        value = down_here(depth, ctx, value);
    ns = bench_stop(2 * trips, (long)value);
    uctx_destroy(ctx);
    return ns;
}
