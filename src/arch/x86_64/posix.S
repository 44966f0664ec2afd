/* SPDX-License-Identifier: MIT */
/*
 * getcontext, setcontext and swapcontext, and where a new context starts.
 *
 * ABI: System V x86-64 psABI 1.0, section 3.2.1: rbx, rbp, r12-r15 and rsp
 * belong to the caller, and so do the control bits of mxcsr and the x87 control
 * word; the x87 stack is empty at every call.  We switch the status bits of
 * both as well, as every libc does.  No vector register is preserved.
 *
 * The registers are saved before any C runs, because a wrapper's frame would
 * be gone when the saved context is resumed.
 *
 * Unwinding.  A switch describes its caller until the caller is saved, and its
 * target from then on: first by where *r8 has its registers (CFI_TARGET), which
 * loading them does not change, and once rsp is the target's by the registers
 * themselves (CFI_ARRIVED).  Nothing that was saved in *r8 is read any more
 * then: it may lie on the stack that was left, where a handler may overwrite
 * it.  Only a start still finds its arguments there.
 */
#include "layout.h"
#include "asm.h"
#include "posix/mask.h"

#define SYS_rt_sigprocmask 14
#define SYS_rt_sigreturn   15
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */
#define EFAULT             14
#define EINVAL             22
#define SS_AUTODISARM      0x80000000
#define SS_INVALID         0x7fff /* no mode of sigaltstack(2) */

/* DWARF register numbers, psABI figure 3.36. */
#define DW_RBX 3
#define DW_RBP 6
#define DW_R8  8
#define DW_R12 12
#define DW_R13 13
#define DW_R14 14
#define DW_R15 15
#define DW_RA  16

/* Store the callee-saved registers as the caller of this function has them:
 * its rip is our return address, and its rsp what it is after we return. */
        .macro  SAVE_REGS uc
        movq    (%rsp), %rax
        leaq    8(%rsp), %rcx
        movq    %rbx, UC_RBX(\uc)
        movq    %rbp, UC_RBP(\uc)
        movq    %r12, UC_R12(\uc)
        movq    %r13, UC_R13(\uc)
        movq    %r14, UC_R14(\uc)
        movq    %r15, UC_R15(\uc)
        movq    %rcx, UC_RSP(\uc)
        movq    %rax, UC_RIP(\uc)
        .endm

/* Store the x87 control and status words at `fp`.  Not with fnstenv: that takes
 * 30 ns and masks the exceptions. */
        .macro  SAVE_X87_WORDS fp, base
        fnstcw  \fp + FP_CW(\base)
        fnstsw  \fp + FP_SW(\base)
        .endm

/* Store the FP state so that fldenv could load it: the words above, all
 * registers empty, no last instruction.  fpregs points at this copy's own
 * area, for whoever reads it; we never follow it. */
        .macro  SAVE_FP uc
        leaq    UC_FPMEM(\uc), %rax
        movq    %rax, UC_FPREGS(\uc)
        movups  fp_empty(%rip), %xmm0
        movq    $0, UC_FPMEM + FP_CW(\uc)
        movups  %xmm0, UC_FPMEM + FP_TAG(\uc)
        SAVE_X87_WORDS UC_FPMEM, \uc
        stmxcsr UC_FPMEM + FP_MXCSR(\uc)
        .endm

/* Load the target's FP words.  The current x87 words are stored at `now`, the
 * target's image at `fp`.  mxcsr is loaded without comparing: that takes no
 * longer, and waiting for what stmxcsr has stored takes 1.7 ns (Zen 4). */
        .macro  LOAD_FP now, nowbase, fp, base
        ldmxcsr \fp + FP_MXCSR(\base)
        movzbl  \now + FP_SW(\nowbase), %eax
        movzwl  \now + FP_CW(\nowbase), %ecx
        cmpb    \fp + FP_SW(\base), %al
        jne     .Lx87_flags\@
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

        .macro  LOAD_REGS uc
        movq    UC_RBX(\uc), %rbx
        movq    UC_RBP(\uc), %rbp
        movq    UC_R12(\uc), %r12
        movq    UC_R13(\uc), %r13
        movq    UC_R14(\uc), %r14
        movq    UC_R15(\uc), %r15
        .endm

