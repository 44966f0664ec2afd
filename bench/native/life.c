/* SPDX-License-Identifier: MIT */
/* Make a context, run it, let it return and forget it: on a stack that is
 * there, and on a guarded one from the pool. */
#include <uctx.h>

#include "../bench.h"

static void *once(struct uctx *self, void *value)
{
    (void)self;
    return (char *)value + 1;
}

FIGURE(life, NS)
{
    static char own[STACK_SIZE];
    const struct uctx_stack stack = {own, sizeof own};
    struct uctx ctx;
    char *value = NULL;

    bench_start();
    for (long i = 0; i < n; i++) {
        uctx_init(&ctx, &stack, once, 0);
        value = uctx_resume(&ctx, value);
        uctx_fini(&ctx);
    }
    return bench_stop(n, (long)value);
}

FIGURE(guarded, NS)
{
    char *value = NULL;

    bench_start();
    for (long i = 0; i < n; i++) {
        struct uctx *ctx = uctx_create(STACK_SIZE, once);

        value = uctx_resume(ctx, value);
        uctx_destroy(ctx);
    }
    return bench_stop(n, (long)value);
}
