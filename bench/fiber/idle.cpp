/* SPDX-License-Identifier: MIT */
/* What idle fibers take, on Boost's stacks with guards. */
#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <vector>

#include "../bench.h"

namespace bc = boost::context;

static int create(long n)
{
    static std::vector<bc::fiber> idle;
    bc::protected_fixedsize_stack allocator(STACK_SIZE);

    for (long i = 0; i < n; i++)
        idle.push_back(
            bc::fiber(std::allocator_arg, allocator, [](bc::fiber &&from) {
                return std::move(from).resume();
            }).resume());
    return 0;
}

IDLE_FIGURES(create)
