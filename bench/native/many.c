/* SPDX-License-Identifier: MIT */
/* A switch among `at` contexts that are resumed in turn, and yield at once; two
 * a turn.  With PREFETCH each is announced so many turns before. */
#include <stdlib.h>
#include <uctx.h>

#include "../bench.h"

#ifndef PREFETCH
#define PREFETCH 0
#endif

static struct uctx **ring; /* PREFETCH of them twice, at the end again */

static void *bounce(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_yield(self, (char *)value + 1);
    return value;
}

static int create(long n)
{
    ring = malloc((size_t)(n + PREFETCH) * sizeof *ring);
    for (long i = 0; i < n; i++) {
        ring[i] = uctx_create(STACK_SIZE, bounce);
        if (ring[i] == NULL)
            return -1;
        uctx_resume(ring[i], NULL);
    }
    for (long i = 0; i < PREFETCH; i++)
        ring[n + i] = ring[i % n];
    return 0;
}

FIGURE(many, NS)
{
    long turns = n / 2 / at + 1;
    char *value = NULL;

    if (ring == NULL && create(at) != 0)
        return NO_FIGURE;
    bench_start();
    for (long turn = 0; turn < turns; turn++)
        for (long i = 0; i < at; i++) {
            if (PREFETCH != 0)
                uctx_prefetch(ring[i + PREFETCH]);
            value = uctx_resume(ring[i], value + 1);
        }
    return bench_stop(2 * turns * at, (long)value);
}
