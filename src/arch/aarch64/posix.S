/* SPDX-License-Identifier: MIT */
/*
 * getcontext, setcontext and swapcontext, and where a new context starts.
 *
 * ABI: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64):
 * "General-purpose registers": x19-x29 and sp belong to the caller; x30 is the
 * return address; x18 is the platform's.  "SIMD and Floating-Point registers":
 * so do the bottom 64 bits of v8-v15, and fpcr.  We switch fpsr as well, as
 * every libc does.  No callee of the base standard preserves more, with SVE
 * neither: z8-z23 and p4-p15 belong to callers of functions that take or return
 * scalable values.  SME: such a callee is not entered in streaming mode.
 *
 * The registers are saved before any C runs, because a wrapper's frame would
 * be gone when the saved context is resumed.
 *
 * A context is resumed by ret, which needs no landing pad: compilers place one
 * behind a call that returns twice, such as getcontext(), but none behind
 * swapcontext().  The processor predicts it where the target was left by the
 * same call as this one, in a scheduler's yield say.  What it returns to is
 * x30 as bl left it, or as the caller of a tail call had authenticated it:
 * never signed.
 *
 * Unwinding.  A switch describes its caller until the caller is saved, and its
 * target from then on: first by where *x15 has its registers (CFI_TARGET),
 * which loading them does not change, and once sp is the target's by the
 * registers themselves, as at the first instruction of a function.  Nothing
 * that was saved in *x15 is read any more then: it may lie on the stack that
 * was left, where a handler may overwrite it.
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
#define RECORDS_SIZE       (UC_SIZE - UC_RECORDS)
#define MASK_KNOWN_BIT     8
#define SS_AUTODISARM_BIT  31
#define SS_INVALID         0x7fff /* no mode of sigaltstack(2) */

/* DWARF for the Arm 64-bit Architecture, "DWARF register names". */
#define DW_X(n) (n)
#define DW_V(n) (64 + (n))
#ifdef __AARCH64EB__
#define D_IN_V 8 /* where the record of a v register has its d */
#else
#define D_IN_V 0
#endif

/* Store the callee-saved registers as the caller of this function has them. */
        .macro  SAVE_REGS uc
        mov     x9, sp
        stp     x19, x20, [\uc, UC_X(19)]
        stp     x21, x22, [\uc, UC_X(21)]
        stp     x23, x24, [\uc, UC_X(23)]
        stp     x25, x26, [\uc, UC_X(25)]
        stp     x27, x28, [\uc, UC_X(27)]
        stp     x29, x30, [\uc, UC_X(29)]
        stp     x9, x30, [\uc, UC_SP]
        .endm

/* Store the FP state as a record that the kernel would take.  Leaves fpsr in
 * w9 and fpcr in w10.  Of v8-v15 we need the halves that the ABI preserves, but
 * two stores of two whole registers are one of two halves each. */
        .macro  SAVE_FP uc
        mrs     x9, fpsr
        mrs     x10, fpcr
        movz    w11, FP_MAGIC & 0xffff
        movk    w11, FP_MAGIC >> 16, lsl 16
        mov     w12, FP_SIZE
        str     w11, [\uc, UC_RECORDS]
        str     w12, [\uc, UC_RECORDS + 4]
        str     w9, [\uc, UC_FPSR]
        str     w10, [\uc, UC_FPCR]
        stp     q8, q9, [\uc, UC_V(8)]
        stp     q10, q11, [\uc, UC_V(10)]
        stp     q12, q13, [\uc, UC_V(12)]
        stp     q14, q15, [\uc, UC_V(14)]
        str     xzr, [\uc, UC_NO_MORE]
        .endm

/* Load the target's fpsr and fpcr, which are in w11 and w12; the current ones
 * are in w9 and w10.  Writing either takes long. */
        .macro  LOAD_FP_WORDS
        cmp     w9, w11
        b.eq    .Lfpsr_done\@
        msr     fpsr, x11
.Lfpsr_done\@:
        cmp     w10, w12
        b.eq    .Lfpcr_done\@
        msr     fpcr, x12
.Lfpcr_done\@:
        .endm

