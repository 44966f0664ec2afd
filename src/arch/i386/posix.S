/* SPDX-License-Identifier: MIT */
/*
 * getcontext, setcontext and swapcontext, and where a new context starts.
 *
 * ABI: System V i386 psABI 1.1, section 2.2.1: ebx, esi, edi, ebp and esp
 * belong to the caller, and so do the x87 control word and the control bits of
 * mxcsr; the x87 stack is empty at every call.  We switch the status bits of
 * both as well.  No vector register is preserved.  gs is the thread pointer;
 * neither it nor another segment register is switched.
 *
 * The arguments are on the stack, in words that belong to the callee.  There is
 * no red zone: below esp only a register's value is safe.
 *
 * The registers are saved before any C runs, because a wrapper's frame would
 * be gone when the saved context is resumed.
 *
 * Unwinding.  A switch describes its caller until the caller is saved, and its
 * target from then on: first by where *edx (or *edi) has its registers
 * (CFI_TARGET), which loading them does not change, and once esp is the
 * target's by the registers themselves (CFI_ARRIVED).  Nothing that was saved
 * there is read any more then: it may lie on the stack that was left, where a
 * handler may overwrite it.
 */
#include "layout.h"
#include "asm.h"
#include "posix/mask.h"

#define SYS_rt_sigreturn   173
#define SYS_rt_sigprocmask 175
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */
#define EFAULT             14
#define EINVAL             22
#define SS_AUTODISARM      0x80000000
#define SS_INVALID         0x7fff /* no mode of sigaltstack(2) */

/* DWARF register numbers, psABI table 2.14. */
#define DW_EDX 2
#define DW_EBX 3
#define DW_ESP 4
#define DW_EBP 5
#define DW_ESI 6
#define DW_EDI 7
#define DW_RA  8

        PC_THUNK eax
        PC_THUNK ecx

/* Store the callee-saved registers as the caller of this function has them:
 * its eip is our return address, and its esp what it is after we return. */
        .macro  SAVE_REGS uc
        movl    (%esp), %ecx
        movl    %ebx, UC_EBX(\uc)
        movl    %esi, UC_ESI(\uc)
        movl    %ecx, UC_EIP(\uc)
        leal    4(%esp), %ecx
        movl    %edi, UC_EDI(\uc)
        movl    %ebp, UC_EBP(\uc)
        movl    %ecx, UC_ESP(\uc)
        .endm

        .macro  LOAD_REGS uc
        movl    UC_EBX(\uc), %ebx
        movl    UC_ESI(\uc), %esi
        movl    UC_EDI(\uc), %edi
        movl    UC_EBP(\uc), %ebp
        .endm

        .macro  SAVE_SEGMENT reg, at, uc
        movl    %\reg, %eax
        movl    %eax, \at(\uc)
        .endm

/* Store the FP state so that fldenv could load it: control and status, all
 * registers empty, no last instruction.  Not with fnstenv: that takes 30 ns and
 * masks the exceptions.  fpregs points at this copy's own area, for whoever
 * reads it; we never follow it.  Clobbers ecx. */
        .macro  SAVE_FP uc
        leal    UC_FPMEM(\uc), %ecx
        movl    %ecx, UC_FPREGS(\uc)
        movl    $0, UC_FPMEM + FP_CW(\uc)
        movl    $0, UC_FPMEM + FP_SW(\uc)
        movl    $0xffff, UC_FPMEM + FP_TAG(\uc)
        .irp    i, 4, 8, 12, 16         # instruction and operand
        movl    $0, UC_FPMEM + FP_TAG + \i(\uc)
        .endr
        fnstcw  UC_FPMEM + FP_CW(\uc)
        fnstsw  UC_FPMEM + FP_SW(\uc)
        NEED_SSE .Lno_sse_saved\@
        stmxcsr UC_FPMEM + FP_MXCSR(\uc)
.Lno_sse_saved\@:
        .endm

/* Load the target's FP state: the words at `fp`.  The current x87 control word
 * is stored at `cw`.  Clobbers eax and ecx. */
        .macro  LOAD_FP cw, fp, base
        NEED_SSE .Lno_sse_loaded\@
        ldmxcsr \fp + FP_MXCSR(\base)
