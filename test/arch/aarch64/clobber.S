/* SPDX-License-Identifier: MIT */
/*
 * Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64):
 * "General-purpose registers": a subroutine must preserve x19 to x29 and sp;
 * "SIMD and Floating-Point registers": v8 to v15, of which only the bottom 64
 * bits, and of fpcr all but what a subroutine is meant to change: the rounding
 * mode, flush-to-zero and the default NaN here, which every CPU has.
 */
#define WANT     0
#define GOT      576
#define RESULT   1152
#define FUNCTION 1160
#define ARG0     1168
#define ARG1     1176
#define AFTER    1184

#define FPCR_VARY 0x07c00000

/*
 * void clobber_call(struct clobber *c);
 *
 *   sp + 176    c
 *   sp + 168    our caller's fpcr
 *   sp + 96     our caller's d8 to d15
 *   sp + 16     our caller's x19 to x28
 *   sp          our caller's x29, and where we return to
 */
        .text
        .globl  clobber_call, clobber_return
        .type   clobber_call, %function
clobber_call:
        .cfi_startproc
        hint    25                      // paciasp, also a landing pad
        .cfi_negate_ra_state
        stp     x29, x30, [sp, -192]!
        .cfi_def_cfa_offset 192
        .cfi_offset x29, -192
        .cfi_offset x30, -184
        stp     x19, x20, [sp, 16]
        stp     x21, x22, [sp, 32]
        stp     x23, x24, [sp, 48]
        stp     x25, x26, [sp, 64]
        stp     x27, x28, [sp, 80]
        stp     d8, d9, [sp, 96]
        stp     d10, d11, [sp, 112]
        stp     d12, d13, [sp, 128]
        stp     d14, d15, [sp, 144]
        .set    at, 16
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_rel_offset x\n, at
        .set    at, at + 8
        .endr
        .irp    n, 72, 73, 74, 75, 76, 77, 78, 79 // d8 to d15
        .cfi_rel_offset \n, at
        .set    at, at + 8
        .endr
        mrs     x9, fpcr
        str     x9, [sp, 168]
        str     x0, [sp, 176]

        mov     x9, sp
        str     x9, [x0, WANT + 8 * 11]
        ldr     x9, [x0, WANT + 8 * 20]
        msr     fpcr, x9
        .set    at, WANT
        .irp    reg, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29
        ldr     \reg, [x0, at]
        .set    at, at + 8
        .endr
        .set    at, WANT + 8 * 12
        .irp    reg, d8, d9, d10, d11, d12, d13, d14, d15
        ldr     \reg, [x0, at]
        .set    at, at + 8
        .endr
        ldr     x1, [x0, ARG1]
        ldr     x9, [x0, FUNCTION]
        ldr     x0, [x0, ARG0]
        blr     x9
clobber_return:
        hint    36                      // bti j: some switches return by br
        ldr     x9, [sp, 176]
        str     x0, [x9, RESULT]
        .set    at, GOT
        .irp    reg, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29
        str     \reg, [x9, at]
        .set    at, at + 8
        .endr
        mov     x10, sp
        str     x10, [x9, GOT + 8 * 11]
        .set    at, GOT + 8 * 12
        .irp    reg, d8, d9, d10, d11, d12, d13, d14, d15
        str     \reg, [x9, at]
        .set    at, at + 8
        .endr
        mrs     x10, fpcr
        str     x10, [x9, GOT + 8 * 20]
        ldr     x10, [sp, 168]
        msr     fpcr, x10
        mov     x0, x9
        ldr     x9, [x9, AFTER]
        blr     x9

        ldp     x19, x20, [sp, 16]
        ldp     x21, x22, [sp, 32]
        ldp     x23, x24, [sp, 48]
        ldp     x25, x26, [sp, 64]
        ldp     x27, x28, [sp, 80]
        ldp     d8, d9, [sp, 96]
        ldp     d10, d11, [sp, 112]
        ldp     d12, d13, [sp, 128]
        ldp     d14, d15, [sp, 144]
        ldp     x29, x30, [sp], 192
        .cfi_def_cfa_offset 0
        .cfi_restore x29
        .cfi_restore x30
        hint    29                      // autiasp
        .cfi_negate_ra_state
        ret
        .cfi_endproc
        .size   clobber_call, . - clobber_call

/* name, vary, fixed: see clobber.h.  All FP exceptions stay untrapped. */
        .macro  REGISTER name, vary, fixed
        .section .rodata.str, "aMS", %progbits, 1
.L\name: .asciz "\name"
        .section .data.rel.ro, "aw"
        .xword  .L\name, \vary, \fixed
        .endm

        .section .data.rel.ro, "aw"
        .p2align 3
        .globl  clobber_registers
        .type   clobber_registers, %object
clobber_registers:
        .irp    name, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28, x29
        REGISTER \name, -1, 0
        .endr
        REGISTER sp, 0, 0
        .irp    name, d8, d9, d10, d11, d12, d13, d14, d15
        REGISTER \name, -1, 0
        .endr
        REGISTER fpcr, FPCR_VARY, 0
        .xword  0, 0, 0
        .size   clobber_registers, . - clobber_registers

        .section .note.GNU-stack, "", %progbits
