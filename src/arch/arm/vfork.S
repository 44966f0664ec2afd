/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learns of its own mask must not be taken for ours.
 *
 * A system call has its number in r7 and clobbers r0 and nothing else.
 */
#include "layout.h"
#include "asm.h"

#define SYS_rt_sigprocmask 175
#define SYS_vfork          190
#define SIG_BLOCK          0
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * whatever is below our caller's sp: what we need waits in registers.
 * uctx_mask_vfork is raised while the child runs, so that nothing is learnt,
 * and the ledger is unknown from before it starts.  No signal is handled in the
 * parent while it is raised: the handler would be taken for the child's.
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
        push    {r4, r7, r9, lr}
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset r4, 0
        .cfi_rel_offset r7, 4
        .cfi_rel_offset r9, 8
        .cfi_rel_offset lr, 12
        .save   {r4, r7, r9, lr}
        mvn     r0, #0
        mvn     r1, #0
        push    {r0, r1}
        .cfi_adjust_cfa_offset 8
        .pad    #8
        mov     r0, #SIG_BLOCK
        mov     r1, sp
        mov     r2, sp
        mov     r3, #SIGSET_SIZE
        mov     r7, #SYS_rt_sigprocmask
        svc     #0
        THREAD_OFFSET r7, uctx_mask_vfork
        THREAD_POINTER r4
        ldr     r3, [r4, r7]
        add     r3, r3, #1
        str     r3, [r4, r7]
        THREAD_OFFSET r7, uctx_mask_word
        mov     r3, #0
        str     r3, [r4, r7]
        pop     {r2, r3}                // the mask to go back to
        .cfi_adjust_cfa_offset -8
        pop     {r4, r7, r9, lr}
        .cfi_adjust_cfa_offset -16
        .cfi_restore r4
        .cfi_restore r7
        .cfi_restore r9
        .cfi_restore lr
        mov     ip, r7
        .cfi_register r7, ip
        mov     r7, #SYS_vfork
        svc     #0
        mov     r7, ip
        .cfi_restore r7

        push    {r4, r7, r9, lr}
        .cfi_adjust_cfa_offset 16
        .cfi_rel_offset r4, 0
        .cfi_rel_offset r7, 4
        .cfi_rel_offset r9, 8
        .cfi_rel_offset lr, 12
        push    {r0, r1, r2, r3}
        .cfi_adjust_cfa_offset 16
        cmp     r0, #0
        beq     .Lchild
        THREAD_POINTER r4
        THREAD_OFFSET r7, uctx_mask_vfork
        ldr     r3, [r4, r7]
        sub     r3, r3, #1
        str     r3, [r4, r7]
.Lchild:
        mov     r0, #SIG_SETMASK
        add     r1, sp, #8
        mov     r2, #0
        mov     r3, #SIGSET_SIZE
        mov     r7, #SYS_rt_sigprocmask
        svc     #0
        pop     {r0, r1, r2, r3}
        .cfi_adjust_cfa_offset -16
        pop     {r4, r7, r9, lr}
        .cfi_adjust_cfa_offset -16
        .cfi_restore r4
        .cfi_restore r7
        .cfi_restore r9
        .cfi_restore lr
        cmp     r0, #0
        bxge    lr
        rsb     r0, r0, #0
        b       uctx_posix_fail
END uctx_our_vfork
        END_TABLE