/* All but sp; x30 is where to go on. */
        .macro  LOAD_REGS uc
        ldp     q8, q9, [\uc, UC_V(8)]
        ldp     q10, q11, [\uc, UC_V(10)]
        ldp     q12, q13, [\uc, UC_V(12)]
        ldp     q14, q15, [\uc, UC_V(14)]
        ldp     x19, x20, [\uc, UC_X(19)]
        ldp     x21, x22, [\uc, UC_X(21)]
        ldp     x23, x24, [\uc, UC_X(23)]
        ldp     x25, x26, [\uc, UC_X(25)]
        ldp     x27, x28, [\uc, UC_X(27)]
        ldr     x29, [\uc, UC_X(29)]
        ldr     x30, [\uc, UC_PC]
        .endm

/* From here on the frame above is the one that *x15 describes. */
        .macro  CFI_TARGET
        CFI_CFA_SAVED_AT 15, UC_SP
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
        CFI_SAVED_AT DW_X(\n), 15, UC_X(\n)
        .endr
        CFI_SAVED_AT DW_X(30), 15, UC_PC
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        CFI_SAVED_AT DW_V(\n), 15, (UC_V(\n) + D_IN_V)
        .endr
        .endm

/* From here on it is the one that the registers describe. */
        .macro  CFI_ARRIVED
        .cfi_def_cfa sp, 0
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        .cfi_restore x\n
        .endr
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_restore DW_V(\n)
        .endr
        .endm

/*
 * Read this thread's ledger word, and write `by` if that is given: if `only`
 * is, then only in place of that, or Z is clear.
 *
 * No one instruction finds the word and uses it, and in between a handler may
 * have this code go on in another thread.  The store succeeds only if nothing
 * interrupted us since ldxr, at an address that mrs has confirmed meanwhile:
 * an exception's return clears the monitor (Arm ARM, B2.12.5).  So we store
 * also where we only read.
 *
 *   Clobbers  x4-x7, flags
 */
        .macro  LEDGER word, by, only
        adrp    x5, :gottprel:uctx_mask_word
        ldr     x5, [x5, :gottprel_lo12:uctx_mask_word]
.Lledger\@:
        mrs     x6, tpidr_el0
        add     x4, x6, x5
        ldxr    \word, [x4]
        mrs     x7, tpidr_el0
        cmp     x6, x7
        b.ne    .Lledger\@
        .ifnb   \only
        cmp     \word, \only
        b.ne    .Lother\@
        .endif
        .ifb    \by
        stxr    w6, \word, [x4]
        .else
        stxr    w6, \by, [x4]
        .endif
        cbnz    w6, .Lledger\@
.Lother\@:
        .endm

        .macro  LOAD_CONSTANT reg, value
        movz    \reg, (\value) & 0xffff
        movk    \reg, (\value) >> 16, lsl 16
        .endm

/* The mode of the ledger: see posix/mask.h. */
        .macro  COMPARE_MODE mode
        adrp    x4, uctx_mask_mode
        ldr     w4, [x4, :lo12:uctx_mask_mode]
        cmp     w4, \mode
        .endm

/* Is *\uc one that we saved?  Leaves UC_OURS in x10. */
        .macro  COMPARE_OURS uc
        ldr     x9, [\uc, UC_FLAGS]
        LOAD_CONSTANT w10, UC_OURS
        cmp     x9, x10
        .endm

#ifdef UCTX_REPORT
        .hidden uctx_report_syscalls, uctx_report_get
        .hidden uctx_report_set, uctx_report_swap
/* The report's library: tell it first, with the arguments kept. */
        .macro  REPORT hook
        hint    25                      // paciasp
        .cfi_negate_ra_state
        stp     x29, x30, [sp, -32]!
        .cfi_def_cfa_offset 32
        .cfi_offset x29, -32
        .cfi_offset x30, -24
        mov     x29, sp
        stp     x0, x1, [sp, 16]
        bl      \hook
        ldp     x0, x1, [sp, 16]
        ldp     x29, x30, [sp], 32
        .cfi_def_cfa_offset 0
        .cfi_restore x29
        .cfi_restore x30
        hint    29                      // autiasp
        .cfi_negate_ra_state
        .endm
        .macro  COUNT_SYSCALL
        adrp    x4, uctx_report_syscalls
        ldr     x4, [x4, :lo12:uctx_report_syscalls]
