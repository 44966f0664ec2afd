/* SPDX-License-Identifier: MIT */
/*
 * The life of a context, but for the switches: those are the port's.
 */
#include "native/native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#include "stack/cache.h"

static void print(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        return;
}

void uctx_native_die(const char *what, const struct uctx *ctx, const char *why)
{
    char digits[2 * sizeof ctx + 1], *digit = digits + sizeof digits - 1;
    uintptr_t address = (uintptr_t)ctx;

    print("uctx: ");
    print(what);
    if (ctx != NULL && ctx->magic == MAGIC_ALIVE && ctx->name != NULL) {
        print(" '");
        print(ctx->name);
        print("'");
    } else {
        *digit = '\0';
        do {
            *--digit = "0123456789abcdef"[address % 16];
        } while ((address /= 16) != 0);
        print(" context 0x");
        print(digit);
    }
    print(": ");
    print(why);
    print("\n");
    abort();
}

/* Store by store, and what the flags and the sanitizers need where they ask for
 * it: this is most of a short context's life. */
static inline void fill(struct uctx *ctx, uctx_entry *entry, unsigned flags)
{
    ctx->flags = flags;
    ctx->entry = entry;
    ctx->name = NULL;
    ctx->magic = MAGIC_ALIVE;
    ctx->thread = NULL;
    if (__builtin_expect(uctx_watch_on, 0))
        uctx_watch_init(ctx);
    uctx_drop_link(ctx);
}

static inline void fill_stack(struct uctx *ctx, void *base, size_t size)
{
    ctx->stack.base = base;
    ctx->stack.size = size;
    uctx_native_top(ctx)->ctx = ctx;
    ctx->sp = uctx_native_top(ctx);
    ctx->fp = &ctx->link_fp;
    ctx->pc = (void *)(uintptr_t)uctx_native_begin;
}

UCTX_EXPORT int uctx_init(struct uctx *ctx, const struct uctx_stack *stack,
                          uctx_entry *entry, unsigned flags)
{
    if ((stack == NULL) != (entry == NULL) || (flags & ~UCTX_FENV) != 0) {
        errno = EINVAL;
        return -1;
    }
    if (stack != NULL && stack->size < UCTX_STACK_MIN) {
        errno = ENOMEM;
        return -1;
    }
    if (stack != NULL) {
        fill_stack(ctx, stack->base, stack->size);
    } else {
        ctx->stack.base = NULL;
        ctx->stack.size = 0;
        ctx->pc = NULL;
        ctx->sp = ctx; /* it runs */
    }
    fill(ctx, entry, flags);
    return 0;
}

UCTX_EXPORT void uctx_fini(struct uctx *ctx)
{
    if (__builtin_expect(uctx_watch_on, 0))
        uctx_watch_fini(ctx);
    ctx->pc = ctx->sp = NULL;
    ctx->magic = MAGIC_GONE;
}

UCTX_EXPORT struct uctx *uctx_create(size_t stack_size, uctx_entry *entry)
{
    struct slot *slot;
    struct uctx *ctx;

    if (entry == NULL) {
        errno = EINVAL;
        return NULL;
    }
    slot = uctx_cache_take(stack_size);
    if (slot == NULL) {
        struct uctx_stack stack;

        if (uctx_stack_alloc(&stack, stack_size) != 0)
            return NULL;
        slot = slot_of(&stack);
    }
    ctx = (struct uctx *)(void *)((char *)slot - CREATED_SIZE);
    fill_stack(ctx, slot->base, (size_t)((char *)ctx - slot->base));
    fill(ctx, entry, 0);
    WRITE(slot->owner, ctx);
    return ctx;
}

UCTX_EXPORT void uctx_destroy(struct uctx *ctx)
{
    if (ctx == NULL)
        return;
    uctx_fini(ctx);
    uctx_cache_give((struct slot *)(void *)((char *)ctx + CREATED_SIZE),
                    ctx->stack.base); /* which keeps errno */
}

/* A swap does not say of its target that it runs. */
static int is_caller(const struct uctx *ctx)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

    return sp - (uintptr_t)ctx->stack.base < ctx->stack.size;
}

UCTX_EXPORT enum uctx_state uctx_state(const struct uctx *ctx)
{
    if (ctx->pc == NULL)
        return ctx->sp == NULL ? UCTX_DONE : UCTX_RUNNING;
    if (ctx->pc == uctx_native_begin)
        return UCTX_NEW;
    return is_caller(ctx) ? UCTX_RUNNING : UCTX_SUSPENDED;
}

UCTX_EXPORT void uctx_set_name(struct uctx *ctx, const char *name)
{
    ctx->name = name;
    uctx_stack_name_owner(ctx, name);
}

UCTX_EXPORT const char *uctx_name(const struct uctx *ctx)
{
    return ctx->name != NULL ? ctx->name : "";
}

void uctx_native_enter(struct uctx *ctx)
{
    if (ctx->flags & UCTX_FENV)
        ctx->fenv = uctx_native_fenv();
}

void *uctx_native_pass(struct uctx *from, void *value)
{
    (void)from;
    return value;
}

void uctx_native_leave(struct uctx *ctx, void *value, uctx_on *on)
{
    if (!uctx_has_resumer(ctx))
        uctx_native_die("return of", ctx, "nobody resumed it");
    if (ctx->flags & UCTX_FENV)
        uctx_native_fenv_set(ctx->fenv);
    ctx->sp = ctx->pc = NULL;
    if (ctx->flags & FLAG_WATCHED)
        uctx_watch_leave(ctx, value, on);
    uctx_native_jump(ctx, value, on != NULL ? on : uctx_native_pass, ctx);
}
