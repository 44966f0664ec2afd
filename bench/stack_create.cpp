/* SPDX-License-Identifier: MIT */
/*
 * What it costs to make a context, run it to its end and destroy it: ours on a
 * guarded stack from the pool, and Boost.Context's on stacks of its
 * pooled_fixedsize (no guard) and protected_fixedsize (a guard), all of 64 KiB;
 * its fiber, which is what it offers to programs, and the fcontext below that.
 * The median of several rounds that take turns; the second number is the ratio
 * to Boost's pooled fiber.
 */
#include <algorithm>
#include <boost/context/fiber.hpp>
#include <boost/context/detail/fcontext.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstdio>
#include <ctime>
#include <uctx.h>
#include <vector>

namespace bc = boost::context;

static const size_t SIZE = 65536;

static void *entry(struct uctx *self, void *value)
{
    (void)self;
    return value;
}

static void ours(long n)
{
    for (long i = 0; i < n; i++) {
        struct uctx *ctx = uctx_create(SIZE, entry);

        uctx_resume(ctx, NULL);
        uctx_destroy(ctx);
    }
}

static void ours_stack(long n)
{
    for (long i = 0; i < n; i++) {
        struct uctx_stack stack;

        uctx_stack_alloc(&stack, SIZE);
        uctx_stack_free(&stack);
    }
}

static void boost_entry(bc::detail::transfer_t from)
{
    bc::detail::jump_fcontext(from.fctx, from.data);
}

template <class Allocator> static void boost_on(Allocator &allocator, long n)
{
    for (long i = 0; i < n; i++) {
        bc::stack_context stack = allocator.allocate();
        bc::detail::fcontext_t ctx =
            bc::detail::make_fcontext(stack.sp, stack.size, boost_entry);

        bc::detail::jump_fcontext(ctx, 0);
        allocator.deallocate(stack);
    }
}

static void boost_pooled(long n)
{
    static bc::pooled_fixedsize_stack allocator(SIZE);

    boost_on(allocator, n);
}

static void boost_protected(long n)
{
    static bc::protected_fixedsize_stack allocator(SIZE);

    boost_on(allocator, n);
}

template <class Allocator> static void fiber_on(Allocator &allocator, long n)
{
    for (long i = 0; i < n; i++) {
        bc::fiber ctx(std::allocator_arg, allocator,
                      [](bc::fiber &&from) { return std::move(from); });

        ctx = std::move(ctx).resume();
    }
}

static void fiber_pooled(long n)
{
    static bc::pooled_fixedsize_stack allocator(SIZE);

    fiber_on(allocator, n);
}

static void fiber_protected(long n)
{
    static bc::protected_fixedsize_stack allocator(SIZE);

    fiber_on(allocator, n);
}

struct subject {
    const char *name;
    void (*run)(long n);
    long n;
    std::vector<double> ns;
};

static double now()
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

int main()
{
    struct subject subjects[] = {
        {"Boost fiber, pooled, no guard", fiber_pooled, 100000, {}},
        {"Boost fiber, protected: a guard", fiber_protected, 2000, {}},
        {"Boost fcontext, pooled, no guard", boost_pooled, 100000, {}},
        {"Boost fcontext, protected: a guard", boost_protected, 2000, {}},
        {"uctx_create, guard", ours, 200000, {}},
        {"uctx_stack_alloc and _free alone", ours_stack, 200000, {}},
    };
    double base = 0;

    for (int round = 0; round < 25; round++)
        for (struct subject &s : subjects) {
            double start = now();

            s.run(s.n);
            if (round >= 2) /* warm */
                s.ns.push_back((now() - start) / s.n);
        }
    for (struct subject &s : subjects) {
        std::nth_element(s.ns.begin(), s.ns.begin() + s.ns.size() / 2,
                         s.ns.end());
        double ns = s.ns[s.ns.size() / 2];

        base = base != 0 ? base : ns;
        std::printf("%-34s %10.1f ns %8.3f\n", s.name, ns, ns / base);
    }
}
