/* SPDX-License-Identifier: MIT */
/* A switch: jump_fcontext() there and back.  The pointer that they pass on
 * counts. */
#include <boost/context/detail/fcontext.hpp>

#include "../bench.h"

namespace bcd = boost::context::detail;

static char stack[STACK_SIZE];

static void bounce(bcd::transfer_t t)
{
    for (;;)
        t = bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
}

FIGURE(switch, NS)
{
    bcd::transfer_t t = {
        bcd::make_fcontext(stack + sizeof stack, sizeof stack, bounce), 0};
    long trips = n / 2 + 1;

    t = bcd::jump_fcontext(t.fctx, 0);
    t.data = 0;
    bench_start();
    for (long i = 0; i < trips; i++)
        t = bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
    return bench_stop(2 * trips, (long)t.data);
}
