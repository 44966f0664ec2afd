/* SPDX-License-Identifier: MIT */
/*
 * A computation that has every register live.  The offsets are those of struct
 * handler_state in handler_state.h; what there is to keep is typed from the
 * Arm Architecture Reference Manual, "Registers in AArch64 Execution state",
 * and its supplement on SVE.  x30 holds what decides where to go on: with
 * every register live there is no other to load that by.
 */
#define STATE_NZCV 256
#define STATE_FPCR 264
#define STATE_FPSR 272
#define STATE_V    288
#define STATE_P    8480
#define STATE_SIZE 9024

#define FRAME_SIZE 192

#define TO_15 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
#define TO_29 TO_15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
#define TO_31 TO_29, 30, 31

        .arch   armv8-a+sve

        .macro  ADDRESS_OF reg, symbol
        adrp    \reg, \symbol
        add     \reg, \reg, :lo12:\symbol
        .endm

/* Z set: this CPU has SVE. */
        .macro  TEST_SVE temp
        adrp    \temp, handler_vl
        ldr     \temp, [\temp, :lo12:handler_vl]
        cmp     \temp, 0
        .endm

/*
 * void handler_spin(void);
 *
 * Loads handler_wanted into every register and the flags, waits until
 * handler_next is handler_exit without changing any of them but x30, and
 * stores them all in handler_found.  Only memory is read meanwhile.
 */
        .text
        .globl  handler_spin, handler_loop, handler_exit
        .type   handler_spin, %function
        .p2align 5
handler_spin:
        .cfi_startproc
        hint    25                      // paciasp, also a landing pad
        .cfi_negate_ra_state
        stp     x29, x30, [sp, -FRAME_SIZE]!
        .cfi_def_cfa_offset FRAME_SIZE
        .cfi_offset x29, -FRAME_SIZE
        .cfi_offset x30, 8 - FRAME_SIZE
        stp     x19, x20, [sp, 16]
        stp     x21, x22, [sp, 32]
        stp     x23, x24, [sp, 48]
        stp     x25, x26, [sp, 64]
        stp     x27, x28, [sp, 80]
        stp     d8, d9, [sp, 96]
        stp     d10, d11, [sp, 112]
        stp     d12, d13, [sp, 128]
        stp     d14, d15, [sp, 144]
        mrs     x9, fpcr
        str     x9, [sp, 160]

        ADDRESS_OF x30, handler_wanted
        TEST_SVE x9
        b.eq    .Lload_v
        mov     x10, STATE_P
        add     x10, x30, x10
        ldr     p0, [x10, 16, mul vl]
        wrffr   p0.b
        .irp    n, TO_15
        ldr     p\n, [x10, \n, mul vl]
        .endr
        add     x10, x30, STATE_V
        .irp    n, TO_31
        ldr     z\n, [x10, \n, mul vl]
        .endr
        b       .Lload_x
.Lload_v:
        .irp    n, TO_31
        ldr     q\n, [x30, STATE_V + 16 * \n]
        .endr
.Lload_x:
        ldr     x9, [x30, STATE_NZCV]
        msr     nzcv, x9
        ldr     x9, [x30, STATE_FPCR]
        msr     fpcr, x9
        ldr     x9, [x30, STATE_FPSR]
        msr     fpsr, x9
        .irp    n, TO_29
        ldr     x\n, [x30, 8 * \n]
        .endr
handler_loop:
        hint    36                      // bti j
        nop
        adrp    x30, handler_next
        ldr     x30, [x30, :lo12:handler_next]
        br      x30
handler_exit:
        hint    36
        ADDRESS_OF x30, handler_found
        .irp    n, TO_29
        str     x\n, [x30, 8 * \n]
        .endr
        mrs     x9, nzcv
        str     x9, [x30, STATE_NZCV]
        mrs     x9, fpcr
        str     x9, [x30, STATE_FPCR]
        mrs     x9, fpsr
        str     x9, [x30, STATE_FPSR]
        TEST_SVE x9
        b.eq    .Lstore_v
        add     x10, x30, STATE_V
        .irp    n, TO_31
        str     z\n, [x10, \n, mul vl]
        .endr
        mov     x10, STATE_P
        add     x10, x30, x10
        .irp    n, TO_15
        str     p\n, [x10, \n, mul vl]
        .endr
        rdffr   p0.b
        str     p0, [x10, 16, mul vl]
        b       .Lstored
.Lstore_v:
        .irp    n, TO_31
        str     q\n, [x30, STATE_V + 16 * \n]
        .endr
.Lstored:
        ldr     x9, [sp, 160]
        msr     fpcr, x9
        ldp     x19, x20, [sp, 16]
        ldp     x21, x22, [sp, 32]
        ldp     x23, x24, [sp, 48]
        ldp     x25, x26, [sp, 64]
        ldp     x27, x28, [sp, 80]
        ldp     d8, d9, [sp, 96]
        ldp     d10, d11, [sp, 112]
        ldp     d12, d13, [sp, 128]
        ldp     d14, d15, [sp, 144]
        ldp     x29, x30, [sp], FRAME_SIZE
        .cfi_def_cfa_offset 0
        .cfi_restore x29
        .cfi_restore x30
        hint    29                      // autiasp
        .cfi_negate_ra_state
        ret
        .cfi_endproc
        .size   handler_spin, . - handler_spin

        .bss
        .p2align 6
        .globl  handler_wanted, handler_found, handler_next, handler_vl
handler_wanted:
        .zero   STATE_SIZE
        .p2align 6
handler_found:
        .zero   STATE_SIZE
handler_next:
        .zero   8
handler_vl:
        .zero   8

        .section .note.GNU-stack, "", %progbits
