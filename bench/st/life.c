/* SPDX-License-Identifier: MIT */
/* Make a thread, run it, let it return and join it: on a stack from the pool
 * that State Threads keeps, without a guard. */
#include <st.h>
#include <stddef.h>

#include "../bench.h"

static long counted;

static void *once(void *arg)
{
    counted++;
    return arg;
}

FIGURE(pooled, NS)
{
    st_init();
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++)
        st_thread_join(st_thread_create(once, NULL, 1, STACK_SIZE), NULL);
    return bench_stop(n, counted);
}
