/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * While it travels
 *
 *   eax   the value
 *   edx   a function to call on arrival, which is the second way in, or 0, and
 *   ecx   its first argument
 *   edi   the context that is started, goes on or is left
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

/* Save what the frame above needs, to go on at .Larrive: as that of the context
 * at \ctx; or as that of the link of the one at (edi), whose sp keeps the bit
 * if it has one.  Clobbers ecx. */
        .macro  SAVE_SELF ctx
        GOT     ecx
        leal    .Larrive@GOTOFF(%ecx), %ecx
        movl    %esp, CTX_SP(\ctx)
        movl    %ebp, CTX_FP(\ctx)
        movl    %ecx, CTX_PC(\ctx)
        .endm

        .macro  SAVE_LINK flagged=0
        .if     \flagged
        movl    CTX_LINK_SP(%edi), %ecx
        andl    $CTX_FLAGGED, %ecx
        orl     %esp, %ecx
        movl    %ecx, CTX_LINK_SP(%edi)
        .else
        movl    %esp, CTX_LINK_SP(%edi)
        .endif
        GOT     ecx
        leal    .Larrive@GOTOFF(%ecx), %ecx
        movl    %ebp, CTX_LINK_FP(%edi)
        movl    %ecx, CTX_LINK_PC(%edi)
        .endm

/* From here on the frame above is the one that (edi) keeps at \sp and \fp, and
 * whose pc is in esi. */
        .macro  CFI_TARGET sp, fp
        .cfi_escape 0x0f, 6, 0x70 + DW_EDI, \sp, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a     # its bit is not sp's
        CFI_SAVED_AT DW_EBP, DW_EDI, \fp
        .cfi_register %eip, %esi
        .cfi_same_value %ebx
        .cfi_same_value %esi
        .cfi_same_value %edi
        .endm

/* Start the context at (edi) or go on with it; `mark` that it was resumed. */
        .macro  GO_SELF mark=0
        movl    CTX_PC(%edi), %esi
        CFI_TARGET CTX_SP, CTX_FP
        .if     \mark
        movl    $0, CTX_PC(%edi)
        .endif
        movl    CTX_FP(%edi), %ebp
        .cfi_same_value %ebp
        movl    CTX_SP(%edi), %esp
        notrack jmp *%esi
        .endm

/* Go to who resumed it, and waits no longer; `flagged`: sp may have the bit. */
        .macro  GO_LINK flagged=0
        movl    CTX_LINK_PC(%edi), %esi
        CFI_TARGET CTX_LINK_SP, CTX_LINK_FP
        movl    $0, CTX_LINK_PC(%edi)
        movl    CTX_LINK_FP(%edi), %ebp
        .cfi_same_value %ebp
        .if     \flagged
        movl    CTX_LINK_SP(%edi), %ebx
        andl    $~CTX_FLAGGED, %ebx
        movl    %ebx, %esp
        .else
        movl    CTX_LINK_SP(%edi), %esp
        .endif
        notrack jmp *%esi
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
 *   In        four arguments on the stack
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
        .macro  LOAD_ARGS               # all but the first
        movl    ARG(1), %eax
        movl    ARG(2), %edx
        movl    ARG(3), %ecx
        .endm

        .globl  uctx_native_resume
        .hidden uctx_native_resume
FUNC uctx_native_resume
        PUSH_REGS
        movl    ARG(0), %edi
        SAVE_LINK 1
        LOAD_ARGS
        .cfi_remember_state
        GO_SELF 1
        .cfi_restore_state

        nop                             # so that pc - 1 is ours
.Larrive:
        testl   %edx, %edx
        jz      .Lreturn
        movl    %ecx, (%esp)
        movl    %eax, 4(%esp)
        call    *%edx
.Lreturn:
        POP_REGS
END uctx_native_resume

        .globl  uctx_native_yield
        .hidden uctx_native_yield
FUNC uctx_native_yield
        PUSH_REGS
        movl    ARG(0), %edi
        SAVE_SELF %edi
        LOAD_ARGS
        GO_LINK 1
END uctx_native_yield

        .globl  uctx_native_swap
        .hidden uctx_native_swap
FUNC uctx_native_swap
.Lswap_on:
        PUSH_REGS
        movl    ARG(0), %eax
        SAVE_SELF %eax
        movl    %eax, %ecx
        movl    ARG(1), %edi
        movl    ARG(2), %edx
        movl    ARG(3), %eax
        GO_SELF
