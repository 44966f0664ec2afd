/* SPDX-License-Identifier: MIT */
/*
 * An exception that leaves a context is caught around its resume with every
 * register that the catcher uses as it was, whether the switch saves it or the
 * compiler does.  While the context ran all of them held something else.
 */
#include "t.h"
#include <uctx.h>

/* No architecture lacks four registers. */
#define HOLD(a, b, c, d, e, f, g, h)                           \
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d)); \
    __asm__ volatile("" : "+r"(e), "+r"(f), "+r"(g), "+r"(h))

static volatile long seed = 1;

__attribute__((noinline)) static void fill_registers()
{
    long a = -seed, b = a * 3, c = a * 5, d = a * 7, e = a * 11, f = a * 13,
         g = a * 17, h = a * 19;

    HOLD(a, b, c, d, e, f, g, h);
    seed += a + b + c + d + e + f + g + h == 0;
}

static void *thrower(struct uctx *self, void *value)
{
    fill_registers();
    uctx_yield(self, value);
    fill_registers();
    throw 1;
}

__attribute__((noinline)) static int keeps(struct uctx *ctx, long x)
{
    long a = x, b = x * 3, c = x * 5, d = x * 7, e = x * 11, f = x * 13,
         g = x * 17, h = x * 19;
    int caught = 0;

    HOLD(a, b, c, d, e, f, g, h);
    try {
        uctx_resume(ctx, NULL);
    } catch (int n) {
        caught = n;
    }
    HOLD(a, b, c, d, e, f, g, h);
    return caught && a == x && b == x * 3 && c == x * 5 && d == x * 7 &&
           e == x * 11 && f == x * 13 && g == x * 17 && h == x * 19;
}

TEST(registers_survive_an_exception_from_a_context)
{
    struct uctx *ctx = uctx_create(0, thrower);

    uctx_resume(ctx, NULL);
    EXPECT(keeps(ctx, seed + 22));
    uctx_destroy(ctx);
}