.Lno_sse_loaded\@:
        fnstsw  %ax
        cmpb    \fp + FP_SW(\base), %al
        jne     .Lx87_flags\@
        movzwl  \cw, %ecx
        cmpw    \fp + FP_CW(\base), %cx
        je      .Lx87_done\@
        testb   $FP_SW_PENDING, %al     # fldcw would raise what is pending
        jnz     .Lx87_flags\@
        fldcw   \fp + FP_CW(\base)
        jmp     .Lx87_done\@
.Lx87_flags\@:
        fnclex                          # so that fldenv raises nothing
        fldenv  \fp(\base)
.Lx87_done\@:
        .endm

/* From here on the frame above is the one that *base describes. */
        .macro  CFI_TARGET base
        CFI_CFA_SAVED_AT \base, UC_ESP
        CFI_SAVED_AT DW_EBX, \base, UC_EBX
        CFI_SAVED_AT DW_EBP, \base, UC_EBP
        CFI_SAVED_AT DW_ESI, \base, UC_ESI
        CFI_SAVED_AT DW_EDI, \base, UC_EDI
        CFI_SAVED_AT DW_RA, \base, UC_EIP
        .endm

/* From here on it is the one that the registers describe, with its pc in `pc`,
 * where the target's stack begins. */
        .macro  CFI_ARRIVED pc
        .cfi_def_cfa    %esp, 0
        .cfi_same_value %ebx
        .cfi_same_value %ebp
        .cfi_same_value %esi
        .cfi_same_value %edi
        .cfi_register   %eip, \pc
        .endm

/* Sort out a context in *edx whose uc_flags are not UC_OURS: fall through for
 * one that the kernel handed to a signal handler, else ecx = errno and jump.
 * A kernel's frame has none but the kernel's flags, and our code segment. */
        .macro  EXPECT_KERNEL_FRAME fail
        movl    UC_FLAGS(%edx), %ecx
        xorl    $UC_OURS, %ecx
        cmpl    $UC_OURS_ERRNO, %ecx    # what makecontext() found wrong,
        jbe     \fail
        testl   $~UC_KERNEL_FLAGS, UC_FLAGS(%edx)
        movl    $EINVAL, %ecx           # or nobody's context
        jnz     \fail
        pushl   %eax
        .cfi_adjust_cfa_offset 4
        movl    %cs, %eax
        cmpw    %ax, UC_CS(%edx)
        popl    %eax
        .cfi_adjust_cfa_offset -4
        jne     \fail
        .endm

#ifdef UCTX_REPORT
        .hidden uctx_report_syscalls, uctx_report_get
        .hidden uctx_report_set, uctx_report_swap
/* The report's library: tell it first, with copies of the arguments. */
        .macro  REPORT hook, n_args
        subl    $4 * (3 - \n_args), %esp # 16-byte alignment
        .cfi_adjust_cfa_offset 4 * (3 - \n_args)
        .rept   \n_args
        pushl   4 * 3(%esp)
        .cfi_adjust_cfa_offset 4
        .endr
        call    \hook
        addl    $12, %esp
        .cfi_adjust_cfa_offset -12
        .endm
        .macro  COUNT_SYSCALL got, scratch
        movl    uctx_report_syscalls@GOTOFF(\got), \scratch
        lock addl $1, (\scratch)
        lock adcl $0, 4(\scratch)
        .endm
#else
        .macro  REPORT hook, n_args
        .endm
        .macro  COUNT_SYSCALL got, scratch
        .endm
#endif

/*
 * The system call has told that the kernel blocks what is at `mask`: enter it
 * into the ledger at %gs:(%ebp), unless a handler came in between and left 0
 * instead of MASK_BUSY.  The high word first; the low one by one instruction.
 * Clobbers eax, ebx, ecx, edx.
 */
        .macro  LEARN_MASK mask, base
        GOT     ecx
        cmpl    $MASK_TRACKED, uctx_mask_mode@GOTOFF(%ecx)
        jne     .Llearned\@
        movl    uctx_mask_vfork@gotntpoff(%ecx), %eax
        cmpl    $0, %gs:(%eax)
        jne     .Llearned\@
        movl    \mask + 4(\base), %edx
        movl    \mask(\base), %ebx
        andl    $~(MASK_INTERNAL_HIGH), %edx
        andl    $~(MASK_INTERNAL_LOW | MASK_KNOWN | MASK_BUSY), %ebx
        orl     $MASK_KNOWN, %ebx
        movl    $MASK_BUSY, %eax
        movl    %edx, %gs:4(%ebp)
        cmpxchgl %ebx, %gs:(%ebp)