END uctx_native_swap

/*
 * void uctx_native_jump(struct uctx *ctx, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * Goes from ctx to who resumed it, for good; on(from, value) is called there.
 *
 *   In        four arguments on the stack
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        PUSH_REGS                       # for the unwinder
        movl    ARG(0), %edi
        LOAD_ARGS
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
 *   In        their arguments on the stack
 *   Clobbers  what the ABI lets any call clobber
 */

/* Call the other function if the first argument, in eax from here on, has
 * flags; or if the target of a `swap` yielded: its link is stale. */
        .macro  WATCHED name, swap=0
        movl    4(%esp), %eax
        testb   $CTX_FLAGGED, CTX_LINK_SP(%eax)
        .if     \swap
        jnz     .Lwatched_\name
        movl    8(%esp), %ecx
        cmpl    $0, CTX_LINK_PC(%ecx)
        jne     .Lunwatched_\name
.Lwatched_\name:
        .else
        jz      .Lunwatched_\name
        .endif
        GOT     ecx
        notrack jmp *uctx_watched_\name@GOT(%ecx)
.Lunwatched_\name:
        .endm

FUNC uctx_resume
        WATCHED resume
        PUSH_REGS
        movl    %eax, %edi
        SAVE_LINK
        movl    ARG(1), %eax
        xorl    %edx, %edx
        GO_SELF 1
END uctx_resume

FUNC uctx_yield
        WATCHED yield
        PUSH_REGS
        movl    %eax, %edi
        SAVE_SELF %edi
        movl    ARG(1), %eax
        xorl    %edx, %edx
        GO_LINK
END uctx_yield

FUNC uctx_swap
        WATCHED swap, 1
        PUSH_REGS
        SAVE_SELF %eax
        movl    ARG(1), %edi
        movl    ARG(2), %eax
        xorl    %edx, %edx
        GO_SELF
END uctx_swap

FUNC uctx_swap_on
        WATCHED swap_on, 1
        jmp     .Lswap_on
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        ebp = &ctx->link_fp, put there by uctx_init(); esp = the top of
 *             its stack, aligned to 16; eax, edx and ecx as they travel
 *
 * What ebp points at is a frame record, and the frame above is the link: CFA =
 * *(ebp - 4), less its bit.  With nobody there that is .Lnobody, where all
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
        .cfi_personality PERSONALITY_ENCODING, uctx_native_personality
        .cfi_escape 0x0f, 6, 0x70 + DW_EBP, (START + CTX_LINK_SP) & 0x7f, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_EBP, START + CTX_LINK_PC
        .cfi_escape 0x10, DW_EBP, 2, 0x70 + DW_EBP, 0
        .cfi_undefined %ebx
        .cfi_undefined %esi
        .cfi_undefined %edi
        nop                             # so that pc - 1 is ours from here on
uctx_native_begin:
        subl    $START_FRAME, %esp
        leal    START(%ebp), %edi
        movl    $0, CTX_PC(%edi)        # it runs, whoever started it
        testl   %edx, %edx
        jz      .Lstarted
        movl    %ecx, (%esp)
        movl    %eax, 4(%esp)
        call    *%edx
.Lstarted:
        testb   $CTX_FLAGGED, CTX_LINK_SP(%edi)
        jz      .Lentered
        movl    %eax, %ebx
        movl    %edi, (%esp)
        call    uctx_native_enter
        movl    %ebx, %eax
.Lentered:
        movl    %edi, (%esp)
        movl    %eax, 4(%esp)
        call    *CTX_ENTRY(%edi)
        testb   $CTX_FLAGGED, CTX_LINK_SP(%edi)
        jnz     .Lslow
        GOT     ecx
        leal    .Lnobody@GOTOFF(%ecx), %ecx
        cmpl    %ecx, CTX_LINK_PC(%edi)
        je      .Lslow
        xorl    %edx, %edx
        movl    %edx, CTX_SP(%edi)      # done
        movl    %edx, CTX_PC(%edi)
        .cfi_remember_state
        GO_LINK
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
 * information.  The pc of a link that leads nowhere.
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
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
        .type   uctx_native_nobody, %object
        .size   uctx_native_nobody, CTX_WORD
uctx_native_nobody:
        .long   .Lnobody
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
