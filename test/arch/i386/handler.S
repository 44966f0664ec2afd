/* SPDX-License-Identifier: MIT */
/*
 * A computation that has every register live.  The offsets are those of struct
 * handler_state in handler_state.h; what there is to keep is typed from the
 * manuals.  All memory is addressed from ebx, whose value to keep is the
 * address of handler_wanted.
 */
#define STATE_FLAGS 32
#define STATE_XSAVE 64
#define STATE_SIZE  (64 + 4096)

#define WANTED 0
#define FOUND  STATE_SIZE
#define BEFORE (2 * STATE_SIZE)
#define NEXT   (3 * STATE_SIZE)
#define MASK   (NEXT + 4)

        .macro  XSAVE_MASK              # in edx:eax, for xsave and xrstor
        movl    MASK(%ebx), %eax
        xorl    %edx, %edx
        .endm

/*
 * void handler_spin(void);
 *
 * Loads handler_wanted into every register and the flags, waits until
 * handler_next is handler_exit without changing any of them, and stores them
 * all in handler_found.  Only memory is read meanwhile.
 */
        .text
        .globl  handler_spin, handler_loop, handler_exit
        .type   handler_spin, %function
        .p2align 5
handler_spin:
        .cfi_startproc
        .irp    reg, ebx, ebp, esi, edi
        pushl   %\reg
        .cfi_adjust_cfa_offset 4
        .endr
        call    1f
        .cfi_adjust_cfa_offset 4
1:      popl    %ebx
        .cfi_adjust_cfa_offset -4
        addl    $_GLOBAL_OFFSET_TABLE_ + (. - 1b), %ebx
        leal    handler_wanted@GOTOFF(%ebx), %ebx
        XSAVE_MASK
        xsave   BEFORE + STATE_XSAVE(%ebx)
        xrstor  WANTED + STATE_XSAVE(%ebx)
        pushl   WANTED + STATE_FLAGS(%ebx)
        .cfi_adjust_cfa_offset 4
        popfl
        .cfi_adjust_cfa_offset -4
        movl    WANTED + 0(%ebx), %eax
        movl    WANTED + 4(%ebx), %ecx
        movl    WANTED + 8(%ebx), %edx
        movl    WANTED + 20(%ebx), %ebp
        movl    WANTED + 24(%ebx), %esi
        movl    WANTED + 28(%ebx), %edi
handler_loop:
        nop
        nopw    0x100(%eax, %eax)
        jmp     *NEXT(%ebx)
handler_exit:
        movl    %eax, FOUND + 0(%ebx)
        movl    %ecx, FOUND + 4(%ebx)
        movl    %edx, FOUND + 8(%ebx)
        movl    %ebx, FOUND + 12(%ebx)
        movl    %esp, FOUND + 16(%ebx)
        movl    %ebp, FOUND + 20(%ebx)
        movl    %esi, FOUND + 24(%ebx)
        movl    %edi, FOUND + 28(%ebx)
        pushfl
        .cfi_adjust_cfa_offset 4
        popl    FOUND + STATE_FLAGS(%ebx)
        .cfi_adjust_cfa_offset -4
        cld
        XSAVE_MASK
        xsave   FOUND + STATE_XSAVE(%ebx)
        XSAVE_MASK
        xrstor  BEFORE + STATE_XSAVE(%ebx)
        .irp    reg, edi, esi, ebp, ebx
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .endr
        ret
        .cfi_endproc
        .size   handler_spin, . - handler_spin

        .bss
        .p2align 6
        .globl  handler_wanted, handler_found, handler_next, handler_xsave_mask
handler_wanted:
        .zero   STATE_SIZE
handler_found:
        .zero   STATE_SIZE
handler_before:
        .zero   STATE_SIZE
handler_next:
        .zero   4
handler_xsave_mask:
        .zero   4

        .section .note.GNU-stack, "", %progbits
