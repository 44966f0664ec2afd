/* SPDX-License-Identifier: MIT */
/*
 * System V x86-64 psABI 1.0, figure 3.4 "Register Usage", preserved across
 * function calls: rbx, rsp, rbp, r12 to r15, and as 3.2.1 says the control bits
 * of mxcsr and the x87 control word.  No vector register is.
 */
#define WANT     0
#define GOT      576
#define RESULT   1152
#define FUNCTION 1160
#define ARG0     1168
#define ARG1     1176
#define AFTER    1184

#define MXCSR_CONTROL 0xffc0

/*
 * void clobber_call(struct clobber *c);
 *
 *   rsp + 12    our caller's mxcsr
 *   rsp + 8     our caller's x87 control word
 *   rsp         c
 */
        .text
        .globl  clobber_call, clobber_return
        .type   clobber_call, @function
clobber_call:
        .cfi_startproc
        endbr64
        .irp    reg, rbx, rbp, r12, r13, r14, r15
        pushq   %\reg
        .cfi_adjust_cfa_offset 8
        .endr
        subq    $24, %rsp
        .cfi_adjust_cfa_offset 24
        movq    %rdi, (%rsp)
        fnstcw  8(%rsp)
        stmxcsr 12(%rsp)

        movq    WANT + 0(%rdi), %rbx
        movq    %rsp, WANT + 8(%rdi)
        movq    WANT + 16(%rdi), %rbp
        movq    WANT + 24(%rdi), %r12
        movq    WANT + 32(%rdi), %r13
        movq    WANT + 40(%rdi), %r14
        movq    WANT + 48(%rdi), %r15
        fldcw   WANT + 56(%rdi)
        ldmxcsr WANT + 64(%rdi)
        movq    ARG1(%rdi), %rsi
        movq    FUNCTION(%rdi), %rax
        movq    ARG0(%rdi), %rdi
        call    *%rax
clobber_return:
        movq    (%rsp), %rdi
        movq    %rax, RESULT(%rdi)
        movq    %rbx, GOT + 0(%rdi)
        movq    %rsp, GOT + 8(%rdi)
        movq    %rbp, GOT + 16(%rdi)
        movq    %r12, GOT + 24(%rdi)
        movq    %r13, GOT + 32(%rdi)
        movq    %r14, GOT + 40(%rdi)
        movq    %r15, GOT + 48(%rdi)
        movq    $0, GOT + 56(%rdi)
        fnstcw  GOT + 56(%rdi)
        movq    $0, GOT + 64(%rdi)
        stmxcsr GOT + 64(%rdi)
        andl    $MXCSR_CONTROL, GOT + 64(%rdi)
        fldcw   8(%rsp)
        ldmxcsr 12(%rsp)
        call    *AFTER(%rdi)

        addq    $24, %rsp
        .cfi_adjust_cfa_offset -24
        .irp    reg, r15, r14, r13, r12, rbp, rbx
        popq    %\reg
        .cfi_adjust_cfa_offset -8
        .endr
        ret
        .cfi_endproc
        .size   clobber_call, . - clobber_call

/* name, vary, fixed: see clobber.h.  All FP exceptions stay masked. */
        .macro  REGISTER name, vary, fixed
        .section .rodata.str, "aMS", %progbits, 1
.L\name: .asciz "\name"
        .section .data.rel.ro, "aw"
        .quad   .L\name, \vary, \fixed
        .endm

        .section .data.rel.ro, "aw"
        .p2align 3
        .globl  clobber_registers
        .type   clobber_registers, @object
clobber_registers:
        REGISTER rbx, -1, 0
        REGISTER rsp, 0, 0
        REGISTER rbp, -1, 0
        REGISTER r12, -1, 0
        REGISTER r13, -1, 0
        REGISTER r14, -1, 0
        REGISTER r15, -1, 0
        REGISTER x87_control, 0x0e00, 0x007f
        REGISTER mxcsr, 0xe040, 0x1f80
        .quad   0, 0, 0
        .size   clobber_registers, . - clobber_registers

        .section .note.GNU-stack, "", %progbits
