/* SPDX-License-Identifier: MIT */
/*
 * getcontext, setcontext and swapcontext, and where a new context starts.
 *
 * ABI: RISC-V psABI 1.0, "Integer Register Convention": sp and s0 to s11 belong
 * to the caller; gp and tp are not to be touched.  "Floating-point Register
 * Convention": fs0 to fs11, as wide as the ABI has them; fcsr belongs to the
 * thread, and we switch it as every libc does.  "Vector Register Convention":
 * no vector register, nor vl, vtype and vcsr.
 *
 * The registers are saved before any C runs, because a wrapper's frame would
 * be gone when the saved context is resumed.
 *
 * t1 is the context that is resumed, t2 where it goes on; local functions are
 * called by way of t0.  A jump through t2 needs no landing pad (Zicfilp).
 *
 * Unwinding.  A switch describes its caller until the caller is saved, and its
 * target from then on: first by where *t1 has its registers (CFI_TARGET), which
 * loading them does not change, and once sp is the target's by the registers
 * themselves (CFI_ARRIVED).  Nothing that was saved in *t1 is read any more
 * then: it may lie on the stack that was left, where a handler may overwrite
 * it.
 */
#include "layout.h"
#include "asm.h"
#include "posix/mask.h"

#define SYS_rt_sigprocmask 135
#define SYS_rt_sigreturn   139
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */
#define EFAULT             14
#define EINVAL             22
#define SS_AUTODISARM      0x80000000
#define SS_INVALID         0x7fff /* no mode of sigaltstack(2) */

/* DWARF register numbers, psABI "Dwarf Register Numbers": x0 to x31, f0 to
 * f31. */
#define DW_RA  1
#define DW_SP  2
#define DW_T1  6
#define DW_S0  8
#define DW_S2  18
#define DW_FS0 40
#define DW_FS2 50

/* The numbers of s2 to s11, and of fs2 to fs11. */
#define FROM_2 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

/* Store the callee-saved registers as the caller of this function has them. */
        .macro  SAVE_REGS uc
        sd      ra, UC_PC(\uc)
        sd      sp, UC_SP(\uc)
        sd      s0, UC_S0(\uc)
        sd      s1, UC_S1(\uc)
        .irp    i, FROM_2
        sd      s\i, UC_S2 + 8 * (\i - 2)(\uc)
        .endr
        .endm

        .macro  LOAD_REGS uc
        ld      s0, UC_S0(\uc)
        ld      s1, UC_S1(\uc)
        .irp    i, FROM_2
        ld      s\i, UC_S2 + 8 * (\i - 2)(\uc)
        .endr
        .endm

#ifdef FP_SIZE
#if FP_SIZE == 8
#define FL fld
#define FS fsd
#else
#define FL flw
#define FS fsw
#endif

/* The same with the FP registers at `fs0` and `fs2`. */
        .macro  EACH_FS op, base, fs0, fs2
        \op     fs0, \fs0(\base)
        \op     fs1, \fs0 + FP_SIZE(\base)
        .irp    i, FROM_2
        \op     fs\i, \fs2 + FP_SIZE * (\i - 2)(\base)
        .endr
        .endm
#endif

/* fcsr also stays in `fcsr`. */
        .macro  SAVE_FP uc, fcsr
#ifdef FP_SIZE
        frcsr   \fcsr
        EACH_FS FS, \uc, UC_FS0, UC_FS2
        sw      \fcsr, UC_FCSR(\uc)
#endif
        .endm

/* fcsr only if it is not what `fcsr` says: writing it takes long. */
        .macro  LOAD_FP uc, fcsr, scratch
#ifdef FP_SIZE
        lw      \scratch, UC_FCSR(\uc)
        EACH_FS FL, \uc, UC_FS0, UC_FS2
        beq     \scratch, \fcsr, .Lfcsr\@
        fscsr   \scratch
.Lfcsr\@:
#endif
        .endm

/* From here on the frame above is the one that *t1 describes, or what lies at
 * `at` above another register. */
        .macro  CFI_TARGET base=DW_T1, at=0
        CFI_CFA_SAVED_AT \base, \at + UC_SP
        CFI_SAVED_AT DW_RA, \base, \at + UC_PC
        CFI_SAVED_AT DW_S0, \base, \at + UC_S0
        CFI_SAVED_AT DW_S0 + 1, \base, \at + UC_S1
        .irp    i, FROM_2
        CFI_SAVED_AT DW_S2 + \i - 2, \base, \at + UC_S2 + 8 * (\i - 2)
        .endr
