/* SPDX-License-Identifier: MIT */
/*
 * getcontext, setcontext and swapcontext, and where a new context starts.
 *
 * ABI: AAPCS32 2022Q3, 6.1.1: r4-r11 and sp belong to the caller (r9 has no
 * other role on Linux); 6.1.2: so do d8-d15, and of fpscr all but the condition
 * and exception flags.  We switch all of fpscr.  The thread pointer is not a
 * general register.  The data registers of iWMMXt, wR10-wR15, are not switched:
 * no compiler for Linux has used them since gcc 12.
 *
 * The registers are saved before any C runs, because a wrapper's frame would
 * be gone when the saved context is resumed.
 *
 * Unwinding.  A switch describes its caller until the caller is saved, and its
 * target from then on: first by where *r10 (or r0, r1) has its registers
 * (CFI_TARGET), which loading them does not change, and once sp is the target's
 * by the registers themselves (CFI_ARRIVED).  Nothing that was saved there is
 * read any more then: it may lie on the stack that was left, where a handler
 * may overwrite it.  This is .debug_frame.  The EHABI's tables know only the
 * caller, and know d8-d15 as little as we tell debuggers of them.
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
#define SS_INVALID         0x7f00 /* no mode of sigaltstack(2) */

/* DWARF for the Arm Architecture, table 1: rN is N. */
#define DW_SP 13
#define DW_RA 14

