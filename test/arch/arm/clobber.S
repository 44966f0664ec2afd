/* SPDX-License-Identifier: MIT */
/*
 * AAPCS32 2022Q3, 6.1.1: "A subroutine must preserve the contents of the
 * registers r4-r8, r10, r11 and SP (and r9 in PCS variants that designate r9 as
 * v6)", which is so on Linux; 6.1.2.1: d8-d15, and the control bits of fpscr.
 * It needs a CPU that has them, also where the compiler does not use them.
 */
#define WANT     0
#define GOT      576
#define RESULT   1152
#define FUNCTION 1160
#define ARG0     1164
#define ARG1     1168
#define AFTER    1172

#define D8    72 /* in want and got, after r4-r11 and sp */
#define FPSCR 136

#define FPSCR_CONTROL 0x03c00000 /* rounding, flush to zero, default NaN */

        .syntax unified
        .arm
        .fpu    vfpv2

/*
 * void clobber_call(struct clobber *c);
 *
 *   sp + 4      our caller's fpscr
 *   sp          c
 */
        .text
        .globl  clobber_call, clobber_return
        .type   clobber_call, %function
clobber_call:
        .fnstart
        push    {r4-r11, ip, lr}
        .save   {r4-r11, ip, lr}
        vpush   {d8-d15}
        .vsave  {d8-d15}
        vmrs    r1, fpscr
        push    {r0, r1}
        .pad    #8

        mov     ip, r0
        str     sp, [ip, #WANT + 64]
        mov     r1, #0
        str     r1, [ip, #WANT + 68]
        add     r1, ip, #WANT + D8
        vldmia  r1!, {d8-d15}
        ldr     r2, [r1]
        vmsr    fpscr, r2
        ldr     r4, [ip, #WANT + 0]
        ldr     r5, [ip, #WANT + 8]
        ldr     r6, [ip, #WANT + 16]
        ldr     r7, [ip, #WANT + 24]
        ldr     r8, [ip, #WANT + 32]
        ldr     r9, [ip, #WANT + 40]
        ldr     r10, [ip, #WANT + 48]
        ldr     r11, [ip, #WANT + 56]
        ldr     r0, [ip, #ARG0]
        ldr     r1, [ip, #ARG1]
        ldr     ip, [ip, #FUNCTION]
        blx     ip
clobber_return:
        ldr     ip, [sp]
        str     r0, [ip, #RESULT]
        str     r1, [ip, #RESULT + 4]
        str     r4, [ip, #GOT + 0]
        str     r5, [ip, #GOT + 8]
        str     r6, [ip, #GOT + 16]
        str     r7, [ip, #GOT + 24]
        str     r8, [ip, #GOT + 32]
        str     r9, [ip, #GOT + 40]
        str     r10, [ip, #GOT + 48]
        str     r11, [ip, #GOT + 56]
        str     sp, [ip, #GOT + 64]
        mov     r1, #0
        .set    i, 0
        .rept   9                       // the high halves
        str     r1, [ip, #GOT + 4 + 8 * i]
        .set    i, i + 1
        .endr
        add     r2, ip, #GOT & 0xff00
        add     r2, r2, #(GOT & 0xff) + D8
        vstmia  r2!, {d8-d15}
        vmrs    r3, fpscr
        and     r3, r3, #FPSCR_CONTROL
        str     r3, [r2]
        str     r1, [r2, #4]
        ldr     r3, [sp, #4]
        vmsr    fpscr, r3
        mov     r0, ip
        ldr     ip, [ip, #AFTER]
        blx     ip

        add     sp, sp, #8
        vpop    {d8-d15}
        pop     {r4-r11, ip, pc}
        .fnend
        .size   clobber_call, . - clobber_call

/* name, vary, fixed: see clobber.h.  All FP exceptions stay masked. */
        .macro  REGISTER name, vary_low, vary_high
        .section .rodata.str, "aMS", %progbits, 1
.L\name: .asciz "\name"
        .section .data.rel.ro, "aw"
        .word   .L\name, 0, \vary_low, \vary_high, 0, 0
        .endm

        .section .data.rel.ro, "aw"
        .p2align 3
        .globl  clobber_registers
        .type   clobber_registers, %object
clobber_registers:
        .irp    reg, r4, r5, r6, r7, r8, r9, r10, r11
        REGISTER \reg, -1, 0
        .endr
        REGISTER sp, 0, 0
        .irp    reg, d8, d9, d10, d11, d12, d13, d14, d15
        REGISTER \reg, -1, -1
        .endr
        REGISTER fpscr, FPSCR_CONTROL, 0
        .word   0, 0, 0, 0, 0, 0
        .size   clobber_registers, . - clobber_registers

        .section .note.GNU-stack, "", %progbits
