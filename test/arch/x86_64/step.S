/* SPDX-License-Identifier: MIT */
/*
 * Calls with known registers, one instruction at a time.
 *
 * Only x86-64 has a flag with which a program steps through itself; elsewhere
 * this file is empty and its tests skip.
 */
#if defined(__x86_64__) && !defined(__ILP32__)

#define TRAP_FLAG       0x100
#define SYS_rt_sigreturn 15

/* struct step, in step.h. */
#define STEP_FUNC  0
#define STEP_ARGS  8
#define STEP_AL    56
#define STEP_REGS  64
#define STEP_CHAIN 112
#define STEP_PHASE 120

/*
 * int step_call(struct step *step);
 *
 * Calls step_record(step->chain) and then, with the trap flag set, step->func
 * with step->args, by the same call instruction and with step->regs in rbx,
 * rbp and r12-r15: whatever unwinds from inside either finds the same frames.
 * Nothing is kept but in memory, so that func may be resumed anywhere.
 */
        .globl  step_call, step_returned
        .type   step_call, %function
        .p2align 5
step_call:
        .cfi_startproc
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        pushq   %rdi
        .cfi_adjust_cfa_offset 8
        pushfq                          # if it still steps
        .cfi_adjust_cfa_offset 8
        andq    $~TRAP_FLAG, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        movq    STEP_REGS(%rdi), %rbx
        movq    STEP_REGS + 8(%rdi), %rbp
        movq    STEP_REGS + 16(%rdi), %r12
        movq    STEP_REGS + 24(%rdi), %r13
        movq    STEP_REGS + 32(%rdi), %r14
        movq    STEP_REGS + 40(%rdi), %r15
        movq    $0, STEP_PHASE(%rdi)
        leaq    step_record(%rip), %r11
        movq    STEP_CHAIN(%rdi), %rdi
.Lcall:
        call    *%r11
step_returned:
        pushfq
        .cfi_adjust_cfa_offset 8
        andq    $~TRAP_FLAG, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        movq    (%rsp), %r10
        cmpq    $0, STEP_PHASE(%r10)
        jne     .Ldone
        movq    $1, STEP_PHASE(%r10)
        movq    STEP_FUNC(%r10), %r11
        movq    STEP_ARGS(%r10), %rdi
        movq    STEP_ARGS + 8(%r10), %rsi
        movq    STEP_ARGS + 16(%r10), %rdx
        movq    STEP_ARGS + 24(%r10), %rcx
        movq    STEP_ARGS + 32(%r10), %r8
        movq    STEP_ARGS + 40(%r10), %r9
        movq    STEP_AL(%r10), %rax
        pushfq
        .cfi_adjust_cfa_offset 8
        orq     $TRAP_FLAG, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        jmp     .Lcall
.Ldone:
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        ret
        .cfi_endproc
        .size   step_call, . - step_call

/* void step_on(void); every instruction after it traps. */
        .globl  step_on
        .type   step_on, %function
        .p2align 5
step_on:
        .cfi_startproc
        pushfq
        .cfi_adjust_cfa_offset 8
        orq     $TRAP_FLAG, (%rsp)
        popfq
        .cfi_adjust_cfa_offset -8
        ret
        .cfi_endproc
        .size   step_on, . - step_on

/* Where the kernel returns from a handler to.  No CFI: the unwinder knows a
 * signal frame by these bytes. */
        .globl  step_restorer
        .type   step_restorer, %function
        .p2align 5
        nop
step_restorer:
        movq    $SYS_rt_sigreturn, %rax
        syscall
        .size   step_restorer, . - step_restorer

#endif
        .section .note.GNU-stack, "", %progbits
