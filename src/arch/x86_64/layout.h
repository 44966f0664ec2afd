/* SPDX-License-Identifier: MIT */
/*
 * Where ucontext_t keeps each register: bytes from its start.  This is the
 * libc's ABI, and up to and including UC_SIGMASK's first word it is also the
 * kernel's signal frame (asm/ucontext.h); it never changes.
 *
 * Above the fence only macros: assembly includes this too.  The REG_ names
 * below it need _GNU_SOURCE.
 */
#ifndef UCTX_ARCH_LAYOUT_H
#define UCTX_ARCH_LAYOUT_H

/* The build takes the one folder whose layout.h the compiler accepts. */
#if !defined(__x86_64__) || defined(__ILP32__)
#error "this is not x86_64"
#endif

#define LANDING_PAD endbr64

#ifdef __ASSEMBLER__ /* clang-format off */
/* We take indirect branches only to landing pads.  We do not switch shadow
 * stacks, so we do not claim SHSTK: the loader then leaves them off.  psABI,
 * "Program Property": NT_GNU_PROPERTY_TYPE_0 is 5, X86_FEATURE_1_AND IBT. */
        .macro  PROPERTY_NOTE
        .section .note.gnu.property, "a"
        .p2align 3
        .long   4, 16, 5
        .asciz  "GNU"
        .long   0xc0000002, 4
        .long   1, 0
        .endm
#endif /* clang-format on */

#define UC_FLAGS    0x000
#define UC_LINK     0x008
#define UC_SS_SP    0x010
#define UC_SS_FLAGS 0x018
#define UC_SS_SIZE  0x020
#define UC_R8       0x028
#define UC_R9       0x030
#define UC_R10      0x038
#define UC_R11      0x040
#define UC_R12      0x048
#define UC_R13      0x050
#define UC_R14      0x058
#define UC_R15      0x060
#define UC_RDI      0x068
#define UC_RSI      0x070
#define UC_RBP      0x078
#define UC_RBX      0x080
#define UC_RDX      0x088
#define UC_RAX      0x090
#define UC_RCX      0x098
#define UC_RSP      0x0a0
#define UC_RIP      0x0a8
#define UC_EFL      0x0b0
#define UC_CS       0x0b8 /* the low 16 bits of REG_CSGSFS      */
#define UC_ERR      0x0c0
#define UC_FPREGS   0x0e0 /* pointer to the x87/SSE save area   */
#define UC_RESERVED 0x0e8 /* eight words, to UC_SIGMASK         */
#define UC_SIGMASK  0x128
#define UC_FPMEM    0x1a8 /* our save area, inside the struct   */
#define UC_SIZE     0x3a8 /* without __ssp: musl and old glibc end here */

/* By the names that the layers above use. */
#define UC_PC UC_RIP
#define UC_SP UC_RSP

/* The save area begins with what fldenv reads; mxcsr takes its last word. */
#define FP_CW    0
#define FP_SW    4
#define FP_TAG   8
#define FP_MXCSR 24

/* The x87 status word's low byte: six exceptions, stack fault, summary. */
#define FP_SW_PENDING \
    0x80 /* an unmasked exception waits for the next x87 instruction */

#define UC_KERNEL_SIZE  0x130 /* sizeof(struct ucontext) in a signal frame */
#define UC_KERNEL_FLAGS 0x7   /* all that a kernel puts into uc_flags       */
#define USER_CS         0x33  /* the code segment of 64-bit programs        */

/*
 * uc_flags of a context that we saved; no kernel has these bits.  The low byte
 * is 0, or the errno with which makecontext() marked it as one that cannot run.
 * A 32-bit immediate, so that one instruction compares it.
 */
#define UC_OURS       -0x3a8b8700
#define UC_OURS_ERRNO 0xff

/*
 * What a new context's stack holds at least below its arguments: a return
 * address, the red zone (psABI 3.2.2: 128 bytes), what the switch writes there,
 * and one small frame.
 */
#define FRAME_MIN 256