/* Store the callee-saved registers as the caller of this function has them.
 * Clobbers ip. */
        .macro  SAVE_REGS uc
        add     ip, \uc, #UC_R4
        stmia   ip, {r4-r11}
        str     sp, [\uc, #UC_SP]
        str     lr, [\uc, #UC_LR]
        str     lr, [\uc, #UC_PC]
        .endm

/* Clobbers r2 and ip. */
        .macro  SAVE_FP uc
        FIND_VFP .Lfp_saved\@
        add     ip, \uc, #UC_VFP
        vstmia  ip!, {d8-d15}
        vmrs    r2, fpscr
        str     r2, [ip]
.Lfp_saved\@:
        .endm

/* Load d8-d15 and fpscr from `at`, which is above `base`.  fpscr is compared
 * first: writing it waits for the whole unit.  Clobbers r2, r3 and ip. */
        .macro  LOAD_FP base, at
        NEED_VFP .Lfp_loaded\@
        add     ip, \base, #\at
        vldmia  ip!, {d8-d15}
        ldr     r2, [ip]
        vmrs    r3, fpscr
        cmp     r2, r3
        beq     .Lfp_loaded\@
        vmsr    fpscr, r2
.Lfp_loaded\@:
        .endm

/* From here on the frame above is the one that *base describes, where `base`
 * points `at` bytes into the struct. */
        .macro  CFI_TARGET base, at=0
        CFI_CFA_SAVED_AT \base, UC_SP - \at
        .irp    reg, 4, 5, 6, 7, 8, 9, 10, 11
        CFI_SAVED_AT \reg, \base, UC_R4 - \at + 4 * (\reg - 4)
        .endr
        CFI_SAVED_AT DW_RA, \base, UC_PC - \at
        .endm

/* From here on it is the one that the registers describe, with its pc in `pc`,
 * where the target's stack begins. */
        .macro  CFI_ARRIVED pc
        .cfi_def_cfa sp, 0
        .irp    reg, r4, r5, r6, r7, r8, r9, r10, r11
        .cfi_same_value \reg
        .endr
        .cfi_register lr, \pc
        .endm

/*
 * The ledger, whose low word decides: posix/mask.h.
 *
 * No one instruction finds the word and uses it, and in between a handler may
 * have this code go on in another thread.  So the thread pointer is read again
 * between ldrexd and strexd, and the store, which takes place also where we
 * only read, succeeds only if nothing interrupted us since: an exception's
 * return clears the monitor (ARMv7-A manual, A3.4).
 *
 * Older CPUs have no such thing for us but the kernel's cmpxchg, for one word:
 * there a context that a handler leaves in the middle of these few instructions
 * must not go on in another thread.
 *
 * All clobber r4-r9, ip and lr.
 */
#if __ARM_ARCH >= 7
        .macro  LEDGER_LINK             // r8:r9 = the word at r5
        THREAD_OFFSET r7, uctx_mask_word
.Lagain\@:
        THREAD_POINTER r4
        add     r5, r4, r7
        ldrexd  r8, r9, [r5]
        THREAD_POINTER r6
        cmp     r4, r6
        bne     .Lagain\@
        .endm

        .macro  LEDGER_LOAD             // r2 = low, r3 = high
.Lload\@:
        LEDGER_LINK
        strexd  r6, r8, r9, [r5]
        cmp     r6, #0
        bne     .Lload\@
        mov     r2, r8
        mov     r3, r9
        .endm

        .macro  LEDGER_STORE            // of r2 and r3
.Lstore\@:
        LEDGER_LINK
        strexd  r6, r2, r3, [r5]
        cmp     r6, #0
        bne     .Lstore\@
        .endm

        .macro  LEDGER_REPLACE          // if low is r1; flag eq: it was
.Lreplace\@:
        LEDGER_LINK
        cmp     r8, r1
        bne     .Lreplaced\@
        strexd  r6, r2, r3, [r5]
        cmp     r6, #0
        bne     .Lreplace\@
.Lreplaced\@:
        .endm
#else
#define KUSER_CMPXCHG 0xffff0fc0 /* Linux, arm/kernel_user_helpers */

        .macro  LEDGER_FIND             // r5 = its address
        THREAD_OFFSET r7, uctx_mask_word
        THREAD_POINTER r4
        add     r5, r4, r7
        .endm

        .macro  LEDGER_LOAD
        LEDGER_FIND
        ldr     r3, [r5, #4]
        ldr     r2, [r5]
        .endm

        .macro  LEDGER_STORE
        LEDGER_FIND
        str     r3, [r5, #4]
        str     r2, [r5]
        .endm

        .macro  LEDGER_REPLACE          // clobbers r0-r3
        LEDGER_FIND
        ldr     r8, [r5]
        cmp     r8, r1
        bne     .Lreplaced\@
        str     r3, [r5, #4]
        mov     r0, r1
        mov     r1, r2
        mov     r2, r5
        ldr     ip, =KUSER_CMPXCHG
        blx     ip
        cmp     r0, #0
.Lreplaced\@:
        .endm
#endif

        .macro  MASK_MODE reg
        ADDRESS \reg, uctx_mask_mode
        ldr     \reg, [\reg]
        .endm

/* Sort out a context in *r1 whose uc_flags are not UC_OURS: fall through for
 * one that the kernel handed to a signal handler, else r2 = errno and jump.
 * A kernel's frame has no flags, and is of user mode.  Clobbers ip. */
        .macro  EXPECT_KERNEL_FRAME fail
        ldr     ip, [r1, #UC_FLAGS]
        eor     r2, ip, #UC_OURS
        cmp     r2, #UC_OURS_ERRNO      // what makecontext() found wrong,
        bls     \fail
        mov     r2, #EINVAL             // or nobody's context
        cmp     ip, #0
        bne     \fail
        ldr     ip, [r1, #UC_CPSR]
        and     ip, ip, #CPSR_MODE
        cmp     ip, #CPSR_USER
        bne     \fail
        .endm

#ifdef UCTX_REPORT
        .hidden uctx_report_syscalls, uctx_report_get
        .hidden uctx_report_set, uctx_report_swap
/* The report's library: tell it first, with the arguments kept. */
        .macro  REPORT hook
        push    {r0, r1, r2, lr}
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset lr, 12
        bl      \hook
        pop     {r0, r1, r2, lr}
        .cfi_adjust_cfa_offset -16
        .cfi_restore lr
        .endm
/* Clobbers r4-r9. */
        .macro  COUNT_SYSCALL
        ADDRESS r4, uctx_report_syscalls
        ldr     r4, [r4]
#if __ARM_ARCH >= 7
.Lcount\@:
        ldrexd  r6, r7, [r4]
        adds    r6, r6, #1
        adc     r7, r7, #0
        strexd  r5, r6, r7, [r4]
        cmp     r5, #0
        bne     .Lcount\@
#else
        ldmia   r4, {r6, r7}
        adds    r6, r6, #1
        adc     r7, r7, #0
        stmia   r4, {r6, r7}
#endif
        .endm
#else
        .macro  REPORT hook
        .endm
        .macro  COUNT_SYSCALL
        .endm
#endif

/*
 * The system call has told that the kernel blocks what is in r2 and r3: enter
 * it into the ledger, unless a handler came in between and left 0 instead of
 * MASK_BUSY.  A vfork child learns nothing.  Clobbers r0-r9, ip and lr.
 */
        .macro  LEARN_MASK
        MASK_MODE r0
        cmp     r0, #MASK_TRACKED
        bne     .Llearned\@
        THREAD_OFFSET r7, uctx_mask_vfork
        THREAD_POINTER r4
        ldr     r4, [r4, r7]
        cmp     r4, #0
        bne     .Llearned\@
        bic     r2, r2, #MASK_INTERNAL_LOW
        bic     r2, r2, #MASK_BUSY
        orr     r2, r2, #MASK_KNOWN
        bic     r3, r3, #MASK_INTERNAL_HIGH
        mov     r1, #MASK_BUSY
        LEDGER_REPLACE
.Llearned\@:
        .endm

        VFP_FINDER

/*
 * Ask the kernel for the thread's signal mask, and let the ledger know.
 *
 *   In        r10 = where our caller's caller was saved, and the mask goes
 *   Out       r0 = 0; or -errno, and nothing done
 *   Clobbers  all but r10
 */
        .p2align 5
        .type   ask_mask, %function
ask_mask:
        .cfi_startproc
        .fnstart
        .cantunwind
        CFI_TARGET 10
        mov     r11, lr
        mov     r3, #0
        MASK_MODE r0
        cmp     r0, #MASK_IGNORE
        beq     .Lno_mask
        COUNT_SYSCALL
        mov     r2, #MASK_BUSY
        mov     r3, #0
        LEDGER_STORE
        mov     r0, #SIG_SETMASK
        mov     r1, #0                  // install nothing
        add     r2, r10, #UC_SIGMASK
        mov     r3, #SIGSET_SIZE
        mov     r7, #SYS_rt_sigprocmask
        svc     #0
        cmp     r0, #0
        blt     .Lasked
        ldr     r2, [r10, #UC_SIGMASK]
        ldr     r3, [r10, #UC_SIGMASK + 4]
        bic     r2, r2, #MASK_INTERNAL_LOW
        bic     r3, r3, #MASK_INTERNAL_HIGH
        str     r2, [r10, #UC_SIGMASK]
        str     r3, [r10, #UC_SIGMASK + 4]
        LEARN_MASK
        mov     r0, #0
.Lasked:
        bx      r11

.Lno_mask:                              // masks are ignored: all are empty,
        str     r3, [r10, #UC_SIGMASK]  // and a switch has nothing to do
        str     r3, [r10, #UC_SIGMASK + 4]
        mov     r2, #MASK_KNOWN
        LEDGER_STORE
        mov     r0, #0
        bx      r11
        .fnend
        .cfi_endproc
        .size   ask_mask, . - ask_mask

/*
 * What resume_with_mask() puts below the target's sp.  On its own stack there
 * are meanwhile RESUME_GAP bytes unused, in case that the target lies just
 * above us on this same stack; what was there on the target's; and what will
 * be.
 */
#define RESUME_VFP   0                  /* d8 to d15 and fpscr, a word unused */
#define RESUME_MASK  72                 /* the mask to install */
#define RESUME_REGS  80                 /* r4 to r11           */
#define RESUME_PC    112                /* and a word unused   */
#define RESUME_FRAME 120
#define RESUME_GAP   (RESUME_FRAME + 8)

/* Copy RESUME_FRAME bytes up from *from to *to, which end there. */
        .macro  COPY_FRAME from, to
        .rept   RESUME_FRAME / 24
        ldmia   \from!, {r0, r1, r2, r3, r8, r9}
        stmia   \to!, {r0, r1, r2, r3, r8, r9}
        .endr
        .endm

/*
 * Resume a context whose signal mask is not known to be in force.  The call
 * that installs it is made on the target's stack, where the handlers run that
 * it releases.
 *
 *   In        r10 = the context, saved by us
 *             r2 = where the mask goes that was blocked before, or 0
 *   Out       only if it must not, or need not: r0 = -errno if the kernel
 *             refuses (a seccomp filter may), or 1 if masks are ignored
 *   Clobbers  all but r10 and sp
 *   Stack     RESUME_FRAME bytes of the target's, which are as they were if
 *             this returns: a caller on that same stack needs them
 */
        .p2align 5
        .type   resume_with_mask, %function
resume_with_mask:
        .cfi_startproc
        .fnstart
        .cantunwind
        CFI_TARGET 10
        mov     r11, lr
        MASK_MODE r0
        cmp     r0, #MASK_IGNORE
        beq     .Lresume_without_mask
        COUNT_SYSCALL
        sub     sp, sp, #RESUME_GAP + 2 * RESUME_FRAME + 8
        str     r2, [sp, #2 * RESUME_FRAME]
        mov     r2, #MASK_BUSY
        mov     r3, #0
        LEDGER_STORE

        // The frame to be, from *ucp
        mov     r5, sp
        add     r4, r10, #UC_VFP
        .rept   3
        ldmia   r4!, {r0, r1, r2, r3, r8, r9}
        stmia   r5!, {r0, r1, r2, r3, r8, r9}
        .endr
        ldr     r0, [r10, #UC_SIGMASK]
        ldr     r1, [r10, #UC_SIGMASK + 4]
        bic     r0, r0, #MASK_INTERNAL_LOW
        bic     r1, r1, #MASK_INTERNAL_HIGH
        stmia   r5!, {r0, r1}
        add     r4, r10, #UC_R4
        ldmia   r4!, {r0, r1, r2, r3}
        stmia   r5!, {r0, r1, r2, r3}
        ldmia   r4, {r0, r1, r2, r3}
        stmia   r5!, {r0, r1, r2, r3}
        ldr     r0, [r10, #UC_PC]
        str     r0, [r5], #8
        ldr     r4, [r10, #UC_SP]

        // *ucp is not read any more: it may lie where we write now.
        .cfi_def_cfa r4, 0
        .irp    reg, 4, 5, 6, 7, 8, 9, 10, 11
        CFI_SAVED_AT \reg, DW_SP, RESUME_REGS + 4 * (\reg - 4)
        .endr
        CFI_SAVED_AT DW_RA, DW_SP, RESUME_PC
        sub     r6, r4, #RESUME_FRAME
        COPY_FRAME r6, r5
        mov     r5, sp
        sub     r6, r4, #RESUME_FRAME
        COPY_FRAME r5, r6
        sub     r5, r5, #RESUME_FRAME
        ldr     r2, [sp, #2 * RESUME_FRAME]
        sub     sp, r4, #RESUME_FRAME
        .cfi_def_cfa sp, RESUME_FRAME
        .irp    reg, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_offset r\reg, RESUME_REGS - RESUME_FRAME + 4 * (\reg - 4)
        .endr
        .cfi_offset lr, RESUME_PC - RESUME_FRAME
        mov     r0, #SIG_SETMASK
        add     r1, sp, #RESUME_MASK
        mov     r3, #SIGSET_SIZE
        mov     r7, #SYS_rt_sigprocmask
        svc     #0
        cmp     r0, #0
        blt     .Lrefused
        ldr     r2, [sp, #RESUME_MASK]
        ldr     r3, [sp, #RESUME_MASK + 4]
        LEARN_MASK
        LOAD_FP sp, RESUME_VFP
        add     ip, sp, #RESUME_REGS
        ldmia   ip!, {r4-r11}
        .irp    reg, r4, r5, r6, r7, r8, r9, r10, r11
        .cfi_same_value \reg
        .endr
        ldr     ip, [ip]
        .cfi_register lr, ip
        add     sp, sp, #RESUME_FRAME
        .cfi_adjust_cfa_offset -RESUME_FRAME
        mov     r0, #0
        bx      ip

.Lrefused:
        mov     r7, r0
        mov     r6, sp
        add     r4, r5, #RESUME_FRAME
        COPY_FRAME r4, r6
        mov     r0, r7
        CFI_TARGET 10
        add     sp, r5, #RESUME_GAP + 2 * RESUME_FRAME
        add     sp, sp, #8
        bx      r11

.Lresume_without_mask:                  // as ask_mask() has it
        mov     r3, #0
        cmp     r2, #0
        strne   r3, [r2]
        strne   r3, [r2, #4]
        mov     r2, #MASK_KNOWN
        LEDGER_STORE
        mov     r0, #1
        bx      r11
        .fnend
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
 *   In        r0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_get
        .hidden uctx_posix_get
        .set    uctx_posix_get, getcontext
FUNC getcontext
        cmp     r0, #0
        beq     .Lefault_get
        REPORT  uctx_report_get
        str     r1, [r0, #UC_R0 + 4]
        str     r2, [r0, #UC_R0 + 8]
        str     r3, [r0, #UC_R0 + 12]
        SAVE_REGS r0
        SAVE_FP r0
        mov     r3, #0
        .irp    at, 0, 4, 8
        str     r3, [r0, #UC_TRAP_NO + \at]
        .endr
        str     r3, [r0, #UC_R0]
        str     r3, [r0, #UC_R12]
        str     r3, [r0, #UC_CPSR]
        str     r3, [r0, #UC_FAULT]
        add     ip, r0, #UC_SIGMASK + SIGSET_SIZE
        .rept   (UC_VFP - UC_SIGMASK - SIGSET_SIZE) / 4
        str     r3, [ip], #4
        .endr
        ldr     r2, [r0, #UC_FLAGS]
        bic     r2, r2, #UC_OURS_ERRNO
        cmp     r2, #UC_OURS
        beq     .Lkeep_stack
        ADDRESS ip, uctx_posix_used     // see arch.h
        ldrb    r2, [ip]
        cmp     r2, #0
        moveq   r2, #1
        strbeq  r2, [ip]
        str     r3, [r0, #UC_LINK]
        str     r3, [r0, #UC_SS_SP]
        str     r3, [r0, #UC_SS_FLAGS]
        str     r3, [r0, #UC_SS_SIZE]
.Lkeep_stack:
        mov     r2, #UC_OURS
        str     r2, [r0, #UC_FLAGS]

        .cfi_remember_state
        mov     r10, r0                 // *ucp tells who our caller is
        CFI_TARGET 10
        LEDGER_LOAD
        tst     r2, #MASK_KNOWN
        beq     .Lask_get
        bic     r2, r2, #MASK_KNOWN
        str     r2, [r10, #UC_SIGMASK]
        str     r3, [r10, #UC_SIGMASK + 4]
        mov     r0, #0
.Lgot:
        ldr     lr, [r10, #UC_PC]
        add     ip, r10, #UC_R4
        ldmia   ip, {r4-r11}
        .cfi_restore_state
        rsbs    r0, r0, #0
        bxeq    lr
        b       uctx_posix_fail

        .cfi_remember_state
        CFI_TARGET 10
.Lask_get:
        bl      ask_mask
        b       .Lgot
        .cfi_restore_state

.Lefault_get:
        mov     r0, #EFAULT
        b       uctx_posix_fail
END getcontext
        END_TABLE

/*
 * int swapcontext(ucontext_t *oucp, const ucontext_t *ucp);
 *
 * Saves the caller in *oucp and resumes *ucp.  Returns 0, later, when something
 * resumes *oucp.
 *
 *   In        r0 = oucp, r1 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_swap
        .hidden uctx_posix_swap
        .set    uctx_posix_swap, swapcontext
FUNC swapcontext
        cmp     r0, #0
        cmpne   r1, #0
        beq     .Lefault_swap
        REPORT  uctx_report_swap
        cmp     r0, r1                  // onto itself: saving makes it ours
        ldrne   r2, [r1, #UC_FLAGS]
        cmpne   r2, #UC_OURS
        bne     .Lodd_swap
        SAVE_REGS r0
        SAVE_FP r0
        mov     r2, #UC_OURS
        str     r2, [r0, #UC_FLAGS]
        .cfi_remember_state
        mov     r10, r1
        CFI_TARGET 10
        mov     r11, r0
        LEDGER_LOAD
        bic     r4, r2, #MASK_KNOWN     // true if known, else replaced below
        str     r4, [r11, #UC_SIGMASK]
        str     r3, [r11, #UC_SIGMASK + 4]
        ldr     r4, [r10, #UC_SIGMASK]  // read only now: *ucp may be *oucp
        ldr     r5, [r10, #UC_SIGMASK + 4]
        orr     r4, r4, #MASK_KNOWN
        cmp     r2, r4
        cmpeq   r3, r5
        bne     .Lmask_swap
.Lmasked_swap:
        LOAD_FP r10, UC_VFP
        ldr     r2, [r11, #UC_PC]
        ldr     ip, [r10, #UC_PC]
        ldr     r3, [r10, #UC_SP]
        add     r1, r10, #UC_R4
        CFI_TARGET 1, UC_R4
        ldmia   r1, {r4-r11}
        mov     r0, #0
        mov     sp, r3
        CFI_ARRIVED ip

        // Every return after ours is predicted from the calls before it.  A
        // target that was left by the same call as this one, in a scheduler's
        // yield say, returns as that call predicts; any other would not.
        cmp     ip, r2
        moveq   lr, ip
        bxeq    lr
        bx      ip

        .cfi_restore_state
        .cfi_remember_state
        CFI_TARGET 10
.Lmask_swap:
        cmp     r11, r10                // onto itself there is nothing to
        beq     .Lself_swap             // install: the current mask is its own
        add     r2, r11, #UC_SIGMASK
        push    {r10, r11}
        bl      resume_with_mask
        pop     {r10, r11}
        b       .Lmasks_swap
.Lself_swap:
        bl      ask_mask
        mov     r11, r10
.Lmasks_swap:
        cmp     r0, #0
        bge     .Lmasked_swap
        rsb     r2, r0, #0
        add     ip, r11, #UC_R4
        ldr     lr, [r11, #UC_PC]
        ldmia   ip, {r4-r11}
        .cfi_restore_state
        b       .Lfail_swap

.Lodd_swap:
        EXPECT_KERNEL_FRAME .Lfail_swap
        SAVE_REGS r0
        SAVE_FP r0
        mov     r2, #UC_OURS
        str     r2, [r0, #UC_FLAGS]
        .cfi_remember_state
        mov     r10, r0                 // *oucp tells who our caller is
        CFI_TARGET 10
        push    {r1, r2}
        LEDGER_LOAD
        tst     r2, #MASK_KNOWN
        bicne   r2, r2, #MASK_KNOWN
        strne   r2, [r10, #UC_SIGMASK]
        strne   r3, [r10, #UC_SIGMASK + 4]
        movne   r0, #0
        bleq    ask_mask
        pop     {r1, r2}
        ldr     lr, [r10, #UC_PC]
        add     ip, r10, #UC_R4
        ldmia   ip, {r4-r11}
        .cfi_restore_state
        rsbs    r2, r0, #0
        beq     resume_kernel_frame
        b       .Lfail_swap

.Lefault_swap:
        mov     r2, #EFAULT
.Lfail_swap:
        mov     r0, r2
        b       uctx_posix_fail
END swapcontext
        END_TABLE

/*
 * int setcontext(const ucontext_t *ucp);
 *
 * Resumes *ucp.  Returns only on failure.
 *
 *   In        r0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_set
        .hidden uctx_posix_set
        .set    uctx_posix_set, setcontext
FUNC setcontext
        cmp     r0, #0
        beq     .Lefault_set
        REPORT  uctx_report_set
        mov     r1, r0
        ldr     r2, [r1, #UC_FLAGS]
        cmp     r2, #UC_OURS
        bne     .Lodd_set
        .cfi_remember_state
        push    {r3-r11, lr}            // 8-byte alignment
        .cfi_adjust_cfa_offset 40
        mov     r10, r1
        CFI_TARGET 10
        LEDGER_LOAD
        ldr     r4, [r10, #UC_SIGMASK]
        ldr     r5, [r10, #UC_SIGMASK + 4]
        orr     r4, r4, #MASK_KNOWN
        cmp     r2, r4
        cmpeq   r3, r5
        bne     .Lmask_set
.Lmasked_set:
        LOAD_FP r10, UC_VFP
        ldr     ip, [r10, #UC_PC]
        ldr     r3, [r10, #UC_SP]
        add     r1, r10, #UC_R4
        CFI_TARGET 1, UC_R4
        ldmia   r1, {r4-r11}
        mov     r0, #0
        mov     sp, r3
        CFI_ARRIVED ip
        bx      ip

        .cfi_restore_state
        .cfi_remember_state
        CFI_TARGET 10
.Lmask_set:
        mov     r2, #0
        bl      resume_with_mask
        cmp     r0, #0
        bgt     .Lmasked_set
        rsb     r0, r0, #0
        pop     {r3-r11, lr}
        .cfi_restore_state
        b       uctx_posix_fail

.Lodd_set:
        EXPECT_KERNEL_FRAME .Lfail_set
        b       resume_kernel_frame
.Lefault_set:
        mov     r2, #EFAULT
.Lfail_set:
        mov     r0, r2
        b       uctx_posix_fail
END setcontext
        END_TABLE

/*
 * Resume the context that the kernel handed to a signal handler, every
 * register of it: only rt_sigreturn can.
 *
 *   In        r1 = that context; sp and lr as at our caller's entry
 *
 * The system call takes its frame from sp.  We give it a copy on our own stack:
 * with sp in the kernel's frame, a signal that came just before the call would
 * be handled right below that struct, which may lie anywhere.
 */
        .p2align 5
        .type   resume_kernel_frame, %function
resume_kernel_frame:
        .cfi_startproc
        .fnstart
        push    {r3-r11, lr}
        .cfi_adjust_cfa_offset 40
        .irp    reg, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_rel_offset r\reg, 4 * (\reg - 3)
        .endr
        .cfi_rel_offset lr, 36
        .save   {r4-r11, lr}
        .pad    #4
        sub     sp, sp, #(FRAME_UCONTEXT + UC_SIZE) & ~0xff
        sub     sp, sp, #(FRAME_UCONTEXT + UC_SIZE) & 0xff
        .cfi_adjust_cfa_offset FRAME_UCONTEXT + UC_SIZE
        .pad    #FRAME_UCONTEXT + UC_SIZE
        ADDRESS ip, uctx_posix_used
        mov     r0, #1
        strb    r0, [ip]
        add     r10, sp, #FRAME_UCONTEXT
        mov     r2, r10
        add     r3, r10, #UC_SIZE & ~0xff
        add     r3, r3, #UC_SIZE & 0xff
.Lcopy:
        ldmia   r1!, {r4, r5}
        stmia   r2!, {r4, r5}
        cmp     r2, r3
        bne     .Lcopy

        // The alternate stack belongs to the thread, not to the context: give
        // the call a mode that it must refuse, which it does in silence.  Where
        // the kernel disarmed it for the handler, let it arm it again.
        ldr     r2, [r10, #UC_SS_FLAGS]
        tst     r2, #SS_AUTODISARM
        moveq   r2, #SS_INVALID
        str     r2, [r10, #UC_SS_FLAGS]
        ldr     r2, [r10, #UC_SIGMASK]
        ldr     r3, [r10, #UC_SIGMASK + 4]
        bic     r2, r2, #MASK_INTERNAL_LOW
        bic     r3, r3, #MASK_INTERNAL_HIGH
        str     r2, [r10, #UC_SIGMASK]
        str     r3, [r10, #UC_SIGMASK + 4]
        COUNT_SYSCALL

        // Unknown, not the frame's mask: what was interrupted may be a switch
        // between its system call and what that says of the ledger.
        mov     r2, #0
        mov     r3, #0
        LEDGER_STORE
        mov     r7, #SYS_rt_sigreturn
        svc     #0
        udf     #0                      // it does not return
        .fnend
        .cfi_endproc
        .size   resume_kernel_frame, . - resume_kernel_frame

/*
 * uint64_t uctx_mask_load(void);
 * void uctx_mask_store(uint64_t word);
 * int uctx_mask_replace(uint64_t word, uint64_t by);
 */
        .macro  PUSH_SCRATCH
        push    {r3-r9, lr}
        .cfi_adjust_cfa_offset 32
        .irp    reg, 4, 5, 6, 7, 8, 9
        .cfi_rel_offset r\reg, 4 * (\reg - 3)
        .endr
        .cfi_rel_offset lr, 28
        .save   {r4-r9, lr}
        .pad    #4
        .endm

        .hidden uctx_mask_load, uctx_mask_store, uctx_mask_replace
FUNC uctx_mask_load
        PUSH_SCRATCH
        LEDGER_LOAD
        mov     r0, r2
        mov     r1, r3
        pop     {r3-r9, pc}
END uctx_mask_load
        END_TABLE

FUNC uctx_mask_store
        PUSH_SCRATCH
        mov     r2, r0
        mov     r3, r1
        LEDGER_STORE
        pop     {r3-r9, pc}
END uctx_mask_store
        END_TABLE

FUNC uctx_mask_replace
        PUSH_SCRATCH
        mov     r1, r0
        LEDGER_REPLACE
        movne   r0, #0
        moveq   r0, #1
        pop     {r3-r9, pc}
END uctx_mask_replace
        END_TABLE

/*
 * Where a context that makecontext() made begins.
 *
 *   In        r4 = its uc_link, r5 = its function, r6-r9 = the first four
 *             arguments; sp aligned to 8, at those beyond them
 *
 * There is no frame above: the return address is undefined, r11 is 0, and the
 * EHABI's unwinder is told to stop.  This says so from the first byte on, where
 * FUNC would be late; and a new context starts START_ENTRY bytes further on,
 * because unwinders look up what is before the address that they take a
 * function to have called from.
 */
        .p2align 5
        .globl  uctx_start
        .hidden uctx_start
        .type   uctx_start, %function
uctx_start:
        .cfi_startproc
        .fnstart
        .cantunwind
        .cfi_undefined lr
        .cfi_undefined r11
        nop
        .if     . - uctx_start - START_ENTRY
        .error  "START_ENTRY is not where a context starts"
        .endif
        mov     r0, r6
        mov     r1, r7
        mov     r2, r8
        mov     r3, r9
        blx     r5
        movs    r0, r4
        beq     .Lno_link
        bl      uctx_posix_set
        bl      uctx_posix_bad_link
.Lno_link:
        bl      uctx_posix_end
        udf     #0                      // neither returns
        .fnend
END uctx_start