.Llearned\@:
        .endm

        SSE_FINDER

/*
 * Ask the kernel for the thread's signal mask, and let the ledger know.
 *
 *   In        edi = where our caller's caller was saved, and the mask goes
 *   Out       eax = 0; or -errno, and nothing done
 *   Clobbers  ecx, edx; but ebx, esi and ebp are as they were saved
 */
        .p2align 5
        .type   ask_mask, %function
ask_mask:
        .cfi_startproc
        CFI_TARGET DW_EDI
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ebp
        cmpl    $MASK_IGNORE, uctx_mask_mode@GOTOFF(%ecx)
        je      .Lno_mask
        COUNT_SYSCALL %ecx, %eax
        movl    $MASK_BUSY, %gs:(%ebp)
        movl    $SIG_SETMASK, %ebx
        xorl    %ecx, %ecx              # install nothing
        leal    UC_SIGMASK(%edi), %edx
        movl    $SIGSET_SIZE, %esi
        movl    $SYS_rt_sigprocmask, %eax
        int     $0x80
        testl   %eax, %eax
        js      .Lasked
        andl    $~MASK_INTERNAL_LOW, UC_SIGMASK(%edi)
        andl    $~MASK_INTERNAL_HIGH, UC_SIGMASK + 4(%edi)
        LEARN_MASK UC_SIGMASK, %edi
        xorl    %eax, %eax
.Lasked:
        movl    UC_EBX(%edi), %ebx
        movl    UC_ESI(%edi), %esi
        movl    UC_EBP(%edi), %ebp
        ret

.Lno_mask:                              # masks are ignored: all are empty,
        movl    $0, %gs:4(%ebp)         # and a switch has nothing to do
        movl    $MASK_KNOWN, %gs:(%ebp)
        movl    $0, UC_SIGMASK(%edi)
        movl    $0, UC_SIGMASK + 4(%edi)
        xorl    %eax, %eax
        jmp     .Lasked
        .cfi_endproc
        .size   ask_mask, . - ask_mask

/*
 * What resume_with_mask() puts below the target's esp, and what its own stack
 * holds meanwhile: bytes from esp.
 *
 *   the target's, from its esp downwards     our own, from our entry downwards
 *   +------------------------------+         +------------------------------+
 *   | eip                          |         | return address               |
 *   | ebx, esi, edi, ebp           |         | RESUME_GAP bytes unused      |
 *   | the mask to install          |         | our caller's ebx, esi, ebp,  |
 *   | the FP state, as FP_*        |         |   edi                        |
 *   | the current x87 control word |         | RESUME_FRAME bytes: what was |
 *   +------------------------------+         |   there on the target's stack|
 *                                            | RESUME_FRAME bytes: what     |
 *                                            |   will be                    |
 *                                            +------------------------------+
 *
 * The gap is for a target that lies just above us on this same stack.
 */
#define RESUME_CW    0
#define RESUME_FP    4
#define RESUME_MASK  (RESUME_FP + FP_SIZE)
#define RESUME_REGS  (RESUME_MASK + 8) /* ebp, edi, esi, ebx, eip */
#define RESUME_FRAME (RESUME_REGS + 20)
#define RESUME_GAP   (RESUME_FRAME + 12)

/*
 * Resume a context whose signal mask is not known to be in force.  The call
 * that installs it is made on the target's stack, where the handlers run that
 * it releases.
 *
 *   In        edx = the context, saved by us
 *             ecx = where the mask goes that was blocked before, or 0
 *             esp as at our caller's entry, and its callee-saved registers
 *   Stack     RESUME_FRAME bytes of the target's
 *
 * If the kernel refuses (a seccomp filter may), the caller gets -1, with his
 * registers back, and with what we wrote to the target's stack undone: a caller
 * on that same stack needs it.
 */
        .p2align 5
        .type   resume_with_mask, %function