#ifdef FP_SIZE
        CFI_SAVED_AT DW_FS0, \base, \at + UC_FS0
        CFI_SAVED_AT DW_FS0 + 1, \base, \at + UC_FS0 + FP_SIZE
        .irp    i, FROM_2
        CFI_SAVED_AT DW_FS2 + \i - 2, \base, \at + UC_FS2 + FP_SIZE * (\i - 2)
        .endr
#endif
        .endm

/* From here on it is the one that the registers describe, with its pc in t2,
 * where the target's stack begins `above` sp. */
        .macro  CFI_ARRIVED above=0
        .cfi_def_cfa sp, \above
        .cfi_register ra, t2
        .irp    i, 0, 1, FROM_2
        .cfi_same_value s\i
#ifdef FP_SIZE
        .cfi_same_value fs\i
#endif
        .endr
        .endm

/*
 * Replace this thread's ledger word by `new`, if it is `old`.  The reservation
 * of lr.d ends when anything interrupts the thread (as traps return, the kernel
 * sees to that), so that nobody comes between the look at tp, which says that
 * the word is still this thread's, and sc.d.
 *
 *   Clobbers  t3-t6
 */
        .macro  LEDGER_REPLACE new, old
        la.tls.ie t3, uctx_mask_word
.Lagain\@:
        mv      t4, tp
        add     t5, t3, t4
        lr.d    t6, (t5)
        bne     t4, tp, .Lagain\@
        .ifnb   \old
        bne     t6, \old, .Ldone\@
        .endif
        sc.d    t4, \new, (t5)
        bnez    t4, .Lagain\@
.Ldone\@:
        .endm

#ifdef UCTX_REPORT
        .hidden uctx_report_syscalls, uctx_report_get
        .hidden uctx_report_set, uctx_report_swap
/* The report's library: tell it first, with the arguments kept. */
        .macro  REPORT hook
        addi    sp, sp, -32
        .cfi_adjust_cfa_offset 32
        sd      ra, 24(sp)
        .cfi_offset ra, -8
        sd      a0, 8(sp)
        sd      a1, 0(sp)
        call    \hook
        ld      a1, 0(sp)
        ld      a0, 8(sp)
        ld      ra, 24(sp)
        .cfi_restore ra
        addi    sp, sp, 32
        .cfi_adjust_cfa_offset -32
        .endm
        .macro  COUNT_SYSCALL
        ld      t3, uctx_report_syscalls
        li      t4, 1
        amoadd.d zero, t4, (t3)
        .endm
#else
        .macro  REPORT hook
        .endm
        .macro  COUNT_SYSCALL
        .endm
#endif

/*
 * Read this thread's ledger word into a2.
 *
 *   Clobbers  a2, t0
 *
 * Between the two last instructions the address may become that of another
 * thread's word: a handler interrupts us, and the context that it received is
 * resumed elsewhere.  GO_ON_HERE knows, and makes us begin again.
 */
        .p2align 5
        .type   load_ledger, %function
load_ledger:
        .cfi_startproc
        la.tls.ie a2, uctx_mask_word
        add     a2, a2, tp
.Lload_ledger:
        ld      a2, (a2)
        jr      t0
        .cfi_endproc
        .size   load_ledger, . - load_ledger

/* The system call has told that the kernel blocks what is in `mask`: enter it
 * into the ledger, unless a handler came in between and left 0 instead of
 * MASK_BUSY.  A vfork child learns nothing. */
        .macro  LEARN_MASK mask, scratch
        lw      t3, uctx_mask_mode
        li      t4, MASK_TRACKED
        bne     t3, t4, .Llearned\@
        la.tls.ie t3, uctx_mask_vfork
        add     t3, t3, tp
        lw      t3, (t3)
        bnez    t3, .Llearned\@
        li      \scratch, ~(MASK_KNOWN | MASK_BUSY)
        and     \mask, \mask, \scratch
        ori     \mask, \mask, MASK_KNOWN
        li      \scratch, MASK_BUSY
        LEDGER_REPLACE \mask, \scratch
.Llearned\@:
        .endm