/* From here on the frame above is the one that *r8 describes. */
        .macro  CFI_TARGET
        CFI_CFA_SAVED_AT DW_R8, UC_RSP
        CFI_SAVED_AT DW_RBX, DW_R8, UC_RBX
        CFI_SAVED_AT DW_RBP, DW_R8, UC_RBP
        CFI_SAVED_AT DW_R12, DW_R8, UC_R12
        CFI_SAVED_AT DW_R13, DW_R8, UC_R13
        CFI_SAVED_AT DW_R14, DW_R8, UC_R14
        CFI_SAVED_AT DW_R15, DW_R8, UC_R15
        CFI_SAVED_AT DW_RA, DW_R8, UC_RIP
        .endm

/* From here on it is the one that the registers describe, with its pc in `pc`,
 * where the target's stack begins. */
        .macro  CFI_ARRIVED pc
        .cfi_def_cfa    %rsp, 0
        .cfi_same_value %rbx
        .cfi_same_value %rbp
        .cfi_same_value %r12
        .cfi_same_value %r13
        .cfi_same_value %r14
        .cfi_same_value %r15
        .cfi_register   %rip, \pc
        .endm

/* Read this thread's ledger word. */
        .macro  LEDGER_LOAD reg
        movq    uctx_mask_word@gottpoff(%rip), \reg
        movq    %fs:(\reg), \reg
        .endm

/* Sort out a context in *r8 whose uc_flags are not UC_OURS: fall through for
 * one that the kernel handed to a signal handler, else ecx = errno and jump.
 * A kernel's frame has none but the kernel's flags, and a code segment. */
        .macro  EXPECT_KERNEL_FRAME fail
        movq    UC_FLAGS(%r8), %rax
        movzbl  %al, %ecx               # what makecontext() found wrong,
        movb    $0, %al
        cmpq    $UC_OURS, %rax
        je      \fail
        movl    $EINVAL, %ecx           # or nobody's context
        testq   $~UC_KERNEL_FLAGS, UC_FLAGS(%r8)
        jnz     \fail
        cmpw    $USER_CS, UC_CS(%r8)
        jne     \fail
        .endm

#ifdef UCTX_REPORT
        .hidden uctx_report_syscalls, uctx_report_get
        .hidden uctx_report_set, uctx_report_swap
/* The report's library: tell it first, with the arguments kept. */
        .macro  REPORT hook
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushq   %rsi
        .cfi_adjust_cfa_offset 8
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        call    \hook
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %rsi
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        .endm
        .macro  COUNT_SYSCALL
        movq    uctx_report_syscalls(%rip), %rax
        lock incq (%rax)
        .endm
#else
        .macro  REPORT hook
        .endm
        .macro  COUNT_SYSCALL
        .endm
#endif

/* The system call has told that the kernel blocks what is in rcx: enter it into
 * the ledger, unless a handler came in between and left 0 instead of MASK_BUSY.
 * One instruction: no lock is needed.  A vfork child learns nothing. */
        .macro  LEARN_MASK
        cmpl    $MASK_TRACKED, uctx_mask_mode(%rip)
        jne     .Llearned\@
        movq    uctx_mask_vfork@gottpoff(%rip), %rsi
        cmpl    $0, %fs:(%rsi)
        jne     .Llearned\@
        andq    $~(MASK_KNOWN | MASK_BUSY), %rcx
        orq     $MASK_KNOWN, %rcx
        movq    uctx_mask_word@gottpoff(%rip), %rsi
        movl    $MASK_BUSY, %eax
        cmpxchgq %rcx, %fs:(%rsi)
.Llearned\@:
        .endm

/*
 * Ask the kernel for the thread's signal mask, and let the ledger know.
 *
 *   In        rdx = where the mask goes
 *             r8 = the context that describes the frame above
 *   Out       eax = 0; or -errno, and nothing done
 *   Clobbers  rax, rcx, rsi, rdi, r10, r11
 */
        .p2align 5
        .type   ask_mask, %function
