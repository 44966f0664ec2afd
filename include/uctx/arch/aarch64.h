/* SPDX-License-Identifier: MIT */
/*
 * The inline switch on AArch64.  Include <uctx/context.h>, which takes the one
 * of the architecture.
 *
 * One asm statement saves sp, fp and pc in the struct, loads those of the other
 * side and jumps.  It lists every other register as clobbered, so the compiler
 * saves around it what is live and nothing else.  Not in the list:
 *
 *   x29   may be the frame pointer, which cannot be listed: saved by hand.
 *   x19   LLVM addresses locals by it in a function with both over-aligned and
 *         variable-sized ones.  Saved by hand for gcc too, so that one may
 *         resume what the other stopped.
 *   x18   where it belongs to the platform, it belongs to the thread.
 *
 * fpcr belongs to the thread; fpsr is nobody's.  While it travels
 *
 *   x0    where the target is saved, and so, on arrival, where we were
 *   x1    the value
 *   x2    NULL, or the second way in: a function to call on arrival, and
 *   x3    its first argument
 *
 * It is called from C, so that an exception may leave it: an asm statement
 * itself has no entry in the tables of exceptions.
 *
 * SME: a switch is a call of a function with a private-ZA interface that does
 * not save ZA.  Whoever switches has ZA off: not a caller's state that waits
 * to be saved (TPIDR2_EL0 is 0), and streaming mode off, as at any such call.
 *
 * The unwinder is right at each instruction if the compiler writes its tables
 * through .cfi directives, as both do unless told otherwise: our caller while
 * we save, the target from where its pc is in x10.  That one is a label, and
 * so never signed, as our own caller's return address may be.
 */
#ifndef UCTX_ARCH_AARCH64_H
#define UCTX_ARCH_AARCH64_H

#include <uctx/context.h>

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
#ifdef __ARM_FEATURE_PAC_DEFAULT
#define UCTX_CFI_UNSIGNED ".cfi_negate_ra_state\n\t"
#else
#define UCTX_CFI_UNSIGNED
#endif
/* The frame above is the one that [x0] describes: CFA = *(x0 + 0), x29 at
 * x0 + 8, pc in x10. */
#define UCTX_CFI_TARGET                      \
    ".cfi_remember_state\n\t"                \
    ".cfi_escape 0x0f, 3, 0x70, 0, 0x06\n\t" \
    ".cfi_escape 0x10, 29, 2, 0x70, 8\n\t"   \
    ".cfi_register 30, 10\n\t" UCTX_CFI_UNSIGNED
#define UCTX_CFI_LOADED  ".cfi_same_value 29\n\t"
#define UCTX_CFI_ARRIVED ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET
#define UCTX_CFI_LOADED
#define UCTX_CFI_ARRIVED
#endif

#ifdef __ARM_FEATURE_BTI_DEFAULT
#define UCTX_LANDING_PAD "hint 36\n\t" /* bti j */
#else
#define UCTX_LANDING_PAD
#endif

/*
 * Save sp, fp and pc at `sp` and `pc`, and x19 at `base`; `clear` the target's
 * pc, which says that it runs, or make of its frame record that of nobody.  On
 * arrival x19 is at `own_base`.
 */
#define UCTX_SWITCH(sp, pc, base, clear, own_base)                 \
    "mov x9, sp\n\t"                                               \
    "adr x10, 1f\n\t"                                              \
    "stp x9, x29, " sp "\n\t"                                      \
    "str x10, " pc "\n\t"                                          \
    "str x19, " base "\n\t"                                        \
    "ldr x10, [x0, 16]\n\t" UCTX_CFI_TARGET                        \
    "ldp x9, x29, [x0]\n\t" UCTX_CFI_LOADED clear "mov sp, x9\n\t" \
    "br x10\n\t" UCTX_CFI_ARRIVED "\n"                             \
    "1:\t" UCTX_LANDING_PAD "ldr x19, " own_base

#define UCTX_CLEAR_PC     "str xzr, [x0, 16]\n\t"
#define UCTX_CLEAR_RECORD "ldr x11, [x4, 8]\n\tstp xzr, x11, [x0, 8]\n\t"