/*
 * Ask the kernel for the thread's signal mask, and let the ledger know.
 *
 *   In        a2 = where the mask goes
 *             t1 = the context that describes the frame above
 *   Out       a0 = 0; or -errno, and nothing done
 *   Clobbers  a0, a1, a3, a7, t0, t3-t6
 */
        .p2align 5
        .type   ask_mask, %function
ask_mask:
        .cfi_startproc
        CFI_TARGET
        lw      t3, uctx_mask_mode
        li      t4, MASK_IGNORE
        beq     t3, t4, .Lno_mask
        COUNT_SYSCALL
        li      a0, MASK_BUSY
        LEDGER_REPLACE a0
        li      a0, SIG_SETMASK
        li      a1, 0                   # install nothing
        li      a3, SIGSET_SIZE
        li      a7, SYS_rt_sigprocmask
        ecall
        bltz    a0, .Lasked
        ld      a1, (a2)
        li      a3, ~MASK_INTERNAL
        and     a1, a1, a3
        sd      a1, (a2)
        LEARN_MASK a1, a3
        li      a0, 0
.Lasked:
        jr      t0

.Lno_mask:                              # masks are ignored: all are empty,
        li      a0, MASK_KNOWN          # and a switch has nothing to do
        LEDGER_REPLACE a0
        sd      zero, (a2)
        li      a0, 0
        jr      t0
        .cfi_endproc
        .size   ask_mask, . - ask_mask

/*
 * Resume a context whose signal mask is not known to be in force.  The call
 * that installs it is made on the target's stack, where the handlers run that
 * it releases.
 *
 *   In        t1 = the context, saved by us
 *             a2 = where the mask goes that was blocked before, or 0
 *             a5 = fcsr
 *             ra, sp as at our caller's entry
 *
 *        the caller's stack                the target's
 *        +----------------------+          +----------------------+
 *        | caller's frame       |          | its frame            |
 *        +----------------------+   CFA->  +----------------------+
 *        | ra, s and fs, fcsr   |          |                      |
 *   t4-> +----------------------+          | the mask to install  |
 *                                     sp-> +----------------------+
 *
 * If the kernel refuses (a seccomp filter may), the caller gets -1, with his
 * registers back, and with the one word of the target's stack that we wrote: a
 * caller on that same stack needs it.
 */
#define KEEP_RA   0
#define KEEP_S    8   /* s0 to s11              */
#define KEEP_FCSR 104
#define KEEP_FS   112 /* fs0 to fs11            */
#define KEEP_SIZE 208

        .p2align 5
        .type   resume_with_mask, %function
resume_with_mask:
        .cfi_startproc
        CFI_TARGET
        lw      t3, uctx_mask_mode
        li      t4, MASK_IGNORE
        beq     t3, t4, .Lresume_without_mask
        COUNT_SYSCALL
        addi    sp, sp, -KEEP_SIZE
        sd      ra, KEEP_RA(sp)
        .irp    i, 0, 1, FROM_2
        sd      s\i, KEEP_S + 8 * \i(sp)
        .endr
#ifdef FP_SIZE
        sw      a5, KEEP_FCSR(sp)
        EACH_FS FS, sp, KEEP_FS, KEEP_FS + 2 * FP_SIZE
#endif
        li      a0, MASK_BUSY
        LEDGER_REPLACE a0
        mv      a4, sp
        ld      t2, UC_PC(t1)
        ld      a0, UC_SP(t1)
        ld      a3, UC_SIGMASK(t1)
        li      a1, ~MASK_INTERNAL
        and     a3, a3, a1
        ld      a6, -16(a0)
        LOAD_FP t1, a5, a1
        LOAD_REGS t1
        addi    sp, a0, -16
        CFI_ARRIVED 16
        sd      a3, (sp)
        li      a0, SIG_SETMASK
        mv      a1, sp
        li      a3, SIGSET_SIZE
        li      a7, SYS_rt_sigprocmask
        ecall
        bltz    a0, .Lrefused
        ld      a1, (sp)
        LEARN_MASK a1, a3
        li      a0, 0
        addi    sp, sp, 16
        .cfi_def_cfa_offset 0
        jr      t2

.Lrefused:
        sd      a6, (sp)
        mv      sp, a4
        .cfi_def_cfa_offset KEEP_SIZE
        .cfi_rel_offset ra, KEEP_RA
        .irp    i, 0, 1, FROM_2
        .cfi_rel_offset s\i, KEEP_S + 8 * \i
#ifdef FP_SIZE
        .cfi_rel_offset fs\i, KEEP_FS + FP_SIZE * \i
