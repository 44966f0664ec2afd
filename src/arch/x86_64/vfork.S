/* SPDX-License-Identifier: MIT */
/*
 * vfork, for the mask ledger: the child runs on our thread-locals, so that what
 * it learns of its own mask must not be taken for ours.
 *
 * ABI: System V x86-64 psABI A.2.1: a system call clobbers rax, rcx and r11.
 */
#include "layout.h"
#include "asm.h"

#define SYS_vfork 58

/*
 * pid_t vfork(void);
 *
 * Returns twice, the child first and on the same stack, where it overwrites
 * our return address: that waits in rdi.  uctx_mask_vfork is raised while the
 * child runs, and the parent's ledger is unknown afterwards.
 *
 *   Clobbers  rax, rcx, rdx, rsi, rdi, r11
 */
        .globl  vfork, __vfork
        .type   vfork, %function
        .type   __vfork, %function
        .set    vfork, uctx_our_vfork
        .set    __vfork, uctx_our_vfork
        .hidden uctx_our_vfork
FUNC uctx_our_vfork
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rdi
        movq    uctx_mask_vfork@gottpoff(%rip), %rsi
        movq    uctx_mask_word@gottpoff(%rip), %rdx
        incl    %fs:(%rsi)
        movl    $SYS_vfork, %eax
        syscall
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        .cfi_offset %rip, -8
        testl   %eax, %eax
        jz      .Lchild
        decl    %fs:(%rsi)
        movq    $0, %fs:(%rdx)
        testl   %eax, %eax
        js      .Lfailed
.Lchild:
        ret
.Lfailed:
        movl    %eax, %edi
        negl    %edi
        jmp     uctx_posix_fail
END uctx_our_vfork
