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

/* Save what the frame above needs, to go on at .Larrive: as the link of x0,
 * which runs from now on, its pc being in x10, and whose link_sp keeps the bit
 * if it has one; or as the context at \ctx, but for its pc, which is in x11. */
        .macro  SAVE_LINK flagged=0
        mov     x9, sp
        .if     \flagged
        ldr     x10, [x0, CTX_LINK_SP]
        bfi     x9, x10, 0, 1           // CTX_FLAGGED
        .endif
        adr     x11, .Larrive
        ldr     x10, [x0, CTX_PC]
        stp     x9, x29, [x0, CTX_LINK_SP]
        stp     x11, xzr, [x0, CTX_LINK_PC]
        .endm

        .macro  SAVE_SELF ctx
        mov     x9, sp
        adr     x11, .Larrive
        stp     x29, x9, [\ctx, CTX_FP]
        .endm

/* From here on the frame above is the one that [x0] keeps at \sp, \fp and
 * \base, and whose pc is in x10.  `signed`: the return address of this frame
 * is, which that of the target is not. */
        .macro  CFI_TARGET sp, fp, base, signed
        .cfi_escape 0x0f, 6, 0x70, \sp, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a     // its bit is not sp's
        CFI_FREE
        CFI_SAVED_AT DW_X29, 0, \fp
        CFI_SAVED_AT DW_X19, 0, \base
        .cfi_register x30, x10
        .if     \signed
        .cfi_negate_ra_state
        .endif
        .endm

/* Go there. */
        .macro  GO      base
        .cfi_restore x29
        ldr     x19, [x0, \base]
        .cfi_restore x19
        mov     sp, x9
        br      x10
        .endm

/* Start the context at x0 or go on with it, at x10. */
        .macro  GO_SELF
        CFI_TARGET CTX_SP, CTX_FP, CTX_BASE, 1
        ldp     x29, x9, [x0, CTX_FP]
        GO      CTX_BASE
        .endm

/* Go to who resumed x0, and waits no longer; `self` is saved, to go on at
 * x11. */
        .macro  GO_LINK self=1, signed=1
        ldr     x10, [x0, CTX_LINK_PC]
        CFI_TARGET CTX_LINK_SP, CTX_LINK_FP, CTX_LINK_BASE, \signed
        ldp     x9, x29, [x0, CTX_LINK_SP]
        .if     \self
        stp     xzr, x11, [x0, CTX_LINK_PC]
        .else
        str     xzr, [x0, CTX_LINK_PC]
        .endif
        and     x9, x9, ~CTX_FLAGGED
        GO      CTX_LINK_BASE
        .endm

/*
 * void *uctx_native_resume(struct uctx *ctx, void *value, uctx_on *on,
 *                          struct uctx *from);
 * void *uctx_native_yield(struct uctx *self, void *value, uctx_on *on,
 *                         struct uctx *from);
 * void *uctx_native_swap(struct uctx *from, struct uctx *to, uctx_on *on,
 *                        void *value);
 *
 * The switches, whatever the flags; on(from, value) is called on arrival.
 *
 *   In        x0, x1, x2, x3
 *   Clobbers  what the ABI lets any call clobber
 */
        .globl  uctx_native_resume
        .hidden uctx_native_resume
FUNC uctx_native_resume
        PUSH_REGS
        SAVE_LINK 1
        .cfi_remember_state
        GO_SELF
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
END uctx_native_resume

        .globl  uctx_native_yield
        .hidden uctx_native_yield
FUNC uctx_native_yield
        PUSH_REGS
        SAVE_SELF x0
        GO_LINK
END uctx_native_yield

        .globl  uctx_native_swap
        .hidden uctx_native_swap
FUNC uctx_native_swap
.Lswap_on:
        mov     x9, x3                  // the value
        mov     x3, x0
        mov     x0, x1
        mov     x1, x9
        PUSH_REGS
        SAVE_SELF x3
        str     x11, [x3, CTX_PC]
        ldr     x10, [x0, CTX_PC]
        GO_SELF
END uctx_native_swap

