/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learnt of its own mask would be taken for ours, and its own handlers are
 * not watched.
 *
 * ABI: System V x86-64 psABI A.2.1: a system call clobbers rax, rcx and r11.
 */
#include "layout.h"
#include "asm.h"

#define SYS_rt_sigprocmask 14
#define SYS_vfork          58
#define SIG_BLOCK          0
#define SIG_SETMASK        2
#define SIGSET_SIZE        8 /* the kernel's sigset_t, in bytes */

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * our return address: that waits in r8.  uctx_mask_vfork is raised while the
 * child runs, so that nothing is learnt, and the ledger is unknown from before
 * it starts.  No signal is handled in the parent while it is raised: the
 * handler would be taken for the child's.
 *
 *   Clobbers  rax, rcx, rdx, rsi, rdi, r8-r11
 *   Stack     24 bytes of the caller's red zone, which is free at a call
 */
        .globl  vfork, __vfork
        .type   vfork, %function
        .type   __vfork, %function
        .set    vfork, uctx_our_vfork
        .set    __vfork, uctx_our_vfork
        .hidden uctx_our_vfork
FUNC uctx_our_vfork
        popq    %r8
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %r8
        movq    $-1, -16(%rsp)
        movl    $SIG_BLOCK, %edi
        leaq    -16(%rsp), %rsi
        leaq    -24(%rsp), %rdx
        movl    $SIGSET_SIZE, %r10d
        movl    $SYS_rt_sigprocmask, %eax
        syscall
        movq    -24(%rsp), %r9          # the mask to go back to
        movq    uctx_mask_vfork@gottpoff(%rip), %rsi
        movq    uctx_mask_word@gottpoff(%rip), %rdx
        incl    %fs:(%rsi)
        movq    $0, %fs:(%rdx)
        movl    $SYS_vfork, %eax
        syscall
        pushq   %r8
        .cfi_adjust_cfa_offset 8
        .cfi_offset %rip, -8
        testl   %eax, %eax
        jz      .Lchild
        decl    %fs:(%rsi)
.Lchild:
        movl    %eax, %r8d
        movq    %r9, -8(%rsp)
        movl    $SIG_SETMASK, %edi
        leaq    -8(%rsp), %rsi
        xorl    %edx, %edx
        movl    $SYS_rt_sigprocmask, %eax
        syscall
        movl    %r8d, %eax
        testl   %eax, %eax
        js      .Lfailed
        ret
.Lfailed:
        movl    %eax, %edi
        negl    %edi
        jmp     uctx_posix_fail
END uctx_our_vfork
