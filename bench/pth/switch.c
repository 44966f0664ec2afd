/* SPDX-License-Identifier: MIT */
/* A switch: pth_uctx_switch() there and back, without Pth's scheduler. */
#include <pth.h>
#include <stddef.h>

#include "../bench.h"

static pth_uctx_t here, there;
static char stack[STACK_SIZE];
static long counted;

static void bounce(void *data)
{
    (void)data;
    for (;;) {
        counted++;
        pth_uctx_switch(there, here);
    }
}

FIGURE(switch, NS)
{
    long trips = n / 2 + 1;
    double ns;

    pth_init();
    pth_uctx_create(&here);
    pth_uctx_create(&there);
    pth_uctx_make(there, stack, sizeof stack, NULL, bounce, NULL, here);
    pth_uctx_switch(here, there);
    counted = 0;
    bench_start();
    for (long i = 0; i < trips; i++) {
        pth_uctx_switch(here, there);
        counted++;
    }
    ns = bench_stop(2 * trips, counted);
    pth_uctx_destroy(there);
    pth_uctx_destroy(here);
    return ns;
}
