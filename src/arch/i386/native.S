/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * While it travels
 *
 *   eax   the value
 *   edx   a function to call on arrival, which is the second way in, or 0, and
 *   ecx   its first argument
 *   edi   where the target is saved
 *
 * ABI: System V i386 psABI 1.1, section 2.2.1: ebx, esi, edi, ebp and esp
 * belong to the caller.  They are pushed, which makes a frame that
 * frame-pointer walkers know; the control words of the FP units belong to the
 * thread.
 */
#include "layout.h"
#include "asm.h"
#include "native/layout.h"

/* DWARF register numbers, psABI table 2.14. */
#define DW_EBP 5
#define DW_EDI 7
#define DW_RA  8

/* The arguments of a function that has done PUSH_REGS. */
#define ARG(n) 8 + 4 * (n)(%ebp)

        PC_THUNK ecx

        .macro  PUSH_REGS
        pushl   %ebp
        .cfi_def_cfa_offset 8
        .cfi_offset %ebp, -8
        movl    %esp, %ebp
        .cfi_def_cfa_register %ebp
        pushl   %ebx
        .cfi_offset %ebx, -12
        pushl   %esi
        .cfi_offset %esi, -16
        pushl   %edi
        .cfi_offset %edi, -20
        subl    $12, %esp               # two arguments, 16-byte alignment
        .endm

/* Return, on the way that a ret would mispredict. */
        .macro  POP_REGS
        addl    $12, %esp
        popl    %edi
        .cfi_restore %edi
        popl    %esi
        .cfi_restore %esi
        popl    %ebx
        .cfi_restore %ebx
        popl    %ebp
        .cfi_def_cfa %esp, 4
        .cfi_restore %ebp
        popl    %ecx
        .cfi_def_cfa_offset 0
        .cfi_register %eip, %ecx
        notrack jmp *%ecx
        .endm

/* Save what the frame above needs at `at`(\save): where .Larrive goes on.
 * Clobbers ecx. */
        .macro  SAVE_POINT save, at=0
        GOT     ecx
        leal    .Larrive@GOTOFF(%ecx), %ecx
        movl    %esp, \at + CTX_SP(\save)
        movl    %ebp, \at + CTX_FP(\save)
        movl    %ecx, \at + CTX_PC(\save)
        .endm

/* From here on the frame above is the target at (edi), whose pc is in esi. */
        .macro  CFI_TARGET
        CFI_CFA_SAVED_AT DW_EDI, CTX_SP
        CFI_SAVED_AT DW_EBP, DW_EDI, CTX_FP
        .cfi_register %eip, %esi
        .cfi_same_value %ebx
        .cfi_same_value %esi
        .cfi_same_value %edi
        .endm

/* Go on at (edi), where the record that it is becomes nobody's, or the word
 * that says that it waits is cleared. */
        .macro  LOAD_POINT record=0
        .if     \record
        GOT     ecx
        leal    .Lnobody@GOTOFF(%ecx), %ecx
        .endif
        movl    CTX_PC(%edi), %esi
        CFI_TARGET
        movl    CTX_FP(%edi), %ebp
        .cfi_same_value %ebp
        .if     \record
        movl    $0, CTX_FP(%edi)
        movl    %ecx, CTX_PC(%edi)
        .else
        movl    $0, CTX_PC(%edi)
        .endif
        movl    CTX_SP(%edi), %esp
        notrack jmp *%esi
        .endm

/*
 * void *uctx_native_switch(struct uctx_point *save, struct uctx_point *load,
 *                          void *value, uctx_on *on, struct uctx *from);
 *
 * Saves the caller in *save and goes on at *load, which calls on(from, value)
 * first.  Returns what the switch back brings.
 *
 *   In        five arguments on the stack
 *   Clobbers  what the ABI lets any call clobber
 *
 *        +-----------------------------+
 *        | arguments                   |
 *   CFA->+-----------------------------+
 *        | return address              |
 *   ebp->| the caller's ebp            |
 *        | its ebx, esi, edi           |
 *        | 12 bytes for `on`           |
 *   esp->+-----------------------------+
 */
        .globl  uctx_native_switch
        .hidden uctx_native_switch
FUNC uctx_native_switch
        PUSH_REGS
        movl    ARG(0), %esi
        SAVE_POINT %esi
        movl    ARG(1), %edi
        movl    ARG(2), %eax
        movl    ARG(3), %edx
        movl    ARG(4), %ecx
        .cfi_remember_state
        LOAD_POINT
        .cfi_restore_state

.Larrive:
        testl   %edx, %edx
        jz      .Lreturn
        movl    %ecx, (%esp)
        movl    %eax, 4(%esp)
        call    *%edx
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
 *   In        four arguments on the stack
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        PUSH_REGS                       # for the unwinder
        movl    ARG(0), %edi
        movl    ARG(1), %eax
        movl    ARG(2), %edx
        movl    ARG(3), %ecx
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
 *   In        their arguments on the stack
 *   Clobbers  what the ABI lets any call clobber
 */
        .macro  WATCHED name            # if the first argument has flags
        movl    4(%esp), %eax
        cmpl    $0, CTX_FLAGS(%eax)
        je      .Lunwatched_\name
        GOT     ecx
        notrack jmp *uctx_watched_\name@GOT(%ecx)
