/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * include/uctx/arch/riscv.h says what travels in which register: whoever
 * arrives calls a2(a3, a1) unless a2 is 0.  A context that stopped here may go
 * on from there, and the other way round.
 *
 * ABI: RISC-V psABI 1.0, "Register Convention": sp, s0 to s11 and fs0 to fs11
 * belong to the caller.  They are saved in a frame with a record, "Frame
 * Pointer Convention": s0 is the CFA, and below it are ra and the caller's s0.
 * fcsr belongs to the thread.
 */
#include "layout.h"
#include "asm.h"
#include "native/layout.h"

/* DWARF register numbers, psABI "Dwarf Register Numbers". */
#define DW_RA 1
#define DW_S0 8
#define DW_S1 9
#define DW_A0 10

/* From the CFA down. */
#define FRAME_RA   -8
#define FRAME_S0   -16
#define FRAME_S    -16  /* less 8 * i: si, s1 to s11   */
#define FRAME_FS   -112 /* less 8 * i: fsi, 0 to 11    */
#define FRAME_SIZE 208

#ifdef FP_SIZE
#if FP_SIZE == 8
#define FL fld
#define FS fsd
#else
#define FL flw
#define FS fsw
#endif
#endif

        .macro  PUSH_REGS
        addi    sp, sp, -FRAME_SIZE
        .cfi_def_cfa_offset FRAME_SIZE
        sd      ra, FRAME_SIZE + FRAME_RA(sp)
        .cfi_offset ra, FRAME_RA
        sd      s0, FRAME_SIZE + FRAME_S0(sp)
        .cfi_offset s0, FRAME_S0
        addi    s0, sp, FRAME_SIZE
        .cfi_def_cfa s0, 0
        .irp    i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        sd      s\i, FRAME_S - 8 * \i(s0)
        .cfi_offset s\i, FRAME_S - 8 * \i
        .endr
#ifdef FP_SIZE
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        FS      fs\i, FRAME_FS - 8 * \i(s0)
        .cfi_offset fs\i, FRAME_FS - 8 * \i
        .endr
#endif
        .endm

/* Return, on the way that a ret would mispredict. */
        .macro  POP_REGS
#ifdef FP_SIZE
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        FL      fs\i, FRAME_FS - 8 * \i(s0)
        .cfi_restore fs\i
        .endr
#endif
        .irp    i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        ld      s\i, FRAME_S - 8 * \i(s0)
        .cfi_restore s\i
        .endr
        ld      t2, FRAME_RA(s0)
        .cfi_register ra, t2
        .cfi_def_cfa sp, FRAME_SIZE
        ld      s0, FRAME_S0(s0)
        .cfi_restore s0
        addi    sp, sp, FRAME_SIZE
        .cfi_def_cfa_offset 0
        jr      t2
        .endm

/* Save what the frame above needs at `at`(\save): where .Larrive goes on. */
        .macro  SAVE_POINT save, at=0
        lla     t0, .Larrive
        sd      sp, \at + CTX_SP(\save)
        sd      s0, \at + CTX_FP(\save)
        sd      t0, \at + CTX_PC(\save)
        .endm

/* From here on the frame above is the target at (a0), whose pc is in t2; its
 * s1, if it stopped inlined, is `base` bytes from there. */
        .macro  CFI_TARGET base
        CFI_CFA_SAVED_AT DW_A0, CTX_SP
        CFI_SAVED_AT DW_S0, DW_A0, CTX_FP
        CFI_SAVED_AT DW_S1, DW_A0, \base
        .cfi_register ra, t2
        .irp    i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value s\i
        .endr
#ifdef FP_SIZE
        .irp    i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_same_value fs\i
        .endr
#endif
        .endm

