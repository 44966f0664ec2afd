/* SPDX-License-Identifier: MIT */
/*
 * The inline switch on x86-64.  Include <uctx/context.h>, which takes
 * the one of the architecture.
 *
 * One asm statement saves sp, fp and pc in the struct, never below the stack
 * pointer (a leaf function's red zone lives there), loads those of the other
 * side and jumps.  It lists every other register as clobbered, so the compiler
 * saves around it what is live and nothing else.  Not in the list:
 *
 *   rbp   may be the frame pointer, which cannot be listed: saved by hand.
 *   rbx   LLVM addresses locals by it in a function with both over-aligned and
 *         variable-sized ones.  Saved by hand for gcc too: what a loop around
 *         a switch needs is then there at once, not only when the stack
 *         pointer is, which made such a loop three times slower (Zen 4).
 *
 * A switch takes its time for its stores, a cycle each.  There are four: what
 * must be 0 next to a pc is stored together with it.
 *
 * It jumps, both ways.  A call and its ret instead would not help the returns
 * of either side, which are predicted from the other side's calls: where each
 * side goes 2, 8 or 16 calls up and down between switches, that took 24.3, 62.6
 * and 113.6 ns and not 22.5, 60.6 and 111.1; and 1.4 and not 1.1 where none
 * does (Zen 4).
 *
 * While it travels
 *
 *   rdi   the context that is started, goes on or is left by a yield
 *   rsi   the value
 *   rdx   a function to call on arrival, and
 *   rcx   its first argument, if we arrive LANDING bytes before the label
 *
 * That second way in sets the carry flag.  The function is called from C, so
 * that an exception may leave it: an asm statement itself has no entry in the
 * tables of exceptions.
 *
 * The unwinder is right at each instruction if the compiler writes its tables
 * through .cfi directives, as both do unless told otherwise: our caller while
 * we save, the target from where its pc is in rax and all is saved.
 */
#ifndef UCTX_ARCH_X86_64_H
#define UCTX_ARCH_X86_64_H

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
/* The frame above is the one whose sp, fp and base are at (rdi), and whose pc
 * is in rax. */
#define UCTX_CFI_TARGET(sp, fp, base)             \
    ".cfi_remember_state\n\t"                     \
    ".cfi_escape 0x0f, 3, 0x75, " sp ", 0x06\n\t" \
    ".cfi_escape 0x10, 6, 2, 0x75, " fp "\n\t"    \
    ".cfi_escape 0x10, 3, 2, 0x75, " base "\n\t"  \
    ".cfi_register 16, 0\n\t"
#define UCTX_CFI_LOADED(n) ".cfi_same_value " n "\n\t"
#define UCTX_CFI_ARRIVED   ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET(sp, fp, base)
#define UCTX_CFI_LOADED(n)
#define UCTX_CFI_ARRIVED
#endif

#if defined __CET__ && __CET__ & 1
#define UCTX_LANDING_PAD "endbr64\n\t"
#else
#define UCTX_LANDING_PAD
#endif

/* Save all but the pc, which goes to r8. */
#define UCTX_SAVE(ctx, sp, fp, base)    \
    "leaq 1f(%%rip), %%r8\n\t"          \
    "movq %%rsp, " sp "(%%" ctx ")\n\t" \
    "movq %%rbp, " fp "(%%" ctx ")\n\t" \
    "movq %%rbx, " base "(%%" ctx ")\n\t"
#define UCTX_LOAD_PC(pc) "movq " pc "(%%rdi), %%rax\n\t"
/* The link's pc and ours, side by side: one is there, the other 0.  In a
 * function that uses AVX the old instructions may wait for its registers. */
#ifdef __AVX__
#define UCTX_PC_IN_XMM0      "vmovq %%r8, %%xmm0\n\t"
#define UCTX_SHIFT_XMM0      "vpslldq $8, %%xmm0, %%xmm0\n\t"
#define UCTX_STORE_XMM0(off) "vmovups %%xmm0, " off "(%%rdi)\n\t"
#else
#define UCTX_PC_IN_XMM0      "movq %%r8, %%xmm0\n\t"
#define UCTX_SHIFT_XMM0      "pslldq $8, %%xmm0\n\t"
#define UCTX_STORE_XMM0(off) "movups %%xmm0, " off "(%%rdi)\n\t"
#endif
#define UCTX_SAVE_LINK_PC UCTX_PC_IN_XMM0 UCTX_STORE_XMM0(UCTX_LINK_PC)
#define UCTX_SAVE_PC \
    UCTX_PC_IN_XMM0 UCTX_SHIFT_XMM0 UCTX_STORE_XMM0(UCTX_LINK_PC)

/* Go to where rax says, with what else it needs from (rdi); `pc` is saved
 * between, when nobody looks for it any more. */
#define UCTX_GO(sp, fp, base, pc, landing)                             \
    UCTX_CFI_TARGET(sp, fp, base)                                      \
    "movq " fp "(%%rdi), %%rbp\n\t" UCTX_CFI_LOADED("6") pc            \
        "movq " base "(%%rdi), %%rbx\n\t" UCTX_CFI_LOADED("3") landing \
        "movq " sp "(%%rdi), %%rsp\n\t"                                \
        "jmp *%%rax\n\t" UCTX_CFI_ARRIVED

/* Unless the context's flags ask for a call.  Then rcx is the context, rdx is
 * 0 and we go nowhere.  The test also leaves the carry flag clear, which is
 * what the target expects. */
#define UCTX_TEST(ctx)  "testb $1, " UCTX_LINK_SP "(%%" ctx ")\n\tjne 3f\n\t"
#define UCTX_AWAY(self) "3:\t" self "xorl %%edx, %%edx\n\tstc\n\tjmp 4f\n\t"

