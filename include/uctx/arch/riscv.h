/* SPDX-License-Identifier: MIT */
/*
 * The inline switch on 64-bit RISC-V.  Include <uctx/context.h>, which takes
 * the one of the architecture.
 *
 * One asm statement saves sp, fp and pc in the struct, loads those of the other
 * side and jumps.  It lists every other register as clobbered, so the compiler
 * saves around it what is live and nothing else.  Not in the list:
 *
 *   s0      may be the frame pointer, which cannot be listed: saved by hand.
 *   s1      LLVM addresses locals by it in a function with both over-aligned
 *           and variable-sized ones.  Saved by hand.
 *   gp, tp  belong to the program and to the thread.
 *   fcsr    belongs to the thread, as in a function call.
 *
 * While it travels
 *
 *   a0   where the target is saved, and so, on arrival, where we were
 *   a1   the value
 *   a2   a function to call on arrival, or NULL, and
 *   a3   its first argument
 *
 * The function is called from C, so that an exception may leave it: an asm
 * statement itself has no entry in the tables of exceptions.
 *
 * The unwinder is right at each instruction if the compiler writes its tables
 * through .cfi directives, as both do unless told otherwise: our caller while
 * we save, the target from where its pc is in t2.  A jump by way of t2 needs no
 * landing pad (Zicfilp).
 */
#ifndef UCTX_ARCH_RISCV_H
#define UCTX_ARCH_RISCV_H

#include <uctx/context.h>

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
/* The frame above is the one that (a0) describes: CFA = *(a0 + 0), s0 at
 * a0 + 8, s1 at a0 + base, pc in t2. */
#define UCTX_CFI_TARGET(base)                    \
    ".cfi_remember_state\n\t"                    \
    ".cfi_escape 0x0f, 3, 0x7a, 0, 0x06\n\t"     \
    ".cfi_escape 0x10, 8, 2, 0x7a, 8\n\t"        \
    ".cfi_escape 0x10, 9, 2, 0x7a, " base "\n\t" \
    ".cfi_register 1, 7\n\t"
#define UCTX_CFI_LOADED  ".cfi_same_value 8\n\t"
#define UCTX_CFI_ARRIVED ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET(base)
#define UCTX_CFI_LOADED
#define UCTX_CFI_ARRIVED
#endif

/*
 * Save at `sp`, `fp` and `pc`, and s1 at `base`; `clear` the target's pc, which
 * says that it runs, or make of its frame record that of nobody.  `target` is
 * UCTX_CFI_TARGET(its s1, from a0); ours, when we arrive, is at `back`.
 */
#define UCTX_SWITCH(sp, fp, pc, base, target, clear, back)              \
    "lla t0, 1f\n\t"                                                    \
    "sd sp, " sp "\n\t"                                                 \
    "sd s0, " fp "\n\t"                                                 \
    "sd s1, " base "\n\t"                                               \
    "sd t0, " pc "\n\t"                                                 \
    "ld t2, 16(a0)\n\t" target "ld s0, 8(a0)\n\t" UCTX_CFI_LOADED clear \
    "ld sp, (a0)\n\t"                                                   \
    "jr t2\n\t" UCTX_CFI_ARRIVED "nop\n" /* so that pc - 1 is ours */   \
    "1:\tld s1, " back

#define UCTX_CLEAR_PC "sd zero, 16(a0)\n\t"
#define UCTX_CLEAR_RECORD \
    "ld t3, (a4)\n\t"     \
    "ld t4, 8(a4)\n\t"    \
    "sd t3, 8(a0)\n\t"    \
    "sd t4, 16(a0)\n\t"

#ifdef __riscv_flen
#define UCTX_CLOBBER_FP                                                       \
    , "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10",      \
        "f11", "f12", "f13", "f14", "f15", "f16", "f17", "f18", "f19", "f20", \
        "f21", "f22", "f23", "f24", "f25", "f26", "f27", "f28", "f29", "f30", \
        "f31"
#else
#define UCTX_CLOBBER_FP
#endif
#ifdef __riscv_vector
#define UCTX_CLOBBER_V                                                        \
    , "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10",      \
        "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20", \
        "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", \
        "v31", "vl", "vtype"
#else
#define UCTX_CLOBBER_V
#endif

/* But for a0 to a4. */
#define UCTX_CLOBBERS                                                     \
    "memory", "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a5", "a6", \
        "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10",      \
        "s11" UCTX_CLOBBER_FP UCTX_CLOBBER_V

UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    if (__builtin_expect(ctx->flags != 0, 0))
        return uctx_watched_resume(ctx, value);
    {
        register struct uctx_point *at __asm__("a0") = &ctx->self;
        register void *passed __asm__("a1") = value;
        register uctx_on *on __asm__("a2") = NULL;
        register struct uctx *from __asm__("a3");

        __asm__ volatile(UCTX_SWITCH("32(a0)", "40(a0)", "48(a0)", "64(a0)",
                                     UCTX_CFI_TARGET("56"), UCTX_CLEAR_PC,
                                     "32(a0)")
                         : "+r"(at), "+r"(passed), "+r"(on), "=r"(from)
                         :
                         : UCTX_CLOBBERS, "a4");
        return __builtin_expect(on != NULL, 0) ? on(from, passed) : passed;
    }
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    if (__builtin_expect(self->flags != 0, 0))
        return uctx_watched_yield(self, value);
    {
        register void *const *nobody __asm__("a4") = uctx_nobody;
        register struct uctx_point *at __asm__("a0") = &self->link;
        register void *passed __asm__("a1") = value;
        register uctx_on *on __asm__("a2") = NULL;
        register struct uctx *from __asm__("a3");

        __asm__ volatile(
            UCTX_SWITCH("-32(a0)", "-24(a0)", "-16(a0)", "24(a0)",
                        UCTX_CFI_TARGET("32"), UCTX_CLEAR_RECORD, "56(a0)")
            : "+r"(at), "+r"(passed), "+r"(on), "=r"(from), "+r"(nobody)
            :
            : UCTX_CLOBBERS);
        return __builtin_expect(on != NULL, 0) ? on(from, passed) : passed;
    }
}

/* Both ways to swap: `on` is NULL in the first. */
UCTX_INLINE void *uctx_swap_point(struct uctx *left, struct uctx *to,
                                  uctx_on *call, void *value)
{
    register struct uctx_point *at __asm__("a0") = &to->self;
    register void *passed __asm__("a1") = value;
    register uctx_on *on __asm__("a2") = call;
    register struct uctx *from __asm__("a3") = left;

    __asm__ volatile(UCTX_SWITCH("(a3)", "8(a3)", "16(a3)", "56(a3)",
                                 UCTX_CFI_TARGET("56"), UCTX_CLEAR_PC, "56(a0)")
                     : "+r"(at), "+r"(passed), "+r"(on), "+r"(from)
                     :
                     : UCTX_CLOBBERS, "a4");
    return __builtin_expect(on != NULL, 0) ? on(from, passed) : passed;
}

UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    if (__builtin_expect(from->flags != 0, 0))
        return uctx_watched_swap(from, to, value);
    return uctx_swap_point(from, to, NULL, value);
}

UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    if (__builtin_expect(from->flags != 0, 0))
        return uctx_watched_swap_on(from, to, on, value);
    return uctx_swap_point(from, to, on, value);
}

#endif
