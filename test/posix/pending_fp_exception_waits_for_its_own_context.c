/* SPDX-License-Identifier: MIT */
/*
 * The x87 reports an exception at the next instruction that waits.  One that is
 * pending when its context is left is raised when it goes on, not before: not
 * by the switch, nor in another context, one that has the same exception
 * pending or one with none.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"

#include <setjmp.h>

#ifdef FP_WORDS
enum { CONTEXTS = 4, ROUNDS = 500 };

static ucontext_t context[CONTEXTS];
static sigjmp_buf recover;
static volatile int raised, expected;

/* Two with an exception pending that differ in the control word alone. */
static const struct fp_words words[CONTEXTS] = {
    {X87_DEFAULT & ~X87_ZERO, X87_ZERO, MXCSR_DEFAULT},
    {X87_SINGLE & ~X87_ZERO, X87_ZERO, MXCSR_DEFAULT},
    {X87_DEFAULT, X87_ZERO, MXCSR_DEFAULT},
    {X87_DEFAULT, 0, MXCSR_DEFAULT},
};

static void on_fpe(int sig)
{
    (void)sig;
    if (!expected) {
        static const char text[] = "SIGFPE where nothing is pending\n";

        if (write(1, text, sizeof text - 1))
            _exit(1);
    }
    raised++;
    siglongjmp(recover, 1);
}

static __attribute__((noinline)) void wait_for_it(void)
{
    if (sigsetjmp(recover, 1) == 0)
        x87_wait();
}

static void wait_for_mine(int me)
{
    int pending = (words[me].status & ~words[me].control) != 0;

    for (int i = 0; i < ROUNDS; i++) {
        int before;
        int next = (me + 1 + i / 3 % (CONTEXTS - 1)) % CONTEXTS;
        struct fp_words now;

        if (me != 0)
            next = 0;
        fp_write(words[me]);
        swapcontext(&context[me], &context[next]);
        now = fp_read();
        before = raised;
        expected = pending;
        wait_for_it();
        expected = 0;
        fp_reset();
        EXPECT_EQ(now.control, words[me].control);
        EXPECT_EQ(raised, before + pending);
    }
}

static void make(int i)
{
    static char stack[CONTEXTS][64 * 1024];

    MUST(getcontext(&context[i]) == 0);
    context[i].uc_stack.ss_sp = stack[i];
    context[i].uc_stack.ss_size = sizeof stack[i];
    context[i].uc_link = &context[0];
    makecontext(&context[i], (void (*)(void))wait_for_mine, 1, i);
}

TEST(pending_fp_exception_waits_for_its_own_context)
{
    struct sigaction action = {.sa_handler = on_fpe};

    sigaction(SIGFPE, &action, NULL);
    for (int i = 1; i < CONTEXTS; i++)
        make(i);
    wait_for_mine(0);
    EXPECT(raised >= ROUNDS);
}
#else
TEST(pending_fp_exception_waits_for_its_own_context)
{
    SKIP("this architecture has no x87");
}
#endif
