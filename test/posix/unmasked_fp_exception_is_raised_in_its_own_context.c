/* SPDX-License-Identifier: MIT */
/*
 * One context has unmasked division by zero and gets SIGFPE for it; another
 * divides by zero in silence.  In the x87 and in the SSE unit, in turn.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"

#include <setjmp.h>

#ifdef FP_WORDS
static ucontext_t outer, inner;
static sigjmp_buf recover;
static volatile int raised, expected, use_sse;

static void on_fpe(int sig)
{
    (void)sig;
    raised++;
    if (!expected) {
        static const char text[] = "SIGFPE in a context that masks it\n";

        if (write(1, text, sizeof text - 1))
            _exit(1);
    }
    siglongjmp(recover, 1);
}

static void divide(void)
{
    if (use_sse)
        sse_divide_by_zero();
    else
        x87_divide_by_zero();
}

static __attribute__((noinline)) void divide_and_recover(void)
{
    if (sigsetjmp(recover, 1) == 0)
        divide();
}

static void divide_in_silence(void)
{
    for (;;) {
        struct fp_words now;

        expected = 0;
        divide();
        now = fp_read();
        EXPECT(use_sse ? now.mxcsr & MXCSR_ZERO : now.status & X87_ZERO);
        fp_reset();
        swapcontext(&inner, &outer);
    }
}

TEST(unmasked_fp_exception_is_raised_in_its_own_context)
{
    struct sigaction action = {.sa_handler = on_fpe};

    sigaction(SIGFPE, &action, NULL);
    fp_reset();
    t_context(&inner, divide_in_silence, NULL);
    for (int i = 0; i < 1000; i++) {
        struct fp_words mine = {X87_DEFAULT & ~X87_ZERO, 0,
                                MXCSR_DEFAULT & ~MXCSR_MASKS(MXCSR_ZERO)};

        use_sse = i & 1;
        fp_write(mine);
        swapcontext(&outer, &inner);
        expected = 1;
        divide_and_recover();
        fp_reset();
        EXPECT_EQ(raised, i + 1);
    }
}
#else
TEST(unmasked_fp_exception_is_raised_in_its_own_context)
{
    SKIP("this architecture has no x87 and SSE words");
}
#endif
