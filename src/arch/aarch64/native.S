/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * include/uctx/arch/aarch64.h says what travels in which register.  A context
 * that stopped here may go on from there, and the other way round.
 *
 * ABI: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64):
 * x19-x29, sp and the bottom 64 bits of v8-v15 belong to the caller.  They are
 * pushed below a frame record, which frame-pointer walkers know; fpcr belongs
 * to the thread.  The return address is stored, so it is signed.
 */
#include "layout.h"
#include "asm.h"
#include "native/layout.h"

#define FRAME_SIZE 160

/* DWARF for the Arm 64-bit Architecture, "DWARF register names". */
#define DW_X19 19
#define DW_X29 29
#define DW_RA  30
#define DW_D8  72

        .macro  PUSH_REGS
        hint    25                      // paciasp
        .cfi_negate_ra_state
        stp     x29, x30, [sp, -FRAME_SIZE]!
        .cfi_def_cfa_offset FRAME_SIZE
        .cfi_offset x29, -FRAME_SIZE
        .cfi_offset x30, 8 - FRAME_SIZE
        mov     x29, sp
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
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        .cfi_rel_offset DW_D8 + \n, at
        .set    at, at + 8
        .endr
        .endm

/* Return.  The processor will have predicted another place, but br would need
 * a landing pad there. */
        .macro  POP_REGS
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
        CFI_FREE
        .cfi_restore x29
        .cfi_restore x30
        hint    29                      // autiasp
        .cfi_negate_ra_state
        ret
        .endm

/* x19 to x28 and d8 to d15 are those of the frame above. */
        .macro  CFI_FREE
        .irp    n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_restore x\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        .cfi_restore DW_D8 + \n
        .endr
        .endm

/* Save what the frame above needs at `at`(\save): where .Larrive goes on. */
        .macro  SAVE_POINT save, at=0
        mov     x9, sp
        adr     x10, .Larrive
        stp     x9, x29, [\save, \at + CTX_SP]
        str     x10, [\save, \at + CTX_PC]
        .endm

/* Go on at [x0]; x1 to x3 are as the header says.  `signed`: the return address
 * of this frame is, which that of the target is not. */
        .macro  LOAD_POINT signed=1, record=0
        ldr     x10, [x0, CTX_PC]
        CFI_CFA_SAVED_AT 0, CTX_SP
        CFI_SAVED_AT DW_X29, 0, CTX_FP
        .cfi_register x30, x10
        CFI_FREE
        .if     \signed
        .cfi_negate_ra_state
        .endif
        ldp     x9, x29, [x0, CTX_SP]
        .cfi_restore x29
        .if     \record                 // nobody waits any more
        adr     x11, .Lnobody
        stp     xzr, x11, [x0, CTX_FP]
        .else
        str     xzr, [x0, CTX_PC]       // it runs
        .endif
        mov     sp, x9
        br      x10
        .endm

/*
 * void *uctx_native_switch(struct uctx_point *save, struct uctx_point *load,
 *                          void *value, uctx_on *on, struct uctx *from);
 *
 * Saves the caller in *save and goes on at *load, which calls on(from, value)
 * first.  Returns what the switch back brings.
 *
 *   In        x0 = save, x1 = load, x2 = value, x3 = on, x4 = from
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_switch
        .hidden uctx_native_switch
FUNC uctx_native_switch
        PUSH_REGS
        SAVE_POINT x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, x3
        mov     x3, x4
        .cfi_remember_state
        LOAD_POINT
        .cfi_restore_state

.Larrive:
        hint    36                      // bti j
        cbz     x2, .Lreturn
        mov     x0, x3
        blr     x2
        mov     x1, x0
.Lreturn:
        mov     x0, x1
        POP_REGS
END uctx_native_switch

/*
 * void uctx_native_jump(struct uctx_point *load, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * The same without saving anything: whoever calls this is done.  on may be
 * NULL.
 *
 *   In        x0 = load, x1 = value, x2 = on, x3 = from
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        LOAD_POINT 0
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
 *   In        x0, x1, x2, x3
 *   Clobbers  what the ABI lets any call clobber
 */
        .macro  UNLESS_WATCHED watched
        ldr     x9, [x0, CTX_FLAGS]
        cbz     x9, .Lunwatched\@
        b       \watched
.Lunwatched\@:
        PUSH_REGS
        .endm

FUNC uctx_resume
        UNLESS_WATCHED uctx_watched_resume
        SAVE_POINT x0, CTX_LINK
        mov     x2, 0
        LOAD_POINT
END uctx_resume

