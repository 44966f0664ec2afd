/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learns of its own mask must not be taken for ours.
 *
 * ABI: Linux on RISC-V: a system call changes a0 only.
 */
#include "layout.h"
#include "asm.h"

#define SYS_rt_sigprocmask 135
#define SYS_clone          220
#define CLONE_FLAGS        0x4111 /* CLONE_VM | CLONE_VFORK | SIGCHLD */
#define SIG_BLOCK          0
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */

        .macro  CHANGE_MASK how, set, old
        li      a0, \how
        addi    a1, sp, \set
        \old
        li      a3, SIGSET_SIZE
        li      a7, SYS_rt_sigprocmask
        ecall
        .endm

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * our frame: all that we need then is in registers.  uctx_mask_vfork is raised
 * while the child runs, and the parent's ledger is unknown afterwards.  No
 * signal is handled in the parent while it is raised: the handler would be
 * taken for the child's.
 *
 *   Clobbers  what any call may
 */
        .globl  vfork, __vfork
        .type   vfork, %function
        .type   __vfork, %function
        .set    vfork, uctx_our_vfork
        .set    __vfork, uctx_our_vfork
        .hidden uctx_our_vfork
FUNC uctx_our_vfork
        addi    sp, sp, -16
        .cfi_def_cfa_offset 16
        li      a0, -1
        sd      a0, 8(sp)
        CHANGE_MASK SIG_BLOCK, 8, "mv a2, sp"
        ld      t4, (sp)                # the mask to go back to
        la.tls.ie t1, uctx_mask_vfork
        add     t1, t1, tp
        la.tls.ie t2, uctx_mask_word
        add     t2, t2, tp
        lw      t3, (t1)
        addi    t3, t3, 1
        sw      t3, (t1)
        sd      zero, (t2)
        li      a0, CLONE_FLAGS
        li      a1, 0                   # on this stack
        li      a2, 0
        li      a3, 0
        li      a4, 0
        li      a7, SYS_clone
        ecall
        mv      t5, a0
        beqz    a0, .Lchild
        lw      t3, (t1)
        addi    t3, t3, -1
        sw      t3, (t1)
.Lchild:
        sd      t4, (sp)
        CHANGE_MASK SIG_SETMASK, 0, "li a2, 0"
        mv      a0, t5
        addi    sp, sp, 16
        .cfi_def_cfa_offset 0
        bltz    a0, .Lfailed
        ret
.Lfailed:
        neg     a0, a0
        tail    uctx_posix_fail
END uctx_our_vfork
