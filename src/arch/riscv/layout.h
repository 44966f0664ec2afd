/* SPDX-License-Identifier: MIT */
/*
 * Where ucontext_t keeps each register: bytes from its start.  This is the
 * libc's ABI, and it is also the kernel's signal frame (asm/ucontext.h), which
 * goes on behind it with what the extensions add; it never changes.
 *
 * Above the fence only macros: assembly includes this too.  The REG_ names
 * below it need _GNU_SOURCE.
 */
#ifndef UCTX_ARCH_LAYOUT_H
#define UCTX_ARCH_LAYOUT_H

/* The build takes the one folder whose layout.h the compiler accepts. */
#if !defined(__riscv) || __riscv_xlen != 64
#error "this is not riscv"
#endif

/* Zicfilp: `lpad 0`, which takes any label.  Elsewhere it does nothing, and
 * is left out. */
#ifdef __riscv_landing_pad
#define LANDING_PAD auipc zero, 0
#else
#define LANDING_PAD
#endif

#ifdef __ASSEMBLER__ /* clang-format off */
/* We take indirect branches only to landing pads.  We do not switch shadow
 * stacks, so we do not claim them: the loader then leaves them off.  psABI,
 * "Program Property": GNU_PROPERTY_RISCV_FEATURE_1_AND is 0xc0000000, and
 * CFI_LP_UNLABELED bit 0 of it. */
        .macro  PROPERTY_NOTE
#ifdef __riscv_landing_pad
        .section .note.gnu.property, "a"
        .p2align 3
        .4byte  4, 16, 5
        .asciz  "GNU"
        .4byte  0xc0000000, 4
        .4byte  1, 0
#endif
        .endm
#endif /* clang-format on */

#define UC_FLAGS    0x000
#define UC_LINK     0x008
#define UC_SS_SP    0x010
#define UC_SS_FLAGS 0x018
#define UC_SS_SIZE  0x020
#define UC_SIGMASK  0x028
#define UC_PC       0x0b0 /* in the place of x0; x1 to x31 follow */
#define UC_RA       0x0b8
#define UC_SP       0x0c0
#define UC_GP       0x0c8
#define UC_TP       0x0d0
#define UC_S0       0x0f0
#define UC_S1       0x0f8
#define UC_S2       0x140 /* s3 to s11 follow                     */
#define UC_FPREGS   0x1b0 /* f0 to f31 of FP_SIZE bytes, then fcsr */
#define UC_SIZE     0x3c0

/* With D each register takes 8 bytes, with F alone 4.  The ISA decides, as it
 * does for the kernel, and not the calling convention. */
#if __riscv_flen == 64
#define FP_SIZE 8
#elif __riscv_flen == 32
#define FP_SIZE 4
#endif
#define UC_FS0  (UC_FPREGS + 8 * FP_SIZE)  /* f8, and fs1        */
#define UC_FS2  (UC_FPREGS + 18 * FP_SIZE) /* f18, fs3 to fs11   */
#define UC_FCSR (UC_FPREGS + 32 * FP_SIZE)

/*
 * What a kernel that knows of extensions makes of the last 12 bytes, all 0 on
 * others: a word that is 0, and the header of the first extension's state,
 * which lies behind the struct.  Ours is V's: vstart, vl, vtype, vcsr, vlenb,
 * a pointer to the registers, and these.  Frames of qemu-user 7.2 end before:
 * they are read only where uctx_posix_has_v.
 */
#define UC_KERNEL_END      0x2b8 /* of what each frame has: D's state */
#define UC_KERNEL_RESERVED (UC_SIZE - 12)
#define UC_KERNEL_MAGIC    (UC_SIZE - 8)
#define UC_KERNEL_MORE     (UC_SIZE - 4) /* bytes, this header's 8 included */
#define UC_KERNEL_V        UC_SIZE
#define UC_KERNEL_V_DATA   (UC_KERNEL_V + 40)
#define UC_KERNEL_V_REGS   (UC_KERNEL_V + 48)
#define MAGIC_V            0x53465457

/* The thread pointer is one of the registers in a frame: see arch.h. */
#define TP_IN_FRAME 1

#define SIGINFO_SIZE 128 /* before ucontext_t in a signal frame */

/*
 * uc_flags of a context that we saved; no kernel has these bits.  The low byte
 * is 0, or the errno with which makecontext() marked it as one that cannot run.
 * One lui loads it.
 */
#define UC_OURS       -0x3a8b8000
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

#include <stddef.h>
#include <ucontext.h>

/* glibc's name for it. */
#ifdef __GLIBC__
#define uc_flags __uc_flags
#endif

#define UCTX_CHECK(member, macro)                           \
    _Static_assert(offsetof(ucontext_t, member) == (macro), \
                   #macro " is not the offset of " #member)

            UCTX_CHECK(uc_flags, UC_FLAGS);
UCTX_CHECK(uc_link, UC_LINK);
UCTX_CHECK(uc_stack.ss_sp, UC_SS_SP);
UCTX_CHECK(uc_stack.ss_flags, UC_SS_FLAGS);
UCTX_CHECK(uc_stack.ss_size, UC_SS_SIZE);
UCTX_CHECK(uc_sigmask, UC_SIGMASK);
UCTX_CHECK(uc_mcontext.__gregs[REG_PC], UC_PC);
UCTX_CHECK(uc_mcontext.__gregs[REG_RA], UC_RA);
UCTX_CHECK(uc_mcontext.__gregs[REG_SP], UC_SP);
UCTX_CHECK(uc_mcontext.__gregs[3], UC_GP);
UCTX_CHECK(uc_mcontext.__gregs[REG_TP], UC_TP);
UCTX_CHECK(uc_mcontext.__gregs[REG_S0], UC_S0);
UCTX_CHECK(uc_mcontext.__gregs[REG_S1], UC_S1);
UCTX_CHECK(uc_mcontext.__gregs[REG_S2], UC_S2);
UCTX_CHECK(uc_mcontext.__fpregs, UC_FPREGS);
#if __riscv_flen == 64
UCTX_CHECK(uc_mcontext.__fpregs.__d.__f[8], UC_FS0);
UCTX_CHECK(uc_mcontext.__fpregs.__d.__f[18], UC_FS2);
UCTX_CHECK(uc_mcontext.__fpregs.__d.__fcsr, UC_FCSR);
#elif __riscv_flen == 32
UCTX_CHECK(uc_mcontext.__fpregs.__f.__f[8], UC_FS0);
UCTX_CHECK(uc_mcontext.__fpregs.__f.__f[18], UC_FS2);
UCTX_CHECK(uc_mcontext.__fpregs.__f.__fcsr, UC_FCSR);
#endif
_Static_assert(sizeof(ucontext_t) == UC_SIZE, "UC_SIZE");

#endif
#endif
