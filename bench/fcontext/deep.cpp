/* SPDX-License-Identifier: MIT */
/* A switch, and `at` calls and returns: see posix/deep.c. */
#include <boost/context/detail/fcontext.hpp>

#include "../bench.h"

namespace bcd = boost::context::detail;

static char stack[STACK_SIZE];
static long depth;

NOINLINE static bcd::transfer_t down_here(long left, bcd::transfer_t t)
{
    if (left == 0)
        t = bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
    else
        t = down_here(left - 1, t);
    KEEP;
    return t;
}

NOINLINE static bcd::transfer_t down_there(long left, bcd::transfer_t t)
{
    if (left == 0)
        t = bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
    else
        t = down_there(left - 1, t);
    KEEP;
    return t;
}

static void bounce(bcd::transfer_t t)
{
    for (;;)
        t = down_there(depth, t);
}

FIGURE(deep, NS)
{
    bcd::transfer_t t = {
        bcd::make_fcontext(stack + sizeof stack, sizeof stack, bounce), 0};
    long trips = n / 2 + 1;

    depth = at;
    t = bcd::jump_fcontext(t.fctx, 0);
    t.data = 0;
    bench_start();
    for (long i = 0; i < trips; i++)
        t = down_here(depth, t);
    return bench_stop(2 * trips, (long)t.data);
}