#if !defined __ANDROID__ && !defined __Fuchsia__
#define UCTX_CLOBBER_X18 , "x18"
#else
#define UCTX_CLOBBER_X18
#endif
#ifdef __clang__ /* to which it is no register */
#define UCTX_CLOBBER_FFR
#else
#define UCTX_CLOBBER_FFR , "ffr"
#endif
#ifdef __ARM_FEATURE_SVE
#define UCTX_CLOBBER_SVE                                                      \
    , "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8", "z9", "z10",      \
        "z11", "z12", "z13", "z14", "z15", "z16", "z17", "z18", "z19", "z20", \
        "z21", "z22", "z23", "z24", "z25", "z26", "z27", "z28", "z29", "z30", \
        "z31", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9",    \
        "p10", "p11", "p12", "p13", "p14", "p15" UCTX_CLOBBER_FFR
#else
#define UCTX_CLOBBER_SVE
#endif

#define UCTX_CLOBBERS                                                         \
    "memory", "cc", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", \
        "x14", "x15", "x16", "x17", "x20", "x21", "x22", "x23", "x24", "x25", \
        "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", \
        "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16",    \
        "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", \
        "v27", "v28", "v29", "v30", "v31" UCTX_CLOBBER_X18 UCTX_CLOBBER_SVE

/* Nothing may come between these and the asm statement: a call uses them. */
#define UCTX_TRAVEL(point, with, call)                      \
    register struct uctx_point *at __asm__("x0") = (point); \
    register void *travels __asm__("x1") = (with);          \
    register uctx_on *on_arrival __asm__("x2") = (call)
#define UCTX_ARRIVE                                                           \
    return __builtin_expect(on_arrival != NULL, 0) ? on_arrival(who, travels) \
                                                   : travels

UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    if (__builtin_expect(ctx->flags != 0, 0)) {
        return uctx_watched_resume(ctx, value);
    } else {
        UCTX_TRAVEL(&ctx->self, value, NULL);
        register struct uctx *who __asm__("x3");

        __asm__ volatile(UCTX_SWITCH("[x0, 32]", "[x0, 48]", "[x0, 64]",
                                     UCTX_CLEAR_PC, "[x0, 32]")
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "=r"(who)
                         :
                         : UCTX_CLOBBERS, "x4");
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    if (__builtin_expect(self->flags != 0, 0)) {
        return uctx_watched_yield(self, value);
    } else {
        UCTX_TRAVEL(&self->link, value, NULL);
        register struct uctx *who __asm__("x3");
        register void *const *nobody __asm__("x4") = uctx_nobody;

        __asm__ volatile(UCTX_SWITCH("[x0, -32]", "[x0, -16]", "[x0, 24]",
                                     UCTX_CLEAR_RECORD, "[x0, 56]")
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "=r"(who),
                           "+r"(nobody)
                         :
                         : UCTX_CLOBBERS);
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    if (__builtin_expect(from->flags != 0, 0)) {
        return uctx_watched_swap(from, to, value);
    } else {
        UCTX_TRAVEL(&to->self, value, NULL);
        register struct uctx *who __asm__("x3") = from;

        __asm__ volatile(UCTX_SWITCH("[x3]", "[x3, 16]", "[x3, 56]",
                                     UCTX_CLEAR_PC, "[x0, 56]")
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "+r"(who)
                         :
                         : UCTX_CLOBBERS, "x4");
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    if (__builtin_expect(from->flags != 0, 0)) {
        return uctx_watched_swap_on(from, to, on, value);
    } else {
        UCTX_TRAVEL(&to->self, value, on);
        register struct uctx *who __asm__("x3") = from;

        __asm__ volatile(UCTX_SWITCH("[x3]", "[x3, 16]", "[x3, 56]",
                                     UCTX_CLEAR_PC, "[x0, 56]")
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "+r"(who)
                         :
                         : UCTX_CLOBBERS, "x4");
        UCTX_ARRIVE;
    }
}

#endif
