/* SPDX-License-Identifier: MIT */
/* A switch: two threads that wake each other and wait, which is how State
 * Threads hands on; its scheduler takes part. */
#include <st.h>
#include <stddef.h>

#include "../bench.h"

static st_cond_t go[2];
static long counted, trips;

static void *bounce(void *arg)
{
    int me = arg != NULL;

    for (long i = 0; i < trips; i++) {
        st_cond_wait(go[me]);
        counted++;
        st_cond_signal(go[!me]);
    }
    return NULL;
}

FIGURE(switch, NS)
{
    st_thread_t threads[2];

    st_init();
    trips = n / 2 + 1;
    for (int i = 0; i < 2; i++) {
        go[i] = st_cond_new();
        threads[i] = st_thread_create(bounce, i ? go : NULL, 1, STACK_SIZE);
    }
    st_usleep(0); /* both wait now */
    counted = 0;
    bench_start();
    st_cond_signal(go[0]);
    for (int i = 0; i < 2; i++)
        st_thread_join(threads[i], NULL);
    return bench_stop(2 * trips, counted);
}
