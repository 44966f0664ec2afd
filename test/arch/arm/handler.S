/* SPDX-License-Identifier: MIT */
/*
 * A computation that has every register live.  The offsets are those of struct
 * handler_state in handler_state.h; what there is to keep is typed from the
 * manuals.  All memory is addressed from r0, whose value to keep is the
 * address of handler_wanted.
 */
#define STATE_FLAGS 60
#define STATE_VFP   64
#define STATE_SIZE  200

#define FOUND STATE_SIZE
#define NEXT  (2 * STATE_SIZE)

#define FLAGS 0xf80f0000 /* of cpsr: N Z C V Q and GE */

        .syntax unified
        .arm
#if __ARM_ARCH < 6
        .arch   armv6                   // for GE
#endif
        .fpu    vfpv2

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
        .fnstart
        push    {r4-r11, ip, lr}
        .save   {r4-r11, ip, lr}
        vpush   {d8-d15}
        .vsave  {d8-d15}
        vmrs    r1, fpscr
        push    {r1, r2}
        .pad    #8
        ldr     r0, 2f
1:      add     r0, pc, r0
        add     r2, r0, #STATE_VFP
        vldmia  r2!, {d0-d15}
        ldr     r1, [r2]
        vmsr    fpscr, r1
        ldr     r1, [r0, #STATE_FLAGS]
        msr     cpsr_fs, r1
        ldr     lr, [r0, #4 * 14]
        add     r1, r0, #4
        ldmia   r1, {r1-r12}
handler_loop:
        nop
        ldr     pc, [r0, #NEXT]
handler_exit:
        str     r1, [r0, #FOUND + 4]
        add     r1, r0, #FOUND
        str     r0, [r1], #8
        stmia   r1, {r2-r12}
        str     lr, [r0, #FOUND + 4 * 14]
        mrs     r1, cpsr
        ldr     r2, =FLAGS
        and     r1, r1, r2
        str     r1, [r0, #FOUND + STATE_FLAGS]
        add     r1, r0, #FOUND & 0xff
        add     r1, r1, #STATE_VFP
        vstmia  r1!, {d0-d15}
        vmrs    r2, fpscr
        str     r2, [r1]
        pop     {r1, r2}
        vmsr    fpscr, r1
        vpop    {d8-d15}
        pop     {r4-r11, ip, pc}
        .fnend
        .size   handler_spin, . - handler_spin
        .p2align 2
2:      .word   handler_wanted - (1b + 8)

        .bss
        .p2align 3
        .globl  handler_wanted, handler_found, handler_next
        .hidden handler_wanted
handler_wanted:
        .zero   STATE_SIZE
handler_found:
        .zero   STATE_SIZE
handler_next:
        .zero   4

        .section .note.GNU-stack, "", %progbits
