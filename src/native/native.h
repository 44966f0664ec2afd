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
#include "native/layout.h"

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
    struct uctx *ctx;
    void *unused; /* alignment */
};

static inline struct uctx_top *uctx_native_top(const struct uctx *ctx)
{
    uintptr_t end = (uintptr_t)ctx->stack.base + ctx->stack.size;

    return (struct uctx_top *)((end - sizeof(struct uctx_top)) &
                               -(uintptr_t)16);
}

static inline int uctx_has_resumer(const struct uctx *ctx)
{
    return ctx->link_pc != NULL && ctx->link_pc != uctx_native_nobody;
}

/* Nobody waits for `ctx`: all walks end where it starts. */
static inline void uctx_drop_link(struct uctx *ctx)
{
    ctx->link_sp = (void *)(uintptr_t)(ctx->flags != 0 ? CTX_FLAGGED : 0);
    ctx->link_fp = NULL;
    ctx->link_pc = uctx_native_nobody;
}

/* `ctx` will not go on: mark it as done and go to who waits for it, with
 * `value`, or what on(ctx, value) returns there.  Aborts if nobody does. */
UCTX_HIDDEN _Noreturn void uctx_native_leave(struct uctx *ctx, void *value,
                                             uctx_on *on);

/* What is called on arrival if nothing is asked for: returns `value`. */
UCTX_HIDDEN void *uctx_native_pass(struct uctx *from, void *value);

/* The first thing in a context whose flags are not 0. */
UCTX_HIDDEN void uctx_native_enter(struct uctx *ctx);

/* Tell the sanitizers and Valgrind (watch.c), if one is on.  `flags` gets
 * FLAG_WATCHED if it must hear of each switch. */
UCTX_HIDDEN extern int uctx_watch_on;
UCTX_HIDDEN void uctx_watch_init(struct uctx *ctx);
UCTX_HIDDEN void uctx_watch_fini(struct uctx *ctx);

/* Go from `ctx` to its resumer for good. */
UCTX_HIDDEN _Noreturn void uctx_watch_leave(struct uctx *ctx, void *value,
                                            uctx_on *on);

/* Resume `ctx`, which calls on(from, value) first; on may be NULL. */
UCTX_HIDDEN void *uctx_watch_resume_on(struct uctx *ctx, uctx_on *on,
                                       struct uctx *from, void *value);

/* For debuggers (debug.c).  Whoever has contexts has this, linked statically
 * too: unwind.c, which all need, refers to it. */
extern const uintptr_t uctx_debug[];

/* Print "uctx: <what> '<name>': <why>" and abort. */
UCTX_HIDDEN _Noreturn void
uctx_native_die(const char *what, const struct uctx *ctx, const char *why);

#endif
