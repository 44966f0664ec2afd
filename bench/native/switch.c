/* SPDX-License-Identifier: MIT */
/* A switch: uctx_resume() there, uctx_yield() back.  The value that they pass
 * on counts. */
#include <uctx.h>

#include "../bench.h"

static void *bounce(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_yield(self, (char *)value + 1);
    return value;
}

FIGURE(switch, NS)
{
    struct uctx *ctx = uctx_create(STACK_SIZE, bounce);
    long trips = n / 2 + 1;
    char *value = NULL;
    double ns;

    uctx_resume(ctx, NULL);
    bench_start();
    for (long i = 0; i < trips; i++)
        value = uctx_resume(ctx, value + 1);
    ns = bench_stop(2 * trips, (long)value);
    uctx_destroy(ctx);
    return ns;
}
