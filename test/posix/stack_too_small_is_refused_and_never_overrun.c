/* SPDX-License-Identifier: MIT */
/*
 * For every alignment and size of uc_stack from nothing up, a context either
 * cannot be resumed, with ENOMEM, or runs, receives its arguments and returns;
 * and no byte outside the stack is written.  Never both, and never neither: a
 * stack with half a kilobyte above its arguments is enough here.
 *
 * glibc 2.36 writes below a stack that is too small.
 *
 * Build: TIMEOUT 120
 */
#include "t.h"

enum { FENCE = 1024, MAX_SIZE = 2048, ENOUGH = 512 };

static ucontext_t outer, inner;
static unsigned char memory[FENCE + 16 + MAX_SIZE + FENCE];
static unsigned char image[sizeof memory];
static volatile long ran;

static void take_none(void)
{
    ran = 1;
}

static void take_nine(long a, long b, long c, long d, long e, long f, long g,
                      long h, long i)
{
    ran = (a == 11) & (b == 12) & (c == 13) & (d == 14) & (e == 15) &
          (f == 16) & (g == 17) & (h == 18) & (i == 19);
}

static void take_many(long a, long b, long c, long d, long e, long f, long g,
                      long h, long i, long j, long k, long l, long m, long n,
                      long o, long p, long q, long r, long s, long t)
{
    ran = (a == 11) & (b == 12) & (c == 13) & (d == 14) & (e == 15) &
          (f == 16) & (g == 17) & (h == 18) & (i == 19) & (j == 20) &
          (k == 21) & (l == 22) & (m == 23) & (n == 24) & (o == 25) &
          (p == 26) & (q == 27) & (r == 28) & (s == 29) & (t == 30);
}

static const struct {
    void (*function)(void);
    int n;
} functions[] = {
    {take_none, 0},
    {(void (*)(void))take_nine, 9},
    {(void (*)(void))take_many, 20},
};

/* Resume it one way or the other: 0, or the errno it was refused with. */
static int resume(int by_swap)
{
    volatile int left = 0;
    volatile int result = 0;

    errno = 0;
    if (by_swap) {
        result = swapcontext(&outer, &inner);
    } else {
        getcontext(&outer);
        if (!left) {
            left = 1;
            result = setcontext(&inner);
        }
    }
    EXPECT(result == 0 || result == -1);
    return result == 0 ? 0 : errno;
}

static void try(size_t align, size_t size, int f, int by_swap)
{
    unsigned char *stack = memory + FENCE + align;
    size_t after = (size_t)(stack - memory) + size;
    int n = functions[f].n, err;

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = size;
    inner.uc_link = &outer;
    makecontext(&inner, functions[f].function, n, 11l, 12l, 13l, 14l, 15l, 16l,
                17l, 18l, 19l, 20l, 21l, 22l, 23l, 24l, 25l, 26l, 27l, 28l, 29l,
                30l);
    ran = 0;
    err = resume(by_swap);
    if (err == 0) {
        EXPECT_EQ(ran, 1);
    } else {
        EXPECT_EQ(err, ENOMEM);
        EXPECT_EQ(ran, 0);
        EXPECT(size < ENOUGH + n * sizeof(long));
    }
    if (memcmp(memory, image, (size_t)(stack - memory)) != 0 ||
        memcmp(memory + after, image + after, sizeof memory - after) != 0) {
        printf("written outside: align %zu, size %zu, %d arguments, errno %d\n",
               align, size, n, err);
        t_failures++;
    }
    memcpy(stack, image + (stack - memory), size);
}

TEST(stack_too_small_is_refused_and_never_overrun)
{
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = t_random();
    memcpy(memory, image, sizeof memory);
    for (size_t size = 0; size <= MAX_SIZE; size += size < 1024 ? 1 : 13)
        for (size_t align = 0; align < 16; align++)
            for (int f = 0; f < 3 && t_failures < 20; f++)
                try(align, size, f, (size + align) % 2);
}