#endif
        .endr
        ld      ra, KEEP_RA(sp)
        .irp    i, 0, 1, FROM_2
        ld      s\i, KEEP_S + 8 * \i(sp)
        .endr
#ifdef FP_SIZE
        lw      a5, KEEP_FCSR(sp)
        fscsr   a5
        EACH_FS FL, sp, KEEP_FS, KEEP_FS + 2 * FP_SIZE
#endif
        addi    sp, sp, KEEP_SIZE
        .cfi_def_cfa_offset 0
        .cfi_same_value ra
        .irp    i, 0, 1, FROM_2
        .cfi_same_value s\i
#ifdef FP_SIZE
        .cfi_same_value fs\i
#endif
        .endr
        neg     a0, a0
        tail    uctx_posix_fail
        .cfi_endproc
        .size   resume_with_mask, . - resume_with_mask

/*
 * Sort out a context in *t1 whose uc_flags are not UC_OURS: a4 = 0 for one that
 * the kernel handed to a signal handler, else the errno.
 *
 *   Clobbers  t0, t3, t4
 *
 * A kernel's frame has no flags, an address to go on, and nothing in the part
 * of fcsr that does not exist.  The state of V is behind it; a copy has
 * lost that, and could not go on as it was.
 */
        .p2align 5
        .type   sort_out, %function
sort_out:
        .cfi_startproc
        ld      t3, UC_FLAGS(t1)
        beqz    t3, .Lperhaps
        andi    a4, t3, UC_OURS_ERRNO   # what makecontext() found wrong,
        sub     t3, t3, a4
        li      t4, UC_OURS
        beq     t3, t4, .Lsorted_out
        j       .Lnobodys
.Lperhaps:
        ld      t4, UC_PC(t1)
        beqz    t4, .Lnobodys
        andi    t4, t4, 1
        bnez    t4, .Lnobodys
#ifdef FP_SIZE
        lw      t4, UC_FCSR(t1)
        srliw   t4, t4, 8
        bnez    t4, .Lnobodys
#endif
        lbu     t4, uctx_posix_has_v
        beqz    t4, .Lkernels
        lw      t4, UC_KERNEL_MAGIC(t1)
        li      t3, MAGIC_V
        bne     t4, t3, .Lkernels
        ld      t4, UC_KERNEL_V_DATA(t1)
        addi    t3, t1, UC_KERNEL_V_REGS
        bne     t4, t3, .Lnobodys
.Lkernels:
        li      a4, 0
        jr      t0
.Lnobodys:                              # or nobody's context
        li      a4, EINVAL
.Lsorted_out:
        jr      t0
        .cfi_endproc
        .size   sort_out, . - sort_out

/*
 * int getcontext(ucontext_t *ucp);
 *
 * Saves the caller in *ucp.  Returns 0, and 0 again whenever *ucp is resumed.
 * Every field is written, but uc_link and uc_stack keep their values if *ucp
 * was saved by us before: a program that saves into a context that was made
 * goes on using its stack.
 *
 *   In        a0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_get
        .hidden uctx_posix_get
        .set    uctx_posix_get, getcontext
FUNC getcontext
        beqz    a0, .Lfault_get
        REPORT  uctx_report_get
        addi    t3, a0, UC_SIGMASK
        addi    t4, a0, UC_SIZE
.Lclear:
        .irp    i, 0, 1, 2, 3, 4
        sd      zero, 8 * \i(t3)
        .endr
        addi    t3, t3, 40
        .if     (UC_SIZE - UC_SIGMASK) % 40
        .error  "this does not end at UC_SIZE"
        .endif
        bltu    t3, t4, .Lclear
        SAVE_REGS a0
        SAVE_FP a0, a5
        sd      ra, UC_RA(a0)
        sd      gp, UC_GP(a0)
        sd      tp, UC_TP(a0)
        li      t4, UC_OURS
        ld      t3, UC_FLAGS(a0)
        andi    t3, t3, ~UC_OURS_ERRNO
        beq     t3, t4, .Lkeep_stack
        lbu     t3, uctx_posix_used     # see arch.h
        bnez    t3, .Lmarked
        li      t3, 1
        sb      t3, uctx_posix_used, t5
.Lmarked:
        sd      zero, UC_LINK(a0)
        sd      zero, UC_SS_SP(a0)
        sd      zero, UC_SS_FLAGS(a0)
        sd      zero, UC_SS_SIZE(a0)
.Lkeep_stack:
        sd      t4, UC_FLAGS(a0)
        jal     t0, load_ledger
        andi    a3, a2, MASK_KNOWN
        beqz    a3, .Lask_get
        xori    a2, a2, MASK_KNOWN
        sd      a2, UC_SIGMASK(a0)
        li      a0, 0
        ret

.Lask_get:
        .cfi_remember_state
        mv      t1, a0                  # *ucp tells who our caller is
        CFI_TARGET
        addi    a2, a0, UC_SIGMASK
        jal     t0, ask_mask
        .cfi_restore_state
        bltz    a0, .Lrefused_get
        ret

.Lfault_get:
        li      a0, -EFAULT
.Lrefused_get:
        neg     a0, a0
        tail    uctx_posix_fail
END getcontext

/*
 * int swapcontext(ucontext_t *oucp, const ucontext_t *ucp);
 *
 * Saves the caller in *oucp and resumes *ucp.  Returns 0, later, when something
 * resumes *oucp.
 *
 *   In        a0 = oucp, a1 = ucp
 *   Clobbers  what any call may
 *
 *        on entry                          on return, on the other stack
 *        +----------------------+          +----------------------+
 *        | caller's frame       |          | its frame            |
 *   CFA, +----------------------+    sp->  +----------------------+
 *   sp->
 */
        .globl  uctx_posix_swap
        .hidden uctx_posix_swap
        .set    uctx_posix_swap, swapcontext
