/* SPDX-License-Identifier: MIT */
/*
 * What a thread keeps at hand: the quick way to take a stack and to give it
 * back, for uctx_create() too.
 */
#ifndef UCTX_STACK_CACHE_H
#define UCTX_STACK_CACHE_H

#include "stack/arena.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start))
#endif

#define BATCH_MAX 16u

/*
 * A thread's stacks of one class.  `room` is how many more it may keep: 0 until
 * the thread has registered, so that its first free takes the slow path.
 */
struct list {
    struct slot *head;
    uint32_t n;
    uint32_t room;
};

struct cache {
    struct list list[N_CLASSES + 1];   /* the last one never has room */
    struct cache *next, *prev;         /* the registered ones         */
    struct slot *in_flight[BATCH_MAX]; /* in no list, and not live  */
    int registered;
    int ended; /* the thread's destructors have run: keep nothing   */
};

HIDDEN extern _Thread_local struct cache uctx_cache
    __attribute__((tls_model("initial-exec")));

static inline unsigned uctx_cache_class(size_t size)
{
    unsigned bits;

    if (size <= CLASS_MIN)
        return 0;
    bits = (unsigned)(sizeof(long) * 8) -
           (unsigned)__builtin_clzl((size - 1) / CLASS_MIN);
    return bits < CLASS_BIG ? bits : CLASS_BIG;
}

static inline void uctx_cache_set_head(struct list *list, struct slot *slot)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    WRITE(list->head, slot);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline struct slot *uctx_cache_pop(struct list *list)
{
    struct slot *slot = list->head;

    if (__builtin_expect(slot != NULL, 1)) {
        uctx_cache_set_head(list, slot->next);
        WRITE(list->n, list->n - 1);
        WRITE(slot->owner, NULL);
        WRITE(slot->name[0], 0);
        WRITE(slot->state, slot_state(slot, SLOT_LIVE));
        ASAN_UNPOISON_MEMORY_REGION(slot->base, (char *)slot - slot->base);
    }
    return slot;
}

/* Take a stack of `size` bytes; NULL if the thread has none at hand. */
static inline struct slot *uctx_cache_take(size_t size)
{
    if (size == 0)
        size = UCTX_STACK_DEFAULT;
    if (__builtin_expect(size < UCTX_STACK_MIN, 0))
        return NULL;
    return uctx_cache_pop(&uctx_cache.list[uctx_cache_class(size)]);
}

/* It is not live, or not the pool's: say so and abort. */
HIDDEN _Noreturn void uctx_cache_refuse(const struct slot *slot,
                                        const void *base);

/* Keep no more of that class. */
HIDDEN void uctx_cache_give_slow(struct slot *slot);

/* Give back the stack from `base` to `slot`. */
static inline void uctx_cache_give(struct slot *slot, const void *base)
{
    struct list *list;

    if (__builtin_expect(slot->state != slot_state(slot, SLOT_LIVE) ||
                             slot->base != base,
                         0))
        uctx_cache_refuse(slot, base);
    WRITE(slot->state, slot_state(slot, SLOT_IDLE));
    list = &uctx_cache.list[slot->class];
    if (__builtin_expect(list->n >= list->room, 0)) {
        uctx_cache_give_slow(slot);
        return;
    }
    slot->next = list->head;
    WRITE(list->n, list->n + 1);
    uctx_cache_set_head(list, slot);
}

#endif