ask_mask:
        .cfi_startproc
        CFI_TARGET
        movq    uctx_mask_word@gottpoff(%rip), %rcx
        cmpl    $MASK_IGNORE, uctx_mask_mode(%rip)
        je      .Lno_mask
        COUNT_SYSCALL
        movq    $MASK_BUSY, %fs:(%rcx)
        xorl    %esi, %esi              # install nothing
        movl    $SIG_SETMASK, %edi
        movl    $SIGSET_SIZE, %r10d
        movl    $SYS_rt_sigprocmask, %eax
        syscall
        testl   %eax, %eax
        js      .Lasked
        movabsq $~MASK_INTERNAL, %rcx
        andq    (%rdx), %rcx
        movq    %rcx, (%rdx)
        LEARN_MASK
        xorl    %eax, %eax
.Lasked:
        ret

.Lno_mask:                              # masks are ignored: all are empty,
        movq    $MASK_KNOWN, %fs:(%rcx) # and a switch has nothing to do
        movq    $0, (%rdx)
        xorl    %eax, %eax
        ret
        .cfi_endproc
        .size   ask_mask, . - ask_mask

/*
 * Resume a context whose signal mask is not known to be in force.  The call
 * that installs it is made on the target's stack, where the handlers run that
 * it releases.
 *
 *   In        r8 = the context, saved by us
 *             rdx = where the mask goes that was blocked before, or 0
 *             rsp as at our caller's entry
 *   Stack     of the target, its red zone
 *
 * If the kernel refuses (a seccomp filter may), the caller gets -1, with his
 * registers back, and with the one word of the target's stack that we wrote: a
 * caller on that same stack needs it.
 */
        .p2align 5
        .type   resume_with_mask, %function
resume_with_mask:
        .cfi_startproc
        CFI_TARGET
        cmpl    $MASK_IGNORE, uctx_mask_mode(%rip)
        je      .Lresume_without_mask
        COUNT_SYSCALL
        movq    %rbx, -16(%rsp)
        movq    %rbp, -24(%rsp)
        movq    %r12, -32(%rsp)
        movq    %r13, -40(%rsp)
        movq    %r14, -48(%rsp)
        movq    %r15, -56(%rsp)
        movq    %rsp, %xmm2
        movups  UC_FPMEM(%r8), %xmm0
        movups  UC_FPMEM + 16(%r8), %xmm1
        movabsq $~MASK_INTERNAL, %rax
        andq    UC_SIGMASK(%r8), %rax
        movq    UC_RIP(%r8), %r9
        movq    UC_RSP(%r8), %rcx
        movq    RED_MASK(%rcx), %xmm3
        LOAD_REGS %r8
        movq    %rcx, %rsp
        CFI_ARRIVED %r9
        movq    %rax, RED_MASK(%rsp)
        leaq    RED_MASK(%rsp), %rsi
        movq    uctx_mask_word@gottpoff(%rip), %rcx
        movq    $MASK_BUSY, %fs:(%rcx)
        movl    $SIG_SETMASK, %edi
        movl    $SIGSET_SIZE, %r10d
        movl    $SYS_rt_sigprocmask, %eax
        syscall
        testl   %eax, %eax
        js      .Lrefused
        movq    RED_MASK(%rsp), %rcx
        LEARN_MASK
        movups  %xmm0, RED_FP(%rsp)
        movups  %xmm1, RED_FP + 16(%rsp)
        SAVE_X87_WORDS RED_X87, %rsp
        LOAD_FP RED_X87, %rsp, RED_FP, %rsp
        xorl    %eax, %eax
        notrack jmp *%r9

.Lrefused:
        movq    %xmm3, RED_MASK(%rsp)
        movq    %xmm2, %rsp
        .cfi_def_cfa %rsp, 8
        .cfi_offset %rip, -8
        .cfi_offset %rbx, -24
        .cfi_offset %rbp, -32
        .cfi_offset %r12, -40
        .cfi_offset %r13, -48
        .cfi_offset %r14, -56
        .cfi_offset %r15, -64
        movq    -16(%rsp), %rbx
        movq    -24(%rsp), %rbp
        movq    -32(%rsp), %r12
        movq    -40(%rsp), %r13
        movq    -48(%rsp), %r14
        movq    -56(%rsp), %r15
        movl    %eax, %edi
        negl    %edi
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
 *   In        rdi = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_get
        .hidden uctx_posix_get
        .set    uctx_posix_get, getcontext