resume_with_mask:
        .cfi_startproc
        CFI_TARGET DW_EDX
        GOT     eax
        cmpl    $MASK_IGNORE, uctx_mask_mode@GOTOFF(%eax)
        je      .Lresume_without_mask
        subl    $RESUME_GAP, %esp
        pushl   %ebx
        pushl   %esi
        pushl   %ebp
        pushl   %edi
        movl    %edx, %edi
        CFI_TARGET DW_EDI
        COUNT_SYSCALL %eax, %edx
        movl    uctx_mask_word@gotntpoff(%eax), %ebp
        movl    %ecx, %edx
        movl    UC_ESP(%edi), %esi
        .set    i, RESUME_FRAME
        .rept   RESUME_FRAME / 4
        .set    i, i - 4
        pushl   i - RESUME_FRAME(%esi)
        .endr
        pushl   UC_EIP(%edi)
        pushl   UC_EBX(%edi)
        pushl   UC_ESI(%edi)
        pushl   UC_EDI(%edi)
        pushl   UC_EBP(%edi)
        pushl   UC_SIGMASK + 4(%edi)
        pushl   UC_SIGMASK(%edi)
        .set    i, FP_SIZE
        .rept   FP_SIZE / 4
        .set    i, i - 4
        pushl   UC_FPMEM + i(%edi)
        .endr
        pushl   $0
        andl    $~MASK_INTERNAL_LOW, RESUME_MASK(%esp)
        andl    $~MASK_INTERNAL_HIGH, RESUME_MASK + 4(%esp)

        # *ucp is not read any more: it may lie where we write now.
        .cfi_def_cfa    %esi, 0
        CFI_SAVED_AT DW_EBP, DW_ESP, RESUME_REGS
        CFI_SAVED_AT DW_EDI, DW_ESP, RESUME_REGS + 4
        CFI_SAVED_AT DW_ESI, DW_ESP, RESUME_REGS + 8
        CFI_SAVED_AT DW_EBX, DW_ESP, RESUME_REGS + 12
        CFI_SAVED_AT DW_RA, DW_ESP, RESUME_REGS + 16
        .set    i, 0
        .rept   RESUME_FRAME / 4
        movl    i(%esp), %eax
        movl    %eax, i - RESUME_FRAME(%esi)
        .set    i, i + 4
        .endr
        movl    %esp, %edi
        leal    -RESUME_FRAME(%esi), %esp
        .cfi_def_cfa %esp, RESUME_FRAME
        .cfi_offset %eip, -4
        .cfi_offset %ebx, -8
        .cfi_offset %esi, -12
        .cfi_offset %edi, -16
        .cfi_offset %ebp, -20
        movl    $MASK_BUSY, %gs:(%ebp)
        movl    $SIG_SETMASK, %ebx
        leal    RESUME_MASK(%esp), %ecx
        movl    $SIGSET_SIZE, %esi
        movl    $SYS_rt_sigprocmask, %eax
        int     $0x80
        testl   %eax, %eax
        js      .Lrefused
        LEARN_MASK RESUME_MASK, %esp
        fnstcw  RESUME_CW(%esp)
        LOAD_FP RESUME_CW(%esp), RESUME_FP, %esp
        addl    $RESUME_REGS, %esp
        .cfi_adjust_cfa_offset -RESUME_REGS
        .irp    reg, ebp, edi, esi, ebx
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .cfi_restore %\reg
        .endr
        popl    %ecx
        .cfi_adjust_cfa_offset -4
        .cfi_register %eip, %ecx
        xorl    %eax, %eax
        notrack jmp *%ecx

