/* SPDX-License-Identifier: MIT */
/*
 * The switches of a context whose flags are not 0: one that has its own FP
 * control words, and each one where a sanitizer must hear of it.
 *
 * ASan and TSan are told on both sides of a switch.  So that the arriving side
 * tells them even if it stopped in code that knows nothing of this, a watched
 * switch always arrives by a call, of land().
 *
 * The sanitizers' functions are weak: not there, no sanitizer, nothing to do.
 * This file itself is never instrumented.
 */
#include "native/native.h"

#if defined __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(low, high) ((void)(low), (void)(high), 0)
#define VALGRIND_STACK_DEREGISTER(id)      ((void)(id))
#define RUNNING_ON_VALGRIND                0
#endif

#define WEAK __attribute__((weak))

WEAK void __sanitizer_start_switch_fiber(void **fake_stack, const void *base,
                                         size_t size);
WEAK void __sanitizer_finish_switch_fiber(void *fake_stack, const void **base,
                                          size_t *size);
WEAK void __asan_unpoison_memory_region(const volatile void *at, size_t size);
WEAK void *__tsan_get_current_fiber(void);
WEAK void *__tsan_create_fiber(unsigned flags);
WEAK void __tsan_destroy_fiber(void *fiber);
WEAK void __tsan_switch_to_fiber(void *fiber, unsigned flags);

static int on_valgrind;
int uctx_watch_on;

/* Asking costs as much as the rest of uctx_init(): ask once. */
__attribute__((constructor(101))) static void ask_who_watches(void)
{
    on_valgrind = RUNNING_ON_VALGRIND != 0;
    uctx_watch_on = on_valgrind || __sanitizer_start_switch_fiber != NULL ||
                    __tsan_create_fiber != NULL;
}

/* Who goes where.  It lies on the stack that is left. */
struct landing {
    uctx_on *on; /* may be NULL */
    struct uctx *from;
    void *value;
    struct uctx *stopped; /* the context that is left, or NULL              */
    struct uctx *reached; /* the context that goes on, or NULL: `link` does */
    struct uctx *link;    /* whose resumer is left or reached               */
};

void uctx_watch_init(struct uctx *ctx)
{
    if (__sanitizer_start_switch_fiber != NULL || __tsan_create_fiber != NULL)
        ctx->flags |= FLAG_WATCHED;
    ctx->fiber = ctx->link_fiber = NULL;
    ctx->fake_stack = ctx->link_fake_stack = NULL;
    ctx->link_stack = NULL;
    ctx->link_stack_size = 0;
    if (ctx->entry == NULL)
        return; /* a thread: they know it */
    if (__tsan_create_fiber != NULL)
        ctx->fiber = __tsan_create_fiber(0);
    if (on_valgrind)
        ctx->valgrind = VALGRIND_STACK_REGISTER(
            ctx->stack.base, (char *)ctx->stack.base + ctx->stack.size);
}

void uctx_watch_fini(struct uctx *ctx)
{
    if (ctx->entry == NULL)
        return;
    if (ctx->fiber != NULL)
        __tsan_destroy_fiber(ctx->fiber);
    if (__asan_unpoison_memory_region != NULL) /* of frames that were dropped */
        __asan_unpoison_memory_region(ctx->stack.base, ctx->stack.size);
    if (on_valgrind)
        VALGRIND_STACK_DEREGISTER(ctx->valgrind);
}

static void depart(const struct landing *l, int for_good)
{
    if (__sanitizer_start_switch_fiber != NULL) {
        void **fake_stack = for_good             ? NULL
                            : l->stopped != NULL ? &l->stopped->fake_stack
                                                 : &l->link->link_fake_stack;

        if (l->reached != NULL)
            __sanitizer_start_switch_fiber(fake_stack, l->reached->stack.base,
                                           l->reached->stack.size);
        else
            __sanitizer_start_switch_fiber(fake_stack, l->link->link_stack,
                                           l->link->link_stack_size);
    }
    if (__tsan_switch_to_fiber != NULL) {
        if (l->stopped == NULL)
            l->link->link_fiber = __tsan_get_current_fiber();
        else if (l->stopped->entry == NULL)
            l->stopped->fiber = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(
            l->reached != NULL ? l->reached->fiber : l->link->link_fiber, 0);
    }
}