.Lunwatched_\name:
        .endm

FUNC uctx_resume
        WATCHED resume
        PUSH_REGS
        movl    %eax, %edi
        SAVE_POINT %edi, CTX_LINK
        movl    ARG(1), %eax
        xorl    %edx, %edx
        LOAD_POINT
END uctx_resume

FUNC uctx_yield
        WATCHED yield
        PUSH_REGS
        SAVE_POINT %eax
        leal    CTX_LINK(%eax), %edi
        movl    ARG(1), %eax
        xorl    %edx, %edx
        LOAD_POINT 1
END uctx_yield

FUNC uctx_swap
        WATCHED swap
        PUSH_REGS
        SAVE_POINT %eax
        movl    ARG(1), %edi
        movl    ARG(2), %eax
        xorl    %edx, %edx
        LOAD_POINT
END uctx_swap

FUNC uctx_swap_on
        WATCHED swap_on
        PUSH_REGS
        SAVE_POINT %eax
        movl    %eax, %ecx
        movl    ARG(1), %edi
        movl    ARG(2), %edx
        movl    ARG(3), %eax
        LOAD_POINT
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        ebp = &ctx->link.fp, put there by uctx_init(); esp = the top of
 *             its stack, aligned to 16; eax, edx and ecx as they travel
 *
 * What ebp points at is a frame record, and the frame above is in ctx->link:
 * CFA = *(ebp - 4).  With nobody there that is .Lnobody, where all walks end.
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
        .cfi_personality PERSONALITY_ENCODING, uctx_native_personality
        .cfi_escape 0x0f, 3, 0x70 + DW_EBP, LINK_SP & 0x7f, 0x06
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_EBP, CTX_PC - CTX_FP
        .cfi_escape 0x10, DW_EBP, 2, 0x70 + DW_EBP, 0
        .cfi_undefined %ebx
        .cfi_undefined %esi
        .cfi_undefined %edi
        nop                             # so that pc - 1 is ours from here on
uctx_native_begin:
        subl    $START_FRAME, %esp
        leal    START(%ebp), %edi
        testl   %edx, %edx
        jz      .Lstarted
        movl    %ecx, (%esp)
        movl    %eax, 4(%esp)
        call    *%edx
.Lstarted:
        cmpl    $0, CTX_FLAGS(%edi)
        je      .Lentered
        movl    %eax, %ebx
        movl    %edi, (%esp)
        call    uctx_native_enter
        movl    %ebx, %eax
.Lentered:
        movl    %edi, (%esp)
        movl    %eax, 4(%esp)
        call    *CTX_ENTRY(%edi)
        GOT     ecx
        leal    .Lnobody@GOTOFF(%ecx), %ecx
        cmpl    %ecx, CTX_LINK + CTX_PC(%edi)
        je      .Lslow
        cmpl    $0, CTX_FLAGS(%edi)
        jne     .Lslow
        movl    $0, CTX_SP(%edi)        # done
        addl    $CTX_LINK, %edi
        xorl    %edx, %edx
        .cfi_remember_state
        LOAD_POINT
        .cfi_restore_state
.Lslow:
        movl    %edi, (%esp)
        movl    %eax, 4(%esp)
        movl    $0, 8(%esp)
        call    uctx_native_leave       # does not return
uctx_native_landing:                    # an exception left the entry: eax
        leal    START(%ebp), %edi
        movl    %edi, (%esp)
        movl    %eax, 4(%esp)
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
        .cfi_undefined %eip
        nop                             # so that pc - 1 is ours
.Lnobody:
        hlt
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 2
        .globl  uctx_nobody
        .type   uctx_nobody, %object
        .size   uctx_nobody, 2 * CTX_WORD
uctx_nobody:
        .long   0, .Lnobody
        .text

/*
 * unsigned long uctx_native_fenv(void);
 * void uctx_native_fenv_set(unsigned long words);
 *
 * The control words of this thread: mxcsr without its flags in the low half,
 * the x87 control word in the high one.
 */
#define MXCSR_FLAGS 0x3f

        .globl  uctx_native_fenv
        .hidden uctx_native_fenv
FUNC uctx_native_fenv
        pushl   $0
        .cfi_adjust_cfa_offset 4
        NEED_SSE .Lget_x87
        stmxcsr (%esp)
.Lget_x87:
        movl    (%esp), %eax
        andl    $~MXCSR_FLAGS, %eax
        fnstcw  2(%esp)
        movw    %ax, (%esp)
        popl    %eax
        .cfi_adjust_cfa_offset -4
        ret
END uctx_native_fenv

        .globl  uctx_native_fenv_set
        .hidden uctx_native_fenv_set
FUNC uctx_native_fenv_set
        fldcw   6(%esp)
        NEED_SSE .Lset
        movzwl  4(%esp), %eax
        stmxcsr 4(%esp)                 # the argument's place is ours
        andl    $MXCSR_FLAGS, 4(%esp)
        orl     %eax, 4(%esp)
        ldmxcsr 4(%esp)
.Lset:
        ret
END uctx_native_fenv_set

        SSE_FINDER