.Lrefused:
        leal    RESUME_FRAME(%esp), %esi
        movl    %edi, %esp
        .cfi_def_cfa %esp, 2 * RESUME_FRAME + 16 + RESUME_GAP + 4
        .cfi_offset %eip, -4
        .cfi_offset %ebx, -(4 + RESUME_GAP + 4)
        .cfi_offset %esi, -(4 + RESUME_GAP + 8)
        .cfi_offset %ebp, -(4 + RESUME_GAP + 12)
        .cfi_offset %edi, -(4 + RESUME_GAP + 16)
        addl    $RESUME_FRAME, %esp
        .cfi_adjust_cfa_offset -RESUME_FRAME
        .set    i, 0
        .rept   RESUME_FRAME / 4
        popl    i - RESUME_FRAME(%esi)
        .cfi_adjust_cfa_offset -4
        .set    i, i + 4
        .endr
        .irp    reg, edi, ebp, esi, ebx
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .cfi_restore %\reg
        .endr
        addl    $RESUME_GAP, %esp
        .cfi_adjust_cfa_offset -RESUME_GAP
        negl    %eax
        movl    %eax, 4(%esp)
        jmp     uctx_posix_fail
        .cfi_endproc
        .size   resume_with_mask, . - resume_with_mask

/*
 * int getcontext(ucontext_t *ucp);
 *
 * Saves the caller in *ucp.  Returns 0, and 0 again whenever *ucp is resumed.
 * Every field is written, but uc_link and uc_stack keep their values if *ucp
 * was saved by us before: a program that saves into a context that was made
 * goes on using its stack.
 *
 *   In        4(esp) = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_get
        .hidden uctx_posix_get
        .set    uctx_posix_get, getcontext
FUNC getcontext
        cmpl    $0, 4(%esp)
        je      .Lefault_get
        REPORT  uctx_report_get, 1
        movl    4(%esp), %edx
        SAVE_FP %edx
        SAVE_REGS %edx
        movl    %ecx, UC_UESP(%edx)
        .irp    at, UC_EAX, UC_ECX, UC_EDX, UC_TRAPNO, UC_ERR, UC_EFL, \
                UC_OLDMASK, UC_CR2
        movl    $0, \at(%edx)
        .endr
        SAVE_SEGMENT cs, UC_CS, %edx
        SAVE_SEGMENT ds, UC_DS, %edx
        SAVE_SEGMENT es, UC_ES, %edx
        SAVE_SEGMENT fs, UC_FS, %edx
        SAVE_SEGMENT gs, UC_GS, %edx
        SAVE_SEGMENT ss, UC_SS, %edx
        .set    i, SIGSET_SIZE
        .rept   (UC_FPMEM - UC_SIGMASK - SIGSET_SIZE) / 4
        movl    $0, UC_SIGMASK + i(%edx)
        .set    i, i + 4
        .endr
        GOT     ecx
        movl    UC_FLAGS(%edx), %eax
        movb    $0, %al
        cmpl    $UC_OURS, %eax
        je      .Lkeep_stack
        cmpb    $0, uctx_posix_used@GOTOFF(%ecx) # see arch.h
        jne     .Lmarked
        movb    $1, uctx_posix_used@GOTOFF(%ecx)
.Lmarked:
        .irp    at, UC_LINK, UC_SS_SP, UC_SS_FLAGS, UC_SS_SIZE
        movl    $0, \at(%edx)
        .endr
.Lkeep_stack:
        movl    $UC_OURS, UC_FLAGS(%edx)
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    %gs:4(%ecx), %eax
        movl    %gs:(%ecx), %ecx
        movl    %eax, UC_SIGMASK + 4(%edx)
        xorl    %eax, %eax
        btrl    $8, %ecx                # MASK_KNOWN
        movl    %ecx, UC_SIGMASK(%edx)
        jnc     .Lask_get
        ret

.Lask_get:
        .cfi_remember_state
        movl    %edx, %edi              # *ucp tells who our caller is
        CFI_TARGET DW_EDI
        call    ask_mask
        movl    UC_EDI(%edi), %edi
        .cfi_restore_state
        testl   %eax, %eax
        js      .Lrefused_get
        ret

.Lefault_get:
        movl    $-EFAULT, %eax
.Lrefused_get:
        negl    %eax
        movl    %eax, 4(%esp)
        jmp     uctx_posix_fail
END getcontext

/*
 * int swapcontext(ucontext_t *oucp, const ucontext_t *ucp);
 *
 * Saves the caller in *oucp and resumes *ucp.  Returns 0, later, when something
 * resumes *oucp.
 *
 *   In        4(esp) = oucp, 8(esp) = ucp
 *   Clobbers  what any call may
 *
 *        on entry                          on return, on the other stack
 *        +----------------------+          +----------------------+
 *        | oucp, ucp            |          | the same of its call |
 *   CFA->+----------------------+    esp-> +----------------------+
 *        | return address       |          | (dead)               |
 *   esp->+----------------------+          +----------------------+
 */
        .globl  uctx_posix_swap
        .hidden uctx_posix_swap
        .set    uctx_posix_swap, swapcontext