FUNC getcontext
        testq   %rdi, %rdi
        jz      .Lefault_get
        REPORT  uctx_report_get
        SAVE_REGS %rdi
        SAVE_FP %rdi
        movq    %rdi, UC_RDI(%rdi)
        movq    %rsi, UC_RSI(%rdi)
        movq    %rdx, UC_RDX(%rdi)
        movq    %r8, UC_R8(%rdi)
        movq    %r9, UC_R9(%rdi)
        pxor    %xmm0, %xmm0
        movups  %xmm0, UC_R10(%rdi)      # and r11
        movups  %xmm0, UC_RAX(%rdi)      # and rcx
        movups  %xmm0, UC_EFL(%rdi)      # and the segments
        movups  %xmm0, UC_ERR(%rdi)      # and the trap's number,
        movups  %xmm0, UC_ERR + 16(%rdi) # mask and address
        .irp    i, 0, 16, 32, 48
        movups  %xmm0, UC_RESERVED + \i(%rdi)
        .endr
        .irp    i, 8, 24, 40, 56, 72, 88, 104, 112
        movups  %xmm0, UC_SIGMASK + \i(%rdi)
        .endr
        movq    UC_FLAGS(%rdi), %rax
        movb    $0, %al
        cmpq    $UC_OURS, %rax
        je      .Lkeep_stack
        cmpb    $0, uctx_posix_used(%rip) # see arch.h
        jne     .Lmarked
        movb    $1, uctx_posix_used(%rip)
.Lmarked:
        movq    $0, UC_LINK(%rdi)
        movups  %xmm0, UC_SS_SP(%rdi)    # and its flags
        movq    $0, UC_SS_SIZE(%rdi)
.Lkeep_stack:
        movq    $UC_OURS, UC_FLAGS(%rdi)
        LEDGER_LOAD %rax
        btrq    $8, %rax                 # MASK_KNOWN
        jnc     .Lask_get
        movq    %rax, UC_SIGMASK(%rdi)
        xorl    %eax, %eax
        ret

.Lask_get:
        .cfi_remember_state
        movq    %rdi, %r8               # *ucp tells who our caller is
        CFI_TARGET
        leaq    UC_SIGMASK(%rdi), %rdx
        call    ask_mask
        .cfi_restore_state
        testl   %eax, %eax
        js      .Lrefused_get
        ret

.Lefault_get:
        movl    $EFAULT, %edi
        jmp     uctx_posix_fail
.Lrefused_get:
        movl    %eax, %edi
        negl    %edi
        jmp     uctx_posix_fail
END getcontext

/*
 * int swapcontext(ucontext_t *oucp, const ucontext_t *ucp);
 *
 * Saves the caller in *oucp and resumes *ucp.  Returns 0, later, when something
 * resumes *oucp.
 *
 *   In        rdi = oucp, rsi = ucp
 *   Clobbers  what any call may
 *
 *        on entry                          on return, on the other stack
 *        +----------------------+          +----------------------+
 *        | caller's frame       |          | its frame            |
 *   CFA->+----------------------+    rsp-> +----------------------+
 *        | return address       |          | (dead)               |
 *   rsp->+----------------------+          +----------------------+
 */
        .globl  uctx_posix_swap
        .hidden uctx_posix_swap
        .set    uctx_posix_swap, swapcontext
FUNC swapcontext
        testq   %rdi, %rdi
        jz      .Lefault_swap
        testq   %rsi, %rsi
        jz      .Lefault_swap
        REPORT  uctx_report_swap
        movq    %rsi, %r8
        cmpq    $UC_OURS, UC_FLAGS(%r8)
        jne     .Lodd_swap
.Lsave_swap:
        SAVE_FP %rdi                    # first: fnstsw and stmxcsr take long
        SAVE_REGS %rdi
        movq    $UC_OURS, UC_FLAGS(%rdi)
        LEDGER_LOAD %rdx
        movq    %rdx, %rax
        andq    $~MASK_KNOWN, %rax      # true if known, else replaced below
        movq    %rax, UC_SIGMASK(%rdi)
        .cfi_remember_state
        CFI_TARGET
        movq    UC_SIGMASK(%r8), %rax   # read only now: *ucp may be *oucp
        orq     $MASK_KNOWN, %rax
        cmpq    %rax, %rdx
        jne     .Lmask_swap
