/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learns of its own mask must not be taken for ours.
 *
 * ABI: a system call preserves all registers but x0 (Linux,
 * arch/arm64/kernel/entry.S); AAPCS64 lets a call clobber x0-x18.
 */
#include "layout.h"
#include "asm.h"

#define SYS_rt_sigprocmask 135
#define SYS_clone          220
#define VFORK_FLAGS        0x4111 /* CLONE_VFORK | CLONE_VM | SIGCHLD */
#define SIG_BLOCK          0
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * what we have there: the mask to go back to waits in x9.  uctx_mask_vfork is
 * raised while the child runs, and the parent's ledger is unknown afterwards.
 * No signal is handled in the parent while it is raised: the handler would be
 * taken for the child's.
 *
 *   Clobbers  x0-x4, x8-x12
 */
        .globl  vfork, __vfork
        .type   vfork, %function
        .type   __vfork, %function
        .set    vfork, uctx_our_vfork
        .set    __vfork, uctx_our_vfork
        .hidden uctx_our_vfork, uctx_mask_word, uctx_mask_vfork
        .hidden uctx_posix_fail
FUNC uctx_our_vfork
        mov     x3, -1
        stp     x3, xzr, [sp, -16]!
        .cfi_def_cfa_offset 16
        mov     x0, SIG_BLOCK
        mov     x1, sp
        add     x2, sp, 8
        mov     x3, SIGSET_SIZE
        mov     x8, SYS_rt_sigprocmask
        svc     0
        ldr     x9, [sp, 8]
        add     sp, sp, 16
        .cfi_def_cfa_offset 0

        mrs     x10, tpidr_el0          // no handler can move us any more
        adrp    x11, :gottprel:uctx_mask_vfork
        ldr     x11, [x11, :gottprel_lo12:uctx_mask_vfork]
        add     x11, x11, x10
        adrp    x12, :gottprel:uctx_mask_word
        ldr     x12, [x12, :gottprel_lo12:uctx_mask_word]
        ldr     w4, [x11]
        add     w4, w4, 1
        str     w4, [x11]
        str     xzr, [x10, x12]
        mov     x0, VFORK_FLAGS
        mov     x1, 0                   // on our stack
        mov     x2, 0
        mov     x3, 0
        mov     x4, 0
        mov     x8, SYS_clone
        svc     0
        cbz     x0, .Lchild
        ldr     w4, [x11]
        sub     w4, w4, 1
        str     w4, [x11]
.Lchild:
        mov     x10, x0
        stp     x9, xzr, [sp, -16]!
        .cfi_def_cfa_offset 16
        mov     x0, SIG_SETMASK
        mov     x1, sp
        mov     x2, 0
        mov     x3, SIGSET_SIZE
        mov     x8, SYS_rt_sigprocmask
        svc     0
        add     sp, sp, 16
        .cfi_def_cfa_offset 0
        mov     x0, x10
        tbnz    w0, 31, .Lfailed
        ret
.Lfailed:
        neg     w0, w0
        b       uctx_posix_fail
END uctx_our_vfork