.Lcount\@:
        ldxr    x5, [x4]
        add     x5, x5, 1
        stxr    w6, x5, [x4]
        cbnz    w6, .Lcount\@
        .endm
#else
        .macro  REPORT hook
        .endm
        .macro  COUNT_SYSCALL
        .endm
#endif

/* The system call has told that the kernel blocks what is in x3: enter it into
 * the ledger, unless a handler came in between and left 0 instead of
 * MASK_BUSY.  A vfork child learns nothing. */
        .macro  LEARN_MASK
        COMPARE_MODE MASK_TRACKED
        b.ne    .Llearned\@
        mrs     x1, tpidr_el0
        adrp    x2, :gottprel:uctx_mask_vfork
        ldr     x2, [x2, :gottprel_lo12:uctx_mask_vfork]
        ldr     w1, [x1, x2]
        cbnz    w1, .Llearned\@
        and     x3, x3, ~MASK_BUSY
        orr     x3, x3, MASK_KNOWN
        mov     x2, MASK_BUSY
        LEDGER  x1, x3, x2
.Llearned\@:
        .endm

        .hidden uctx_mask_word, uctx_mask_vfork, uctx_mask_mode
        .hidden uctx_posix_used
        .hidden uctx_posix_fail, uctx_posix_end, uctx_posix_bad_link

/*
 * Ask the kernel for the thread's signal mask, and let the ledger know.
 *
 *   In        x2 = where the mask goes
 *             x15 = the context that describes the frame above
 *   Out       w0 = 0; or -errno, and nothing done
 *   Clobbers  x0, x1, x3-x8
 */
        .p2align 5
        .type   ask_mask, %function
ask_mask:
        .cfi_startproc
        CFI_TARGET
        COMPARE_MODE MASK_IGNORE
        b.eq    .Lno_mask
        COUNT_SYSCALL
        mov     x3, MASK_BUSY
        LEDGER  x1, x3
        mov     x0, SIG_SETMASK
        mov     x1, 0                   // install nothing
        mov     x3, SIGSET_SIZE
        mov     x8, SYS_rt_sigprocmask
        svc     0
        tbnz    w0, 31, .Lasked
        ldr     x3, [x2]
        and     x3, x3, ~MASK_INTERNAL
        str     x3, [x2]
        mov     x8, x2
        LEARN_MASK
        mov     x2, x8
        mov     w0, 0
.Lasked:
        ret

.Lno_mask:                              // masks are ignored: all are empty,
        mov     x3, MASK_KNOWN          // and a switch has nothing to do
        LEDGER  x1, x3
        str     xzr, [x2]
        mov     w0, 0
        ret
        .cfi_endproc
        .size   ask_mask, . - ask_mask

/*
 * Resume a context whose signal mask is not known to be in force.  The call
 * that installs it is made on the target's stack, where the handlers run that
 * it releases.
 *
 *   In        x15 = the context, saved by us
 *             x2 = where the mask goes that was blocked before, or 0
 *             sp and x30 as at our caller's entry
 *
 * If the kernel refuses (a seccomp filter may), the caller gets -1, with his
 * registers back, and with what we wrote on the target's stack: a caller on
 * that same stack needs it.  x14 tells where his registers are.
 */
#define KEPT_SIZE 160
        .p2align 5
        .type   resume_with_mask, %function
resume_with_mask:
        .cfi_startproc
        CFI_TARGET
        COMPARE_MODE MASK_IGNORE
        b.eq    .Lresume_without_mask
        COUNT_SYSCALL
        sub     x14, sp, KEPT_SIZE
        mov     sp, x14
        stp     x19, x20, [x14]
        stp     x21, x22, [x14, 16]
        stp     x23, x24, [x14, 32]
        stp     x25, x26, [x14, 48]
        stp     x27, x28, [x14, 64]
        stp     x29, x30, [x14, 80]
        stp     d8, d9, [x14, 96]
        stp     d10, d11, [x14, 112]
        stp     d12, d13, [x14, 128]
        stp     d14, d15, [x14, 144]
        ldr     x0, [x15, UC_SIGMASK]
        and     x0, x0, ~MASK_INTERNAL
        ldr     w11, [x15, UC_FPSR]
        ldr     w12, [x15, UC_FPCR]
        LOAD_REGS x15
        ldr     x13, [x15, UC_SP]
        ldp     x16, x17, [x13, -16]
        mov     sp, x13
        CFI_ARRIVED
        stp     x0, xzr, [sp, -16]!
        .cfi_def_cfa_offset 16
        mov     x3, MASK_BUSY
        LEDGER  x1, x3
        mov     x0, SIG_SETMASK
        mov     x1, sp
        mov     x3, SIGSET_SIZE
        mov     x8, SYS_rt_sigprocmask
        svc     0
        tbnz    w0, 31, .Lrefused
        ldr     x3, [sp], 16
        .cfi_def_cfa_offset 0
        LEARN_MASK
        mrs     x9, fpsr
        mrs     x10, fpcr
        LOAD_FP_WORDS
        mov     w0, 0
        ret

        .cfi_def_cfa_offset 16
