/* SPDX-License-Identifier: MIT */
/*
 * Values of each kind of register, one more than a compiler has for them.
 */
#ifndef LIVE_H
#define LIVE_H

/* clang-format off */
#define EACH_8(_) _(0) _(1) _(2) _(3) _(4) _(5) _(6) _(7)
#define EACH_32(_) EACH_8(_) _(8) _(9) _(10) _(11) _(12) _(13) _(14) _(15) \
    _(16) _(17) _(18) _(19) _(20) _(21) _(22) _(23) \
    _(24) _(25) _(26) _(27) _(28) _(29) _(30) _(31)
/* clang-format on */

#define FILL_X(n)  unsigned long x##n = seed * 3 + n;
#define HOLD_X(n)  __asm__ volatile("" : "+r"(x##n));
#define CHECK_X(n) EXPECT_EQ(x##n, seed * 3 + n);

#define FILL_F(n)  double f##n = (double)(seed * 5 + n);
#define HOLD_F(n)  __asm__ volatile("" : "+f"(f##n));
#define CHECK_F(n) EXPECT(f##n == (double)(seed * 5 + n));

/* Every register that is nobody's gets another value, here and not in a
 * function that would give some of them back. */
static inline __attribute__((always_inline)) void live_trash(void)
{
    __asm__ volatile(
        "li ra, -1\n\tli t0, -1\n\tli t1, -1\n\tli t2, -1\n\tli t3, -1\n\t"
        "li t4, -1\n\tli t5, -1\n\tli t6, -1\n\tli a0, -1\n\tli a1, -1\n\t"
        "li a2, -1\n\tli a3, -1\n\tli a4, -1\n\tli a5, -1\n\tli a6, -1\n\t"
        "li a7, -1\n\tli s1, -1\n\tli s2, -1\n\tli s3, -1\n\tli s4, -1\n\t"
        "li s5, -1\n\tli s6, -1\n\tli s7, -1\n\tli s8, -1\n\tli s9, -1\n\t"
        "li s10, -1\n\tli s11, -1" ::
            : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a0", "a1", "a2",
              "a3", "a4", "a5", "a6", "a7", "s1", "s2", "s3", "s4", "s5", "s6",
              "s7", "s8", "s9", "s10", "s11", "memory");
#define TRASH_F(n) "fmv.d.x f" #n ", zero\n\t"
    __asm__ volatile(EACH_32(TRASH_F)::
                         : "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8",
                           "f9", "f10", "f11", "f12", "f13", "f14", "f15",
                           "f16", "f17", "f18", "f19", "f20", "f21", "f22",
                           "f23", "f24", "f25", "f26", "f27", "f28", "f29",
                           "f30", "f31", "memory");
#ifdef __riscv_vector
#define TRASH_V(n) "vmv.v.i v" #n ", -1\n\t"
    __asm__ volatile("vsetvli zero, zero, e8, m1, ta, ma\n\t" EACH_32(TRASH_V)::
                         : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8",
                           "v9", "v10", "v11", "v12", "v13", "v14", "v15",
                           "v16", "v17", "v18", "v19", "v20", "v21", "v22",
                           "v23", "v24", "v25", "v26", "v27", "v28", "v29",
                           "v30", "v31", "vl", "vtype", "memory");
#endif
}

#ifdef __riscv_vector
#include <riscv_vector.h>

#define LIVE_KINDS 3
#define FILL_V(n)  vuint64m1_t v##n = __riscv_vmv_v_x_u64m1(seed * 7 + n, vl);
#define HOLD_V(n)  __asm__ volatile("" : "+vr"(v##n));
#define CHECK_V(n)                                                         \
    EXPECT_EQ(__riscv_vcpop_m_b64(                                         \
                  __riscv_vmsne_vx_u64m1_b64(v##n, seed * 7 + n, vl), vl), \
              0);
#define LIVE_V(name, SWITCH)                                                \
    __attribute__((noinline)) static void live_v_##name(unsigned long seed) \
    {                                                                       \
        size_t vl = __riscv_vsetvlmax_e64m1();                              \
        EACH_32(FILL_V) EACH_32(HOLD_V) SWITCH;                             \
        EACH_32(HOLD_V) EACH_32(CHECK_V)                                    \
    }
#define CALL_V(name, seed) live_v_##name(seed)
#else
#define LIVE_KINDS 2
#define LIVE_V(name, SWITCH)
#define CALL_V(name, seed) ((void)0)
#endif

#define LIVE_ACROSS(name, SWITCH)                                           \
    __attribute__((noinline)) static void live_x_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_X) EACH_32(HOLD_X) SWITCH;                             \
        EACH_32(HOLD_X) EACH_32(CHECK_X)                                    \
    }                                                                       \
    __attribute__((noinline)) static void live_f_##name(unsigned long seed) \
    {                                                                       \
        EACH_32(FILL_F) EACH_32(HOLD_F) SWITCH;                             \
        EACH_32(HOLD_F) EACH_32(CHECK_F)                                    \
    }                                                                       \
    LIVE_V(name, SWITCH)                                                    \
    static void live_across_##name(unsigned long seed)                      \
    {                                                                       \
        live_x_##name(seed);                                                \
        live_f_##name(seed);                                                \
        CALL_V(name, seed);                                                 \
    }

#endif
