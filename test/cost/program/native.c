/* SPDX-License-Identifier: MIT */
/*
 * native PATH N: goes a path through native contexts N times.
 */
#include <stdlib.h>
#include <string.h>
#include <uctx.h>

static struct uctx here;

static void *yielder(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_yield(self, value);
    return value;
}

static void *swapper(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_swap(self, &here, value);
    return value;
}

static void *end(struct uctx *self, void *value)
{
    (void)self;
    return value;
}

/* There and back: a resume and a yield. */
static void resume(long n)
{
    struct uctx *ctx = uctx_create(0, yielder);

    while (n-- > 0)
        uctx_resume(ctx, NULL);
}

/* There and back: two swaps. */
static void swap(long n)
{
    struct uctx *ctx = uctx_create(0, swapper);

    uctx_init(&here, NULL, NULL, 0);
    while (n-- > 0)
        uctx_swap(&here, ctx, NULL);
}

/* A context of the pool, from uctx_create() to uctx_destroy(). */
static void life(long n)
{
    while (n-- > 0) {
        struct uctx *ctx = uctx_create(0, end);

        uctx_resume(ctx, NULL);
        uctx_destroy(ctx);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*go)(long n);
    } paths[] = {{"resume", resume}, {"swap", swap}, {"life", life}};

    for (size_t i = 0; argc == 3 && i < sizeof paths / sizeof *paths; i++)
        if (strcmp(paths[i].name, argv[1]) == 0) {
            paths[i].go(atol(argv[2]));
            return 0;
        }
    return 2;
}
