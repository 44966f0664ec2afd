/* SPDX-License-Identifier: MIT */
/* getcontext() alone. */
#include "posix.h"

FIGURE(get, NS)
{
    ucontext_t ctx;
    long counted = 0;

    bench_start();
    for (long i = 0; i < n; i++)
        counted += getcontext(&ctx) == 0;
    return bench_stop(n, counted);
}
