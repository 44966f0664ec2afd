/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * include/uctx/arch/x86_64.h says what travels in which register, and what
 * happens LANDING bytes before a label that is jumped to.  A context that
 * stopped here may go on from there, and the other way round.
 *
 * ABI: System V x86-64 psABI 1.0, section 3.2.1: rbx, rbp, r12-r15 and rsp
 * belong to the caller.  They are pushed, which makes a frame that
 * frame-pointer walkers know; the control words of the FP units belong to the
 * thread.
 */
#include "layout.h"
#include "asm.h"
#include "native/layout.h"

#define LANDING 8

/* DWARF register numbers, psABI figure 3.36. */
#define DW_RBX 3
#define DW_RDI 5
#define DW_RBP 6
#define DW_RA  16

        .macro  PUSH_REGS
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        pushq   %rbx
        .cfi_offset %rbx, -24
        pushq   %r12
        .cfi_offset %r12, -32
        pushq   %r13
        .cfi_offset %r13, -40
        pushq   %r14
        .cfi_offset %r14, -48
        pushq   %r15
        .cfi_offset %r15, -56
        leaq    -8(%rsp), %rsp          # 16-byte alignment for `on`
        .endm

/* Return, on the way that a ret would mispredict. */
        .macro  POP_REGS
        addq    $8, %rsp
        popq    %r15
        .cfi_restore %r15
        popq    %r14
        .cfi_restore %r14
        popq    %r13
        .cfi_restore %r13
        popq    %r12
        .cfi_restore %r12
        popq    %rbx
        .cfi_restore %rbx
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        .cfi_restore %rbp
        popq    %rcx
        .cfi_def_cfa_offset 0
        .cfi_register %rip, %rcx
        notrack jmp *%rcx
        .endm

/* Save what the frame above needs at `at`(\save): where .Larrive goes on. */
        .macro  SAVE_POINT save, at=0
        leaq    .Larrive(%rip), %r8
        movq    %rsp, \at + CTX_SP(\save)
        movq    %rbp, \at + CTX_FP(\save)
        movq    %r8, \at + CTX_PC(\save)
        .endm

/* From here on the frame above is the target at (rdi), whose pc is in rax. */
        .macro  CFI_TARGET
        CFI_CFA_SAVED_AT DW_RDI, CTX_SP
        CFI_SAVED_AT DW_RBP, DW_RDI, CTX_FP
        .cfi_register %rip, %rax
        .cfi_same_value %rbx
        .cfi_same_value %r12
        .cfi_same_value %r13
        .cfi_same_value %r14
        .cfi_same_value %r15
        .endm

/* Go on at (rdi), `landing` bytes before where it stopped. */
        .macro  LOAD_POINT landing=0, record=0
        movq    CTX_PC(%rdi), %rax
        CFI_TARGET
        movq    CTX_FP(%rdi), %rbp
        .cfi_same_value %rbp
        .if     \record                 # nobody waits any more
        movups  uctx_native_nobody(%rip), %xmm0
        movups  %xmm0, CTX_FP(%rdi)
        .else
        movq    $0, CTX_PC(%rdi)        # it runs
        .endif
        .if     \landing               # lea and not sub: the carry flag stays
        leaq    -\landing(%rax), %rax
        .endif
        movq    CTX_SP(%rdi), %rsp
        jmp     *%rax
        .endm

