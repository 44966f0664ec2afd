/* SPDX-License-Identifier: MIT */
/*
 * The switches of a program compiled with UCTX_CHECK: each mistake ends in a
 * message that names the context.
 */
#include "native/native.h"

static void *this_thread(void)
{
    static _Thread_local char here;

    return &here;
}

static void expect_alive(const char *what, const struct uctx *ctx)
{
    if (ctx == NULL)
        uctx_native_die(what, ctx, "there is no context at NULL");
    if (ctx->magic == MAGIC_GONE)
        uctx_native_die(what, ctx, "it has been destroyed");
    if (ctx->magic != MAGIC_ALIVE)
        uctx_native_die(what, ctx,
                        "it was never initialised, or has been destroyed");
}

/* `ctx` can be made to go on: say that it does so on this thread. */
static void expect_stopped(const char *what, struct uctx *ctx)
{
    expect_alive(what, ctx);
    switch (uctx_state(ctx)) {
    case UCTX_NEW:
    case UCTX_SUSPENDED:
        break;
    case UCTX_DONE:
        uctx_native_die(what, ctx, "it is done");
    case UCTX_RUNNING:
        uctx_native_die(what, ctx,
                        ctx->thread == NULL || ctx->thread == this_thread()
                            ? "it is running already"
                            : "it is running on another thread");
    }
    ctx->thread = this_thread();
}

/* The caller is `ctx`. */
static void expect_running(const char *what, const struct uctx *ctx)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

    expect_alive(what, ctx);
    if (ctx->entry == NULL)
        return; /* a swap without UCTX_CHECK may have come back to it */
    if (uctx_state(ctx) != UCTX_RUNNING)
        uctx_native_die(what, ctx, "it is not running");
    if (sp - (uintptr_t)ctx->stack.base >= ctx->stack.size)
        uctx_native_die(what, ctx, "it is not the caller");
}

UCTX_EXPORT void *uctx_checked_resume(struct uctx *ctx, void *value)
{
    expect_stopped("resume of", ctx);
    if (ctx->entry == NULL)
        uctx_native_die("resume of", ctx, "it is a thread");
    if (uctx_has_resumer(ctx))
        uctx_native_die("resume of", ctx, "another resumer waits for it");
    return uctx_resume(ctx, value);
}

UCTX_EXPORT void *uctx_checked_yield(struct uctx *self, void *value)
{
    expect_running("yield of", self);
    if (!uctx_has_resumer(self))
        uctx_native_die("yield of", self, "nobody resumed it");
    return uctx_yield(self, value);
}

/* A swap does not say of its target that it runs; here each one says it of
 * itself. */
static void say_running(struct uctx **self)
{
    (*self)->pc = NULL;
}

#define SAY_RUNNING(from) \
    struct uctx *self __attribute__((unused, cleanup(say_running))) = (from)

UCTX_EXPORT void *uctx_checked_swap(struct uctx *from, struct uctx *to,
                                    void *value)
{
    return uctx_checked_swap_on(from, to, NULL, value);
}

UCTX_EXPORT void *uctx_checked_swap_on(struct uctx *from, struct uctx *to,
                                       uctx_on *on, void *value)
{
    SAY_RUNNING(from);

    expect_running("swap from", from);
    expect_stopped("swap to", to);
    return on != NULL ? uctx_swap_on(from, to, on, value)
                      : uctx_swap(from, to, value);
}
