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
 *   a0   the context that is started, goes on or is left by a yield
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
/* The frame above is the one whose sp, fp and base are at (a0), and whose pc
 * is in t2. */
#define UCTX_CFI_TARGET(sp, fp, base)             \
    ".cfi_remember_state\n\t"                     \
    ".cfi_escape 0x0f, 3, 0x7a, " sp ", 0x06\n\t" \
    ".cfi_escape 0x10, 8, 2, 0x7a, " fp "\n\t"    \
    ".cfi_escape 0x10, 9, 2, 0x7a, " base "\n\t"  \
    ".cfi_register 1, 7\n\t"
#define UCTX_CFI_LOADED(n) ".cfi_same_value " n "\n\t"
#define UCTX_CFI_ARRIVED   ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET(sp, fp, base)
#define UCTX_CFI_LOADED(n)
#define UCTX_CFI_ARRIVED
#endif

#define UCTX_SAVE(ctx, sp, fp, pc, base) \
    "lla t0, 1f\n\t"                     \
    "sd sp, " sp "(" ctx ")\n\t"         \
    "sd s0, " fp "(" ctx ")\n\t"         \
    "sd s1, " base "(" ctx ")\n\t"       \
    "sd t0, " pc "(" ctx ")\n\t"

/* Go on at (a0); `clear` its pc, when nobody looks for it any more. */
#define UCTX_LOAD(reg, at) "ld " reg ", " at "(a0)\n\t"
#define UCTX_GO(sp, fp, pc, base, clear)                                 \
    UCTX_LOAD("t2", pc)                                                  \
    UCTX_CFI_TARGET(sp, fp, base)                                        \
    clear UCTX_LOAD("s0", fp) UCTX_CFI_LOADED("8") UCTX_LOAD("s1", base) \
        UCTX_CFI_LOADED("9")                                             \
            UCTX_LOAD("sp", sp) "jr t2\n\t" UCTX_CFI_ARRIVED             \
                                "nop\n" /* so that pc - 1 is ours */     \
                                "1:"
#define UCTX_CLEAR(pc) "sd zero, " pc "(a0)\n\t"

/* Its flags ask for a call. */
#define UCTX_FLAGGED(ctx) (((size_t)(ctx)->link_sp & 1) != 0)

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

/* But for a0 to a3. */
#define UCTX_CLOBBERS                                                      \
    "memory", "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a4", "a5",  \
        "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", \
        "s11" UCTX_CLOBBER_FP UCTX_CLOBBER_V

UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    if (__builtin_expect(UCTX_FLAGGED(ctx), 0))
        return uctx_watched_resume(ctx, value);
    {
        register struct uctx *at __asm__("a0") = ctx;
        register void *passed __asm__("a1") = value;
        register uctx_on *on __asm__("a2") = NULL;
        register struct uctx *from __asm__("a3");

        __asm__ volatile(UCTX_SAVE("a0", UCTX_LINK_SP, UCTX_LINK_FP,
                                   UCTX_LINK_PC, UCTX_LINK_BASE)
                             UCTX_GO(UCTX_SP, UCTX_FP, UCTX_PC, UCTX_BASE,
                                     UCTX_CLEAR(UCTX_PC))
                         : "+r"(at), "+r"(passed), "+r"(on), "=r"(from)
                         :
                         : UCTX_CLOBBERS);
        return __builtin_expect(on != NULL, 0) ? on(from, passed) : passed;
    }
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    if (__builtin_expect(UCTX_FLAGGED(self), 0))
        return uctx_watched_yield(self, value);
    {
        register struct uctx *at __asm__("a0") = self;
        register void *passed __asm__("a1") = value;
        register uctx_on *on __asm__("a2") = NULL;
        register struct uctx *from __asm__("a3");

        __asm__ volatile(UCTX_SAVE("a0", UCTX_SP, UCTX_FP, UCTX_PC, UCTX_BASE)
                             UCTX_GO(UCTX_LINK_SP, UCTX_LINK_FP, UCTX_LINK_PC,
                                     UCTX_LINK_BASE, UCTX_CLEAR(UCTX_LINK_PC))
                         : "+r"(at), "+r"(passed), "+r"(on), "=r"(from)
                         :
                         : UCTX_CLOBBERS);
        return __builtin_expect(on != NULL, 0) ? on(from, passed) : passed;
    }
}

/* The second test: it yielded, and so its link is not that of nobody yet. */
UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    if (__builtin_expect(UCTX_FLAGGED(from) || to->link_pc == NULL, 0))
        return uctx_watched_swap_on(from, to, on, value);
    {
        register struct uctx *at __asm__("a0") = to;
        register void *passed __asm__("a1") = value;
        register uctx_on *call __asm__("a2") = on;
        register struct uctx *left __asm__("a3") = from;

        __asm__ volatile(UCTX_SAVE("a3", UCTX_SP, UCTX_FP, UCTX_PC, UCTX_BASE)
                             UCTX_GO(UCTX_SP, UCTX_FP, UCTX_PC, UCTX_BASE, "")
                         : "+r"(at), "+r"(passed), "+r"(call), "+r"(left)
                         :
                         : UCTX_CLOBBERS);
        return __builtin_expect(call != NULL, 0) ? call(left, passed) : passed;
    }
}

UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    return uctx_swap_on(from, to, NULL, value);
}

#endif
