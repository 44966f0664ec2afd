/* SPDX-License-Identifier: MIT */
/* The yardstick: a plain call and return; two a turn, as there are two switches
 * in a round trip. */
#include <stddef.h>

#include "../bench.h"

NOINLINE static char *callee(char *value)
{
    __asm__ volatile("" : "+r"(value));
    return value + 1;
}

FIGURE(switch, NS)
{
    long trips = n / 2 + 1;
    char *value = NULL;

    bench_start();
    for (long i = 0; i < trips; i++) {
        value = callee(value);
        value = callee(value);
    }
    return bench_stop(2 * trips, (long)value);
}