/*
 * void *uctx_native_switch(struct uctx_point *save, struct uctx_point *load,
 *                          void *value, uctx_on *on, struct uctx *from);
 *
 * Saves the caller in *save and goes on at *load, which calls on(from, value)
 * first.  Returns what the switch back brings.
 *
 *   In        rdi = save, rsi = load, rdx = value, rcx = on, r8 = from
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_switch
        .hidden uctx_native_switch
FUNC uctx_native_switch
        PUSH_REGS
        movq    %r8, %r9
        SAVE_POINT %rdi
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r9, %rcx
        .cfi_remember_state
        LOAD_POINT LANDING
        .cfi_restore_state

        endbr64                         # LANDING bytes: call rdx(rcx, rsi)
        stc
        .byte   0xeb, .Lcarry - .Larrive + 1
        nop
.Larrive:
        endbr64                         # carry is clear
.Lcarry:
        movq    %rsi, %rax
        jnc     .Lreturn
        movq    %rcx, %rdi
        call    *%rdx
.Lreturn:
        POP_REGS
END uctx_native_switch

/*
 * void uctx_native_jump(struct uctx_point *load, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * The same without saving anything: whoever calls this is done.  on may be
 * NULL.
 *
 *   In        rdi = load, rsi = value, rdx = on, rcx = from
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        testq   %rdx, %rdx
        jz      .Lplain_jump
        .cfi_remember_state
        LOAD_POINT LANDING
        .cfi_restore_state
.Lplain_jump:
        LOAD_POINT
END uctx_native_jump

/*
 * void *uctx_resume(struct uctx *ctx, void *value);
 * void *uctx_yield(struct uctx *self, void *value);
 * void *uctx_swap(struct uctx *from, struct uctx *to, void *value);
 * void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
 *                    void *value);
 *
 * What the header says.  They arrive in uctx_native_switch, whose frame is the
 * same.
 *
 *   In        rdi, rsi, rdx, rcx
 *   Clobbers  what the ABI lets any call clobber
 */
FUNC uctx_resume
        cmpq    $0, CTX_FLAGS(%rdi)
        jne     uctx_watched_resume@PLT
        PUSH_REGS
        SAVE_POINT %rdi, CTX_LINK
        LOAD_POINT
END uctx_resume

FUNC uctx_yield
        cmpq    $0, CTX_FLAGS(%rdi)
        jne     uctx_watched_yield@PLT
        PUSH_REGS
        SAVE_POINT %rdi
        leaq    CTX_LINK(%rdi), %rdi
        LOAD_POINT 0, 1
END uctx_yield

FUNC uctx_swap
        cmpq    $0, CTX_FLAGS(%rdi)
        jne     uctx_watched_swap@PLT
        PUSH_REGS
        SAVE_POINT %rdi
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        LOAD_POINT
END uctx_swap

FUNC uctx_swap_on
        cmpq    $0, CTX_FLAGS(%rdi)
        jne     uctx_watched_swap_on@PLT
        PUSH_REGS
        SAVE_POINT %rdi
        xchgq   %rcx, %rdi              # rcx = from, rdi = value
        xchgq   %rdi, %rsi              # rsi = value, rdi = to
        LOAD_POINT LANDING
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        rbp = &ctx->link.fp, put there by uctx_init(); rsp = the top of
 *             its stack, aligned to 16; rsi = value
 *
 * What rbp points at is a frame record, and the frame above is in ctx->link:
 * CFA = *(rbp - 8).  With nobody there that is .Lnobody, where all walks end.
 * gdb takes a frame above at a lower address for a corrupt stack unless it
 * lies above a signal frame, so this is marked as one.
 */
#define LINK_SP (CTX_SP - CTX_FP)
#define START   (-(CTX_LINK + CTX_FP))

        .globl  uctx_native_start
        .globl  uctx_native_start_end
        .globl  uctx_native_begin
        .hidden uctx_native_start
        .hidden uctx_native_start_end
        .hidden uctx_native_begin
        .globl  uctx_native_landing
        .hidden uctx_native_landing
        .p2align 5
        .type   uctx_native_start, %function