.Lmasked_swap:
        LOAD_FP UC_FPMEM, %rdi, UC_FPMEM, %r8
        LOAD_REGS %r8
        movq    UC_RIP(%r8), %rcx
        xorl    %eax, %eax
        cmpq    UC_RIP(%rdi), %rcx      # not later: a handler on the target's
        movq    UC_RSP(%r8), %rsp       # stack may free *oucp
        CFI_ARRIVED %rcx

        # Every return after ours is predicted from the calls before it.  A
        # target that was left by the same call as this one, in a scheduler's
        # yield say, returns as that call predicts; any other would not.
        jne     .Ljump_swap
        pushq   %rcx                    # where its own return address was
        .cfi_adjust_cfa_offset 8
        .cfi_offset %rip, -8
        ret
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rcx
.Ljump_swap:
        notrack jmp *%rcx

        .cfi_restore_state
        .cfi_remember_state
.Lmask_swap:
        CFI_TARGET
        leaq    UC_SIGMASK(%rdi), %rdx
        cmpq    %rdi, %r8               # onto itself there is nothing to
        jne     resume_with_mask        # install: the current mask is its own
        call    ask_mask
        leaq    -UC_SIGMASK(%rdx), %rdi
        testl   %eax, %eax
        jns     .Lmasked_swap
        .cfi_restore_state
        movl    %eax, %edi
        negl    %edi
        jmp     uctx_posix_fail

.Lodd_swap:
        cmpq    %rdi, %r8               # onto itself: saving makes it ours
        je      .Lsave_swap
        EXPECT_KERNEL_FRAME .Lfail_swap
        SAVE_REGS %rdi
        SAVE_FP %rdi
        movq    $UC_OURS, UC_FLAGS(%rdi)
        LEDGER_LOAD %rax
        btrq    $8, %rax                # MASK_KNOWN
        movq    %rax, UC_SIGMASK(%rdi)
        jc      resume_kernel_frame
        .cfi_remember_state
        movq    %r8, %r9
        movq    %rdi, %r8               # *oucp tells who our caller is
        CFI_TARGET
        leaq    UC_SIGMASK(%rdi), %rdx
        call    ask_mask
        .cfi_restore_state
        movq    %r9, %r8
        testl   %eax, %eax
        jns     resume_kernel_frame
        negl    %eax
        movl    %eax, %edi
        jmp     uctx_posix_fail

.Lefault_swap:
        movl    $EFAULT, %ecx
.Lfail_swap:
        movl    %ecx, %edi
        jmp     uctx_posix_fail
END swapcontext

/*
 * int setcontext(const ucontext_t *ucp);
 *
 * Resumes *ucp.  Returns only on failure.
 *
 *   In        rdi = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_set
        .hidden uctx_posix_set
        .set    uctx_posix_set, setcontext
FUNC setcontext
        testq   %rdi, %rdi
        jz      .Lefault_set
        REPORT  uctx_report_set
        movq    %rdi, %r8
        cmpq    $UC_OURS, UC_FLAGS(%r8)
        jne     .Lodd_set
        .cfi_remember_state
        CFI_TARGET
        LEDGER_LOAD %rdx
        movq    UC_SIGMASK(%r8), %rax
        orq     $MASK_KNOWN, %rax
        cmpq    %rax, %rdx
        jne     .Lmask_set
.Lmasked_set:
        SAVE_X87_WORDS RED_X87, %rsp
        LOAD_FP RED_X87, %rsp, UC_FPMEM, %r8
        LOAD_REGS %r8
        movq    UC_RIP(%r8), %rcx
        xorl    %eax, %eax
        movq    UC_RSP(%r8), %rsp
        CFI_ARRIVED %rcx
        notrack jmp *%rcx

        .cfi_restore_state
        .cfi_remember_state
        CFI_TARGET
.Lmask_set:
        xorl    %edx, %edx
        jmp     resume_with_mask
.Lresume_without_mask:                  # as ask_mask() has it
        movq    uctx_mask_word@gottpoff(%rip), %rcx
        movq    $MASK_KNOWN, %fs:(%rcx)
        testq   %rdx, %rdx
        jz      .Lmasked_set
        movq    $0, (%rdx)
        jmp     .Lmasked_set
        .cfi_restore_state

.Lodd_set:
        EXPECT_KERNEL_FRAME .Lfail_set
        jmp     resume_kernel_frame
.Lefault_set:
        movl    $EFAULT, %ecx
.Lfail_set:
        movl    %ecx, %edi
        jmp     uctx_posix_fail
END setcontext

/*
 * Resume the context that the kernel handed to a signal handler, every
 * register of it: only rt_sigreturn can.
 *
 *   In        r8 = that context; rsp as at our caller's entry
 *
 * The system call takes its frame from rsp.  We give it a copy on our own
 * stack: with rsp at *r8, a signal that came just before the call would be
 * handled right below that struct, which may lie anywhere.  fpregs goes on
 * pointing to the vector state, wherever the kernel put that.
 */
        .p2align 5
        .type   resume_kernel_frame, %function
