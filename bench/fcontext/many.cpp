/* SPDX-License-Identifier: MIT */
/* A switch among `at` contexts that are jumped to in turn, and jump back at
 * once; two a turn.  On stacks without guards, cut from one mapping. */
#include <boost/context/detail/fcontext.hpp>
#include <sys/mman.h>
#include <vector>

#include "../bench.h"

namespace bcd = boost::context::detail;

static std::vector<bcd::fcontext_t> ring;

static void bounce(bcd::transfer_t t)
{
    for (;;)
        t = bcd::jump_fcontext(t.fctx, (char *)t.data + 1);
}

static int create(long n)
{
    char *stacks =
        (char *)mmap(NULL, (size_t)n * STACK_SIZE, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (stacks == MAP_FAILED)
        return -1;
    for (long i = 0; i < n; i++)
        ring.push_back(
            bcd::jump_fcontext(bcd::make_fcontext(stacks + (i + 1) * STACK_SIZE,
                                                  STACK_SIZE, bounce),
                               0)
                .fctx);
    return 0;
}

FIGURE(many, NS)
{
    long turns = n / 2 / at + 1;
    char *value = 0;

    if (ring.empty() && create(at) != 0)
        return NO_FIGURE;
    bench_start();
    for (long turn = 0; turn < turns; turn++)
        for (long i = 0; i < at; i++) {
            bcd::transfer_t t = bcd::jump_fcontext(ring[i], value + 1);

            ring[i] = t.fctx;
            value = (char *)t.data;
        }
    return bench_stop(2 * turns * at, (long)value);
}
