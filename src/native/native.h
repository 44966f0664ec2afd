/* SPDX-License-Identifier: MIT */
/*
 * What the files of src/native/ share.  What they need from a port is in
 * arch.h.
 */
#ifndef UCTX_NATIVE_H
#define UCTX_NATIVE_H

#include <stdint.h>
#include <uctx/context.h>
#include <unwind.h>

#include <layout.h> /* the port's: there is one beside this file, too */

#include "arch.h"

/* struct uctx::magic: of a context that may be used, and of one that is
 * gone. */
#define MAGIC_ALIVE 0x78746375 /* "uctx" */
#define MAGIC_GONE  0x656e6f67 /* "gone" */

/* struct uctx::flags, beside the public ones: a sanitizer must hear of each
 * switch. */
#define FLAG_WATCHED (1ul << 16)

/* The bytes that a context made by uctx_create() takes of its stack. */
#define CREATED_SIZE ((sizeof(struct uctx) + 63) & ~(size_t)63)

/* What each stack holds at its top: the frames that uctx_cancel() unwinds end
 * below, and the first frame's CFA is START_FRAME bytes below its address: what
 * a port's start needs to call the entry. */
#ifndef START_FRAME
#define START_FRAME 0
#endif
struct uctx_top {
    struct _Unwind_Exception cancel;
    struct uctx *ctx;
};

static inline struct uctx_top *uctx_native_top(const struct uctx *ctx)
{
    uintptr_t end = (uintptr_t)ctx->stack.base + ctx->stack.size;

    return (struct uctx_top *)((end - sizeof(struct uctx_top)) &
                               -(uintptr_t)64);
}

/* The context that uctx_create() put on the stack that the pool handed out. */
static inline struct uctx *uctx_native_of(const struct uctx_stack *pooled)
{
    return (struct uctx *)(void *)((char *)pooled->base + pooled->size -
                                   CREATED_SIZE);
}

static inline int uctx_has_resumer(const struct uctx *ctx)
{
    return ctx->link.pc != uctx_nobody[1];
}

/* Take the resumer out of the context: it waits no longer.  Going on at a copy
 * is only for one that stopped out of line: an inlined switch finds its rbx
 * beside the point that it left. */
static inline struct uctx_point uctx_take_link(struct uctx *ctx)
{
    struct uctx_point link = ctx->link;

    ctx->link.fp = uctx_nobody[0];
    ctx->link.pc = uctx_nobody[1];
    return link;
}

/* `ctx` will not go on: mark it as done and go to who waits for it, with
 * `value`, or what on(ctx, value) returns there.  Aborts if nobody does. */
UCTX_HIDDEN _Noreturn void uctx_native_leave(struct uctx *ctx, void *value,
                                             uctx_on *on);

/* The first thing in a context whose flags are not 0. */
UCTX_HIDDEN void uctx_native_enter(struct uctx *ctx);

/* Tell the sanitizers and Valgrind (watch.c).  `flags` gets FLAG_WATCHED if
 * one must hear of each switch. */
UCTX_HIDDEN void uctx_watch_init(struct uctx *ctx);
UCTX_HIDDEN void uctx_watch_fini(struct uctx *ctx);

/* Go from `ctx` to its resumer for good. */
UCTX_HIDDEN _Noreturn void uctx_watch_leave(struct uctx *ctx, void *value,
                                            uctx_on *on);

/* Resume `ctx`, which calls on(from, value) first; on may be NULL. */
UCTX_HIDDEN void *uctx_watch_resume_on(struct uctx *ctx, uctx_on *on,
                                       struct uctx *from, void *value);

/* Print "uctx: <what> '<name>': <why>" and abort. */
UCTX_HIDDEN _Noreturn void
uctx_native_die(const char *what, const struct uctx *ctx, const char *why);

#endif
