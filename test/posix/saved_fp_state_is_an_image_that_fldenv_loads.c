/* SPDX-License-Identifier: MIT */
/*
 * fpregs points at the struct's own save area, and what lies there is what
 * fnstenv would have stored: whoever loads it, glibc's setcontext say, gets the
 * saved words and an empty register stack.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"
#include "places.h"

#ifdef FP_WORDS
static ucontext_t outer, inner;

static void check_image(const ucontext_t *uc, struct fp_words saved)
{
    struct fp_words now;
    struct fp_image image;
    long double sum = 0;

    EXPECT(uc->uc_mcontext.fpregs == (fpregset_t)&uc->__fpregs_mem);
    EXPECT_EQ((uint32_t)places_at(uc, PLACES_MXCSR), saved.mxcsr);
    memcpy(&image, &uc->__fpregs_mem, sizeof image);
    __asm__ volatile("fnclex\n\tfldenv %0" : : "m"(image));
    now = fp_read();
    __asm__ volatile("fnstenv %0" : "=m"(image));
    fp_reset();
    EXPECT_EQ(now.control, saved.control);
    EXPECT_EQ(now.status, saved.status);
    EXPECT_EQ(image.tags, 0xffff);

    /* All eight registers can be filled: none overflows into a NaN. */
    memcpy(&image, &uc->__fpregs_mem, sizeof image);
    image.control = X87_DEFAULT;
    image.status &= 0x7f00;
    __asm__ volatile("fnclex\n\tfldenv %1\n\t"
                     "fld1\n\tfld1\n\tfld1\n\tfld1\n\t"
                     "fld1\n\tfld1\n\tfld1\n\tfld1\n\t"
                     "faddp\n\tfaddp\n\tfaddp\n\tfaddp\n\t"
                     "faddp\n\tfaddp\n\tfaddp\n\tfstpt %0"
                     : "=m"(sum)
                     : "m"(image));
    fp_reset();
    EXPECT(sum == 8);
}

static const struct fp_words states[] = {
    {X87_DEFAULT, 0, MXCSR_DEFAULT},
    {0x0b7f, 0x21, 0x7f90},
    {0x007b, 0x04 | X87_SUMMARY, 0x5f84},
};
static size_t state;

static void look_at_outer(void)
{
    for (;;) {
        fp_reset();
        check_image(&outer, states[state]);
        swapcontext(&inner, &outer);
    }
}

TEST(saved_fp_state_is_an_image_that_fldenv_loads)
{
    static ucontext_t uc;

    t_context(&inner, look_at_outer, NULL);
    for (; state < sizeof states / sizeof *states; state++) {
        memset(&uc, 0xa5, sizeof uc);
        memset(&outer, 0xa5, sizeof outer);
        fp_write(states[state]);
        getcontext(&uc);
        fp_reset();
        check_image(&uc, states[state]);

        fp_write(states[state]);
        swapcontext(&outer, &inner);
        fp_reset();
    }
}
#else
TEST(saved_fp_state_is_an_image_that_fldenv_loads)
{
    SKIP("this architecture has no x87 environment");
}
#endif
