/* SPDX-License-Identifier: MIT */
/* A switch among `at` fibers that are resumed in turn, and resume their resumer
 * at once; two a turn.  On pooled stacks. */
#include <boost/context/fiber.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <vector>

#include "../bench.h"

namespace bc = boost::context;

static std::vector<bc::fiber> ring;
static long counted;

static bc::fiber bounce(bc::fiber &&from)
{
    for (;;) {
        counted++;
        from = std::move(from).resume();
    }
    return std::move(from);
}

static void create(long n)
{
    static bc::pooled_fixedsize_stack allocator(STACK_SIZE);

    for (long i = 0; i < n; i++)
        ring.push_back(
            bc::fiber(std::allocator_arg, allocator, bounce).resume());
}

FIGURE(many, NS)
{
    long turns = n / 2 / at + 1;

    if (ring.empty())
        create(at);
    counted = 0;
    bench_start();
    for (long turn = 0; turn < turns; turn++)
        for (long i = 0; i < at; i++) {
            ring[i] = std::move(ring[i]).resume();
            counted++;
        }
    return bench_stop(2 * turns * at, counted);
}
