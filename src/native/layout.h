/* SPDX-License-Identifier: MIT */
/*
 * Where struct uctx keeps what assembly reads: bytes from its start.  The same
 * on every architecture, in words.  The inline switches in uctx/arch/ repeat
 * these numbers, since no program that includes them sees this file.
 *
 * Above the fence only macros: assembly includes this too.
 */
#ifndef UCTX_NATIVE_LAYOUT_H
#define UCTX_NATIVE_LAYOUT_H

#define CTX_WORD      __SIZEOF_POINTER__
#define CTX_LINK_SP   (0 * CTX_WORD)
#define CTX_LINK_FP   (1 * CTX_WORD)
#define CTX_LINK_PC   (2 * CTX_WORD)
#define CTX_PC        (3 * CTX_WORD)
#define CTX_FP        (4 * CTX_WORD)
#define CTX_SP        (5 * CTX_WORD)
#define CTX_BASE      (6 * CTX_WORD)
#define CTX_LINK_BASE (7 * CTX_WORD)
#define CTX_ENTRY     (9 * CTX_WORD)

/* In link_sp: flags is not 0. */
#define CTX_FLAGGED 1

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <stddef.h>
#include <uctx/context.h>

#define CTX_CHECK(member, macro)                             \
    _Static_assert(offsetof(struct uctx, member) == (macro), \
                   #macro " is not the offset of " #member)

CTX_CHECK(link_sp, CTX_LINK_SP);
CTX_CHECK(link_fp, CTX_LINK_FP);
CTX_CHECK(link_pc, CTX_LINK_PC);
CTX_CHECK(pc, CTX_PC);
CTX_CHECK(fp, CTX_FP);
CTX_CHECK(sp, CTX_SP);
CTX_CHECK(base, CTX_BASE);
CTX_CHECK(link_base, CTX_LINK_BASE);
CTX_CHECK(entry, CTX_ENTRY);

#endif
#endif