static void arrive(const struct landing *l)
{
    const void *base;
    size_t size;

    if (__sanitizer_finish_switch_fiber == NULL)
        return;
    __sanitizer_finish_switch_fiber(
        l->reached != NULL ? l->reached->fake_stack : l->link->link_fake_stack,
        &base, &size);
    if (l->stopped == NULL) { /* now we know the resumer's stack */
        l->link->link_stack = base;
        l->link->link_stack_size = size;
    } else if (l->stopped->entry == NULL) { /* or the thread's */
        l->stopped->stack.base = (void *)(uintptr_t)base;
        l->stopped->stack.size = size;
    }
}

static void *land(struct uctx *from, void *landing)
{
    struct landing l = *(struct landing *)landing;

    arrive(&l);
    return l.on != NULL ? l.on(from, l.value) : l.value;
}

/* Whoever knows of the switch is told; returns what is called on arrival, and
 * in *value with what. */
static uctx_on *leave(unsigned long flags, struct landing *l, void **value)
{
    if (flags & FLAG_WATCHED) {
        depart(l, 0);
        *value = l;
        return land;
    }
    *value = l->value;
    return l->on != NULL ? l->on : uctx_native_pass;
}

/* The FP control words of a context that is left for the moment. */
struct words {
    struct uctx *ctx;
    unsigned long own;
};

static struct words put_words_aside(struct uctx *ctx)
{
    struct words words = {NULL, 0};

    if (ctx->flags & UCTX_FENV) {
        words.ctx = ctx;
        words.own = uctx_native_fenv();
        uctx_native_fenv_set(ctx->fenv);
    }
    return words;
}

static void take_words_back(struct words *words)
{
    if (words->ctx != NULL) {
        words->ctx->fenv = uctx_native_fenv();
        uctx_native_fenv_set(words->own);
    }
}

/* Also if an exception comes instead of a value. */
#define KEEP_WORDS(self)                                                   \
    struct words words __attribute__((unused, cleanup(take_words_back))) = \
        put_words_aside(self)

void *uctx_watch_resume_on(struct uctx *ctx, uctx_on *on, struct uctx *from,
                           void *value)
{
    struct landing l = {on, from, value, NULL, ctx, ctx};

    on = leave(ctx->flags, &l, &value);
    return uctx_native_resume(ctx, value, on, from);
}

UCTX_EXPORT void *uctx_watched_resume(struct uctx *ctx, void *value)
{
    return uctx_watch_resume_on(ctx, NULL, ctx, value);
}

UCTX_EXPORT void *uctx_watched_yield(struct uctx *self, void *value)
{
    struct landing l = {NULL, self, value, self, NULL, self};
    KEEP_WORDS(self);
    uctx_on *on = leave(self->flags, &l, &value);

    return uctx_native_yield(self, value, on, self);
}

UCTX_EXPORT void *uctx_watched_swap_on(struct uctx *from, struct uctx *to,
                                       uctx_on *on, void *value)
{
    struct landing l = {on, from, value, from, to, NULL};
    KEEP_WORDS(from);

    if (to->link_pc == NULL) /* it yielded */
        uctx_drop_link(to);
    on = leave(from->flags, &l, &value);
    return uctx_native_swap(from, to, on, value);
}

UCTX_EXPORT void *uctx_watched_swap(struct uctx *from, struct uctx *to,
                                    void *value)
{
    return uctx_watched_swap_on(from, to, NULL, value);
}

void uctx_watch_leave(struct uctx *ctx, void *value, uctx_on *on)
{
    struct landing l = {on, ctx, value, ctx, NULL, ctx};

    depart(&l, 1);
    uctx_native_jump(ctx, &l, land, ctx);
}
