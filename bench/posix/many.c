/* SPDX-License-Identifier: MIT */
/* A switch among `at` contexts: one that resumes each in turn, and they, who
 * return to it at once.  Two switches a turn. */
#include "posix.h"

static ucontext_t here, *ring;
static long counted, current;

static void bounce(void)
{
    for (;;) {
        counted++;
        swapcontext(&ring[current], &here);
    }
}

static int create(long n)
{
    char *stacks = mmap(NULL, (size_t)n * STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    ring = malloc((size_t)n * sizeof *ring);
    if (stacks == MAP_FAILED || ring == NULL)
        return -1;
    for (current = 0; current < n; current++) {
        make(&ring[current], bounce, stacks + current * STACK_SIZE, NULL);
        swapcontext(&here, &ring[current]);
    }
    return 0;
}

FIGURE(many, NS)
{
    long turns = n / 2 / at + 1;

    if (ring == NULL && create(at) != 0)
        return NO_FIGURE;
    counted = 0;
    bench_start();
    for (long turn = 0; turn < turns; turn++)
        for (current = 0; current < at; current++) {
            swapcontext(&here, &ring[current]);
            counted++;
        }
    return bench_stop(2 * turns * at, counted);
}