FUNC uctx_yield
        UNLESS_WATCHED uctx_watched_yield
        SAVE_POINT x0
        add     x0, x0, CTX_LINK
        mov     x2, 0
        LOAD_POINT 1, 1
END uctx_yield

FUNC uctx_swap
        UNLESS_WATCHED uctx_watched_swap
        SAVE_POINT x0
        mov     x0, x1
        mov     x1, x2
        mov     x2, 0
        LOAD_POINT
END uctx_swap

FUNC uctx_swap_on
        UNLESS_WATCHED uctx_watched_swap_on
        SAVE_POINT x0
        mov     x9, x3                  // the value
        mov     x3, x0
        mov     x0, x1
        mov     x1, x9
        LOAD_POINT
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        x29 = &ctx->link.fp, put there by uctx_init(); sp = the top of
 *             its stack, aligned to 16; x1 to x3 as for any switch
 *
 * What x29 points at is a frame record, and the frame above is in ctx->link:
 * CFA = *(x29 - 8).  With nobody there that is .Lnobody, where all walks end.
 * gdb takes a frame above at a lower address for a corrupt stack unless it
 * lies above a signal frame, so this is marked as one.  The return address in
 * ctx->link is that of a label, which nobody signed.
 */
#define LINK_SP (CTX_SP - CTX_FP)
#define START   (CTX_LINK + CTX_FP)

        .globl  uctx_native_start
        .globl  uctx_native_start_end
        .globl  uctx_native_begin
        .hidden uctx_native_start
        .hidden uctx_native_start_end
        .hidden uctx_native_begin
        .globl  uctx_native_landing
        .hidden uctx_native_landing
        .hidden uctx_native_enter, uctx_native_leave, uctx_native_caught
        .p2align 5
        .type   uctx_native_start, %function
uctx_native_start:
        .cfi_startproc
        .cfi_signal_frame
        .cfi_personality 0x1b, uctx_native_personality
        .cfi_escape 0x0f, 3, 0x70 + DW_X29, LINK_SP & 0x7f, 0x06
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_X29, CTX_PC - CTX_FP
        .cfi_escape 0x10, DW_X29, 2, 0x70 + DW_X29, 0
        .cfi_escape 0x10, DW_X19, 2, 0x70 + DW_X29
        .cfi_escape CTX_LINK_BASE - CTX_LINK - CTX_FP
        .irp    n, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_undefined x\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        .cfi_undefined DW_D8 + \n
        .endr
        nop                             // so that pc - 1 is ours from here on
uctx_native_begin:
        hint    36                      // bti j
        cbz     x2, .Lstarted
        mov     x0, x3
        blr     x2
        mov     x1, x0
.Lstarted:
        sub     x0, x29, START
        ldr     x9, [x0, CTX_FLAGS]
        cbz     x9, .Lentered
        mov     x19, x1
        bl      uctx_native_enter
        mov     x1, x19
        sub     x0, x29, START
.Lentered:
        ldr     x9, [x0, CTX_ENTRY]
        blr     x9
        mov     x1, x0
        mov     x2, 0
        sub     x0, x29, START
        adr     x9, .Lnobody
        ldr     x10, [x0, CTX_LINK + CTX_PC]
        cmp     x9, x10
        b.eq    .Lslow
        ldr     x9, [x0, CTX_FLAGS]
        cbnz    x9, .Lslow
        str     xzr, [x0, CTX_SP]       // done
        add     x0, x0, CTX_LINK
        .cfi_remember_state
        LOAD_POINT 0
        .cfi_restore_state
.Lslow:
        bl      uctx_native_leave       // does not return
uctx_native_landing:                    // an exception left the entry: x0
        hint    36                      // bti j
        mov     x1, x0
        sub     x0, x29, START
        bl      uctx_native_caught      // does not return
        brk     1
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
        .cfi_undefined x30
        nop                             // so that pc - 1 is ours
.Lnobody:
        brk     1
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 4
        .globl  uctx_nobody
        .type   uctx_nobody, %object
        .size   uctx_nobody, 2 * CTX_WORD
uctx_nobody:
        .xword  0, .Lnobody
        .text

/*
 * unsigned long uctx_native_fenv(void);
 * void uctx_native_fenv_set(unsigned long words);
 *
 * The control word of this thread; its flags are in another one, fpsr.
 */
        .globl  uctx_native_fenv
        .hidden uctx_native_fenv
FUNC uctx_native_fenv
        mrs     x0, fpcr
        ret
END uctx_native_fenv

        .globl  uctx_native_fenv_set
        .hidden uctx_native_fenv_set
FUNC uctx_native_fenv_set
        msr     fpcr, x0
        ret
END uctx_native_fenv_set