FUNC swapcontext
        beqz    a0, .Lfault_swap
        beqz    a1, .Lfault_swap
        REPORT  uctx_report_swap
        mv      t1, a1
        ld      t3, UC_FLAGS(t1)
        li      t4, UC_OURS
        bne     t3, t4, .Lodd_swap
.Lsave_swap:
        SAVE_FP a0, a5
        SAVE_REGS a0
        sd      t4, UC_FLAGS(a0)
        jal     t0, load_ledger
        andi    a3, a2, ~MASK_KNOWN     # true if known, else replaced below
        sd      a3, UC_SIGMASK(a0)
        .cfi_remember_state
        CFI_TARGET
        ld      a3, UC_SIGMASK(t1)      # read only now: *ucp may be *oucp
        ori     a3, a3, MASK_KNOWN
        bne     a2, a3, .Lmask_swap
.Lmasked_swap:
        LOAD_FP t1, a5, a4
        LOAD_REGS t1
        ld      t2, UC_PC(t1)
        li      a0, 0
        ld      sp, UC_SP(t1)
        CFI_ARRIVED

        # Every return after ours is predicted from the calls before it.  A
        # target that was left by the same call as this one, in a scheduler's
        # yield say, returns as that call predicts; any other would not.
        bne     t2, ra, .Ljump_swap
        ret
.Ljump_swap:
        jr      t2

        .cfi_restore_state
        .cfi_remember_state
.Lmask_swap:
        CFI_TARGET
        addi    a2, a0, UC_SIGMASK
        bne     a0, t1, resume_with_mask # onto itself there is nothing to
        jal     t0, ask_mask            # install: the current mask is its own
        bgez    a0, .Lmasked_swap
        .cfi_restore_state
        neg     a0, a0
        tail    uctx_posix_fail

.Lodd_swap:
        beq     a0, t1, .Lsave_swap     # onto itself: saving makes it ours
        jal     t0, sort_out
        bnez    a4, .Lfail_swap
        SAVE_FP a0, a5
        SAVE_REGS a0
        li      t4, UC_OURS
        sd      t4, UC_FLAGS(a0)
        jal     t0, load_ledger
        andi    a3, a2, MASK_KNOWN
        xor     a2, a2, a3
        sd      a2, UC_SIGMASK(a0)
        bnez    a3, resume_kernel_frame
        .cfi_remember_state
        mv      a6, t1
        mv      t1, a0                  # *oucp tells who our caller is
        CFI_TARGET
        addi    a2, a0, UC_SIGMASK
        jal     t0, ask_mask
        .cfi_restore_state
        mv      t1, a6
        bgez    a0, resume_kernel_frame
        neg     a0, a0
        tail    uctx_posix_fail

.Lfault_swap:
        li      a4, EFAULT
.Lfail_swap:
        mv      a0, a4
        tail    uctx_posix_fail
END swapcontext