FUNC swapcontext
        cmpl    $0, 4(%esp)
        je      .Lefault_swap
        cmpl    $0, 8(%esp)
        je      .Lefault_swap
        REPORT  uctx_report_swap, 2
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        cmpl    $UC_OURS, UC_FLAGS(%edx)
        jne     .Lodd_swap
.Lsave_swap:
        SAVE_FP %eax                    # first: fnstsw and stmxcsr take long
        SAVE_REGS %eax
        movl    $UC_OURS, UC_FLAGS(%eax)
        .cfi_remember_state
        CFI_TARGET DW_EDX
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    %gs:4(%ecx), %esi
        movl    %gs:(%ecx), %ebx
        movl    %esi, UC_SIGMASK + 4(%eax)
        movl    %ebx, %edi
        andl    $~MASK_KNOWN, %edi      # true if known, else replaced below
        movl    %edi, UC_SIGMASK(%eax)
        movl    UC_SIGMASK(%edx), %edi  # read only now: *ucp may be *oucp
        orl     $MASK_KNOWN, %edi
        cmpl    %edi, %ebx
        jne     .Lmask_swap
        cmpl    UC_SIGMASK + 4(%edx), %esi
        jne     .Lmask_swap
.Lmasked_swap:
        movl    %eax, %ebx
        LOAD_FP UC_FPMEM + FP_CW(%ebx), UC_FPMEM, %edx
        movl    UC_EIP(%edx), %ecx
        movl    %ebx, %eax
        LOAD_REGS %edx
        movl    UC_ESP(%edx), %esp
        CFI_ARRIVED %ecx

        # Every return after ours is predicted from the calls before it.  A
        # target that was left by the same call as this one, in a scheduler's
        # yield say, returns as that call predicts; any other would not.
        cmpl    UC_EIP(%eax), %ecx
        movl    $0, %eax
        jne     .Ljump_swap
        pushl   %ecx                    # where its own return address was
        .cfi_adjust_cfa_offset 4
        .cfi_offset %eip, -4
        ret
        .cfi_adjust_cfa_offset -4
        .cfi_register %eip, %ecx
.Ljump_swap:
        notrack jmp *%ecx

        .cfi_restore_state
        .cfi_remember_state
.Lmask_swap:
        CFI_TARGET DW_EDX
        cmpl    %eax, %edx              # onto itself there is nothing to
        je      .Lself_swap             # install: the current mask is its own
        movl    UC_EBX(%eax), %ebx
        movl    UC_ESI(%eax), %esi
        movl    UC_EDI(%eax), %edi
        leal    UC_SIGMASK(%eax), %ecx
        jmp     resume_with_mask
.Lself_swap:
        movl    %edx, %edi
        CFI_TARGET DW_EDI
        call    ask_mask
        movl    %edi, %edx
        CFI_TARGET DW_EDX
        movl    %eax, %ecx
        movl    %edx, %eax
        negl    %ecx
        jz      .Lmasked_swap
        movl    UC_EDI(%edx), %edi
        .cfi_restore_state
        jmp     .Lfail_swap

.Lodd_swap:
        cmpl    %eax, %edx              # onto itself: saving makes it ours
        je      .Lsave_swap
        EXPECT_KERNEL_FRAME .Lfail_swap
        SAVE_FP %eax
        SAVE_REGS %eax
        movl    $UC_OURS, UC_FLAGS(%eax)
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        pushl   %gs:4(%ecx)
        .cfi_adjust_cfa_offset 4
        movl    %gs:(%ecx), %ecx
        popl    UC_SIGMASK + 4(%eax)
        .cfi_adjust_cfa_offset -4
        btrl    $8, %ecx                # MASK_KNOWN
        movl    %ecx, UC_SIGMASK(%eax)
        jc      resume_kernel_frame
        .cfi_remember_state
        movl    %eax, %edi              # *oucp tells who our caller is
        CFI_TARGET DW_EDI
        call    ask_mask
        movl    UC_EDI(%edi), %edi
        .cfi_restore_state
        movl    8(%esp), %edx
        movl    %eax, %ecx
        negl    %ecx
        jz      resume_kernel_frame
        jmp     .Lfail_swap

