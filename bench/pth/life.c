/* SPDX-License-Identifier: MIT */
/* Make a context, run it and let it return: on a stack that is there, and one
 * from malloc(), which Pth takes by itself. */
#include <pth.h>
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
    pth_uctx_t here, there;
    double ns;

    pth_init();
    pth_uctx_create(&here);
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++) {
        pth_uctx_create(&there);
        pth_uctx_make(there, stack, STACK_SIZE, NULL, once, NULL, here);
        pth_uctx_switch(here, there);
        pth_uctx_destroy(there);
    }
    ns = bench_stop(n, counted);
    pth_uctx_destroy(here);
    return ns;
}

FIGURE(life, NS)
{
    return live(own, n);
}

FIGURE(pooled, NS)
{
    return live(NULL, n);
}
