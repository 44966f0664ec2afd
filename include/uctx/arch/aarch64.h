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
 * fpcr belongs to the thread; fpsr is nobody's.  What must be 0 next to a pc is
 * stored together with it.  While it travels
 *
 *   x0    the context that is started, goes on or is left by a yield
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

/* Where struct uctx keeps what. */
#define UCTX_LINK_SP   "0"
#define UCTX_LINK_FP   "8"
#define UCTX_LINK_PC   "16"
#define UCTX_PC        "24"
#define UCTX_FP        "32"
#define UCTX_SP        "40"
#define UCTX_BASE      "48"
#define UCTX_LINK_BASE "56"

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
#ifdef __ARM_FEATURE_PAC_DEFAULT
#define UCTX_CFI_UNSIGNED ".cfi_negate_ra_state\n\t"
#else
#define UCTX_CFI_UNSIGNED
#endif
/* The frame above is the one whose sp, fp and base are at [x0], and whose pc is
 * in x10. */
#define UCTX_CFI_TARGET(sp, fp, base)             \
    ".cfi_remember_state\n\t"                     \
    ".cfi_escape 0x0f, 3, 0x70, " sp ", 0x06\n\t" \
    ".cfi_escape 0x10, 29, 2, 0x70, " fp "\n\t"   \
    ".cfi_escape 0x10, 19, 2, 0x70, " base "\n\t" \
    ".cfi_register 30, 10\n\t" UCTX_CFI_UNSIGNED
#define UCTX_CFI_LOADED(n) ".cfi_same_value " n "\n\t"
#define UCTX_CFI_ARRIVED   ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET(sp, fp, base)
#define UCTX_CFI_LOADED(n)
#define UCTX_CFI_ARRIVED
#endif

#ifdef __ARM_FEATURE_BTI_DEFAULT
#define UCTX_LANDING_PAD "hint 36\n\t" /* bti j */
#else
#define UCTX_LANDING_PAD
#endif

/* Save all but the pc, which goes to x11. */
#define UCTX_SAVE(ctx)                                             \
    "mov x9, sp\n\tadr x11, 1f\n\tstp x29, x9, [" ctx ", " UCTX_FP \
    "]\n\tstr x19, [" ctx ", " UCTX_BASE "]\n\t"
#define UCTX_SAVE_LINK                                             \
    "mov x9, sp\n\tadr x11, 1f\n\tstp x9, x29, [x0, " UCTX_LINK_SP \
    "]\n\tstr x19, [x0, " UCTX_LINK_BASE "]\n\t"
#define UCTX_LOAD_PC(pc)  "ldr x10, [x0, " pc "]\n\t"
/* The link's pc and ours, side by side: one is there, the other 0. */
#define UCTX_SAVE_LINK_PC "stp x11, xzr, [x0, " UCTX_LINK_PC "]\n\t"
#define UCTX_SAVE_PC      "stp xzr, x11, [x0, " UCTX_LINK_PC "]\n\t"

/* Go to where x10 says, with the pair at `pair` and the base; `pc` is saved
 * between, when nobody looks for it any more. */
#define UCTX_GO(regs, pair, pc, base)                           \
    "ldp " regs ", [x0, " pair "]\n\t" UCTX_CFI_LOADED("29") pc \
        "ldr x19, [x0, " base "]\n\t" UCTX_CFI_LOADED(          \
            "19") "mov sp, x9\n\tbr x10\n\t" UCTX_CFI_ARRIVED   \
                  "1:\t" UCTX_LANDING_PAD
#define UCTX_GO_SELF                             \
    UCTX_CFI_TARGET(UCTX_SP, UCTX_FP, UCTX_BASE) \
    UCTX_GO("x29, x9", UCTX_FP, "", UCTX_BASE)
#define UCTX_GO_LINK                                            \
    UCTX_CFI_TARGET(UCTX_LINK_SP, UCTX_LINK_FP, UCTX_LINK_BASE) \
    UCTX_GO("x9, x29", UCTX_LINK_SP, UCTX_SAVE_PC, UCTX_LINK_BASE)

#define UCTX_SWITCH_RESUME \
    UCTX_LOAD_PC(UCTX_PC) UCTX_SAVE_LINK UCTX_SAVE_LINK_PC UCTX_GO_SELF
#define UCTX_SWITCH_YIELD \
    UCTX_LOAD_PC(UCTX_LINK_PC) UCTX_SAVE("x0") UCTX_GO_LINK
#define UCTX_SWITCH_SWAP  \
    UCTX_LOAD_PC(UCTX_PC) \
    UCTX_SAVE("x3") "str x11, [x3, " UCTX_PC "]\n\t" UCTX_GO_SELF

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

#define UCTX_CLOBBERS                                                          \
    "memory", "cc", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",   \
        "x13", "x14", "x15", "x16", "x17", "x20", "x21", "x22", "x23", "x24",  \
        "x25", "x26", "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", \
        "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15",      \
        "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25",  \
        "v26", "v27", "v28", "v29", "v30",                                     \
        "v31" UCTX_CLOBBER_X18 UCTX_CLOBBER_SVE

/* Nothing may come between these and the asm statement: a call uses them. */
#define UCTX_TRAVEL(ctx, with, call)                \
    register struct uctx *at __asm__("x0") = (ctx); \
    register void *travels __asm__("x1") = (with);  \
    register uctx_on *on_arrival __asm__("x2") = (call)
#define UCTX_ARRIVE                                                           \
    return __builtin_expect(on_arrival != NULL, 0) ? on_arrival(who, travels) \
                                                   : travels

/* The context's flags ask for a call; and so does a target that yielded: its
 * link is not that of nobody yet. */
#define UCTX_FLAGGED(ctx) __builtin_expect(((size_t)(ctx)->link_sp & 1) != 0, 0)
#define UCTX_YIELDED(ctx) __builtin_expect((ctx)->link_pc == NULL, 0)

UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    if (UCTX_FLAGGED(ctx)) {
        return uctx_watched_resume(ctx, value);
    } else {
        UCTX_TRAVEL(ctx, value, NULL);
        register struct uctx *who __asm__("x3");

        __asm__ volatile(UCTX_SWITCH_RESUME
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "=r"(who)
                         :
                         : UCTX_CLOBBERS);
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    if (UCTX_FLAGGED(self)) {
        return uctx_watched_yield(self, value);
    } else {
        UCTX_TRAVEL(self, value, NULL);
        register struct uctx *who __asm__("x3");

        __asm__ volatile(UCTX_SWITCH_YIELD
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "=r"(who)
                         :
                         : UCTX_CLOBBERS);
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    if (UCTX_FLAGGED(from) || UCTX_YIELDED(to)) {
        return uctx_watched_swap(from, to, value);
    } else {
        UCTX_TRAVEL(to, value, NULL);
        register struct uctx *who __asm__("x3") = from;

        __asm__ volatile(UCTX_SWITCH_SWAP
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "+r"(who)
                         :
                         : UCTX_CLOBBERS);
        UCTX_ARRIVE;
    }
}

UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    if (UCTX_FLAGGED(from) || UCTX_YIELDED(to)) {
        return uctx_watched_swap_on(from, to, on, value);
    } else {
        UCTX_TRAVEL(to, value, on);
        register struct uctx *who __asm__("x3") = from;

        __asm__ volatile(UCTX_SWITCH_SWAP
                         : "+r"(at), "+r"(travels), "+r"(on_arrival), "+r"(who)
                         :
                         : UCTX_CLOBBERS);
        UCTX_ARRIVE;
    }
}

#endif