.Lefault_swap:
        movl    $EFAULT, %ecx
.Lfail_swap:
        movl    %ecx, 4(%esp)
        jmp     uctx_posix_fail
END swapcontext

/*
 * int setcontext(const ucontext_t *ucp);
 *
 * Resumes *ucp.  Returns only on failure.
 *
 *   In        4(esp) = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_set
        .hidden uctx_posix_set
        .set    uctx_posix_set, setcontext
FUNC setcontext
        cmpl    $0, 4(%esp)
        je      .Lefault_set
        REPORT  uctx_report_set, 1
        movl    4(%esp), %edx
        cmpl    $UC_OURS, UC_FLAGS(%edx)
        jne     .Lodd_set
        .cfi_remember_state
        CFI_TARGET DW_EDX
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    %gs:4(%ecx), %eax
        cmpl    UC_SIGMASK + 4(%edx), %eax
        jne     .Lmask_set
        movl    UC_SIGMASK(%edx), %eax
        orl     $MASK_KNOWN, %eax
        cmpl    %eax, %gs:(%ecx)
        jne     .Lmask_set
.Lmasked_set:
        fnstcw  4(%esp)                 # the argument's place is ours
        LOAD_FP 4(%esp), UC_FPMEM, %edx
        LOAD_REGS %edx
        movl    UC_EIP(%edx), %ecx
        xorl    %eax, %eax
        movl    UC_ESP(%edx), %esp
        CFI_ARRIVED %ecx
        notrack jmp *%ecx

        .cfi_restore_state
        .cfi_remember_state
        CFI_TARGET DW_EDX
.Lmask_set:
        xorl    %ecx, %ecx
        jmp     resume_with_mask
.Lresume_without_mask:                  # as ask_mask() has it
        movl    uctx_mask_word@gotntpoff(%eax), %eax
        movl    $0, %gs:4(%eax)
        movl    $MASK_KNOWN, %gs:(%eax)
        testl   %ecx, %ecx
        jz      .Lmasked_set
        movl    $0, (%ecx)
        movl    $0, 4(%ecx)
        jmp     .Lmasked_set
        .cfi_restore_state

.Lodd_set:
        EXPECT_KERNEL_FRAME .Lfail_set
        jmp     resume_kernel_frame
.Lefault_set:
        movl    $EFAULT, %ecx
.Lfail_set:
        movl    %ecx, 4(%esp)
        jmp     uctx_posix_fail
END setcontext

/*
 * Resume the context that the kernel handed to a signal handler, every
 * register of it: only rt_sigreturn can.
 *
 *   In        edx = that context; esp as at our caller's entry
 *
 * The system call takes its frame from esp: where it is when the handler has
 * returned, at the handler's arguments (arch/x86/kernel/signal_32.c).  We give
 * it a copy on our own stack: with esp in the kernel's frame, a signal that
 * came just before the call would be handled right below that struct, which
 * may lie anywhere.  fpregs goes on pointing to the FP and vector state,
 * wherever the kernel put that.
 */
        .p2align 5
        .type   resume_kernel_frame, %function
resume_kernel_frame:
        .cfi_startproc
        .set    i, UC_KERNEL_SIZE
        .rept   UC_KERNEL_SIZE / 4
        .set    i, i - 4
        pushl   i(%edx)
        .cfi_adjust_cfa_offset 4
        .endr
        subl    $FRAME_UCONTEXT, %esp
        .cfi_adjust_cfa_offset FRAME_UCONTEXT
        GOT     ecx
        movb    $1, uctx_posix_used@GOTOFF(%ecx)
        COUNT_SYSCALL %ecx, %eax

        # The alternate stack belongs to the thread, not to the context: give
        # the call a mode that it must refuse, which it does in silence.  Where
        # the kernel disarmed it for the handler, let it arm it again.
        testl   $SS_AUTODISARM, FRAME_UCONTEXT + UC_SS_FLAGS(%esp)
        jnz     .Laltstack_done
        movl    $SS_INVALID, FRAME_UCONTEXT + UC_SS_FLAGS(%esp)