uctx_native_start:
        .cfi_startproc
        .cfi_signal_frame
        .cfi_personality 0x1b, uctx_native_personality
        .cfi_escape 0x0f, 3, 0x70 + DW_RBP, LINK_SP & 0x7f, 0x06
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_RBP, CTX_PC - CTX_FP
        .cfi_escape 0x10, DW_RBP, 2, 0x70 + DW_RBP, 0
        .cfi_escape 0x10, DW_RBX, 2, 0x70 + DW_RBP
        .cfi_escape CTX_LINK_BASE - CTX_LINK - CTX_FP
        .cfi_undefined %r12
        .cfi_undefined %r13
        .cfi_undefined %r14
        .cfi_undefined %r15
        nop                             # so that pc - 1 is ours from here on
        endbr64                         # LANDING bytes: call rdx(rcx, rsi)
        stc
        .byte   0xeb, .Lstart - uctx_native_begin + 1
        nop
uctx_native_begin:
        endbr64                         # carry is clear
.Lstart:
        jnc     .Lstarted
        movq    %rcx, %rdi
        call    *%rdx
        movq    %rax, %rsi
.Lstarted:
        leaq    START(%rbp), %rdi
        cmpq    $0, CTX_FLAGS(%rdi)
        je      .Lentered
        movq    %rsi, %rbx
        call    uctx_native_enter
        movq    %rbx, %rsi
        leaq    START(%rbp), %rdi
.Lentered:
        call    *CTX_ENTRY(%rdi)
        movq    %rax, %rsi
        leaq    START(%rbp), %rdi
        leaq    .Lnobody(%rip), %rax
        cmpq    %rax, CTX_LINK + CTX_PC(%rdi)
        je      .Lslow
        cmpq    $0, CTX_FLAGS(%rdi)     # and clear the carry flag
        jne     .Lslow
        movq    $0, CTX_SP(%rdi)        # done
        leaq    CTX_LINK(%rdi), %rdi
        .cfi_remember_state
        LOAD_POINT
        .cfi_restore_state
.Lslow:
        xorl    %edx, %edx
        call    uctx_native_leave       # does not return
uctx_native_landing:                    # an exception left the entry: rax
        endbr64
        leaq    START(%rbp), %rdi
        movq    %rax, %rsi
        call    uctx_native_caught      # does not return
        hlt
        .cfi_endproc
uctx_native_start_end:
        .size   uctx_native_start, . - uctx_native_start

/*
 * Who resumed a context that nobody did: never run, there for its unwind
 * information.  uctx_nobody is a frame record that leads here.
 */
        .type   uctx_native_end, %function
uctx_native_end:
        .cfi_startproc
        .cfi_undefined %rip
        nop                             # so that pc - 1 is ours
.Lnobody:
        hlt
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 4
        .globl  uctx_nobody
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
        .type   uctx_nobody, %object
        .size   uctx_nobody, 2 * CTX_WORD
uctx_nobody:
uctx_native_nobody:
        .quad   0, .Lnobody
        .text

/*
 * unsigned long uctx_native_fenv(void);
 * void uctx_native_fenv_set(unsigned long words);
 *
 * The control words of this thread: mxcsr without its flags, and the x87
 * control word above it.
 */
#define MXCSR_FLAGS 0x3f

        .globl  uctx_native_fenv
        .hidden uctx_native_fenv
FUNC uctx_native_fenv
        stmxcsr -8(%rsp)
        movl    -8(%rsp), %eax
        andl    $~MXCSR_FLAGS, %eax
        fnstcw  -8(%rsp)
        movzwl  -8(%rsp), %ecx
        shlq    $32, %rcx
        orq     %rcx, %rax
        ret
END uctx_native_fenv

        .globl  uctx_native_fenv_set
        .hidden uctx_native_fenv_set
FUNC uctx_native_fenv_set
        stmxcsr -8(%rsp)
        movl    -8(%rsp), %eax
        andl    $MXCSR_FLAGS, %eax
        orl     %edi, %eax
        movl    %eax, -8(%rsp)
        ldmxcsr -8(%rsp)
        shrq    $32, %rdi
        movl    %edi, -8(%rsp)
        fldcw   -8(%rsp)
        ret
END uctx_native_fenv_set
