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

/* Save what the frame above needs, to go on at .Larrive: as that of the context
 * at \ctx; or as that of its link, whose sp keeps the bit if it has one. */
        .macro  SAVE_SELF ctx
        lla     t0, .Larrive
        sd      sp, CTX_SP(\ctx)
        sd      s0, CTX_FP(\ctx)
        sd      t0, CTX_PC(\ctx)
        .endm

        .macro  SAVE_LINK ctx
        ld      t1, CTX_LINK_SP(\ctx)
        lla     t0, .Larrive
        andi    t1, t1, CTX_FLAGGED
        or      t1, t1, sp
        sd      t1, CTX_LINK_SP(\ctx)
        sd      s0, CTX_LINK_FP(\ctx)
        sd      t0, CTX_LINK_PC(\ctx)
        .endm

/* From here on the frame above is the one that (a0) keeps at \sp, \fp and
 * \base, and whose pc is in t2. */
        .macro  CFI_TARGET sp, fp, base
        .cfi_escape 0x0f, 6, 0x70 + DW_A0, \sp, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a     # its bit is not sp's
        CFI_SAVED_AT DW_S0, DW_A0, \fp
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

/* Go there.  The bit is taken off before the word is sp: a signal may come. */
        .macro  GO      sp, fp, base
        ld      s0, \fp(a0)
        .cfi_same_value s0
        ld      t0, \sp(a0)
        ld      s1, \base(a0)
        .cfi_same_value s1
        andi    sp, t0, ~CTX_FLAGGED
        jr      t2
        .endm

/* Start the context at (a0) or go on with it; `mark` that it was resumed. */
        .macro  GO_SELF mark=0
        ld      t2, CTX_PC(a0)
        CFI_TARGET CTX_SP, CTX_FP, CTX_BASE
        .if     \mark
        sd      zero, CTX_PC(a0)
        .endif
        GO      CTX_SP, CTX_FP, CTX_BASE
        .endm

/* Go to who resumed it, and waits no longer. */
        .macro  GO_LINK
        ld      t2, CTX_LINK_PC(a0)
        CFI_TARGET CTX_LINK_SP, CTX_LINK_FP, CTX_LINK_BASE
        sd      zero, CTX_LINK_PC(a0)
        GO      CTX_LINK_SP, CTX_LINK_FP, CTX_LINK_BASE
        .endm

/*
 * void *uctx_native_resume(struct uctx *ctx, void *value, uctx_on *on,
 *                          struct uctx *from);
 * void *uctx_native_yield(struct uctx *self, void *value, uctx_on *on,
 *                         struct uctx *from);
 * void *uctx_native_swap(struct uctx *from, struct uctx *to, uctx_on *on,
 *                        void *value);
 *
 * The switches, whatever the flags; on(from, value) is called on arrival,
 * unless on is NULL.
 *
 *   In        a0, a1, a2, a3; but for a swap's, as they travel
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_resume
        .hidden uctx_native_resume
FUNC uctx_native_resume
.Lresume:
        PUSH_REGS
        SAVE_LINK a0
        .cfi_remember_state
        GO_SELF 1
        .cfi_restore_state
        nop                             # so that pc - 1 is ours
.Larrive:
        mv      a0, a1
        beqz    a2, .Lreturn
        mv      a0, a3
        jalr    a2
.Lreturn:
        POP_REGS
END uctx_native_resume

        .globl  uctx_native_yield
        .hidden uctx_native_yield
FUNC uctx_native_yield
.Lyield:
        PUSH_REGS
        SAVE_SELF a0
        GO_LINK
END uctx_native_yield

        .globl  uctx_native_swap
        .hidden uctx_native_swap
FUNC uctx_native_swap
.Lswap:
        PUSH_REGS
        SAVE_SELF a0
        mv      t0, a0
        mv      a0, a1
        mv      a1, a3
        mv      a3, t0
        GO_SELF
END uctx_native_swap

/*
 * void uctx_native_jump(struct uctx *ctx, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * Goes from ctx to who resumed it, for good; on(from, value) is called there.
 *
 *   In        a0, a1, a2, a3: as they travel
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        GO_LINK
END uctx_native_jump

/*
 * void *uctx_resume(struct uctx *ctx, void *value);
 * void *uctx_yield(struct uctx *self, void *value);
 * void *uctx_swap(struct uctx *from, struct uctx *to, void *value);
 * void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
 *                    void *value);
 *
 * What the header says: the switches above, once it is known that nobody must
 * hear of them.
 *
 *   In        a0, a1, a2, a3
 *   Clobbers  what the ABI lets any call clobber
 */
        .macro  IF_FLAGGED watched
        ld      t0, CTX_LINK_SP(a0)
        andi    t0, t0, CTX_FLAGGED
        beqz    t0, .Lnot\@
        tail    \watched
