/* SPDX-License-Identifier: MIT */
/*
 * 0 to 40 arguments arrive whole, whatever of them lies in registers and
 * whatever on the stack: integers as wide as a pointer, and ints of either
 * sign.  POSIX promises ints; on LP64 every libc passes pointers, too.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "t.h"

enum { MAX = 40 };

static ucontext_t outer, inner;
static char stack[64 * 1024];
static long sent[MAX];
static int calls;

/* clang-format off */
#define P1(T) T a1
#define P2(T) P1(T), T a2
#define P3(T) P2(T), T a3
#define P5(T) P3(T), T a4, T a5
#define P6(T) P5(T), T a6
#define P7(T) P6(T), T a7
#define P8(T) P7(T), T a8
#define P9(T) P8(T), T a9
#define P10(T) P9(T), T a10
#define P17(T) P10(T), T a11, T a12, T a13, T a14, T a15, T a16, T a17
#define P26(T) P17(T), T a18, T a19, T a20, T a21, T a22, T a23, T a24, T a25, \
               T a26
#define P40(T) P26(T), T a27, T a28, T a29, T a30, T a31, T a32, T a33, T a34, \
               T a35, T a36, T a37, T a38, T a39, T a40
#define V1 a1
#define V2 V1, a2
#define V3 V2, a3
#define V5 V3, a4, a5
#define V6 V5, a6
#define V7 V6, a7
#define V8 V7, a8
#define V9 V8, a9
#define V10 V9, a10
#define V17 V10, a11, a12, a13, a14, a15, a16, a17
#define V26 V17, a18, a19, a20, a21, a22, a23, a24, a25, a26
#define V40 V26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, \
            a39, a40
#define EACH(DO) DO(1) DO(2) DO(3) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) \
                 DO(17) DO(26) DO(40)
/* clang-format on */

static void check(const long *got, int n, int as_int)
{
    for (int i = 0; i < n; i++)
        EXPECT_EQ(got[i], as_int ? (int)sent[i] : sent[i]);
    calls++;
}

#define DEFINE(n)                          \
    static void take_longs_##n(P##n(long)) \
    {                                      \
        const long got[] = {V##n};         \
                                           \
        check(got, n, 0);                  \
    }                                      \
    static void take_ints_##n(P##n(int))   \
    {                                      \
        const long got[] = {V##n};         \
                                           \
        check(got, n, 1);                  \
    }
EACH(DEFINE)

static void take_none(void)
{
    calls++;
}

static void take_any(long n, ...)
{
    long got[MAX] = {n};
    va_list args;

    va_start(args, n);
    for (int i = 1; i < n; i++)
        got[i] = va_arg(args, long);
    va_end(args);
    check(got, (int)n, 0);
}

static const struct taker {
    int n;
    void (*longs)(void), (*ints)(void);
} takers[] = {{0, take_none, take_none},
#define ENTRY(n) \
    {n, (void (*)(void))take_longs_##n, (void (*)(void))take_ints_##n},
              EACH(ENTRY)};

static void prepare(void)
{
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack - t_random() % 16;
    inner.uc_link = &outer;
    memset(stack, 0x5a, sizeof stack);
    for (int i = 0; i < MAX; i++)
        sent[i] = t_random();
}

#define S10(i, T)                                                       \
    (T) sent[i], (T)sent[i + 1], (T)sent[i + 2], (T)sent[i + 3],        \
        (T)sent[i + 4], (T)sent[i + 5], (T)sent[i + 6], (T)sent[i + 7], \
        (T)sent[i + 8], (T)sent[i + 9]
#define SENT(T) S10(0, T), S10(10, T), S10(20, T), S10(30, T)

TEST(makecontext_passes_any_number_of_arguments)
{
    for (int round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof takers / sizeof *takers; i++) {
            const struct taker *t = &takers[i];

            calls = 0;
            prepare();
            makecontext(&inner, t->longs, t->n, SENT(long));
            EXPECT_EQ(swapcontext(&outer, &inner), 0);
            prepare();
            makecontext(&inner, t->ints, t->n, SENT(int));
            EXPECT_EQ(swapcontext(&outer, &inner), 0);
            EXPECT_EQ(calls, 2);
        }
        for (int n = 1; n <= MAX; n++) {
            calls = 0;
            prepare();
            sent[0] = n;
            makecontext(&inner, (void (*)(void))take_any, n, SENT(long));
            EXPECT_EQ(swapcontext(&outer, &inner), 0);
            EXPECT_EQ(calls, 1);
        }
    }
}