/* SIGSTOP, and how .eh_frame refers to a personality routine: 0x1b, four bytes
 * relative to where they stand. */
#define NR_SIGSTOP           19
#define PERSONALITY_ENCODING 0x1b

/* Where a new context starts: bytes from uctx_start. */
#define START_ENTRY 1

/* Bytes below a stack pointer where the switch may write: inside the red zone,
 * where no handler does, and free by the ABI at a call. */
#define RED_MASK -8  /* the mask to install                          */
#define RED_FP   -96 /* 32 bytes: the target's FP image              */
#define RED_X87  -64 /* the current x87 words, laid out as FP_* above */

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <stddef.h>
#include <ucontext.h>

#define UCTX_CHECK(member, macro)                           \
    _Static_assert(offsetof(ucontext_t, member) == (macro), \
                   #macro " is not the offset of " #member)

        UCTX_CHECK(uc_flags, UC_FLAGS);
UCTX_CHECK(uc_link, UC_LINK);
UCTX_CHECK(uc_stack.ss_sp, UC_SS_SP);
UCTX_CHECK(uc_stack.ss_flags, UC_SS_FLAGS);
UCTX_CHECK(uc_stack.ss_size, UC_SS_SIZE);
UCTX_CHECK(uc_mcontext.gregs[REG_R8], UC_R8);
UCTX_CHECK(uc_mcontext.gregs[REG_R9], UC_R9);
UCTX_CHECK(uc_mcontext.gregs[REG_R10], UC_R10);
UCTX_CHECK(uc_mcontext.gregs[REG_R11], UC_R11);
UCTX_CHECK(uc_mcontext.gregs[REG_R12], UC_R12);
UCTX_CHECK(uc_mcontext.gregs[REG_R13], UC_R13);
UCTX_CHECK(uc_mcontext.gregs[REG_R14], UC_R14);
UCTX_CHECK(uc_mcontext.gregs[REG_R15], UC_R15);
UCTX_CHECK(uc_mcontext.gregs[REG_RDI], UC_RDI);
UCTX_CHECK(uc_mcontext.gregs[REG_RSI], UC_RSI);
UCTX_CHECK(uc_mcontext.gregs[REG_RBP], UC_RBP);
UCTX_CHECK(uc_mcontext.gregs[REG_RBX], UC_RBX);
UCTX_CHECK(uc_mcontext.gregs[REG_RDX], UC_RDX);
UCTX_CHECK(uc_mcontext.gregs[REG_RAX], UC_RAX);
UCTX_CHECK(uc_mcontext.gregs[REG_RCX], UC_RCX);
UCTX_CHECK(uc_mcontext.gregs[REG_RSP], UC_RSP);
UCTX_CHECK(uc_mcontext.gregs[REG_RIP], UC_RIP);
UCTX_CHECK(uc_mcontext.gregs[REG_RIP], UC_PC);
UCTX_CHECK(uc_mcontext.gregs[REG_RSP], UC_SP);
UCTX_CHECK(uc_mcontext.gregs[REG_EFL], UC_EFL);
UCTX_CHECK(uc_mcontext.gregs[REG_CSGSFS], UC_CS);
UCTX_CHECK(uc_mcontext.gregs[REG_ERR], UC_ERR);
UCTX_CHECK(uc_mcontext.fpregs, UC_FPREGS);
UCTX_CHECK(uc_mcontext.__reserved1, UC_RESERVED);
UCTX_CHECK(uc_sigmask, UC_SIGMASK);
UCTX_CHECK(__fpregs_mem, UC_FPMEM);
_Static_assert(offsetof(__typeof__(*(fpregset_t)0), mxcsr) == FP_MXCSR,
               "FP_MXCSR is not the offset of mxcsr");
_Static_assert(offsetof(ucontext_t, __fpregs_mem) +
                       sizeof(((ucontext_t *)0)->__fpregs_mem) ==
                   UC_SIZE,
               "UC_SIZE is not where the FP save area ends");

#endif
#endif
