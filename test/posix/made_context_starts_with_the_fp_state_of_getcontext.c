/* SPDX-License-Identifier: MIT */
/*
 * The FP state of a context that was made is the one that getcontext() saved:
 * neither the default, nor that of makecontext() or of the first switch.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"

#ifdef FP_WORDS
static ucontext_t outer, inner;
static struct fp_words at_start;

static void look(void)
{
    at_start = fp_read();
}

TEST(made_context_starts_with_the_fp_state_of_getcontext)
{
    static char stack[64 * 1024];
    static const struct fp_words saved = {0x0b7f, 0x20, 0x7f90};
    static const struct fp_words other = {0x077f, 0x04, 0x3f81};

    fp_write(saved);
    getcontext(&inner);
    fp_write(other);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, look, 0);
    EXPECT_FP(fp_read(), other); /* makecontext touches none of it */
    swapcontext(&outer, &inner);
    EXPECT_FP(fp_read(), other); /* nor does the way back change ours */
    fp_reset();
    EXPECT_FP(at_start, saved);
}
#else
TEST(made_context_starts_with_the_fp_state_of_getcontext)
{
    SKIP("this architecture has no x87 and SSE words");
}
#endif
