/* SPDX-License-Identifier: MIT */
/*
 * Where ucontext_t keeps each register: bytes from its start.  This is the
 * libc's ABI, and the kernel's signal frame (asm/ucontext.h, asm/sigcontext.h);
 * it never changes.
 *
 * Above the fence only macros: assembly includes this too.
 */
#ifndef UCTX_ARCH_LAYOUT_H
#define UCTX_ARCH_LAYOUT_H

/* The build takes the one folder whose layout.h the compiler accepts. */
#if !defined(__arm__) || !defined(__ARM_EABI__) || defined(__ARMEB__)
#error "this is not little-endian arm"
#endif

#ifdef __ASSEMBLER__ /* clang-format off */
/* Each function is ARM code, whatever its callers are: bx takes both.  It has
 * tables for the EHABI's unwinder, which are right at calls, between FUNC and
 * END_TABLE; and .debug_frame for debuggers, right at every instruction. */
#define LANDING_PAD .fnstart
#define END_TABLE   .fnend

        .macro  PROPERTY_NOTE
        .syntax unified
        .arm
        .cfi_sections .debug_frame
#ifndef __ARM_FP
        .fpu    vfpv2                   /* used only where the CPU has it, */
        .eabi_attribute 10, 0           /* Tag_FP_arch: so do not ask for it */
#endif
        .endm

/* The address of a symbol of ours, or what `sym` adds to the thread pointer. */
        .macro  ADDRESS reg, sym
        ldr     \reg, .Lliteral\@
.Lpc\@: add     \reg, pc, \reg
        .subsection 1
        .p2align 2
.Lliteral\@:
        .word   \sym - (.Lpc\@ + 8)
        .subsection 0
        .endm

        .macro  THREAD_OFFSET reg, sym
        ldr     \reg, .Lliteral\@
.Lpc\@: ldr     \reg, [pc, \reg]
        .subsection 1
        .p2align 2
.Lliteral\@:
        .word   \sym(gottpoff) + (. - .Lpc\@ - 8)
        .subsection 0
        .endm

/*
 * AAPCS32 6.1.2: d8-d15 are the caller's where there are VFP registers, of code
 * with software floating point too.  Where the compiler does not count on them,
 * the kernel tells whether the CPU has them; FIND_VFP, the first to be used,
 * looks that up, once.  Both go to `none` where there are none.  Clobber ip.
 */
#define VFP_ABSENT  1 /* values of `vfp`; 0: not yet known */
#define VFP_PRESENT 2
#define AT_HWCAP    16
#define HWCAP_VFP   64

        .macro  NEED_VFP none
#ifndef __ARM_FP
        ADDRESS ip, vfp
        ldrb    ip, [ip]
        cmp     ip, #VFP_PRESENT
        bne     \none
#endif
        .endm

        .macro  FIND_VFP none           /* where the CFA is relative to sp */
#ifndef __ARM_FP
        ADDRESS ip, vfp
        ldrb    ip, [ip]
        cmp     ip, #VFP_ABSENT
        bhi     .Lfound\@
        beq     \none
        push    {r3, lr}
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset lr, 4
        bl      find_vfp
        pop     {r3, lr}
        .cfi_adjust_cfa_offset -8
        .cfi_restore lr
        NEED_VFP \none
.Lfound\@:
#endif
        .endm

        .macro  VFP_FINDER
#ifndef __ARM_FP
        .local  vfp
        .comm   vfp, 1
        .p2align 5
        .type   find_vfp, %function
find_vfp:
        .cfi_startproc
        .fnstart
        push    {r0-r3, ip, lr}
        .cfi_adjust_cfa_offset 24
        .cfi_rel_offset lr, 20
        .save   {r0-r3, ip, lr}
        mov     r0, #AT_HWCAP
        bl      getauxval
        tst     r0, #HWCAP_VFP
        moveq   r0, #VFP_ABSENT
        movne   r0, #VFP_PRESENT
        ADDRESS r1, vfp
        strb    r0, [r1]
        pop     {r0-r3, ip, pc}
        .fnend
        .cfi_endproc
        .size   find_vfp, . - find_vfp
#endif
        .endm

/* The thread pointer, into `reg`.  Where the CPU may be without a register for
 * it, the libc's function: Run-time ABI for the Arm Architecture, 5.3.5; then
 * clobbers r9, ip and lr, and `reg` is none of r0 and r9. */
        .macro  THREAD_POINTER reg
#if __ARM_ARCH >= 7
        mrc     p15, 0, \reg, c13, c0, 3
#else
        mov     r9, r0
        bl      __aeabi_read_tp
        mov     \reg, r0
        mov     r0, r9
#endif
        .endm
#endif /* clang-format on */

#define UC_FLAGS    0x000
#define UC_LINK     0x004
#define UC_SS_SP    0x008
#define UC_SS_FLAGS 0x00c
#define UC_SS_SIZE  0x010
#define UC_TRAP_NO  0x014 /* and two words more, up to r0        */
#define UC_R0       0x020
#define UC_R4       0x030 /* to r10, and then r11, the libc's fp */
#define UC_R12      0x050
#define UC_SP       0x054
#define UC_LR       0x058
#define UC_PC       0x05c
#define UC_CPSR     0x060
#define UC_FAULT    0x064
#define UC_SIGMASK  0x068
#define UC_VFP      0x0e8 /* d8 to d15 and fpscr, as glibc has them */
#define UC_FPSCR    0x128
#define UC_SIZE     0x2e8

#define CPSR_MODE 0x1f /* and of it */
#define CPSR_USER 0x10

/* A signal's frame is siginfo_t and ucontext_t: arch/arm/kernel/signal.h. */
#define FRAME_UCONTEXT 128

/*
 * uc_flags of a context that we saved; the kernel's are 0.  The low byte is 0,
 * or the errno with which makecontext() marked it as one that cannot run.  An
 * immediate operand can hold it.
 */
#define UC_OURS       0xc5000000
#define UC_OURS_ERRNO 0xff

/* What a new context's stack holds at least below its arguments: what the
 * switch writes there, and one small frame. */
#define FRAME_MIN 480

#define NR_SIGSTOP 19

/* Registers of the EHABI's unwinder. */
#define UNWIND_FP 11
#define UNWIND_SP 13
#define UNWIND_PC 15

/* How on_signal() gets its personality routine. */
#define PERSONALITY_DIRECTIVE ".personality uctx_handler_personality"

/* Where a new context starts: bytes from uctx_start. */
#define START_ENTRY 4

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
UCTX_CHECK(uc_mcontext.trap_no, UC_TRAP_NO);
UCTX_CHECK(uc_mcontext.arm_r0, UC_R0);
UCTX_CHECK(uc_mcontext.arm_r4, UC_R4);
UCTX_CHECK(uc_mcontext.arm_ip, UC_R12);
UCTX_CHECK(uc_mcontext.arm_sp, UC_SP);
UCTX_CHECK(uc_mcontext.arm_lr, UC_LR);
UCTX_CHECK(uc_mcontext.arm_pc, UC_PC);
UCTX_CHECK(uc_mcontext.arm_cpsr, UC_CPSR);
UCTX_CHECK(uc_mcontext.fault_address, UC_FAULT);
UCTX_CHECK(uc_sigmask, UC_SIGMASK);
UCTX_CHECK(uc_regspace, UC_VFP);
UCTX_CHECK(uc_regspace[16], UC_FPSCR);
_Static_assert(sizeof(ucontext_t) == UC_SIZE, "UC_SIZE is not its size");

#endif
#endif
