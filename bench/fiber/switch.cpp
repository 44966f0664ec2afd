/* SPDX-License-Identifier: MIT */
/* A switch: fiber::resume() there and back. */
#include <boost/context/fiber.hpp>

#include "../bench.h"

namespace bc = boost::context;

static long counted;

static bc::fiber bounce(bc::fiber &&from)
{
    for (;;) {
        counted++;
        from = std::move(from).resume();
    }
    return std::move(from);
}

FIGURE(switch, NS)
{
    bc::fiber there(bounce);
    long trips = n / 2 + 1;

    there = std::move(there).resume();
    counted = 0;
    bench_start();
    for (long i = 0; i < trips; i++) {
        there = std::move(there).resume();
        counted++;
    }
    return bench_stop(2 * trips, counted);
}