.Lnot\@:
        .endm

/* It yielded: its link is stale. */
        .macro  IF_YIELDED to, watched
        ld      t0, CTX_LINK_PC(\to)
        bnez    t0, .Lnot\@
        tail    \watched
.Lnot\@:
        .endm

FUNC uctx_resume
        IF_FLAGGED uctx_watched_resume
        li      a2, 0
        j       .Lresume
END uctx_resume

FUNC uctx_yield
        IF_FLAGGED uctx_watched_yield
        li      a2, 0
        j       .Lyield
END uctx_yield

FUNC uctx_swap
        IF_FLAGGED uctx_watched_swap
        IF_YIELDED a1, uctx_watched_swap
        mv      a3, a2
        li      a2, 0
        j       .Lswap
END uctx_swap

FUNC uctx_swap_on
        IF_FLAGGED uctx_watched_swap_on
        IF_YIELDED a1, uctx_watched_swap_on
        j       .Lswap
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        s0 = &ctx->link_fp, put there by uctx_init(); sp = the top of
 *             its stack, aligned to 16; a1 to a3 as they travel
 *
 * What lies at &ctx->link_fp is a frame record, so s0 is moved to where it
 * would have one, and the frame above is the link: CFA = link_sp, less its bit.
 * With nobody there that is .Lnobody, where all walks end.
 * gdb takes a frame above at a lower address for a corrupt stack unless it
 * lies above a signal frame, so this is marked as one.
 */
#define RECORD (2 * CTX_WORD)
#define START  (-(CTX_LINK_FP + RECORD)) /* from s0 to ctx */

/* A word of *ctx is that register of the frame above; s0 is `up` bytes above
 * &ctx->link_fp.  One-byte SLEB128. */
        .macro  CFI_LINK reg, word, up
        .cfi_escape 0x10, \reg, 2, 0x70 + DW_S0
        .cfi_escape (\word - CTX_LINK_FP - \up) & 0x7f
        .endm
        .macro  CFI_START up
        .cfi_escape 0x0f, 6, 0x70 + DW_S0
        .cfi_escape (CTX_LINK_SP - CTX_LINK_FP - \up) & 0x7f, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a
        CFI_LINK DW_RA, CTX_LINK_PC, \up
        CFI_LINK DW_S0, CTX_LINK_FP, \up
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
        sd      zero, START + CTX_PC(s0) # it runs, whoever started it
        beqz    a2, .Lstarted
        mv      a0, a3
        jalr    a2
        mv      a1, a0
.Lstarted:
        addi    a0, s0, START
        ld      t0, CTX_LINK_SP(a0)
        andi    t0, t0, CTX_FLAGGED
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
        ld      t0, CTX_LINK_SP(a0)
        andi    t0, t0, CTX_FLAGGED
        bnez    t0, .Lslow
        lla     t0, .Lnobody
        ld      t1, CTX_LINK_PC(a0)
        beq     t0, t1, .Lslow
        sd      zero, CTX_SP(a0)        # done
        sd      zero, CTX_PC(a0)
        .cfi_remember_state
        GO_LINK
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
 * information.  The pc of a link that leads nowhere.
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
        .p2align 3
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
uctx_native_nobody:
        .dword  .Lnobody
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
