/* SPDX-License-Identifier: MIT */
/* getcontext(), makecontext(), run it, and return through uc_link: on a stack
 * that is there, and on one that is mapped with a guard for it. */
#include "posix.h"

static ucontext_t here, there;
static char own[STACK_SIZE];
static long counted;

static void once(void)
{
    counted++;
}

static void live(void *stack)
{
    make(&there, once, stack, &here);
    swapcontext(&here, &there);
}

FIGURE(life, NS)
{
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++)
        live(own);
    return bench_stop(n, counted);
}

FIGURE(guarded, NS)
{
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++) {
        char *map = mmap(NULL, STACK_SIZE + 4096, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        mprotect(map, 4096, PROT_NONE);
        live(map + 4096);
        munmap(map, STACK_SIZE + 4096);
    }
    return bench_stop(n, counted);
}
