/* SPDX-License-Identifier: MIT */
/*
 * A computation that has every register live.  The offsets are those of struct
 * handler_state in handler_state.h; what there is to keep is typed from the
 * unprivileged ISA manual: x1 to x31, f0 to f31, fcsr.  There is no red zone.
 */
#define STATE_F    256
#define STATE_FCSR 512
#define STATE_SIZE 520

#define S 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

/* Not sp, gp and tp; and not t0 (x5), which the computation needs. */
#define X 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, \
        21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
#define F 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
        17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31

#define FRAME 224

/*
 * void handler_spin(void);
 *
 * Loads handler_wanted into every register, waits until handler_next is
 * handler_exit without changing any of them but t0, and stores them all in
 * handler_found.
 */
        .text
        .globl  handler_spin, handler_loop, handler_exit
        .type   handler_spin, %function
handler_spin:
        .cfi_startproc
        addi    sp, sp, -FRAME
        .cfi_def_cfa_offset FRAME
        sd      ra, 216(sp)
        .cfi_offset ra, -8
        .irp    i, S
        sd      s\i, 8 * \i(sp)
        fsd     fs\i, 96 + 8 * \i(sp)
        .endr
        frcsr   t0
        sw      t0, 200(sp)
        lla     t0, handler_wanted
        .irp    i, F
        fld     f\i, STATE_F + 8 * \i(t0)
        .endr
        lw      t1, STATE_FCSR(t0)
        fscsr   t1
        .irp    i, X
        ld      x\i, 8 * \i(t0)
        .endr
handler_loop:
        nop
        lla     t0, handler_next
        ld      t0, (t0)
        jr      t0
handler_exit:
        lla     t0, handler_found
        .irp    i, 2, 3, 4, X
        sd      x\i, 8 * \i(t0)
        .endr
        .irp    i, F
        fsd     f\i, STATE_F + 8 * \i(t0)
        .endr
        frcsr   t1
        sw      t1, STATE_FCSR(t0)
        lw      t0, 200(sp)
        fscsr   t0
        .irp    i, S
        ld      s\i, 8 * \i(sp)
        fld     fs\i, 96 + 8 * \i(sp)
        .endr
        ld      ra, 216(sp)
        addi    sp, sp, FRAME
        .cfi_def_cfa_offset 0
        ret
        .cfi_endproc
        .size   handler_spin, . - handler_spin

        .bss
        .p2align 4
        .globl  handler_wanted, handler_found, handler_next
handler_wanted:
        .zero   STATE_SIZE
handler_found:
        .zero   STATE_SIZE
handler_next:
        .zero   8

        .section .note.GNU-stack, "", %progbits
