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

/* Save what the frame above needs, to go on at .Larrive: as that of the context
 * at \ctx; or as that of its link, whose sp keeps the bit if it has one. */
        .macro  SAVE_SELF ctx
        leaq    .Larrive(%rip), %r8
        movq    %rsp, CTX_SP(\ctx)
        movq    %rbp, CTX_FP(\ctx)
        movq    %r8, CTX_PC(\ctx)
        .endm

        .macro  SAVE_LINK flagged=0
        .if     \flagged
        movl    CTX_LINK_SP(%rdi), %r9d
        andl    $CTX_FLAGGED, %r9d
        orq     %rsp, %r9
        movq    %r9, CTX_LINK_SP(%rdi)
        .else
        movq    %rsp, CTX_LINK_SP(%rdi)
        .endif
        leaq    .Larrive(%rip), %r8
        movq    %rbp, CTX_LINK_FP(%rdi)
        movq    %r8, CTX_LINK_PC(%rdi)
        .endm

/* From here on the frame above is the one that (rdi) keeps at \sp, \fp and
 * \base, and whose pc is in rax. */
        .macro  CFI_TARGET sp, fp, base
        .cfi_escape 0x0f, 6, 0x70 + DW_RDI, \sp, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a     # its bit is not sp's
        CFI_SAVED_AT DW_RBP, DW_RDI, \fp
        CFI_SAVED_AT DW_RBX, DW_RDI, \base
        .cfi_register %rip, %rax
        .cfi_same_value %r12
        .cfi_same_value %r13
        .cfi_same_value %r14
        .cfi_same_value %r15
        .endm

/* Go there: `flagged`, the second way in, and sp may have the bit; or else the
 * first, and the carry flag is clear. */
        .macro  GO      sp, fp, base, flagged=0
        movq    \fp(%rdi), %rbp
        .cfi_same_value %rbp
        movq    \base(%rdi), %rbx
        .cfi_same_value %rbx
        .if     \flagged
        movq    \sp(%rdi), %r9
        leaq    -LANDING(%rax), %rax
        andq    $~CTX_FLAGGED, %r9
        movq    %r9, %rsp
        .else
        movq    \sp(%rdi), %rsp
        .endif
        jmp     *%rax
        .endm

/* Start the context at (rdi) or go on with it; `mark` that it was resumed. */
        .macro  GO_SELF flagged=0, mark=0
        movq    CTX_PC(%rdi), %rax
        CFI_TARGET CTX_SP, CTX_FP, CTX_BASE
        .if     \mark
        movq    $0, CTX_PC(%rdi)
        .endif
        GO      CTX_SP, CTX_FP, CTX_BASE, \flagged
        .endm

/* Go to who resumed it, and waits no longer. */
        .macro  GO_LINK flagged=0
        movq    CTX_LINK_PC(%rdi), %rax
        CFI_TARGET CTX_LINK_SP, CTX_LINK_FP, CTX_LINK_BASE
        movq    $0, CTX_LINK_PC(%rdi)
        GO      CTX_LINK_SP, CTX_LINK_FP, CTX_LINK_BASE, \flagged
        .endm

