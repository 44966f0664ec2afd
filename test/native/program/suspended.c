/* SPDX-License-Identifier: MIT */
/*
 * Stops in look_here() with contexts in every state, for gdb to look at: a
 * thousand of them, native ones in a chain of functions, and a ucontext_t.
 */
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <uctx.h>

#define NOINLINE __attribute__((__noinline__))

static ucontext_t outer;
ucontext_t posix;
struct uctx *sleeper, *fresh, *done, *busy, own;
static char stack[2][65536];

NOINLINE void look_here(void)
{
    static volatile int here;

    here++;
}

NOINLINE int deep(struct uctx *self, int depth)
{
    volatile int local = depth * 11;

    if (depth > 0)
        return deep(self, depth - 1) + local;
    uctx_yield(self, NULL);
    return local;
}

NOINLINE static void *sleeps(struct uctx *self, void *value)
{
    (void)value;
    return deep(self, 3) ? self : NULL;
}

static void *ends(struct uctx *self, void *value)
{
    (void)self;
    return value;
}

static void *looks(struct uctx *self, void *value)
{
    (void)self;
    look_here();
    return value;
}

NOINLINE void posix_deep(int depth)
{
    volatile int local = depth * 7;

    if (depth > 0)
        posix_deep(depth - 1);
    else
        swapcontext(&posix, &outer);
    local++;
}

static void posix_entry(void)
{
    posix_deep(2);
}

int main(void)
{
    struct uctx_stack mine = {stack[1], sizeof stack[1]};

    for (int i = 0; i < 1000; i++)
        if (uctx_create(4096, ends) == NULL)
            return 1;
    sleeper = uctx_create(0, sleeps);
    fresh = uctx_create(0, sleeps);
    done = uctx_create(0, ends);
    busy = uctx_create(0, looks);
    uctx_set_name(sleeper, "sleeper");
    uctx_resume(sleeper, NULL);
    uctx_resume(done, NULL);
    uctx_init(&own, &mine, sleeps, 0);
    uctx_resume(&own, NULL);

    getcontext(&posix);
    posix.uc_stack.ss_sp = stack[0];
    posix.uc_stack.ss_size = sizeof stack[0];
    posix.uc_link = NULL;
    makecontext(&posix, posix_entry, 0);
    swapcontext(&outer, &posix);

    uctx_resume(busy, NULL);
    return 0;
}