/* Go on at (a0). */
        .macro  LOAD_POINT base=CTX_BASE, record=0
        ld      t2, CTX_PC(a0)
        CFI_TARGET \base
        ld      s0, CTX_FP(a0)
        .cfi_same_value s0
        .if     \record                 # nobody waits any more
        lla     t3, uctx_native_nobody
        ld      t4, (t3)
        ld      t5, CTX_WORD(t3)
        sd      t4, CTX_FP(a0)
        sd      t5, CTX_PC(a0)
        .else
        sd      zero, CTX_PC(a0)        # it runs
        .endif
        ld      sp, CTX_SP(a0)
        jr      t2
        .endm

/*
 * void *uctx_native_switch(struct uctx_point *save, struct uctx_point *load,
 *                          void *value, uctx_on *on, struct uctx *from);
 *
 * Saves the caller in *save and goes on at *load, which calls on(from, value)
 * first.  Returns what the switch back brings.
 *
 *   In        a0 = save, a1 = load, a2 = value, a3 = on, a4 = from
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_switch
        .hidden uctx_native_switch
FUNC uctx_native_switch
        PUSH_REGS
        SAVE_POINT a0
        mv      a0, a1
        mv      a1, a2
        mv      a2, a3
        mv      a3, a4
        .cfi_remember_state
        LOAD_POINT
        .cfi_restore_state
        nop                             # so that pc - 1 is ours
.Larrive:
        mv      a0, a1
        beqz    a2, .Lreturn
        mv      a0, a3
        jalr    a2
.Lreturn:
        POP_REGS
END uctx_native_switch

/*
 * void uctx_native_jump(struct uctx_point *load, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * The same without saving anything: whoever calls this is done.  on may be
 * NULL.
 *
 *   In        a0 = load, a1 = value, a2 = on, a3 = from: as they travel
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        LOAD_POINT
END uctx_native_jump

/*
 * void *uctx_resume(struct uctx *ctx, void *value);
 * void *uctx_yield(struct uctx *self, void *value);
 * void *uctx_swap(struct uctx *from, struct uctx *to, void *value);
 * void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
 *                    void *value);
 *
 * What the header says.  They arrive in uctx_native_switch, whose frame is the
 * same.
 *
 *   In        a0, a1, a2, a3
 *   Clobbers  what the ABI lets any call clobber
 */
        .macro  UNLESS_WATCHED watched
        ld      t0, CTX_FLAGS(a0)
        beqz    t0, .Lunwatched\@
        tail    \watched
.Lunwatched\@:
        .endm

FUNC uctx_resume
        UNLESS_WATCHED uctx_watched_resume
        PUSH_REGS
        SAVE_POINT a0, CTX_LINK
        li      a2, 0
        LOAD_POINT
END uctx_resume

FUNC uctx_yield
        UNLESS_WATCHED uctx_watched_yield
        PUSH_REGS
        SAVE_POINT a0
        addi    a0, a0, CTX_LINK
        li      a2, 0
        LOAD_POINT CTX_LINK_BASE - CTX_LINK, 1
END uctx_yield

FUNC uctx_swap
        UNLESS_WATCHED uctx_watched_swap
        PUSH_REGS
        SAVE_POINT a0
        mv      a0, a1
        mv      a1, a2
        li      a2, 0
        LOAD_POINT
END uctx_swap

FUNC uctx_swap_on
        UNLESS_WATCHED uctx_watched_swap_on
        PUSH_REGS
        SAVE_POINT a0
        mv      t0, a0
        mv      a0, a1
        mv      a1, a3
        mv      a3, t0
        LOAD_POINT
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        s0 = &ctx->link.fp, put there by uctx_init(); sp = the top of
 *             its stack, aligned to 16; a1 to a3 as they travel
 *
 * What lies at &ctx->link.fp is a frame record, so s0 is moved to where it
 * would have one, and the frame above is in ctx->link.  With nobody there that
 * is .Lnobody, where all walks end.  gdb takes a frame above at a lower address
 * for a corrupt stack unless it lies above a signal frame, so this is marked
 * as one.
 */
#define RECORD (2 * CTX_WORD)
#define START  (-(CTX_LINK + CTX_FP + RECORD)) /* from s0 to ctx */