.Lrefused:
        stp     x16, x17, [sp]
        mov     sp, x14
        .cfi_def_cfa_offset KEPT_SIZE
        .set    at, -KEPT_SIZE
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
        .cfi_offset x\n, at
        .set    at, at + 8
        .endr
        .irp    n, 8, 9, 10, 11, 12, 13, 14, 15
        .cfi_offset DW_V(\n), at
        .set    at, at + 8
        .endr
        ldp     d8, d9, [sp, 96]
        ldp     d10, d11, [sp, 112]
        ldp     d12, d13, [sp, 128]
        ldp     d14, d15, [sp, 144]
        ldp     x21, x22, [sp, 16]
        ldp     x23, x24, [sp, 32]
        ldp     x25, x26, [sp, 48]
        ldp     x27, x28, [sp, 64]
        ldp     x29, x30, [sp, 80]
        ldp     x19, x20, [sp], KEPT_SIZE
        CFI_ARRIVED
        neg     w0, w0
        b       uctx_posix_fail
        .cfi_endproc
        .size   resume_with_mask, . - resume_with_mask

/*
 * Is *x15, which is not one that we saved and that can run, a context that the
 * kernel handed to a signal handler?  That has no flags, and begins its records
 * with the FP state.
 *
 *   In        x15 = the context
 *             x17 = our caller's return address
 *   Out       w11 = 0; or the errno that makecontext() marked it with, or
 *             EINVAL if it is nobody's
 *             x12 = its bytes, up to the end of its records
 *             x13 = how many more there are, and x14 = where
 *   Clobbers  x9-x14, flags
 */
        .p2align 5
        .type   check_frame, %function
check_frame:
        .cfi_startproc
        .cfi_register x30, x17
        ldr     x9, [x15, UC_FLAGS]
        LOAD_CONSTANT w10, UC_OURS
        eor     x10, x9, x10
        and     w11, w9, UC_OURS_ERRNO
        tst     x10, ~UC_OURS_ERRNO
        b.eq    .Lchecked
        mov     w11, EINVAL
        cbnz    x9, .Lchecked
        ldr     w9, [x15, UC_RECORDS]
        ldr     w10, [x15, UC_RECORDS + 4]
        LOAD_CONSTANT w12, FP_MAGIC
        cmp     w9, w12
        b.ne    .Lchecked
        mov     x12, 0                  // from UC_RECORDS
        mov     x13, 0
.Lrecord:
        tst     w10, 15
        b.ne    .Lchecked
        cbz     w10, .Lchecked
        add     x12, x12, x10
        cmp     x12, RECORDS_SIZE - 16
        b.hi    .Lchecked
        add     x14, x15, x12
        ldr     w9, [x14, UC_RECORDS]
        ldr     w10, [x14, UC_RECORDS + 4]
        cbz     w9, .Lrecords_end
        LOAD_CONSTANT w16, EXTRA_MAGIC
        cmp     w9, w16
        b.ne    .Lrecord
        cmp     w10, EXTRA_SIZE         // the last one here
        b.ne    .Lchecked
        ldr     x16, [x14, UC_RECORDS + EXTRA_AT]
        ldr     w13, [x14, UC_RECORDS + EXTRA_BYTES]
        ldr     w9, [x14, UC_RECORDS + EXTRA_SIZE]
        add     x12, x12, EXTRA_SIZE
        cmp     x12, RECORDS_SIZE - 16
        ccmp    w9, 0, 0, ls
        b.ne    .Lchecked
        cmp     x13, SIGFRAME_MAX
        b.hi    .Lchecked
        orr     x9, x13, x16
        tst     x9, 7                   // 15, but for qemu-user's
        b.ne    .Lchecked
        mov     x14, x16
