/* SPDX-License-Identifier: MIT */
/*
 * What the pool's parts share.  From below:
 *
 *   arena.c     maps large chunks of slots, and installs their guards
 *   cache.c     hands slots out: the threads' caches and the idle ones
 *   look.c      finds the slot of an address
 *   used.c      a stack's high-water mark
 *   overflow.c  the report
 *
 * A chunk is one mapping.  It begins with its struct and two bitmaps; then come
 * its slots, all of one size class:
 *
 *   slot i + 1 ->  +--------------------------+
 *                  | colour: 0 to 31 lines    |
 *                  | struct slot              |
 *                  +--------------------------+ <- the stack's top
 *                  | the stack                |
 *                  +--------------------------+ <- its base
 *                  | guard                    |
 *   slot i     ->  +--------------------------+
 *
 * A slot is bare (never used, without a guard), cold (guarded, without memory),
 * idle (in a list, memory kept) or live.  The bitmaps know the first two, since
 * those have no memory that could.
 */
#ifndef UCTX_STACK_ARENA_H
#define UCTX_STACK_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <uctx/stack.h>

#define HIDDEN __attribute__((visibility("hidden")))
#define EXPORT __attribute__((visibility("default")))

#define LINE 64u /* bytes of a cache line */

/*
 * Tops differ by a line from slot to slot, so that stacks which are used in
 * turn lie at a constant distance, which hardware prefetchers follow.  Half a
 * page of colours leaves the other half to the first frames: an idle context
 * keeps one page.
 */
#define N_COLOURS 32u

/* Class c holds stacks of CLASS_MIN << c bytes; the last one each size beyond,
 * one stack a chunk. */
#define CLASS_MIN ((size_t)4096)
#define N_CLASSES 15u /* to 64 MiB */
#define CLASS_BIG N_CLASSES

/*
 * A guard is at least as large as the distance at which code compiled with
 * -fstack-clash-protection touches a large frame, so that it cannot be stepped
 * over: 4 KiB, or 64 KiB on AArch64.  Code compiled without may step over any
 * guard; four pages catch most of that too.
 */
#ifdef __aarch64__
#define GUARD_MIN 65536u
#else
#define GUARD_MIN 16384u
#endif

struct slot {
    uintptr_t state; /* SLOT_LIVE or SLOT_IDLE, tied to its address     */
    struct slot *next;
    char *base;
    struct chunk *chunk;
    union {
        struct uctx *owner;      /* of a live one                       */
        struct slot *next_batch; /* of the first one in an idle batch   */
    };
    uint32_t index; /* in its chunk                                     */
    unsigned char class;
    union {
        char name[UCTX_STACK_NAME]; /* of a live one                    */
        unsigned char n_batch;      /* of the first one in a batch      */
    };
};

_Static_assert(sizeof(void *) != 8 || sizeof(struct slot) == LINE,
               "a slot's header is not one cache line");

/* Odd, and unlikely anywhere else. */
#define SLOT_LIVE ((uintptr_t)0x5aa5c0d3b1e2f097)
#define SLOT_IDLE ((uintptr_t)0x3cc30f1e96d2b45b)

static inline uintptr_t slot_state(const struct slot *slot, uintptr_t kind)
{
    return kind ^ (uintptr_t)slot;
}

/* A signal handler or uctx_each() may read what the owner writes. */
#define READ(place)         __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define WRITE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)

/* Slots to a word of the bitmaps: one that every machine reads at once. */
#define WORD_BITS (8 * sizeof(long))

struct chunk {
    struct chunk *next; /* readers follow it without the lock */
    size_t map_size;
    char *slots;
    size_t stride; /* bytes from slot to slot                       */
    size_t guard;  /* bytes of it                                   */
    uint32_t n_slots;
    uint32_t n_taken; /* neither bare nor cold                      */
    uint32_t hint;    /* no word of `taken` before this has room    */
    unsigned char class;
    unsigned char dirty;    /* the kernel once refused to take memory back, */
                            /* so a cold slot may hold something            */
    uint32_t n_guards;      /* installed by madvise                         */
    uint32_t n_splits;      /* installed by mprotect                        */
    unsigned long *guarded; /* a bit a slot: it has its guard   */
    unsigned long *taken;   /* a bit a slot: it is idle or live */
};

/* Where slot i begins, with its guard; and its header. */
static inline char *slot_start(const struct chunk *chunk, size_t i)
{
    return chunk->slots + i * chunk->stride;
}

static inline struct slot *slot_header(const struct chunk *chunk, size_t i)
{
    return (struct slot *)(slot_start(chunk, i + 1) - LINE -
                           i % N_COLOURS * LINE);
}

static inline struct slot *slot_of(const struct uctx_stack *stack)
{
    return (struct slot *)((char *)stack->base + stack->size);
}

/* Give the live stack that has this owner the name; nothing if none has. */
HIDDEN void uctx_stack_name_owner(struct uctx *owner, const char *name);

HIDDEN extern struct chunk *uctx_arena_chunks; /* all, newest first */
HIDDEN extern int uctx_arena_readers;          /* walking them now  */

/* Once, before anything else here. */
HIDDEN void uctx_arena_setup(void);

/*
 * Take a slot that is bare or cold, make it live, guarded and its header
 * filled. The pool's lock is held at the call and at the return, but not
 * throughout: meanwhile the slot is in *in_flight.  Returns NULL with errno
 * ENOMEM.
 */
HIDDEN struct slot *uctx_arena_take(unsigned class, size_t size,
                                    struct slot **in_flight);

/* Give the memory of `n` idle slots back to the kernel, without the lock; then
 * account for it, with the lock.  They are sorted on the way. */
HIDDEN void uctx_arena_cool(struct slot **slots, size_t n);
HIDDEN void uctx_arena_untake(struct slot **slots, size_t n);

/* Unmap the chunks of that class and up that hold no idle and no live slot.
 * The lock is held. */
HIDDEN void uctx_arena_unmap(unsigned class);

/* Make a live slot all zero, apart from its header. */
HIDDEN void uctx_arena_zero(struct slot *slot);

HIDDEN void uctx_pool_lock(void);
HIDDEN void uctx_pool_unlock(void);

/* Find the slot that `addr` lies in; its guard and header count.  No lock;
 * between _enter and _leave no chunk is unmapped. */
HIDDEN void uctx_look_enter(void);
HIDDEN void uctx_look_leave(void);
HIDDEN struct chunk *uctx_look_find(const void *addr, size_t *index);

/* Give this thread an alternate signal stack if overflows are reported. */
HIDDEN void uctx_overflow_thread(void);
HIDDEN void uctx_overflow_thread_end(void);

#endif
