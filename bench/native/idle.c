/* SPDX-License-Identifier: MIT */
/* What idle contexts take, on guarded stacks from the pool. */
#include <uctx.h>

#include "../bench.h"

static void *stop(struct uctx *self, void *value)
{
    return uctx_yield(self, value);
}

static int create(long n)
{
    for (long i = 0; i < n; i++) {
        struct uctx *ctx = uctx_create(STACK_SIZE, stop);

        if (ctx == NULL)
            return -1;
        uctx_resume(ctx, NULL);
    }
    return 0;
}

IDLE_FIGURES(create)