/*
 * void uctx_native_jump(struct uctx *ctx, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * Goes from ctx to who resumed it, for good; on(from, value) is called there.
 *
 *   In        x0, x1, x2, x3
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        GO_LINK 0, 0
END uctx_native_jump

/*
 * void *uctx_resume(struct uctx *ctx, void *value);
 * void *uctx_yield(struct uctx *self, void *value);
 * void *uctx_swap(struct uctx *from, struct uctx *to, void *value);
 * void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
 *                    void *value);
 *
 * What the header says.  They arrive in uctx_native_resume, whose frame is the
 * same.
 *
 *   In        x0, x1, x2, x3
 *   Clobbers  what the ABI lets any call clobber
 */
        .macro  UNLESS_WATCHED watched, swap=0
        ldr     x9, [x0, CTX_LINK_SP]
        .if     \swap                   // it yielded: its link is stale
        ldr     x10, [x1, CTX_LINK_PC]
        cbz     x10, .Lwatched\@
        .endif
        tbz     x9, 0, .Lunwatched\@    // CTX_FLAGGED
.Lwatched\@:
        b       \watched
.Lunwatched\@:
        .endm

FUNC uctx_resume
        UNLESS_WATCHED uctx_watched_resume
        PUSH_REGS
        SAVE_LINK
        mov     x2, 0
        GO_SELF
END uctx_resume

FUNC uctx_yield
        UNLESS_WATCHED uctx_watched_yield
        PUSH_REGS
        SAVE_SELF x0
        mov     x2, 0
        GO_LINK
END uctx_yield

FUNC uctx_swap
        UNLESS_WATCHED uctx_watched_swap, 1
        PUSH_REGS
        SAVE_SELF x0
        str     x11, [x0, CTX_PC]
        mov     x0, x1
        mov     x1, x2
        mov     x2, 0
        ldr     x10, [x0, CTX_PC]
        GO_SELF
END uctx_swap

FUNC uctx_swap_on
        UNLESS_WATCHED uctx_watched_swap_on, 1
        b       .Lswap_on
END uctx_swap_on

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        x29 = &ctx->link_fp, put there by uctx_init(); sp = the top of
 *             its stack, aligned to 16; x1 to x3 as for any switch
 *
 * What x29 points at is a frame record, and the frame above is the link: CFA =
 * *(x29 - 8), less its bit.  With nobody there that is .Lnobody, where all
 * walks end.  gdb takes a frame above at a lower address for a corrupt stack
 * unless it lies above a signal frame, so this is marked as one.  The return
 * address in the link is that of a label, which nobody signed.
 */
#define START (-CTX_LINK_FP)

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
        .cfi_escape 0x0f, 6, 0x70 + DW_X29, (START + CTX_LINK_SP) & 0x7f, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_X29, START + CTX_LINK_PC
        .cfi_escape 0x10, DW_X29, 2, 0x70 + DW_X29, 0
        .cfi_escape 0x10, DW_X19, 2, 0x70 + DW_X29, START + CTX_LINK_BASE
        .irp    n, 20, 21, 22, 23, 24, 25, 26, 27, 28
        .cfi_undefined x\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        .cfi_undefined DW_D8 + \n
        .endr
        nop                             // so that pc - 1 is ours from here on
uctx_native_begin:
        hint    36                      // bti j
        str     xzr, [x29, START + CTX_PC] // it runs, whoever started it
        cbz     x2, .Lstarted
        mov     x0, x3
        blr     x2
        mov     x1, x0
.Lstarted:
        add     x0, x29, START
        ldr     x9, [x0, CTX_LINK_SP]
        tbz     x9, 0, .Lentered        // CTX_FLAGGED
        mov     x19, x1
        bl      uctx_native_enter
        mov     x1, x19
        add     x0, x29, START
.Lentered:
        ldr     x9, [x0, CTX_ENTRY]
        blr     x9
        mov     x1, x0
        mov     x2, 0
        add     x0, x29, START
        ldr     x9, [x0, CTX_LINK_SP]
        tbnz    x9, 0, .Lslow
        ldr     x9, [x0, CTX_LINK_PC]
        adr     x10, .Lnobody
        cmp     x9, x10
        b.eq    .Lslow
        str     xzr, [x0, CTX_SP]       // done
        str     xzr, [x0, CTX_PC]
        .cfi_remember_state
        GO_LINK 0, 0
        .cfi_restore_state
.Lslow:
        bl      uctx_native_leave       // does not return
uctx_native_landing:                    // an exception left the entry: x0
        hint    36                      // bti j
        mov     x1, x0
        add     x0, x29, START
        bl      uctx_native_caught      // does not return
        brk     1
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
        .cfi_undefined x30
        nop                             // so that pc - 1 is ours
.Lnobody:
        brk     1
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 3
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
uctx_native_nobody:
        .xword  .Lnobody
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
