/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learnt of its own mask would be taken for ours, and its own handlers are
 * not watched.
 *
 * A system call by int $0x80 clobbers eax and nothing else.
 */
#include "layout.h"
#include "asm.h"

#define SYS_rt_sigprocmask 175
#define SYS_vfork          190
#define SIG_BLOCK          0
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */

        PC_THUNK ecx

/* Change the signal mask as `how` says by the one that `set` is the address
 * of; the mask from before goes to where `old` points, or nowhere. */
        .macro  SIGPROCMASK how, set, old
        pushl   %ebx
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %ebx, 0
        pushl   %esi
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %esi, 0
        movl    \old, %edx
        movl    \set, %ecx
        movl    $\how, %ebx
        movl    $SIGSET_SIZE, %esi
        movl    $SYS_rt_sigprocmask, %eax
        int     $0x80
        popl    %esi
        .cfi_adjust_cfa_offset -4
        .cfi_restore %esi
        popl    %ebx
        .cfi_adjust_cfa_offset -4
        .cfi_restore %ebx
        .endm

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * our return address: that waits in ecx.  uctx_mask_vfork is raised while the
 * child runs, so that nothing is learnt, and the ledger is unknown from before
 * it starts.  No signal is handled in the parent while it is raised: the
 * handler would be taken for the child's.
 *
 * The mask to go back to waits in a thread-local, since there is no register
 * for it.  The child of a child need not block signals: where it is raised
 * already, a handler is taken for a child's and is one's.
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
        GOT     ecx
        movl    uctx_mask_vfork@gotntpoff(%ecx), %eax
        cmpl    $0, %gs:(%eax)
        jne     .Lblocked
        movl    vfork_mask@gotntpoff(%ecx), %edx
        addl    %gs:0, %edx             # psABI, TLS: the thread pointer itself
        pushl   $-1
        .cfi_adjust_cfa_offset 4
        pushl   $-1
        .cfi_adjust_cfa_offset 4
        movl    %esp, %ecx
        SIGPROCMASK SIG_BLOCK, %ecx, %edx
        addl    $8, %esp
        .cfi_adjust_cfa_offset -8
        GOT     ecx
        movl    uctx_mask_vfork@gotntpoff(%ecx), %eax
.Lblocked:
        incl    %gs:(%eax)
        movl    uctx_mask_word@gotntpoff(%ecx), %eax
        movl    $0, %gs:(%eax)
        popl    %ecx
        .cfi_adjust_cfa_offset -4
        .cfi_register %eip, %ecx
        movl    $SYS_vfork, %eax
        int     $0x80
        pushl   %ecx
        .cfi_adjust_cfa_offset 4
        .cfi_offset %eip, -4

        pushl   %eax
        .cfi_adjust_cfa_offset 4
        GOT     ecx
        movl    uctx_mask_vfork@gotntpoff(%ecx), %edx
        testl   %eax, %eax
        jz      .Lchild
        decl    %gs:(%edx)
        cmpl    $0, %gs:(%edx)
        jne     .Lunblocked
        jmp     .Lunblock
.Lchild:
        cmpl    $1, %gs:(%edx)
        jne     .Lunblocked
.Lunblock:
        movl    vfork_mask@gotntpoff(%ecx), %ecx
        addl    %gs:0, %ecx
        SIGPROCMASK SIG_SETMASK, %ecx, $0
.Lunblocked:
        popl    %eax
        .cfi_adjust_cfa_offset -4
        testl   %eax, %eax
        js      .Lfailed
        ret
.Lfailed:
        negl    %eax
        subl    $8, %esp                # 16-byte alignment
        .cfi_adjust_cfa_offset 8
        pushl   %eax
        .cfi_adjust_cfa_offset 4
        call    uctx_posix_fail
        addl    $12, %esp
        .cfi_adjust_cfa_offset -12
        ret
END uctx_our_vfork

        .section .tbss, "awT", %nobits
        .p2align 2
        .type   vfork_mask, %object
        .size   vfork_mask, 8
vfork_mask:
        .zero   8
