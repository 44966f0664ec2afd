/* SPDX-License-Identifier: MIT */
/*
 * The macros that every port's assembly shares.  Include layout.h first: it
 * says what the architecture's LANDING_PAD and PROPERTY_NOTE are.
 */
#ifndef UCTX_ASM_H
#define UCTX_ASM_H

/*
 * FUNC and END bracket a function: its symbol, type and size, one FDE, and
 * the landing pad that an indirect branch must find where the hardware checks.
 */
        .macro  FUNC name
        .globl  \name
        .type   \name, %function
        .p2align 5
\name:
        .cfi_startproc
        LANDING_PAD
        .endm

        .macro  END name
        .cfi_endproc
        .size   \name, . - \name
        .endm

/*
 * Tell the unwinder that a register of the frame above is the word `offset`
 * bytes above where `base` points, whatever the CFA is (DW_CFA_expression),
 * and that the CFA itself is such a word (DW_CFA_def_cfa_expression).
 * DWARF register numbers, base below 32; offsets 0 to 8191, as a two-byte
 * SLEB128.  DWARF 5, 6.4.2.2 and 6.4.2.3.  Two escapes are one instruction:
 * the assembler appends the bytes of the second to those of the first.
 */
        .macro  CFI_SAVED_AT reg, base, offset
        .cfi_escape 0x10, \reg, 3, 0x70 + \base
        .cfi_escape ((\offset) & 0x7f) | 0x80, (\offset) >> 7
        .endm

        .macro  CFI_CFA_SAVED_AT base, offset
        .cfi_escape 0x0f, 4, 0x70 + \base
        .cfi_escape ((\offset) & 0x7f) | 0x80, (\offset) >> 7, 0x06
        .endm

/* What each object says of itself: it needs no executable stack, and what the
 * port's layout.h adds. */
        .section .note.GNU-stack, "", %progbits
        PROPERTY_NOTE
        .text

#endif