.Lrecords_end:
        add     x12, x12, UC_RECORDS + 16
        mov     w11, 0
.Lchecked:
        ret
        .cfi_endproc
        .size   check_frame, . - check_frame

/* Expect *x15 to be a signal handler's context, or jump with w11 = errno. */
        .macro  EXPECT_KERNEL_FRAME fail
        mov     x17, x30
        .cfi_register x30, x17
        bl      check_frame
        mov     x30, x17
        .cfi_restore x30
        cbnz    w11, \fail
        .endm

/*
 * int getcontext(ucontext_t *ucp);
 *
 * Saves the caller in *ucp.  Returns 0, and 0 again whenever *ucp is resumed.
 * Every field is written, but uc_link and uc_stack keep their values if *ucp
 * was saved by us before: a program that saves into a context that was made
 * goes on using its stack.
 *
 *   In        x0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_get
        .hidden uctx_posix_get
        .set    uctx_posix_get, getcontext
FUNC getcontext
        cbz     x0, .Lefault_get
        REPORT  uctx_report_get
        SAVE_REGS x0
        SAVE_FP x0
        movi    v0.2d, 0
        .irp    at, UC_FAULT, UC_X(3), UC_X(7), UC_X(11), UC_X(15)
        stp     q0, q0, [x0, \at]
        .endr
        stp     q0, q0, [x0, UC_SIGMASK + 8]
        stp     q0, q0, [x0, UC_SIGMASK + 40]
        stp     q0, q0, [x0, UC_SIGMASK + 72]
        stp     q0, q0, [x0, UC_SIGMASK + 104]
        str     q0, [x0, UC_PSTATE]
        .irp    n, 0, 2, 4, 6, 16, 18, 20, 22, 24, 26, 28, 30
        stp     q0, q0, [x0, UC_V(\n)]
        .endr
        str     q0, [x0, UC_NO_MORE]
        ldr     x9, [x0, UC_FLAGS]
        and     x9, x9, ~UC_OURS_ERRNO
        LOAD_CONSTANT w10, UC_OURS
        cmp     x9, x10
        b.eq    .Lkeep_stack
        adrp    x9, uctx_posix_used     // see arch.h
        ldrb    w11, [x9, :lo12:uctx_posix_used]
        cbnz    w11, .Lmarked
        mov     w11, 1
        strb    w11, [x9, :lo12:uctx_posix_used]
.Lmarked:
        stp     xzr, xzr, [x0, UC_LINK] // and uc_stack
        stp     xzr, xzr, [x0, UC_SS_FLAGS]
.Lkeep_stack:
        str     x10, [x0, UC_FLAGS]
        LEDGER  x9
        tbz     x9, MASK_KNOWN_BIT, .Lask_get
        and     x9, x9, ~MASK_KNOWN
        str     x9, [x0, UC_SIGMASK]
        mov     w0, 0
        ret

.Lask_get:
        .cfi_remember_state
        mov     x15, x0                 // *ucp tells who our caller is
        CFI_TARGET
        add     x2, x0, UC_SIGMASK
        bl      ask_mask
        ldr     x30, [x15, UC_PC]
        .cfi_restore_state
        tbnz    w0, 31, .Lrefused_get
        ret

.Lefault_get:
        mov     w0, EFAULT
        b       uctx_posix_fail
.Lrefused_get:
        neg     w0, w0
        b       uctx_posix_fail
END getcontext

/*
 * int swapcontext(ucontext_t *oucp, const ucontext_t *ucp);
 *
 * Saves the caller in *oucp and resumes *ucp.  Returns 0, later, when something
 * resumes *oucp.
 *
 *   In        x0 = oucp, x1 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_swap
        .hidden uctx_posix_swap
        .set    uctx_posix_swap, swapcontext
FUNC swapcontext
        cbz     x0, .Lefault_swap
        cbz     x1, .Lefault_swap
        REPORT  uctx_report_swap
        mov     x15, x1
        COMPARE_OURS x15
        b.ne    .Lodd_swap
.Lsave_swap:
        SAVE_REGS x0
        LOAD_CONSTANT w10, UC_OURS
        str     x10, [x0, UC_FLAGS]
        LEDGER  x3
        and     x1, x3, ~MASK_KNOWN     // true if known, else replaced below
        str     x1, [x0, UC_SIGMASK]
        SAVE_FP x0
        .cfi_remember_state
        CFI_TARGET
        ldr     x1, [x15, UC_SIGMASK]   // read only now: *ucp may be *oucp
        orr     x1, x1, MASK_KNOWN
        cmp     x1, x3
        b.ne    .Lmask_swap
.Lmasked_swap:
        ldr     w11, [x15, UC_FPSR]
        ldr     w12, [x15, UC_FPCR]
        LOAD_FP_WORDS
        LOAD_REGS x15
        ldr     x13, [x15, UC_SP]
        mov     w0, 0
        mov     sp, x13
        CFI_ARRIVED
        ret

        .cfi_restore_state
        .cfi_remember_state
.Lmask_swap:
        CFI_TARGET
        add     x2, x0, UC_SIGMASK
        cmp     x0, x15                 // onto itself there is nothing to
        b.ne    resume_with_mask        // install: the current mask is its own
        bl      ask_mask
        tbz     w0, 31, .Lmasked_swap
        ldr     x30, [x15, UC_PC]
        .cfi_restore_state
        neg     w0, w0
        b       uctx_posix_fail

.Lodd_swap:
        cmp     x0, x15                 // onto itself: saving makes it ours
        b.eq    .Lsave_swap
        EXPECT_KERNEL_FRAME .Lfail_swap
        mov     x16, x12
        SAVE_REGS x0
        SAVE_FP x0
        mov     x12, x16
        LOAD_CONSTANT w10, UC_OURS
        str     x10, [x0, UC_FLAGS]
        LEDGER  x1
        and     x3, x1, ~MASK_KNOWN
        str     x3, [x0, UC_SIGMASK]
        tbnz    x1, MASK_KNOWN_BIT, resume_kernel_frame
        .cfi_remember_state
        mov     x16, x15
        mov     x15, x0                 // *oucp tells who our caller is
        CFI_TARGET
        add     x2, x0, UC_SIGMASK
        bl      ask_mask
        ldr     x30, [x15, UC_PC]
        .cfi_restore_state
        mov     x15, x16
        tbz     w0, 31, resume_kernel_frame
        neg     w0, w0
        b       uctx_posix_fail

.Lefault_swap:
        mov     w11, EFAULT
.Lfail_swap:
        mov     w0, w11
        b       uctx_posix_fail
END swapcontext

/*
 * int setcontext(const ucontext_t *ucp);
 *
 * Resumes *ucp.  Returns only on failure.
 *
 *   In        x0 = ucp
 *   Clobbers  what any call may
 */
        .globl  uctx_posix_set
        .hidden uctx_posix_set
        .set    uctx_posix_set, setcontext
