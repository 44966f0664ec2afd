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
#define CTX_SP        (0 * CTX_WORD)
#define CTX_FP        (1 * CTX_WORD)
#define CTX_PC        (2 * CTX_WORD)
#define CTX_FLAGS     (3 * CTX_WORD)
#define CTX_LINK      (4 * CTX_WORD) /* a point, as self is */
#define CTX_BASE      (7 * CTX_WORD)
#define CTX_LINK_BASE (8 * CTX_WORD)
#define CTX_ENTRY     (9 * CTX_WORD)

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <stddef.h>
#include <uctx/context.h>

#define CTX_CHECK(member, macro)                             \
    _Static_assert(offsetof(struct uctx, member) == (macro), \
                   #macro " is not the offset of " #member)

CTX_CHECK(self.sp, CTX_SP);
CTX_CHECK(self.fp, CTX_FP);
CTX_CHECK(self.pc, CTX_PC);
CTX_CHECK(flags, CTX_FLAGS);
CTX_CHECK(link.sp, CTX_LINK + CTX_SP);
CTX_CHECK(link.fp, CTX_LINK + CTX_FP);
CTX_CHECK(link.pc, CTX_LINK + CTX_PC);
CTX_CHECK(base, CTX_BASE);
CTX_CHECK(link_base, CTX_LINK_BASE);
CTX_CHECK(entry, CTX_ENTRY);

#endif
#endif
