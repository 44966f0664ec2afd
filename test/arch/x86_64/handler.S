/* SPDX-License-Identifier: MIT */
/*
 * A computation that has every register live.  The offsets are those of struct
 * handler_state in handler.h; what there is to keep is typed from the manuals.
 */
#define STATE_FLAGS 128
#define STATE_RED   136
#define STATE_XSAVE 320
#define STATE_SIZE  (320 + 4096)

        .macro  XSAVE_MASK              # in edx:eax, for xsave and xrstor
        movl    handler_xsave_mask(%rip), %eax
        xorl    %edx, %edx
        .endm

/*
 * void handler_spin(void);
 *
 * Loads handler_wanted into every register, the flags and the red zone, waits
 * until handler_next is handler_exit without changing any of them, and stores
 * them all in handler_found.  Only memory is read meanwhile.
 */
        .text
        .globl  handler_spin, handler_loop, handler_exit
        .type   handler_spin, %function
        .p2align 5
handler_spin:
        .cfi_startproc
        .irp    reg, rbx, rbp, r12, r13, r14, r15
        pushq   %\reg
        .cfi_adjust_cfa_offset 8
        .endr
        XSAVE_MASK
        xsave64 STATE_XSAVE + handler_before(%rip)
        xrstor64 STATE_XSAVE + handler_wanted(%rip)
        pushq   STATE_FLAGS + handler_wanted(%rip)
        .cfi_adjust_cfa_offset 8
        popfq
        .cfi_adjust_cfa_offset -8
        .set    i, 0
        .rept   16
        movq    STATE_RED + 8 * i + handler_wanted(%rip), %rax
        movq    %rax, 8 * i - 128(%rsp)
        .set    i, i + 1
        .endr
        .set    i, 0
        .irp    reg, rax,rcx,rdx,rbx,,rbp,rsi,rdi,r8,r9,r10,r11,r12,r13,r14,r15
        .ifnb   \reg
        movq    8 * i + handler_wanted(%rip), %\reg
        .endif
        .set    i, i + 1
        .endr
handler_loop:
        nop
        nopw    0x100(%rax, %rax)
        jmp     *handler_next(%rip)
handler_exit:
        .set    i, 0
        .irp    reg, ax,cx,dx,bx,sp,bp,si,di,8,9,10,11,12,13,14,15
        movq    %r\reg, 8 * i + handler_found(%rip)
        .set    i, i + 1
        .endr
        .set    i, 0
        .rept   16
        movq    8 * i - 128(%rsp), %rax
        movq    %rax, STATE_RED + 8 * i + handler_found(%rip)
        .set    i, i + 1
        .endr
        pushfq
        .cfi_adjust_cfa_offset 8
        popq    STATE_FLAGS + handler_found(%rip)
        .cfi_adjust_cfa_offset -8
        cld
        XSAVE_MASK
        xsave64 STATE_XSAVE + handler_found(%rip)
        XSAVE_MASK
        xrstor64 STATE_XSAVE + handler_before(%rip)
        .irp    reg, r15, r14, r13, r12, rbp, rbx
        popq    %\reg
        .cfi_adjust_cfa_offset -8
        .endr
        ret
        .cfi_endproc
        .size   handler_spin, . - handler_spin

        .bss
        .p2align 6
        .globl  handler_wanted, handler_found, handler_next, handler_xsave_mask
handler_wanted:
        .zero   STATE_SIZE
        .p2align 6
handler_found:
        .zero   STATE_SIZE
        .p2align 6
handler_before:
        .zero   STATE_SIZE
handler_next:
        .zero   8
handler_xsave_mask:
        .zero   8

        .section .note.GNU-stack, "", %progbits