/* Where we go on. */
#define UCTX_ARRIVE                            \
    "endbr64\n\t" /* LANDING: 8 bytes */       \
    "stc\n\t"                                  \
    ".byte 0xeb, 2f - 1f + 1\n\t" /* jmp 2f */ \
    "nop\n"                                    \
    "1:\t" UCTX_LANDING_PAD "\n"               \
    "2:\n"                                     \
    "4:\t" UCTX_CARRY
#define UCTX_LANDING "leaq -8(%%rax), %%rax\n\t"

/* LLVM runs out of registers for the flag where rbx addresses locals. */
#ifdef __clang__
#define UCTX_CARRY          "setc %%al"
#define UCTX_LANDED(landed) "=a"(landed)
#define UCTX_CLOBBER_RAX
#else
#define UCTX_CARRY
#define UCTX_LANDED(landed) "=@ccc"(landed)
#define UCTX_CLOBBER_RAX    , "rax"
#endif
#ifdef __clang__
#define UCTX_CLOBBER_WIDE                                                      \
    , "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8",  \
        "ymm9", "ymm10", "ymm11", "ymm12", "ymm13", "ymm14", "ymm15", "zmm0",  \
        "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8",        \
        "zmm9", "zmm10", "zmm11", "zmm12", "zmm13", "zmm14", "zmm15", "zmm16", \
        "zmm17", "zmm18", "zmm19", "zmm20", "zmm21", "zmm22", "zmm23",         \
        "zmm24", "zmm25", "zmm26", "zmm27", "zmm28", "zmm29", "zmm30", "zmm31"
#else
#define UCTX_CLOBBER_WIDE
#endif
/* gcc refuses the names of registers that it may not use. */
#if defined __clang__ || defined __AVX512F__
#define UCTX_CLOBBER_AVX512                                                   \
    , "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", \
        "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30",        \
        "xmm31", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"
#else
#define UCTX_CLOBBER_AVX512
#endif
#ifdef __APX_F__
#define UCTX_CLOBBER_APX                                                    \
    , "r16", "r17", "r18", "r19", "r20", "r21", "r22", "r23", "r24", "r25", \
        "r26", "r27", "r28", "r29", "r30", "r31"
#else
#define UCTX_CLOBBER_APX
#endif

#define UCTX_CLOBBERS                                                        \
    "memory", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "xmm0",  \
        "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",      \
        "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "mm0", \
        "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st", "st(1)",      \
        "st(2)", "st(3)", "st(4)", "st(5)", "st(6)",                         \
        "st(7)" UCTX_CLOBBER_RAX UCTX_CLOBBER_WIDE UCTX_CLOBBER_AVX512       \
            UCTX_CLOBBER_APX

UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    struct uctx *from;
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_TEST("rdi") UCTX_LOAD_PC(UCTX_PC)
            UCTX_SAVE("rdi", UCTX_LINK_SP, UCTX_LINK_FP, UCTX_LINK_BASE)
                UCTX_SAVE_LINK_PC UCTX_GO(UCTX_SP, UCTX_FP, UCTX_BASE, "", "")
                    UCTX_AWAY("movq %%rdi, %%rcx\n\t") UCTX_ARRIVE
        : "+D"(ctx), "+S"(value), "=d"(on), "=c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value) : uctx_watched_resume(from, value);
    return value;
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    struct uctx *from;
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_TEST("rdi") UCTX_LOAD_PC(UCTX_LINK_PC)
            UCTX_SAVE("rdi", UCTX_SP, UCTX_FP, UCTX_BASE) UCTX_GO(
                UCTX_LINK_SP, UCTX_LINK_FP, UCTX_LINK_BASE, UCTX_SAVE_PC, "")
                UCTX_AWAY("movq %%rdi, %%rcx\n\t") UCTX_ARRIVE
        : "+D"(self), "+S"(value), "=d"(on), "=c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value) : uctx_watched_yield(from, value);
    return value;
}

/* The second test: it yielded, and so its link is not that of nobody yet. */
UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_TEST("rcx") "cmpq $0, " UCTX_LINK_PC
                         "(%%rdi)\n\tje 3f\n\t" UCTX_SAVE(
                             "rcx", UCTX_SP, UCTX_FP,
                             UCTX_BASE) "movq %%r8, " UCTX_PC
                                        "(%%rcx)\n\t" UCTX_LOAD_PC(UCTX_PC)
                                            UCTX_GO(UCTX_SP, UCTX_FP, UCTX_BASE,
                                                    "", "") UCTX_AWAY("")
                                                UCTX_ARRIVE
        : "+D"(to), "+S"(value), "=d"(on), "+c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value) : uctx_watched_swap(from, to, value);
    return value;
}

UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    unsigned char landed;

    if (__builtin_expect(
            ((size_t)from->link_sp & 1) != 0 || to->link_pc == NULL, 0))
        return uctx_watched_swap_on(from, to, on, value);
    __asm__ volatile(
        UCTX_SAVE(
            "rcx", UCTX_SP, UCTX_FP,
            UCTX_BASE) "movq %%r8, " UCTX_PC "(%%rcx)\n\t" UCTX_LOAD_PC(UCTX_PC)
            UCTX_GO(UCTX_SP, UCTX_FP, UCTX_BASE, "", UCTX_LANDING) UCTX_ARRIVE
        : "+D"(to), "+S"(value), "+d"(on), "+c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    return __builtin_expect(landed, 0) ? on(from, value) : value;
}

#endif