/*
 * int setcontext(const ucontext_t *ucp);
 *
 * Resumes *ucp.  Returns only on failure.
 *
 *   In        a0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_set
        .hidden uctx_posix_set
        .set    uctx_posix_set, setcontext
FUNC setcontext
        beqz    a0, .Lfault_set
        REPORT  uctx_report_set
        mv      t1, a0
        ld      t3, UC_FLAGS(t1)
        li      t4, UC_OURS
        bne     t3, t4, .Lodd_set
        jal     t0, load_ledger
        .cfi_remember_state
        CFI_TARGET
#ifdef FP_SIZE
        frcsr   a5
#endif
        ld      a3, UC_SIGMASK(t1)
        ori     a3, a3, MASK_KNOWN
        bne     a2, a3, .Lmask_set
.Lmasked_set:
        LOAD_FP t1, a5, a4
        LOAD_REGS t1
        ld      t2, UC_PC(t1)
        li      a0, 0
        ld      sp, UC_SP(t1)
        CFI_ARRIVED
        jr      t2

        .cfi_restore_state
        .cfi_remember_state
        CFI_TARGET
.Lmask_set:
        li      a2, 0
        j       resume_with_mask
.Lresume_without_mask:                  # as ask_mask() has it
        li      a0, MASK_KNOWN
        LEDGER_REPLACE a0
        beqz    a2, .Lmasked_set
        sd      zero, (a2)
        j       .Lmasked_set
        .cfi_restore_state

.Lodd_set:
        jal     t0, sort_out
        beqz    a4, resume_kernel_frame
        mv      a0, a4
        tail    uctx_posix_fail
.Lfault_set:
        li      a0, EFAULT
        tail    uctx_posix_fail
END setcontext

/*
 * Go on at the kernel's frame at sp, in this thread, whichever it came from.
 * Whoever interrupts this may let it go on in another thread: GO_ON_HERE makes
 * it begin again.
 */
#define GO_ON_SIZE 8

        .p2align 5
        .type   go_on, %function
go_on:
        .cfi_startproc
        .cfi_signal_frame
        CFI_TARGET DW_SP, SIGINFO_SIZE
        .option push
        .option norvc
        nop                             # so that the byte before is ours
.Lgo_on:
        sd      tp, SIGINFO_SIZE + UC_TP(sp)
        li      a7, SYS_rt_sigreturn
        .if     . - .Lgo_on - GO_ON_SIZE
        .error  "GO_ON_SIZE is not the distance to the call"
        .endif
        ecall
        .option pop
        unimp                           # it does not return
        .cfi_endproc
        .size   go_on, . - go_on

/* Make what the frame at (a0) interrupted begin again if it is to load or to
 * store something of the thread that it was in.  Clobbers a1, a2 and a3. */
        .macro  GO_ON_HERE
        ld      a2, UC_PC(a0)
        lla     a1, load_ledger
        lla     a3, .Lload_ledger
        beq     a2, a3, .Lagain\@
        lla     a1, .Lgo_on
        sub     a2, a2, a1
        li      a3, GO_ON_SIZE
        bgtu    a2, a3, .Lanywhere\@
.Lagain\@:
        sd      a1, UC_PC(a0)
.Lanywhere\@:
        .endm

/* void uctx_posix_return(ucontext_t *frame); see arch.h. */
        .hidden uctx_posix_return
FUNC uctx_posix_return
        GO_ON_HERE
        addi    sp, a0, -SIGINFO_SIZE
        CFI_TARGET DW_SP, SIGINFO_SIZE
        j       .Lgo_on
END uctx_posix_return

/*
 * Resume the context that the kernel handed to a signal handler, every
 * register of it: only rt_sigreturn can.
 *
 *   In        t1 = that context; ra, sp as at our caller's entry
 *
 * The system call takes its frame, a siginfo_t and that context, from sp.  We
 * give it a copy on our own stack: with sp at the frame itself, a signal that
 * came just before the call would be handled right below that struct, which
 * may lie anywhere.
 */
#define VSETVLI 0x00007057 /* vsetvli zero, zero, e8, m1 */

        .p2align 5
        .type   resume_kernel_frame, %function
