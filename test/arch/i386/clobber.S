/* SPDX-License-Identifier: MIT */
/*
 * System V i386 psABI 1.1, table 2.3 "Register Usage", preserved across
 * function calls: ebx, esp, ebp, esi and edi, and as 2.2.1 says the control
 * bits of mxcsr and the x87 control word.  No vector register is.
 */
#define WANT     0
#define GOT      576
#define RESULT   1152
#define FUNCTION 1160
#define ARG0     1164
#define ARG1     1168
#define AFTER    1172

#define MXCSR_CONTROL 0xffc0

/*
 * void clobber_call(struct clobber *c);
 *
 *   esp + 16    our caller's mxcsr
 *   esp + 12    our caller's x87 control word
 *   esp + 8     c
 *   esp         the arguments
 */
        .text
        .globl  clobber_call, clobber_return
        .type   clobber_call, @function
clobber_call:
        .cfi_startproc
        .irp    reg, ebx, ebp, esi, edi
        pushl   %\reg
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %\reg, 0
        .endr
        movl    20(%esp), %ecx
        subl    $28, %esp
        .cfi_adjust_cfa_offset 28
        movl    %ecx, 8(%esp)
        fnstcw  12(%esp)
        stmxcsr 16(%esp)

        movl    ARG0(%ecx), %eax
        movl    %eax, (%esp)
        movl    ARG1(%ecx), %eax
        movl    %eax, 4(%esp)
        movl    WANT + 0(%ecx), %ebx
        movl    %esp, WANT + 8(%ecx)
        movl    $0, WANT + 12(%ecx)
        movl    WANT + 16(%ecx), %ebp
        movl    WANT + 24(%ecx), %esi
        movl    WANT + 32(%ecx), %edi
        fldcw   WANT + 40(%ecx)
        ldmxcsr WANT + 48(%ecx)
        call    *FUNCTION(%ecx)
clobber_return:
        movl    8(%esp), %ecx
        movl    %eax, RESULT(%ecx)
        movl    %edx, RESULT + 4(%ecx)
        movl    %ebx, GOT + 0(%ecx)
        movl    %esp, GOT + 8(%ecx)
        movl    %ebp, GOT + 16(%ecx)
        movl    %esi, GOT + 24(%ecx)
        movl    %edi, GOT + 32(%ecx)
        movl    $0, GOT + 40(%ecx)
        fnstcw  GOT + 40(%ecx)
        stmxcsr GOT + 48(%ecx)
        andl    $MXCSR_CONTROL, GOT + 48(%ecx)
        .set    i, 0
        .rept   7                       # the high halves
        movl    $0, GOT + 4 + 8 * i(%ecx)
        .set    i, i + 1
        .endr
        fldcw   12(%esp)
        ldmxcsr 16(%esp)
        movl    %ecx, (%esp)
        call    *AFTER(%ecx)

        addl    $28, %esp
        .cfi_adjust_cfa_offset -28
        .irp    reg, edi, esi, ebp, ebx
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .cfi_restore %\reg
        .endr
        ret
        .cfi_endproc
        .size   clobber_call, . - clobber_call

/* name, vary, fixed: see clobber.h.  All FP exceptions stay masked. */
        .macro  REGISTER name, vary, fixed
        .section .rodata.str, "aMS", %progbits, 1
.L\name: .asciz "\name"
        .section .data.rel.ro, "aw"
        .long   .L\name, \vary, 0, \fixed, 0
        .endm

        .section .data.rel.ro, "aw"
        .p2align 2
        .globl  clobber_registers
        .type   clobber_registers, @object
clobber_registers:
        REGISTER ebx, -1, 0
        REGISTER esp, 0, 0
        REGISTER ebp, -1, 0
        REGISTER esi, -1, 0
        REGISTER edi, -1, 0
        REGISTER x87_control, 0x0e00, 0x007f
        REGISTER mxcsr, 0xe040, 0x1f80
        .long   0, 0, 0, 0, 0
        .size   clobber_registers, . - clobber_registers

        .section .note.GNU-stack, "", %progbits
