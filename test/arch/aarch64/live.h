/* SPDX-License-Identifier: MIT */
/*
 * Values of each kind of register, one more than a compiler has for them.
 */
#ifndef LIVE_H
#define LIVE_H

#define EACH_8(_)  _(0) _(1) _(2) _(3) _(4) _(5) _(6) _(7)
#define EACH_16(_) EACH_8(_) _(8) _(9) _(10) _(11) _(12) _(13) _(14) _(15)
#define EACH_24(_) EACH_16(_) _(16) _(17) _(18) _(19) _(20) _(21) _(22) _(23)
#define EACH_32(_) EACH_24(_) _(24) _(25) _(26) _(27) _(28) _(29) _(30) _(31)

#define FILL_X(n)  unsigned long x##n = seed * 3 + n;
#define HOLD_X(n)  __asm__ volatile("" : "+r"(x##n));
#define CHECK_X(n) EXPECT_EQ(x##n, seed * 3 + n);

typedef unsigned long live_vector __attribute__((vector_size(16)));
#define FILL_V(n)  live_vector v##n = {seed * 5 + n, seed * 7 + n};
#define HOLD_V(n)  __asm__ volatile("" : "+w"(v##n));
#define CHECK_V(n) EXPECT(v##n[0] == seed * 5 + n && v##n[1] == seed * 7 + n);

/* Every register that is nobody's gets another value. */
__attribute__((noinline)) static void live_trash(void)
{
#define TRASH_V(n) "movi v" #n ".16b, 255\n\t"
    __asm__ volatile(
        "mov x0, -1\n\tmov x1, -1\n\tmov x2, -1\n\tmov x3, -1\n\tmov x4, -1\n\t"
        "mov x5, -1\n\tmov x6, -1\n\tmov x7, -1\n\tmov x8, -1\n\tmov x9, -1\n\t"
        "mov x10, -1\n\tmov x11, -1\n\tmov x12, -1\n\tmov x13, -1\n\t"
        "mov x14, -1\n\tmov x15, -1\n\tmov x16, -1\n\tmov x17, -1\n\t"
        "mov x20, -1\n\tmov x21, -1\n\tmov x22, -1\n\tmov x23, -1\n\t"
        "mov x24, -1\n\tmov x25, -1\n\tmov x26, -1\n\tmov x27, -1\n\t"
        "mov x28, -1\n\tmov x30, -1\n\t" EACH_32(TRASH_V)::
            : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
              "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x20", "x21",
              "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x30", "v0",
              "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10",
              "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",
              "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
              "v29", "v30", "v31", "memory");
#ifdef __ARM_FEATURE_SVE
#define TRASH_Z(n) "mov z" #n ".b, -1\n\t"
#define TRASH_P(n) "pfalse p" #n ".b\n\t"
    __asm__ volatile(
        EACH_32(TRASH_Z) EACH_8(TRASH_P) "pfalse p15.b\n\twrffr p15.b" ::
            : "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10",
              "z11", "z12", "z13", "z14", "z15", "z16", "z17", "z18", "z19",
              "z20", "z21", "z22", "z23", "z24", "z25", "z26", "z27", "z28",
              "z29", "z30", "z31", "p0", "p1", "p2", "p3", "p4", "p5", "p6",
              "p7", "p15", "memory");
#endif
}

#ifdef __ARM_FEATURE_SVE
#include <arm_sve.h>

#define LIVE_KINDS 4
#define FILL_Z(n)  svuint64_t z##n = svindex_u64(seed * 11 + n, 3);
#define HOLD_Z(n)  __asm__ volatile("" : "+w"(z##n));
#define CHECK_Z(n)       \
    EXPECT(!svptest_any( \
        svptrue_b64(),   \
        svcmpne_u64(svptrue_b64(), z##n, svindex_u64(seed * 11 + n, 3))));
#define FILL_P(n)  svbool_t p##n = svwhilelt_b8_u64(0, (seed + n) % 16);
#define HOLD_P(n)  __asm__ volatile("" : "+Upa"(p##n));
#define CHECK_P(n) EXPECT_EQ(svcntp_b8(svptrue_b8(), p##n), (seed + n) % 16);
#define LIVE_SVE(name, SWITCH)                                              \
    __attribute__((noinline)) static void live_z_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_Z) EACH_32(HOLD_Z) SWITCH;                             \
        EACH_32(HOLD_Z) EACH_32(CHECK_Z)                                    \
    }                                                                       \
    __attribute__((noinline)) static void live_p_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_P) EACH_32(HOLD_P) SWITCH;                             \
        EACH_32(HOLD_P) EACH_32(CHECK_P)                                    \
    }
#define CALL_SVE(name, seed) live_z_##name(seed), live_p_##name(seed)
#else
#define LIVE_KINDS 2
#define LIVE_SVE(name, SWITCH)
#define CALL_SVE(name, seed) ((void)0)
#endif

#define LIVE_ACROSS(name, SWITCH)                                           \
    __attribute__((noinline)) static void live_x_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_X) EACH_32(HOLD_X) SWITCH;                             \
        EACH_32(HOLD_X) EACH_32(CHECK_X)                                    \
    }                                                                       \
    __attribute__((noinline)) static void live_v_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_V) EACH_32(HOLD_V) SWITCH;                             \
        EACH_32(HOLD_V) EACH_32(CHECK_V)                                    \
    }                                                                       \
    LIVE_SVE(name, SWITCH)                                                  \
    static void live_across_##name(unsigned long seed)                      \
    {                                                                       \
        live_x_##name(seed);                                                \
        live_v_##name(seed);                                                \
        CALL_SVE(name, seed);                                               \
    }

#endif
