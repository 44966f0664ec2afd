/* SPDX-License-Identifier: MIT */
/* A switch: uctx_swap() there and back.  The value that they pass on counts. */
#include <uctx.h>

#include "../bench.h"

static struct uctx here;

static void *bounce(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_swap(self, &here, (char *)value + 1);
    return value;
}

FIGURE(switch, NS)
{
    struct uctx *there = uctx_create(STACK_SIZE, bounce);
    long trips = n / 2 + 1;
    char *value = NULL;
    double ns;

    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, there, NULL);
    bench_start();
    for (long i = 0; i < trips; i++)
        value = uctx_swap(&here, there, value + 1);
    ns = bench_stop(2 * trips, (long)value);
    uctx_destroy(there);
    return ns;
}
