/* SPDX-License-Identifier: MIT */
/*
 * Saving changes nothing: fnstenv, the obvious instruction for it, masks all
 * exceptions.  Nor does the stack of x87 registers, empty at a call, fill.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"

#ifdef FP_WORDS
TEST(getcontext_leaves_the_fp_state_as_it_is)
{
    static const struct fp_words states[] = {
        {X87_DEFAULT, 0, MXCSR_DEFAULT},
        {0x0340, 0x00, 0x0000},
        {0x0f7b, 0x3b, 0xff3f},
        {0x007b, 0x04 | X87_SUMMARY, 0x5f84},
    };
    static ucontext_t uc;

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct fp_words now;
        struct fp_image image;

        fp_write(states[i]);
        getcontext(&uc);
        now = fp_read();
        __asm__ volatile("fnstenv %0" : "=m"(image));
        fp_reset();
        EXPECT_FP(now, states[i]);
        EXPECT_EQ(image.tags, 0xffff);
    }
}
#else
TEST(getcontext_leaves_the_fp_state_as_it_is)
{
    SKIP("this architecture has no x87 and SSE words");
}
#endif