resume_kernel_frame:
        .cfi_startproc
        li      a0, 1
        sb      a0, uctx_posix_used, a1
        mv      t5, sp
        .cfi_def_cfa_register t5
        li      a2, UC_KERNEL_END       # how much there is to copy, and
        li      a3, UC_SIZE             # how long the copy is
        lbu     t6, uctx_posix_has_v
        beqz    t6, .Lsize_known
        lw      t6, UC_KERNEL_MAGIC(t1)
        li      a0, MAGIC_V
        sub     t6, t6, a0
        seqz    t6, t6
        beqz    t6, .Lsize_known
        lwu     a0, UC_KERNEL_MORE(t1)
        addi    a2, a0, UC_KERNEL_MAGIC
        addi    a3, a2, 8
.Lsize_known:
        addi    a0, a3, SIGINFO_SIZE + 15
        andi    a0, a0, -16
        sub     sp, sp, a0
        addi    a0, sp, SIGINFO_SIZE
        add     a3, a3, a0
        add     a2, a2, a0
        mv      a1, t1
.Lcopy:
        ld      a4, (a1)
        sd      a4, (a0)
        addi    a1, a1, 8
        addi    a0, a0, 8
        bltu    a0, a2, .Lcopy
        addi    a0, sp, SIGINFO_SIZE
        sw      zero, UC_KERNEL_RESERVED(a0)
        sd      zero, -8(a3)            # and there is no other extension
        beqz    t6, .Lno_v
        addi    a1, a0, UC_KERNEL_V_REGS
        sd      a1, UC_KERNEL_V_DATA(a0)
        .4byte  VSETVLI                 # a thread has V once it has used it
.Lno_v:

        GO_ON_HERE
        # The alternate stack belongs to the thread, not to the context: give
        # the call a mode that it must refuse, which it does in silence.  Where
        # the kernel disarmed it for the handler, let it arm it again.
        lw      a1, UC_SS_FLAGS(a0)     # SS_AUTODISARM is the sign
        bltz    a1, .Laltstack_done
        li      a1, SS_INVALID
        sw      a1, UC_SS_FLAGS(a0)
.Laltstack_done:
        li      a1, ~MASK_INTERNAL
        ld      a2, UC_SIGMASK(a0)
        and     a2, a2, a1
        sd      a2, UC_SIGMASK(a0)
        COUNT_SYSCALL

        # Unknown, not the frame's mask: what was interrupted may be a switch
        # between its system call and what that says of the ledger.
        mv      t1, t5
        .cfi_def_cfa_register t1
        LEDGER_REPLACE zero
        j       .Lgo_on
        .cfi_endproc
        .size   resume_kernel_frame, . - resume_kernel_frame

/*
 * uint64_t uctx_mask_load(void);
 * void uctx_mask_store(uint64_t word);
 * int uctx_mask_replace(uint64_t word, uint64_t by);
 */
        .hidden uctx_mask_load, uctx_mask_store, uctx_mask_replace
FUNC uctx_mask_load
        jal     t0, load_ledger
        mv      a0, a2
        ret
END uctx_mask_load

FUNC uctx_mask_store
        LEDGER_REPLACE a0
        ret
END uctx_mask_store

FUNC uctx_mask_replace
        LEDGER_REPLACE a1, a0
        xor     a0, a0, t6
        seqz    a0, a0
        ret
END uctx_mask_replace

/*
 * Where a context that makecontext() made begins.
 *
 *   In        s1 = the function, s2 to s9 = its first arguments, s10 = uc_link;
 *             sp aligned to 16, at the other arguments
 *
 * There is no frame above: the return address is undefined, and s0 is 0.  This
 * says so from the first byte on, where FUNC would be late; and a new context
 * starts START_ENTRY bytes further on, because unwinders look up the byte
 * before the address that they take a function to have called from.
 */
        .p2align 5
        .globl  uctx_start
        .hidden uctx_start
        .type   uctx_start, %function
uctx_start:
        .cfi_startproc
        .cfi_undefined ra
        .cfi_undefined s0
        .option push
        .option norvc
        nop
        .option pop
        .if     . - uctx_start - START_ENTRY
        .error  "START_ENTRY is not where a context starts"
        .endif
        mv      a0, s2
        mv      a1, s3
        mv      a2, s4
        mv      a3, s5
        mv      a4, s6
        mv      a5, s7
        mv      a6, s8
        mv      a7, s9
        jalr    s1
        mv      a0, s10
        beqz    a0, .Lno_link
        call    uctx_posix_set
        call    uctx_posix_bad_link
.Lno_link:
        call    uctx_posix_end
        unimp                           # neither returns
END uctx_start
