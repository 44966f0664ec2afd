/* SPDX-License-Identifier: MIT */
/*
 * Where a debugger finds the contexts.  It walks the pool as uctx_each() does,
 * but in a core file, too, and without running anything; see gdb/uctx.py.
 */
#include <stddef.h>

#include "native/native.h"
#include "stack/arena.h"

/* In the order of that file; the first number changes with the others'
 * meaning. */
UCTX_EXPORT const uintptr_t uctx_debug[] = {
    1,
    (uintptr_t)&uctx_arena_chunks,
    offsetof(struct chunk, next),
    offsetof(struct chunk, slots),
    offsetof(struct chunk, stride),
    offsetof(struct chunk, n_slots),
    offsetof(struct chunk, taken),
    LINE,
    N_COLOURS,
    offsetof(struct slot, state),
    offsetof(struct slot, owner),
    SLOT_LIVE,
    offsetof(struct uctx, sp),
    offsetof(struct uctx, fp),
    offsetof(struct uctx, pc),
    offsetof(struct uctx, base),
    offsetof(struct uctx, stack),
    offsetof(struct uctx, entry),
    offsetof(struct uctx, name),
    (uintptr_t)uctx_native_begin,
};
