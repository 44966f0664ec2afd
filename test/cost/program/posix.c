/* SPDX-License-Identifier: MIT */
/*
 * posix PATH N: goes a path through the four functions N times.
 */
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

static ucontext_t here, there;
static char stack[64 * 1024];

static void make(void (*entry)(void))
{
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, entry, 0);
}

static void bounce(void)
{
    for (;;)
        swapcontext(&there, &here);
}

static void end(void)
{
}

/* There and back: two swapcontext. */
static void swap(long n)
{
    make(bounce);
    while (n-- > 0)
        swapcontext(&here, &there);
}

static void get(long n)
{
    while (n-- > 0)
        getcontext(&here);
}

static void set(volatile long n)
{
    getcontext(&here);
    if (n-- > 0)
        setcontext(&here);
}

/* getcontext, makecontext, swapcontext, and the return to uc_link. */
static void life(long n)
{
    while (n-- > 0) {
        make(end);
        swapcontext(&here, &there);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*go)(long n);
    } paths[] = {{"swap", swap}, {"get", get}, {"set", set}, {"life", life}};

    for (size_t i = 0; argc == 3 && i < sizeof paths / sizeof *paths; i++)
        if (strcmp(paths[i].name, argv[1]) == 0) {
            paths[i].go(atol(argv[2]));
            return 0;
        }
    return 2;
}