/*
 * void *uctx_native_resume(struct uctx *ctx, void *value, uctx_on *on,
 *                          struct uctx *from);
 * void *uctx_native_yield(struct uctx *self, void *value, uctx_on *on,
 *                         struct uctx *from);
 * void *uctx_native_swap(struct uctx *from, struct uctx *to, uctx_on *on,
 *                        void *value);
 *
 * The switches, whatever the flags; on(from, value) is called on arrival.
 *
 *   In        rdi, rsi, rdx, rcx
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_resume
        .hidden uctx_native_resume
FUNC uctx_native_resume
        PUSH_REGS
        SAVE_LINK 1
        .cfi_remember_state
        GO_SELF 1, 1
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
END uctx_native_resume

        .globl  uctx_native_yield
        .hidden uctx_native_yield
FUNC uctx_native_yield
        PUSH_REGS
        SAVE_SELF %rdi
        GO_LINK 1
END uctx_native_yield

        .globl  uctx_native_swap
        .hidden uctx_native_swap
FUNC uctx_native_swap
.Lswap_on:
        PUSH_REGS
        SAVE_SELF %rdi
        xchgq   %rcx, %rdi              # rcx = from, rdi = value
        xchgq   %rdi, %rsi              # rsi = value, rdi = to
        GO_SELF 1
END uctx_native_swap

/*
 * void uctx_native_jump(struct uctx *ctx, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * Goes from ctx to who resumed it, for good; on(from, value) is called there.
 *
 *   In        rdi, rsi, rdx, rcx
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        GO_LINK 1
END uctx_native_jump

/*
 * void *uctx_resume(struct uctx *ctx, void *value);
 * void *uctx_yield(struct uctx *self, void *value);
 * void *uctx_swap(struct uctx *from, struct uctx *to, void *value);
 * void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
 *                    void *value);
 *
 * What the header says.  They arrive in uctx_native_resume, whose frame is the
 * same.
 *
 *   In        rdi, rsi, rdx, rcx
 *   Clobbers  what the ABI lets any call clobber
 */
FUNC uctx_resume
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jnz     uctx_watched_resume@PLT
        PUSH_REGS
        SAVE_LINK
        GO_SELF 0, 1
END uctx_resume

FUNC uctx_yield
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jnz     uctx_watched_yield@PLT
        PUSH_REGS
        SAVE_SELF %rdi
        GO_LINK
END uctx_yield

FUNC uctx_swap
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jnz     uctx_watched_swap@PLT
        cmpq    $0, CTX_LINK_PC(%rsi)   # it yielded: its link is stale
        je      uctx_watched_swap@PLT
        PUSH_REGS
        SAVE_SELF %rdi
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        GO_SELF
END uctx_swap

FUNC uctx_swap_on
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jnz     uctx_watched_swap_on@PLT
        cmpq    $0, CTX_LINK_PC(%rsi)
        je      uctx_watched_swap_on@PLT
        jmp     .Lswap_on
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        rbp = &ctx->link_fp, put there by uctx_init(); rsp = the top of
 *             its stack, aligned to 16; rsi = value
 *
 * What rbp points at is a frame record, and the frame above is the link: CFA =
 * *(rbp - 8), less its bit.  With nobody there that is .Lnobody, where all
 * walks end.
 * gdb takes a frame above at a lower address for a corrupt stack unless it
 * lies above a signal frame, so this is marked as one.
 */
#define START (-CTX_LINK_FP)

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
        .cfi_escape 0x0f, 6, 0x70 + DW_RBP, (START + CTX_LINK_SP) & 0x7f, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_RBP, START + CTX_LINK_PC
        .cfi_escape 0x10, DW_RBP, 2, 0x70 + DW_RBP, 0
        .cfi_escape 0x10, DW_RBX, 2, 0x70 + DW_RBP, START + CTX_LINK_BASE
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
        movq    $0, START + CTX_PC(%rbp) # it runs, whoever started it
        jnc     .Lstarted
        movq    %rcx, %rdi
        call    *%rdx
        movq    %rax, %rsi
.Lstarted:
        leaq    START(%rbp), %rdi
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jz      .Lentered
        movq    %rsi, %rbx
        call    uctx_native_enter
        movq    %rbx, %rsi
        leaq    START(%rbp), %rdi
.Lentered:
        call    *CTX_ENTRY(%rdi)
        movq    %rax, %rsi
        leaq    START(%rbp), %rdi
        testb   $CTX_FLAGGED, CTX_LINK_SP(%rdi)
        jnz     .Lslow
        leaq    .Lnobody(%rip), %rax
        cmpq    %rax, CTX_LINK_PC(%rdi)
        je      .Lslow
        xorl    %eax, %eax
        movq    %rax, CTX_SP(%rdi)      # done
        movq    %rax, CTX_PC(%rdi)
        .cfi_remember_state
        GO_LINK
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
 * information.  The pc of a link that leads nowhere.
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
        .p2align 3
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
uctx_native_nobody:
        .quad   .Lnobody
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