FUNC setcontext
        cbz     x0, .Lefault_set
        REPORT  uctx_report_set
        mov     x15, x0
        COMPARE_OURS x15
        b.ne    .Lodd_set
        .cfi_remember_state
        CFI_TARGET
        LEDGER  x3
        ldr     x1, [x15, UC_SIGMASK]
        orr     x1, x1, MASK_KNOWN
        cmp     x1, x3
        mov     x2, 0
        b.ne    resume_with_mask
.Lmasked_set:
        mrs     x9, fpsr
        mrs     x10, fpcr
        b       .Lmasked_swap
.Lresume_without_mask:                  // as ask_mask() has it
        mov     x3, MASK_KNOWN
        LEDGER  x1, x3
        cbz     x2, .Lmasked_set
        str     xzr, [x2]
        b       .Lmasked_set
        .cfi_restore_state

.Lodd_set:
        EXPECT_KERNEL_FRAME .Lfail_set
        b       resume_kernel_frame
.Lefault_set:
        mov     w11, EFAULT
.Lfail_set:
        mov     w0, w11
        b       uctx_posix_fail
END setcontext

/*
 * Resume the context that the kernel handed to a signal handler, every
 * register of it: only rt_sigreturn can.
 *
 *   In        x15 = that context, and x12-x14 as check_frame() found them
 *             sp as at our caller's entry
 *
 * The system call takes its frame from sp.  We give it a copy on our own
 * stack: with sp at *x15, a signal that came just before the call would be
 * handled right below that struct, which may lie anywhere.  What did not fit
 * into the records must follow them, and be pointed to there.
 */
        .p2align 5
        .type   resume_kernel_frame, %function
