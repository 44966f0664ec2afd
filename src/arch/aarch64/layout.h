/* SPDX-License-Identifier: MIT */
/*
 * Where ucontext_t keeps each register: bytes from its start.  This is the
 * libc's ABI and the kernel's signal frame (asm/ucontext.h, asm/sigcontext.h);
 * it never changes, and is the same for both byte orders.
 *
 * Above the fence only macros: assembly includes this too.
 */
#ifndef UCTX_ARCH_LAYOUT_H
#define UCTX_ARCH_LAYOUT_H

/* The build takes the one folder whose layout.h the compiler accepts. */
#if !defined(__aarch64__) || defined(__ILP32__)
#error "this is not aarch64"
#endif

/* bti c, which older assemblers and CPUs know as a hint that does nothing. */
#define LANDING_PAD hint 34

#ifdef __ASSEMBLER__ /* clang-format off */
/* We take indirect branches only to landing pads, and where we store a return
 * address we sign it.  System V ABI for AArch64, "Program Property":
 * NT_GNU_PROPERTY_TYPE_0 is 5, GNU_PROPERTY_AARCH64_FEATURE_1_AND with BTI and
 * PAC. */
        .macro  PROPERTY_NOTE
        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5
        .asciz  "GNU"
        .long   0xc0000000, 4
        .long   3, 0
        .endm
#endif /* clang-format on */

#define UC_FLAGS    0
#define UC_LINK     8
#define UC_SS_SP    16
#define UC_SS_FLAGS 24
#define UC_SS_SIZE  32
#define UC_SIGMASK  40
#define UC_FAULT    176 /* the fault's address, then x0 to x30 */
#define UC_REGS     184
#define UC_X(n)     (UC_REGS + 8 * (n))
#define UC_SP       432
#define UC_PC       440
#define UC_PSTATE   448
#define UC_RECORDS  464 /* of the state that is not of every CPU */
#define UC_SIZE     4560

/* The first record: what it is, its size, fpsr and fpcr, v0 to v31; and behind
 * it, where we wrote it, that there is no other. */
#define UC_FPSR    472
#define UC_FPCR    476
#define UC_VREGS   480
#define UC_NO_MORE 992
#define UC_V(n)    (UC_VREGS + 16 * (n))

#define FP_MAGIC    0x46508001
#define FP_SIZE     528
#define EXTRA_MAGIC 0x45585401 /* the others lie elsewhere:             */
#define EXTRA_SIZE  32
#define EXTRA_AT    8  /* at this address, 64 bits,             */
#define EXTRA_BYTES 16 /* so many bytes, 32 bits                */

/* A signal frame has the siginfo_t below the context.  The kernel takes none
 * that is larger than SIGFRAME_MAX (arch/arm64/kernel/signal.c). */
#define SIGINFO_SIZE 128
#define SIGFRAME_MAX 0x40000

/*
 * uc_flags of a context that we saved; the kernel writes 0.  The low byte is 0,
 * or the errno with which makecontext() marked it as one that cannot run.
 */
#define UC_OURS       0x75637400
#define UC_OURS_ERRNO 0xff

/*
 * What a new context's stack holds at least below its arguments: what the
 * switch writes there, and one small frame.
 */
#define FRAME_MIN 256

/* SIGSTOP, and how .eh_frame refers to a personality routine: 0x1b, four bytes
 * relative to where they stand. */
#define NR_SIGSTOP           19
#define PERSONALITY_ENCODING 0x1b

/* Where a new context starts: bytes from uctx_start. */
#define START_ENTRY 4

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

#define UCTX_CHECK(member, macro)                           \
    _Static_assert(offsetof(ucontext_t, member) == (macro), \
                   #macro " is not the offset of " #member)
#define UCTX_CHECK_FP(member, macro)                                       \
    _Static_assert(UC_RECORDS + offsetof(struct fpsimd_context, member) == \
                       (macro),                                            \
                   #macro " is not where the record has " #member)

        UCTX_CHECK(uc_flags, UC_FLAGS);
UCTX_CHECK(uc_link, UC_LINK);
UCTX_CHECK(uc_stack.ss_sp, UC_SS_SP);
UCTX_CHECK(uc_stack.ss_flags, UC_SS_FLAGS);
UCTX_CHECK(uc_stack.ss_size, UC_SS_SIZE);
UCTX_CHECK(uc_sigmask, UC_SIGMASK);
UCTX_CHECK(uc_mcontext.fault_address, UC_FAULT);
UCTX_CHECK(uc_mcontext.regs[0], UC_REGS);
UCTX_CHECK(uc_mcontext.sp, UC_SP);
UCTX_CHECK(uc_mcontext.pc, UC_PC);
UCTX_CHECK(uc_mcontext.pstate, UC_PSTATE);
UCTX_CHECK(uc_mcontext.__reserved, UC_RECORDS);
UCTX_CHECK_FP(fpsr, UC_FPSR);
UCTX_CHECK_FP(fpcr, UC_FPCR);
UCTX_CHECK_FP(vregs, UC_VREGS);
_Static_assert(sizeof(struct fpsimd_context) == FP_SIZE, "FP_SIZE");
_Static_assert(UC_RECORDS + FP_SIZE == UC_NO_MORE, "UC_NO_MORE");
_Static_assert(sizeof(ucontext_t) == UC_SIZE, "UC_SIZE");
_Static_assert(FPSIMD_MAGIC == FP_MAGIC, "FP_MAGIC");
_Static_assert(sizeof(struct extra_context) == EXTRA_SIZE, "EXTRA_SIZE");
_Static_assert(offsetof(struct extra_context, datap) == EXTRA_AT, "EXTRA_AT");
_Static_assert(offsetof(struct extra_context, size) == EXTRA_BYTES,
               "EXTRA_BYTES");
_Static_assert(sizeof(siginfo_t) == SIGINFO_SIZE, "SIGINFO_SIZE");

#endif
#endif
