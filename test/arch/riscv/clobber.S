/* SPDX-License-Identifier: MIT */
/*
 * RISC-V psABI 1.0, "Integer Register Convention", preserved across calls: sp
 * (x2), s0 and s1 (x8, x9), s2 to s11 (x18 to x27); gp and tp are nobody's.
 * "Floating-point Register Convention": fs0 and fs1 (f8, f9), fs2 to fs11 (f18
 * to f27), if they are no wider than the ABI's.  fcsr has thread storage
 * duration: the C library's functions keep its rounding mode.
 */
#define WANT     0
#define GOT      576
#define RESULT   1152
#define FUNCTION 1160
#define ARG0     1168
#define ARG1     1176
#define AFTER    1184

#define S  2, 3, 4, 5, 6, 7, 8, 9, 10, 11
#define FS 13 /* where the FP registers are in want[] and got[] */

#define FRAME 224

/*
 * void clobber_call(struct clobber *c);
 */
        .text
        .globl  clobber_call, clobber_return
        .type   clobber_call, @function
clobber_call:
        .cfi_startproc
        addi    sp, sp, -FRAME
        .cfi_def_cfa_offset FRAME
        sd      ra, 216(sp)
        .cfi_offset ra, -8
        sd      a0, 208(sp)
        .irp    i, 0, 1, S
        sd      s\i, 8 * \i(sp)
        .cfi_rel_offset s\i, 8 * \i
        .endr
#ifdef __riscv_float_abi_double
        .irp    i, 0, 1, S
        fsd     fs\i, 96 + 8 * \i(sp)
        .cfi_rel_offset fs\i, 96 + 8 * \i
        .endr
        frrm    t0
        sw      t0, 200(sp)
#endif
        sd      sp, WANT + 0(a0)
        .irp    i, 0, 1, S
        ld      s\i, WANT + 8 + 8 * \i(a0)
        .endr
#ifdef __riscv_float_abi_double
        .irp    i, 0, 1, S
        fld     fs\i, WANT + 8 * FS + 8 * \i(a0)
        .endr
        lw      t0, WANT + 8 * FS + 96(a0)
        fsrm    t0
#endif
        ld      t0, FUNCTION(a0)
        ld      a1, ARG1(a0)
        ld      a0, ARG0(a0)
        jalr    t0
clobber_return:
        ld      t0, 208(sp)
        sd      a0, RESULT(t0)
        mv      a0, t0
        sd      sp, GOT + 0(a0)
        .irp    i, 0, 1, S
        sd      s\i, GOT + 8 + 8 * \i(a0)
        .endr
#ifdef __riscv_float_abi_double
        .irp    i, 0, 1, S
        fsd     fs\i, GOT + 8 * FS + 8 * \i(a0)
        .endr
        frrm    t0
        sd      t0, GOT + 8 * FS + 96(a0)
        lw      t0, 200(sp)
        fsrm    t0
#endif
        ld      t0, AFTER(a0)
        jalr    t0

        ld      ra, 216(sp)
        .cfi_restore ra
        .irp    i, 0, 1, S
        ld      s\i, 8 * \i(sp)
        .cfi_restore s\i
        .endr
#ifdef __riscv_float_abi_double
        .irp    i, 0, 1, S
        fld     fs\i, 96 + 8 * \i(sp)
        .cfi_restore fs\i
        .endr
#endif
        addi    sp, sp, FRAME
        .cfi_def_cfa_offset 0
        ret
        .cfi_endproc
        .size   clobber_call, . - clobber_call

/* name, vary, fixed: see clobber.h. */
        .macro  REGISTER name, vary, fixed=0
        .section .rodata.str, "aMS", %progbits, 1
.L\name: .asciz "\name"
        .section .data.rel.ro, "aw"
        .dword  .L\name, \vary, \fixed
        .endm

        .section .data.rel.ro, "aw"
        .p2align 3
        .globl  clobber_registers
        .type   clobber_registers, @object
clobber_registers:
        REGISTER sp, 0
        .irp    i, 0, 1, S
        REGISTER s\i, -1
        .endr
#ifdef __riscv_float_abi_double
        .irp    i, 0, 1, S
        REGISTER fs\i, -1
        .endr
        REGISTER frm, 3                 # of the modes 0 to 4
#endif
        .dword  0, 0, 0
        .size   clobber_registers, . - clobber_registers

        .section .note.GNU-stack, "", %progbits