resume_kernel_frame:
        .cfi_startproc
        movb    $1, uctx_posix_used(%rip)
        subq    $UC_KERNEL_SIZE + 8, %rsp
        .cfi_adjust_cfa_offset UC_KERNEL_SIZE + 8
        movq    %r8, %rsi
        movq    %rsp, %rdi
        movl    $UC_KERNEL_SIZE / 8, %ecx
        rep movsq

        # The alternate stack belongs to the thread, not to the context: give
        # the call a mode that it must refuse, which it does in silence.  Where
        # the kernel disarmed it for the handler, let it arm it again.
        testl   $SS_AUTODISARM, UC_SS_FLAGS(%rsp)
        jnz     .Laltstack_done
        movl    $SS_INVALID, UC_SS_FLAGS(%rsp)
.Laltstack_done:
        movabsq $~MASK_INTERNAL, %rax
        andq    %rax, UC_SIGMASK(%rsp)
        COUNT_SYSCALL

        # Unknown, not the frame's mask: what was interrupted may be a switch
        # between its system call and what that says of the ledger.
        movq    uctx_mask_word@gottpoff(%rip), %rcx
        movq    $0, %fs:(%rcx)
        movl    $SYS_rt_sigreturn, %eax
        syscall
        hlt                             # it does not return
        .cfi_endproc
        .size   resume_kernel_frame, . - resume_kernel_frame

/*
 * uint64_t uctx_mask_load(void);
 * void uctx_mask_store(uint64_t word);
 * int uctx_mask_replace(uint64_t word, uint64_t by);
 *
 * The offset from %fs is the same on each thread, and the access through it is
 * one instruction.
 */
        .hidden uctx_mask_load, uctx_mask_store, uctx_mask_replace
FUNC uctx_mask_load
        LEDGER_LOAD %rax
        ret
END uctx_mask_load

FUNC uctx_mask_store
        movq    uctx_mask_word@gottpoff(%rip), %rax
        movq    %rdi, %fs:(%rax)
        ret
END uctx_mask_store

FUNC uctx_mask_replace
        movq    uctx_mask_word@gottpoff(%rip), %rcx
        movq    %rdi, %rax
        cmpxchgq %rsi, %fs:(%rcx)
        sete    %al
        movzbl  %al, %eax
        ret
END uctx_mask_replace

/*
 * Where a context that makecontext() made begins.
 *
 *   In        r8 = the context, for its arguments; rbx = its uc_link, r12 = its
 *             function; eax = 0, so a variadic function finds no vector
 *             arguments; rsp aligned to 16, at the arguments beyond the sixth
 *
 * There is no frame above: the return address is undefined, and rbp is 0.
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
        .cfi_undefined %rip
        .cfi_undefined %rbp
        nop
        .if     . - uctx_start - START_ENTRY
        .error  "START_ENTRY is not where a context starts"
        .endif
        LANDING_PAD
        movq    UC_RDI(%r8), %rdi
        movq    UC_RSI(%r8), %rsi
        movq    UC_RDX(%r8), %rdx
        movq    UC_RCX(%r8), %rcx
        movq    UC_R9(%r8), %r9
        movq    UC_R8(%r8), %r8
        call    *%r12
        movq    %rbx, %rdi
        testq   %rbx, %rbx
        jz      .Lno_link
        call    uctx_posix_set
        call    uctx_posix_bad_link
.Lno_link:
        call    uctx_posix_end
        hlt                             # neither returns
END uctx_start

        .section .rodata.cst16, "aM", %progbits, 16
        .p2align 4
fp_empty:                               # FP_TAG and on: all registers empty,
        .long   0xffff, 0, 0, 0         # no instruction, no operand
