/* SPDX-License-Identifier: MIT */
/*
 * The native switch out of line, and where a native context starts.
 *
 * While it travels
 *
 *   r0   the value
 *   r1   a function to call on arrival, which is the second way in, or 0, and
 *   r2   its first argument
 *   r3   the context that is started, goes on or is left
 *
 * ABI: AAPCS32 2022Q3, 6.1.1 and 6.1.2: r4-r11, sp and d8-d15 belong to the
 * caller.  They are pushed; fpscr belongs to the thread.  There is no frame
 * record that walkers agree on: r11 is only a register here.
 */
#include "layout.h"
#include "asm.h"
#include "native/layout.h"

/* DWARF for the Arm Architecture, table 1: rN is N. */
#define DW_R3  3
#define DW_R11 11
#define DW_RA  14

#define VFP_BYTES   64
#define FRAME_BYTES (VFP_BYTES + 40)

/*
 *   CFA->+--------------------+
 *        | lr, r11-r4         |
 *        | a word unused      |
 *        | d15-d8             |
 *   sp-> +--------------------+
 */
        .macro  FRAME_SAVED
        .cfi_def_cfa sp, FRAME_BYTES
        .irp    reg, 4, 5, 6, 7, 8, 9, 10, 11
        .cfi_offset r\reg, 4 * (\reg - 4) - 36
        .endr
        .cfi_offset lr, -4
        .endm

/* Clobbers ip.  The EHABI's unwinder is told of d8-d15 where the compiler
 * counts on them: it must not touch what may not be there. */
        .macro  PUSH_REGS
        FIND_VFP .Lfind\@               // while lr may be pushed
.Lfind\@:
        push    {r3-r11, lr}
        sub     sp, sp, #VFP_BYTES
        FRAME_SAVED
        .save   {r4-r11, lr}
        .pad    #4
#ifdef __ARM_FP
        .vsave  {d8-d15}
#else
        .pad    #VFP_BYTES
#endif
        NEED_VFP .Lpushed\@
        vstmia  sp, {d8-d15}
.Lpushed\@:
        .endm

        .macro  POP_REGS
        NEED_VFP .Lpopped\@
        vldmia  sp, {d8-d15}
.Lpopped\@:
        add     sp, sp, #VFP_BYTES
        .cfi_adjust_cfa_offset -VFP_BYTES
        pop     {r3-r11, lr}
        .cfi_def_cfa_offset 0
        .irp    reg, r4, r5, r6, r7, r8, r9, r10, r11, lr
        .cfi_restore \reg
        .endr
        bx      lr
        .endm

