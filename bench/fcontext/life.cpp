/* SPDX-License-Identifier: MIT */
/* Make a context, run it and let it jump back for good: on a stack that is
 * there, one from Boost's pool, without a guard, and one of Boost's with a
 * guard. */
#include <boost/context/detail/fcontext.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

#include "../bench.h"

namespace bc = boost::context;
namespace bcd = boost::context::detail;

static void once(bcd::transfer_t t)
{
    bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
}

static char *live(void *top, size_t size, char *value)
{
    return (char *)bcd::jump_fcontext(bcd::make_fcontext(top, size, once),
                                      value)
        .data;
}

FIGURE(life, NS)
{
    static char own[STACK_SIZE];
    char *value = 0;

    bench_start();
    for (long i = 0; i < n; i++)
        value = live(own + sizeof own, sizeof own, value);
    return bench_stop(n, (long)value);
}

template <class Allocator> static double life_on(Allocator &allocator, long n)
{
    char *value = 0;

    bench_start();
    for (long i = 0; i < n; i++) {
        bc::stack_context stack = allocator.allocate();

        value = live(stack.sp, stack.size, value);
        allocator.deallocate(stack);
    }
    return bench_stop(n, (long)value);
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
