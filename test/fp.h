/* SPDX-License-Identifier: MIT */
/*
 * The words of the x87 and SSE units, read and written whole, so that tests
 * can give a context any state and compare all of it.  Only x86 has them.
 */
#ifndef FP_H
#define FP_H

#include "t.h"

#if defined(__x86_64__) || defined(__i386__)
#define FP_WORDS 1

#define X87_DEFAULT        0x037f
#define X87_SINGLE         0x007f /* 24 bits of precision */
#define X87_FLAGS          0x3f
#define X87_INVALID        0x01
#define X87_ZERO           0x04
#define X87_SUMMARY        0x8080 /* an unmasked exception is pending (ES, B) */
#define MXCSR_DEFAULT      0x1f80
#define MXCSR_FLAGS        0x3f
#define MXCSR_INVALID      0x001
#define MXCSR_ZERO         0x004
#define MXCSR_MASKS(flags) ((flags) << 7)

struct fp_words {
    uint16_t control, status; /* of the x87 */
    uint32_t mxcsr;
};

/* What fnstenv stores and fldenv loads, in 32-bit and 64-bit mode. */
struct fp_image {
    uint16_t control, unused0, status, unused1, tags, unused2;
    uint32_t last[4];
};

/* Raises nothing, whatever is pending; the tags are left out: see fp_image. */
T_UNUSED static struct fp_words fp_read(void)
{
    struct fp_words now;

    __asm__ volatile("fnstcw %0\n\tfnstsw %1\n\tstmxcsr %2"
                     : "=m"(now.control), "=m"(now.status), "=m"(now.mxcsr));
    return now;
}

/* An unmasked exception in `status` becomes pending; it is not raised. */
T_UNUSED static void fp_write(struct fp_words words)
{
    struct fp_image image = {words.control, 0, words.status, 0, 0xffff, 0, {0}};

    if (words.status & X87_FLAGS & ~words.control)
        image.status |= X87_SUMMARY;
    __asm__ volatile("fnclex\n\tfldenv %0\n\tldmxcsr %1"
                     :
                     : "m"(image), "m"(words.mxcsr));
}

/* The default state, nothing pending. */
T_UNUSED static void fp_reset(void)
{
    fp_write((struct fp_words){X87_DEFAULT, 0, MXCSR_DEFAULT});
}

/* Without a line of C between, in which the compiler could use the SSE unit. */
T_UNUSED static void x87_divide_by_zero(void)
{
    __asm__ volatile("fldz\n\tfld1\n\tfdivp\n\tfwait\n\tfstp %%st(0)" ::
                         : "memory");
}

T_UNUSED __attribute__((target("sse2"))) static void sse_divide_by_zero(void)
{
    static const volatile double one = 1, zero = 0;

    __asm__ volatile("movsd %0, %%xmm0\n\tdivsd %1, %%xmm0"
                     :
                     : "m"(one), "m"(zero)
                     : "xmm0", "memory");
}

/* Raises what is pending. */
T_UNUSED static void x87_wait(void)
{
    __asm__ volatile("fwait" ::: "memory");
}

#define EXPECT_FP(got, want)                      \
    do {                                          \
        EXPECT_EQ((got).control, (want).control); \
        EXPECT_EQ((got).status, (want).status);   \
        EXPECT_EQ((got).mxcsr, (want).mxcsr);     \
    } while (0)
#endif

#endif