resume_kernel_frame:
        .cfi_startproc
        adrp    x9, uctx_posix_used
        mov     w10, 1
        strb    w10, [x9, :lo12:uctx_posix_used]
        mov     x10, sp
        .cfi_def_cfa x10, 0
        mov     x9, UC_SIZE
        add     x11, x12, x13
        cmp     x11, x9
        csel    x9, x11, x9, hi
        add     x9, x9, SIGINFO_SIZE + 8
        and     x9, x9, ~15
        sub     sp, x10, x9
        add     x1, sp, SIGINFO_SIZE
        mov     x2, x15
        add     x3, x15, x12
.Lcopy_context:
        ldp     x4, x5, [x2], 16
        stp     x4, x5, [x1], 16
        cmp     x2, x3
        b.lo    .Lcopy_context
        cbz     x13, .Lcopied
        str     x1, [x1, EXTRA_AT - EXTRA_SIZE - 16]
        add     x3, x14, x13
.Lcopy_extra:
        ldr     x4, [x14], 8
        str     x4, [x1], 8
        cmp     x14, x3
        b.lo    .Lcopy_extra
.Lcopied:

        // The alternate stack belongs to the thread, not to the context: give
        // the call a mode that it must refuse, which it does in silence.  Where
        // the kernel disarmed it for the handler, let it arm it again.
        add     x1, sp, SIGINFO_SIZE
        ldr     w4, [x1, UC_SS_FLAGS]
        tbnz    w4, SS_AUTODISARM_BIT, .Laltstack_done
        mov     w4, SS_INVALID
        str     w4, [x1, UC_SS_FLAGS]
.Laltstack_done:
        ldr     x4, [x1, UC_SIGMASK]
        and     x4, x4, ~MASK_INTERNAL
        str     x4, [x1, UC_SIGMASK]
        COUNT_SYSCALL

        // Unknown, not the frame's mask: what was interrupted may be a switch
        // between its system call and what that says of the ledger.
        LEDGER  x1, xzr
        mov     x8, SYS_rt_sigreturn
        svc     0
        brk     1                       // it does not return
        .cfi_endproc
        .size   resume_kernel_frame, . - resume_kernel_frame

/*
 * uint64_t uctx_mask_load(void);
 * void uctx_mask_store(uint64_t word);
 * int uctx_mask_replace(uint64_t word, uint64_t by);
 */
        .hidden uctx_mask_load, uctx_mask_store, uctx_mask_replace
FUNC uctx_mask_load
        LEDGER  x0
        ret
END uctx_mask_load

FUNC uctx_mask_store
        LEDGER  x1, x0
        ret
END uctx_mask_store

FUNC uctx_mask_replace
        LEDGER  x2, x1, x0
        cset    w0, eq
        ret
END uctx_mask_replace

/*
 * Where a context that makecontext() made begins.
 *
 *   In        x19 = its uc_link, x20 = its function, x21-x28 = its first eight
 *             arguments; sp aligned to 16, at the arguments beyond
 *
 * There is no frame above: the return address is undefined, and x29 is 0.
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
        .cfi_undefined x30
        .cfi_undefined x29
        nop
        .if     . - uctx_start - START_ENTRY
        .error  "START_ENTRY is not where a context starts"
        .endif
        mov     x0, x21
        mov     x1, x22
        mov     x2, x23
        mov     x3, x24
        mov     x4, x25
        mov     x5, x26
        mov     x6, x27
        mov     x7, x28
        blr     x20
        cbz     x19, .Lno_link
        mov     x0, x19
        bl      uctx_posix_set
        bl      uctx_posix_bad_link
.Lno_link:
        bl      uctx_posix_end
        brk     1                       // neither returns
END uctx_start