.Laltstack_done:
        andl    $~MASK_INTERNAL_LOW, FRAME_UCONTEXT + UC_SIGMASK(%esp)
        andl    $~MASK_INTERNAL_HIGH, FRAME_UCONTEXT + UC_SIGMASK + 4(%esp)
        movl    %gs, %eax               # so does the thread pointer
        movl    %eax, FRAME_UCONTEXT + UC_GS(%esp)

        # Unknown, not the frame's mask: what was interrupted may be a switch
        # between its system call and what that says of the ledger.
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    $0, %gs:(%ecx)
        movl    $SYS_rt_sigreturn, %eax
        int     $0x80
        hlt                             # it does not return
        .cfi_endproc
        .size   resume_kernel_frame, . - resume_kernel_frame

/*
 * uint64_t uctx_mask_load(void);
 * void uctx_mask_store(uint64_t word);
 * int uctx_mask_replace(uint64_t word, uint64_t by);
 *
 * The offset from %gs is the same on each thread, and each access through it is
 * one instruction.  posix/mask.h says in which order the two words go, and that
 * the low one decides.
 */
        .hidden uctx_mask_load, uctx_mask_store, uctx_mask_replace
FUNC uctx_mask_load
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    %gs:4(%ecx), %edx
        movl    %gs:(%ecx), %eax
        ret
END uctx_mask_load

FUNC uctx_mask_store
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    8(%esp), %eax
        movl    4(%esp), %edx
        movl    %eax, %gs:4(%ecx)
        movl    %edx, %gs:(%ecx)
        ret
END uctx_mask_store

FUNC uctx_mask_replace
        GOT     ecx
        movl    uctx_mask_word@gotntpoff(%ecx), %ecx
        movl    4(%esp), %eax
        cmpl    %eax, %gs:(%ecx)
        jne     .Lreplaced              # not: what is known stays whole
        movl    16(%esp), %edx
        movl    %edx, %gs:4(%ecx)
        movl    12(%esp), %edx
        cmpxchgl %edx, %gs:(%ecx)
.Lreplaced:
        sete    %al
        movzbl  %al, %eax
        ret
END uctx_mask_replace

/*
 * Where a context that makecontext() made begins.
 *
 *   In        ebx = its uc_link, esi = its function, edi = the number of its
 *             arguments; esp at these
 *
 * The function gets a copy of the arguments, which it may overwrite: whoever
 * resumes a copy of the context once more finds them as they were.
 *
 * There is no frame above: the return address is undefined, and ebp is 0.
 * This says so from the first byte on, where FUNC would be late; and a new
 * context starts START_ENTRY bytes further on, because unwinders look up the
 * byte before the address that they take a function to have called from.
 */
        .p2align 5
        .globl  uctx_start
        .hidden uctx_start
        .type   uctx_start, %function
uctx_start:
        .cfi_startproc
        .cfi_undefined %eip
        .cfi_undefined %ebp
        nop
        .if     . - uctx_start - START_ENTRY
        .error  "START_ENTRY is not where a context starts"
        .endif
        LANDING_PAD
        movl    %esp, %edx
        leal    4(, %edi, 4), %eax      # one word at least, for uc_link
        subl    %eax, %esp
        andl    $-16, %esp
.Lcopy:
        subl    $1, %edi
        jc      .Lcopied
        movl    (%edx, %edi, 4), %eax
        movl    %eax, (%esp, %edi, 4)
        jmp     .Lcopy
.Lcopied:
        call    *%esi
        movl    %ebx, (%esp)
        testl   %ebx, %ebx
        jz      .Lno_link
        call    uctx_posix_set
        call    uctx_posix_bad_link
.Lno_link:
        call    uctx_posix_end
        hlt                             # neither returns
END uctx_start
