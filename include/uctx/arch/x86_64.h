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
 * While it travels
 *
 *   rdi   where the target is saved, and so, on arrival, where we were
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
 * we save, the target from where its pc is in rax.
 */
#ifndef UCTX_ARCH_X86_64_H
#define UCTX_ARCH_X86_64_H

#include <uctx/context.h>

#ifdef __GCC_HAVE_DWARF2_CFI_ASM
/* The frame above is the one that (rdi) describes: CFA = *(rdi + 0), rbp at
 * rdi + 8, pc in rax. */
#define UCTX_CFI_TARGET                      \
    ".cfi_remember_state\n\t"                \
    ".cfi_escape 0x0f, 3, 0x75, 0, 0x06\n\t" \
    ".cfi_escape 0x10, 6, 2, 0x75, 8\n\t"    \
    ".cfi_register 16, 0\n\t"
#define UCTX_CFI_LOADED  ".cfi_same_value 6\n\t"
#define UCTX_CFI_ARRIVED ".cfi_restore_state\n\t"
#else
#define UCTX_CFI_TARGET
#define UCTX_CFI_LOADED
#define UCTX_CFI_ARRIVED
#endif

#if defined __CET__ && __CET__ & 1
#define UCTX_LANDING_PAD "endbr64\n\t"
#else
#define UCTX_LANDING_PAD
#endif

/*
 * Save at `sp`, `fp` and `pc`, and rbx by `save_base`; `clear` the target's pc,
 * which says that it runs, or, in one store, make of its frame record that
 * of nobody: it is the number of stores that a switch takes its time for.
 *
 * `test` and `away`: unless the context's flags ask for a call.  Then rcx is
 * the context, rdx is 0 and we go nowhere.  The comparison with 0 also leaves
 * the carry flag clear, which is what the target expects.
 */
#define UCTX_SWITCH(test, away, sp, fp, pc, clear, landing, save_base, \
                    load_base)                                         \
    test "leaq 1f(%%rip), %%r8\n\t"                                    \
         "movq %%rsp, " sp "\n\t"                                      \
         "movq %%rbp, " fp "\n\t"                                      \
         "movq %%r8, " pc "\n\t" save_base                             \
         "movq 16(%%rdi), %%rax\n\t" UCTX_CFI_TARGET                   \
         "movq 8(%%rdi), %%rbp\n\t" UCTX_CFI_LOADED clear landing      \
         "movq (%%rdi), %%rsp\n\t"                                     \
         "jmp *%%rax\n\t" UCTX_CFI_ARRIVED away                        \
         "endbr64\n\t" /* LANDING: 8 bytes */                          \
         "stc\n\t"                                                     \
         ".byte 0xeb, 2f - 1f + 1\n\t" /* jmp 2f */                    \
         "nop\n"                                                       \
         "1:\t" UCTX_LANDING_PAD "\n"                                  \
         "2:\t" load_base "\n"                                         \
         "4:\t" UCTX_CARRY

#define UCTX_CLEAR_PC "movq $0, 16(%%rdi)\n\t"
#define UCTX_CLEAR_RECORD                        \
    "movq uctx_nobody@GOTPCREL(%%rip), %%r9\n\t" \
    "movups (%%r9), %%xmm0\n\tmovups %%xmm0, 8(%%rdi)\n\t"
#define UCTX_TEST(flags) "cmpq $0, " flags "\n\tjne 3f\n\t"
#define UCTX_AWAY(self)  "3:\t" self "xorl %%edx, %%edx\n\tstc\n\tjmp 4f\n\t"
#define UCTX_LANDING     "leaq -8(%%rax), %%rax\n\t"

#define UCTX_SAVE_BASE(at) "movq %%rbx, " at "\n\t"
#define UCTX_LOAD_BASE(at) "movq " at ", %%rbx\n\t"

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
    struct uctx_point *at = &ctx->self;
    struct uctx *from;
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_SWITCH(UCTX_TEST("24(%%rdi)"), UCTX_AWAY("movq %%rdi, %%rcx\n\t"),
                    "32(%%rdi)", "40(%%rdi)", "48(%%rdi)", UCTX_CLEAR_PC, "",
                    UCTX_SAVE_BASE("64(%%rdi)"), UCTX_LOAD_BASE("32(%%rdi)"))
        : "+D"(at), "+S"(value), "=d"(on), "=c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value) : uctx_watched_resume(from, value);
    return value;
}

UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    struct uctx_point *at = &self->link;
    struct uctx *from;
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_SWITCH(UCTX_TEST("-8(%%rdi)"),
                    UCTX_AWAY("leaq -32(%%rdi), %%rcx\n\t"), "-32(%%rdi)",
                    "-24(%%rdi)", "-16(%%rdi)", UCTX_CLEAR_RECORD, "",
                    UCTX_SAVE_BASE("24(%%rdi)"), UCTX_LOAD_BASE("56(%%rdi)"))
        : "+D"(at), "+S"(value), "=d"(on), "=c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value) : uctx_watched_yield(from, value);
    return value;
}

UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    struct uctx_point *at = &to->self;
    uctx_on *on;
    unsigned char landed;

    __asm__ volatile(
        UCTX_SWITCH(UCTX_TEST("24(%%rcx)"), UCTX_AWAY(""), "(%%rcx)",
                    "8(%%rcx)", "16(%%rcx)", UCTX_CLEAR_PC, "",
                    UCTX_SAVE_BASE("56(%%rcx)"), UCTX_LOAD_BASE("56(%%rdi)"))
        : "+D"(at), "+S"(value), "=d"(on), "+c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    if (__builtin_expect(landed, 0))
        return on ? on(from, value)
                  : uctx_watched_swap(from, (struct uctx *)(void *)at, value);
    return value;
}

UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    struct uctx_point *at = &to->self;
    unsigned char landed;

    if (__builtin_expect(from->flags != 0, 0))
        return uctx_watched_swap_on(from, to, on, value);
    __asm__ volatile(
        UCTX_SWITCH("", "", "(%%rcx)", "8(%%rcx)", "16(%%rcx)", UCTX_CLEAR_PC,
                    UCTX_LANDING, UCTX_SAVE_BASE("56(%%rcx)"),
                    UCTX_LOAD_BASE("56(%%rdi)"))
        : "+D"(at), "+S"(value), "+d"(on), "+c"(from), UCTX_LANDED(landed)
        :
        : UCTX_CLOBBERS);
    return __builtin_expect(landed, 0) ? on(from, value) : value;
}

#endif
