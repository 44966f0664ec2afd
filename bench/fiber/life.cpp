/* SPDX-License-Identifier: MIT */
/* Make a fiber, run it and let it return: on a stack that is there, one from
 * Boost's pool, without a guard, and one of Boost's with a guard. */
#include <boost/context/fiber.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

#include "../bench.h"

namespace bc = boost::context;

static long counted;

/* Boost's way to a stack that is there: an allocator that gives nothing. */
struct own_stack {
    bc::stack_context allocate()
    {
        static char own[STACK_SIZE];
        bc::stack_context stack;

        stack.size = sizeof own;
        stack.sp = own + sizeof own;
        return stack;
    }
    void deallocate(bc::stack_context &)
    {
    }
};

template <class Allocator> static double life_on(Allocator &allocator, long n)
{
    counted = 0;
    bench_start();
    for (long i = 0; i < n; i++) {
        bc::fiber ctx(std::allocator_arg, allocator, [](bc::fiber &&from) {
            counted++;
            return std::move(from);
        });

        ctx = std::move(ctx).resume();
    }
    return bench_stop(n, counted);
}

FIGURE(life, NS)
{
    own_stack allocator;

    return life_on(allocator, n);
}

FIGURE(pooled, NS)
{
    static bc::pooled_fixedsize_stack allocator(STACK_SIZE);

    return life_on(allocator, n);
}

FIGURE(guarded, NS)
{
    static bc::protected_fixedsize_stack allocator(STACK_SIZE);

    return life_on(allocator, n);
}