/* Save what the frame above needs, to go on at .Larrive: as that of the context
 * at (r0); or as that of its link, whose sp keeps the bit if it has one.
 * Clobbers ip, and with the bit r4. */
        .macro  SAVE_SELF
        ADDRESS ip, .Larrive
        str     sp, [r0, #CTX_SP]
        str     r11, [r0, #CTX_FP]
        str     ip, [r0, #CTX_PC]
        .endm

        .macro  SAVE_LINK flagged=0
        .if     \flagged
        ldr     ip, [r0, #CTX_LINK_SP]
        mov     r4, sp
        and     ip, ip, #CTX_FLAGGED
        orr     ip, ip, r4
        str     ip, [r0, #CTX_LINK_SP]
        .else
        str     sp, [r0, #CTX_LINK_SP]
        .endif
        ADDRESS ip, .Larrive
        str     r11, [r0, #CTX_LINK_FP]
        str     ip, [r0, #CTX_LINK_PC]
        .endm

/* From here on the frame above is the one that (r3) keeps at \sp and \fp, and
 * whose pc is in ip. */
        .macro  CFI_TARGET sp, fp
        .cfi_escape 0x0f, 6, 0x70 + DW_R3, \sp, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a     // its bit is not sp's
        CFI_SAVED_AT DW_R11, DW_R3, \fp
        .cfi_register lr, ip
        .irp    reg, r4, r5, r6, r7, r8, r9, r10
        .cfi_same_value \reg
        .endr
        .endm

/* Start the context at (r3) or go on with it; `mark` that it was resumed. */
        .macro  GO_SELF mark=0
        .if     \mark
        mov     r4, #0
        .endif
        ldr     ip, [r3, #CTX_PC]
        CFI_TARGET CTX_SP, CTX_FP
        ldr     r11, [r3, #CTX_FP]
        .cfi_same_value r11
        .if     \mark
        str     r4, [r3, #CTX_PC]
        .endif
        ldr     sp, [r3, #CTX_SP]
        bx      ip
        .endm

/* Go to who resumed it, and waits no longer; `flagged`: sp may have the bit. */
        .macro  GO_LINK flagged=0
        mov     r4, #0
        ldr     ip, [r3, #CTX_LINK_PC]
        CFI_TARGET CTX_LINK_SP, CTX_LINK_FP
        ldr     r11, [r3, #CTX_LINK_FP]
        .cfi_same_value r11
        str     r4, [r3, #CTX_LINK_PC]
        .if     \flagged
        ldr     r4, [r3, #CTX_LINK_SP]
        bic     r4, r4, #CTX_FLAGGED
        mov     sp, r4
        .else
        ldr     sp, [r3, #CTX_LINK_SP]
        .endif
        bx      ip
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
 *   In        r0-r3
 *   Clobbers  what the ABI lets any call clobber
 */

/* r0-r3 = ctx, value, on, from, as they travel.  Clobbers ip. */
        .macro  SHIFT_ARGS
        mov     ip, r0
        mov     r0, r1
        mov     r1, r2
        mov     r2, r3
        mov     r3, ip
        .endm

        .globl  uctx_native_resume
        .hidden uctx_native_resume
FUNC uctx_native_resume
        PUSH_REGS
        SAVE_LINK 1
        SHIFT_ARGS
        .cfi_remember_state
        GO_SELF 1
        .cfi_restore_state

        nop                             // so that what is before is ours
.Larrive:
        movs    ip, r1
        beq     .Lreturn
        mov     r1, r0
        mov     r0, r2
        blx     ip
.Lreturn:
        POP_REGS
END uctx_native_resume
        END_TABLE

        .globl  uctx_native_yield
        .hidden uctx_native_yield
FUNC uctx_native_yield
        PUSH_REGS
        SAVE_SELF
        SHIFT_ARGS
        GO_LINK 1
END uctx_native_yield
        END_TABLE

        .globl  uctx_native_swap
        .hidden uctx_native_swap
FUNC uctx_native_swap
.Lswap_on:
        PUSH_REGS
        SAVE_SELF
        mov     r4, r3
        mov     r3, r1
        mov     r1, r2
        mov     r2, r0
        mov     r0, r4
        GO_SELF
END uctx_native_swap
        END_TABLE

/*
 * void uctx_native_jump(struct uctx *ctx, void *value, uctx_on *on,
 *                       struct uctx *from);
 *
 * Goes from ctx to who resumed it, for good; on(from, value) is called there.
 *
 *   In        r0-r3
 */
        .globl  uctx_native_jump
        .hidden uctx_native_jump
FUNC uctx_native_jump
        SHIFT_ARGS
        GO_LINK 1
END uctx_native_jump
        END_TABLE

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
 *   In        r0-r3
 *   Clobbers  what the ABI lets any call clobber
 */

/* Call the other function if the first argument has flags; or if the target of
 * a `swap` yielded: its link is stale. */
        .macro  WATCHED name, swap=0
        ldr     ip, [r0, #CTX_LINK_SP]
        tst     ip, #CTX_FLAGGED
        bne     uctx_watched_\name
        .if     \swap
        ldr     ip, [r1, #CTX_LINK_PC]
        cmp     ip, #0
        beq     uctx_watched_\name
        .endif
        .endm

FUNC uctx_resume
        WATCHED resume
        PUSH_REGS
        SAVE_LINK
        mov     r3, r0
        mov     r0, r1
        mov     r1, #0
        GO_SELF 1
END uctx_resume
        END_TABLE

FUNC uctx_yield
        WATCHED yield
        PUSH_REGS
        SAVE_SELF
        mov     r3, r0
        mov     r0, r1
        mov     r1, #0
        GO_LINK
END uctx_yield
        END_TABLE

FUNC uctx_swap
        WATCHED swap, 1
        PUSH_REGS
        SAVE_SELF
        mov     r3, r1
        mov     r0, r2
        mov     r1, #0
        GO_SELF
END uctx_swap
        END_TABLE

FUNC uctx_swap_on
        WATCHED swap_on, 1
        b       .Lswap_on
END uctx_swap_on
        END_TABLE

/*
 * Where a context starts, at uctx_native_begin.
 *
 *   In        r11 = &ctx->link_fp, put there by uctx_init(); sp = the top of
 *             its stack, aligned to 8; r0, r1 and r2 as they travel
 *
 * The frame above is the link: CFA = *(r11 - 4), less its bit.  With nobody
 * there that is .Lnobody, where all walks end.  The EHABI cannot say so: its
 * personality routine, uctx_native_personality(), does what there is to do.
 * gdb takes a frame above at a lower address for a corrupt stack unless it lies
 * above a signal frame, so this is marked as one.
 */
#define START CTX_LINK_FP

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
        .fnstart
        .cfi_escape 0x0f, 6, 0x70 + DW_R11, (CTX_LINK_SP - START) & 0x7f, 0x06
        .cfi_escape 0x09, ~CTX_FLAGGED & 0xff, 0x1a
        .cfi_escape 0x10, DW_RA, 2, 0x70 + DW_R11, CTX_LINK_PC - START
        .cfi_escape 0x10, DW_R11, 2, 0x70 + DW_R11, 0
        .irp    reg, r4, r5, r6, r7, r8, r9, r10
        .cfi_undefined \reg
        .endr
        nop                             // so that what is before is ours
uctx_native_begin:
        sub     r4, r11, #START
        mov     ip, #0
        str     ip, [r4, #CTX_PC]       // it runs, whoever started it
        movs    ip, r1
        beq     .Lstarted
        mov     r1, r0
        mov     r0, r2
        blx     ip
.Lstarted:
        ldr     ip, [r4, #CTX_LINK_SP]
        tst     ip, #CTX_FLAGGED
        beq     .Lentered
        mov     r5, r0
        mov     r0, r4
        bl      uctx_native_enter
        mov     r0, r5
.Lentered:
        mov     r1, r0
        mov     r0, r4
        ldr     ip, [r4, #CTX_ENTRY]
        blx     ip
        ldr     r1, [r4, #CTX_LINK_SP]
        tst     r1, #CTX_FLAGGED
        bne     .Lslow
        ldr     r1, [r4, #CTX_LINK_PC]
        ADDRESS r2, .Lnobody
        cmp     r1, r2
        beq     .Lslow
        mov     r1, #0                  // travels
        str     r1, [r4, #CTX_SP]       // done
        str     r1, [r4, #CTX_PC]
        mov     r3, r4
        .cfi_remember_state
        GO_LINK
        .cfi_restore_state
.Lslow:
        mov     r1, r0
        mov     r0, r4
        mov     r2, #0
        bl      uctx_native_leave       // does not return
uctx_native_landing:                    // an exception left the entry: r0
        mov     r1, r0
        sub     r0, r11, #START
        bl      uctx_native_caught      // does not return
        udf     #0
        .personality uctx_native_personality
        .handlerdata
        .fnend
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
        .fnstart
        .cantunwind
        .cfi_undefined lr
        nop                             // so that what is before is ours
.Lnobody:
        udf     #0
        .fnend
        .cfi_endproc
        .size   uctx_native_end, . - uctx_native_end

        .section .data.rel.ro, "aw"
        .p2align 2
        .globl  uctx_native_nobody
        .hidden uctx_native_nobody
        .type   uctx_native_nobody, %object
        .size   uctx_native_nobody, CTX_WORD
uctx_native_nobody:
        .word   .Lnobody
        .text

/*
 * unsigned long uctx_native_fenv(void);
 * void uctx_native_fenv_set(unsigned long words);
 *
 * The control bits of fpscr; 0 where there is none.
 */
#define FPSCR_FLAGS 0xf800009f /* condition, saturation and exceptions */

        .globl  uctx_native_fenv
        .hidden uctx_native_fenv
FUNC uctx_native_fenv
        mov     r0, #0
        FIND_VFP .Lfenv
        vmrs    r0, fpscr
        bic     r0, r0, #FPSCR_FLAGS & 0xff000000
        bic     r0, r0, #FPSCR_FLAGS & 0xff
.Lfenv:
        bx      lr
END uctx_native_fenv
        END_TABLE

        .globl  uctx_native_fenv_set
        .hidden uctx_native_fenv_set
FUNC uctx_native_fenv_set
        FIND_VFP .Lfenv_set
        vmrs    r1, fpscr
        and     r2, r1, #FPSCR_FLAGS & 0xff000000
        and     r1, r1, #FPSCR_FLAGS & 0xff
        orr     r0, r0, r1
        orr     r0, r0, r2
        vmsr    fpscr, r0
.Lfenv_set:
        bx      lr
END uctx_native_fenv_set
        END_TABLE

        VFP_FINDER