/* A word of *ctx is that register of the frame above; s0 is `up` bytes above
 * &ctx->link.fp.  One-byte SLEB128. */
        .macro  CFI_LINK reg, word, up
        .cfi_escape 0x10, \reg, 2, 0x70 + DW_S0
        .cfi_escape (\word - CTX_LINK - CTX_FP - \up) & 0x7f
        .endm
        .macro  CFI_START up
        .cfi_escape 0x0f, 3, 0x70 + DW_S0, (CTX_SP - CTX_FP - \up) & 0x7f, 0x06
        CFI_LINK DW_RA, CTX_LINK + CTX_PC, \up
        CFI_LINK DW_S0, CTX_LINK + CTX_FP, \up
        CFI_LINK DW_S1, CTX_LINK_BASE, \up
        .endm

        .globl  uctx_native_start
        .globl  uctx_native_start_end
        .globl  uctx_native_begin
        .hidden uctx_native_start
        .hidden uctx_native_start_end
        .hidden uctx_native_begin
        .globl  uctx_native_landing
        .hidden uctx_native_landing
        .p2align 5
        .type   uctx_native_start, %function
uctx_native_start:
        .cfi_startproc
        .cfi_signal_frame
        .cfi_personality PERSONALITY_ENCODING, uctx_native_personality
        .irp    i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_undefined s\i
        .endr
        CFI_START 0
        nop                             # so that pc - 1 is ours from here on
uctx_native_begin:
        addi    s0, s0, RECORD
        CFI_START RECORD
        beqz    a2, .Lstarted
        mv      a0, a3
        jalr    a2
        mv      a1, a0
.Lstarted:
        addi    a0, s0, START
        ld      t0, CTX_FLAGS(a0)
        beqz    t0, .Lentered
        mv      s1, a1
        call    uctx_native_enter
        mv      a1, s1
        addi    a0, s0, START
.Lentered:
        ld      t0, CTX_ENTRY(a0)
        jalr    t0
        mv      a1, a0
        addi    a0, s0, START
        li      a2, 0
        lla     t0, .Lnobody
        ld      t1, CTX_LINK + CTX_PC(a0)
        beq     t0, t1, .Lslow
        ld      t0, CTX_FLAGS(a0)
        bnez    t0, .Lslow
        sd      zero, CTX_SP(a0)        # done
        addi    a0, a0, CTX_LINK
        .cfi_remember_state
        LOAD_POINT CTX_LINK_BASE - CTX_LINK
        .cfi_restore_state
.Lslow:
        call    uctx_native_leave       # does not return
uctx_native_landing:                    # an exception left the entry: a0
        LANDING_PAD
        mv      a1, a0
        addi    a0, s0, START
        call    uctx_native_caught      # does not return
        unimp
        .cfi_endproc
uctx_native_start_end:
        .size   uctx_native_start, . - uctx_native_start

/*
 * Who resumed a context that nobody did: never run, there for its unwind
 * information.  uctx_nobody is a frame record that leads here.
 */
        .type   uctx_native_end, %function
uctx_native_end:
        .cfi_startproc
        .cfi_undefined ra
        nop                             # so that pc - 1 is ours
.Lnobody:
        unimp
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 4
        .globl  uctx_nobody
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
        .type   uctx_nobody, %object
        .size   uctx_nobody, 2 * CTX_WORD
uctx_nobody:
uctx_native_nobody:
        .dword  0, .Lnobody
        .text

/*
 * unsigned long uctx_native_fenv(void);
 * void uctx_native_fenv_set(unsigned long words);
 *
 * The rounding mode of this thread: nothing else in fcsr is control.
 */
        .globl  uctx_native_fenv
        .hidden uctx_native_fenv
FUNC uctx_native_fenv
#ifdef FP_SIZE
        frrm    a0
#else
        li      a0, 0
#endif
        ret
END uctx_native_fenv

        .globl  uctx_native_fenv_set
        .hidden uctx_native_fenv_set
FUNC uctx_native_fenv_set
#ifdef FP_SIZE
        fsrm    a0
#endif
        ret
END uctx_native_fenv_set
