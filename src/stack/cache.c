/* SPDX-License-Identifier: MIT */
/*
 * Who has which stack.  Each thread keeps a few that it freed at hand, in lists
 * that only it touches; half of a full list goes to the idle batches, where any
 * thread finds it; and what is over the limit there is cooled: its memory goes
 * back to the kernel, and the arena hands the slot out again.
 *
 * A fork() leaves the child whole lists, and it adopts those of the threads
 * that it does not have: a list changes by one store of its head; a batch
 * moves under the lock, which fork() takes; and what a thread works on without
 * it is in_flight.
 */
#include "stack/cache.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CACHE_BYTES   ((size_t)2 << 20)
#define LIMIT_DEFAULT ((size_t)64 << 20)

_Thread_local struct cache uctx_cache
    __attribute__((tls_model("initial-exec")));

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_thread_end;
static int have_key;

/* Under the lock. */
static struct cache *caches;
static struct slot *batches[N_CLASSES];
static size_t n_idle, idle_bytes;
static size_t idle_limit = LIMIT_DEFAULT;

void uctx_pool_lock(void)
{
    pthread_mutex_lock(&lock);
}

void uctx_pool_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static size_t class_size(unsigned class)
{
    return CLASS_MIN << class;
}

/* How many stacks of a class a thread keeps: an even number. */
static uint32_t class_room(unsigned class)
{
    size_t n = CACHE_BYTES / class_size(class);

    return n > 2 * BATCH_MAX ? 2 * BATCH_MAX : n < 2 ? 2 : (uint32_t)n;
}

/* ---- The idle batches; the lock is held --------------------------------- */

/* Unlink up to a batch of slots behind *link; returns how many. */
static unsigned cut_batch(struct slot **link, struct slot **first)
{
    struct slot *last = *link;
    unsigned n = 1;

    *first = last;
    for (; n < BATCH_MAX && last->next != NULL; n++)
        last = last->next;
    WRITE(*link, last->next);
    last->next = NULL;
    return n;
}

/* Give the memory of n slots to the kernel, and them to the arena. */
static void cool_batch(struct slot *first, unsigned n)
{
    struct slot **slots = uctx_cache.in_flight;
    unsigned class = first->class;

    for (unsigned i = 0; i < n; i++, first = first->next)
        slots[i] = first;
    uctx_pool_unlock();
    if (class < CLASS_BIG)
        uctx_arena_cool(slots, n);
    uctx_pool_lock();
    uctx_arena_untake(slots, n);
    memset(slots, 0, n * sizeof *slots);
    if (class == CLASS_BIG)
        uctx_arena_unmap(CLASS_BIG);
}

static void put_batch(struct slot *first, unsigned n)
{
    unsigned class = first->class;
    size_t size = class < CLASS_BIG ? n * class_size(class) : SIZE_MAX;

    if (size > idle_limit || idle_bytes > idle_limit - size) {
        cool_batch(first, n);
        return;
    }
    first->n_batch = (unsigned char)n;
    first->next_batch = batches[class];
    batches[class] = first;
    idle_bytes += size;
    n_idle += n;
}

static struct slot *get_batch(unsigned class)
{
    struct slot *first = batches[class];

    if (first != NULL) {
        batches[class] = first->next_batch;
        n_idle -= first->n_batch;
        idle_bytes -= first->n_batch * class_size(class);
    }
    return first;
}

/* Give all that follows *link back, to whoever's list it belongs. */
static void put_all(struct slot **link)
{
    while (*link != NULL) {
        struct slot *first;
        unsigned n = cut_batch(link, &first);

        put_batch(first, n);
    }
}

static void put_cache(struct cache *of)
{
    for (unsigned class = 0; class < CLASS_BIG; class ++) {
        WRITE(of->list[class].n, 0);
        put_all(&of->list[class].head);
    }
}

/* ---- Threads and processes ---------------------------------------------- */

static void unregister(struct cache *of)
{
    if (of->prev != NULL)
        of->prev->next = of->next;
    else
        caches = of->next;
    if (of->next != NULL)
        of->next->prev = of->prev;
}

static void end_thread(void *arg)
{
    struct cache *self = arg;

    for (unsigned class = 0; class < CLASS_BIG; class ++)
        self->list[class].room = 0;
    self->ended = 1;
    uctx_overflow_thread_end();
    uctx_pool_lock();
    put_cache(self);
    unregister(self);
    uctx_pool_unlock();
}

/* The child has only the thread that forked, and what the others kept. */
static void adopt_caches(void)
{
    struct cache *other = caches;

    uctx_arena_readers = 0;
    caches = NULL;
    for (; other != NULL; other = other->next)
        if (other != &uctx_cache) {
            size_t n = 0;

            while (n < BATCH_MAX && other->in_flight[n] != NULL)
                n++;
            uctx_arena_untake(other->in_flight, n);
            put_cache(other);
        }
    if (uctx_cache.registered && !uctx_cache.ended) {
        uctx_cache.next = uctx_cache.prev = NULL;
        caches = &uctx_cache;
    }
    uctx_pool_unlock();
}

static void setup(void)
{
    uctx_arena_setup();
    pthread_atfork(uctx_pool_lock, uctx_pool_unlock, adopt_caches);
    have_key = pthread_key_create(&at_thread_end, end_thread) == 0;
}

/*
 * A thread keeps stacks only if it can be told to give them back at its end;
 * a key or its value may be refused.
 */
static void enter_thread(void)
{
    pthread_once(&once, setup);
    uctx_overflow_thread();
    if (uctx_cache.registered || !have_key ||
        pthread_setspecific(at_thread_end, &uctx_cache) != 0)
        return;
    uctx_cache.registered = 1;
    for (unsigned class = 0; class < CLASS_BIG; class ++)
        uctx_cache.list[class].room = class_room(class);
    uctx_pool_lock();
    uctx_cache.prev = NULL;
    uctx_cache.next = caches;
    if (caches != NULL)
        caches->prev = &uctx_cache;
    caches = &uctx_cache;
    uctx_pool_unlock();
}

/* ---- Taking and freeing ------------------------------------------------- */

static inline void hand_out(struct uctx_stack *stack, struct slot *slot)
{
    stack->base = slot->base;
    stack->size = (size_t)((char *)slot - slot->base);
}

/* Not from the thread's own list.  *fresh: the kernel has just zeroed it. */
static struct slot *take(unsigned class, size_t size, int *fresh)
{
    struct slot *slot = NULL;

    if (class == CLASS_BIG && size > (size_t)PTRDIFF_MAX - class_size(10)) {
        errno = EINVAL;
        return NULL;
    }
    enter_thread();
    uctx_pool_lock();
    if (class < CLASS_BIG) {
        size = class_size(class);
        slot = get_batch(class);
    }
    if (slot != NULL) {
        struct list *list = &uctx_cache.list[class], all = {.head = slot};

        all.n = slot->n_batch;
        uctx_cache_pop(&all);
        if (list->room > 0) {
            WRITE(list->n, all.n);
            uctx_cache_set_head(list, all.head);
        } else {
            put_all(&all.head);
        }
    } else {
        slot = uctx_arena_take(class, size, uctx_cache.in_flight);
        if (slot != NULL)
            *fresh = !__atomic_load_n(&slot->chunk->dirty, __ATOMIC_RELAXED);
    }
    uctx_pool_unlock();
    return slot;
}

static __attribute__((noinline)) int alloc_slow(struct uctx_stack *stack,
                                                size_t size, unsigned flags)
{
    unsigned class;
    struct slot *slot;
    int fresh = 0, err = errno;

    if (size == 0)
        size = UCTX_STACK_DEFAULT;
    if (size < UCTX_STACK_MIN || (flags & ~UCTX_STACK_ZERO) != 0) {
        errno = EINVAL;
        return -1;
    }
    class = uctx_cache_class(size);
    slot = uctx_cache_pop(&uctx_cache.list[class]);
    if (slot == NULL)
        slot = take(class, size, &fresh);
    if (slot == NULL)
        return -1;
    hand_out(stack, slot);
    if (flags & UCTX_STACK_ZERO && !fresh)
        uctx_arena_zero(slot);
    errno = err;
    return 0;
}

EXPORT int uctx_stack_alloc(struct uctx_stack *stack, size_t size)
{
    struct slot *slot = uctx_cache_take(size);

    if (__builtin_expect(slot == NULL, 0))
        return alloc_slow(stack, size, 0);
    hand_out(stack, slot);
    return 0;
}

EXPORT int uctx_stack_alloc_flags(struct uctx_stack *stack, size_t size,
                                  unsigned flags)
{
    return flags == 0 ? uctx_stack_alloc(stack, size)
                      : alloc_slow(stack, size, flags);
}

static void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        abort();
}

static __attribute__((noinline, noreturn, cold)) void refuse(const void *base,
                                                             const char *why)
{
    char hex[2 + 2 * sizeof(uintptr_t) + 1] = "0x";
    size_t n = sizeof hex - 1;

    for (uintptr_t left = (uintptr_t)base; n > 2; left >>= 4)
        hex[--n] = "0123456789abcdef"[left & 15];
    say("uctx: uctx_stack_free() of the stack at ");
    say(hex);
    say(": ");
    say(why);
    say("\n");
    abort();
}

void uctx_cache_refuse(const struct slot *slot, const void *base)
{
    refuse(base, slot->state == slot_state(slot, SLOT_IDLE) || slot->state == 0
                     ? "it is not in use: was it freed before?"
                     : "it is not one of the pool's");
}

/* The list for this slot is full, or the thread keeps none. */
void uctx_cache_give_slow(struct slot *slot)
{
    struct list *list = &uctx_cache.list[slot->class];
    int err = errno;

    slot->next = NULL;
    enter_thread();
    uctx_pool_lock();
    if (list->n < list->room) { /* it has just registered */
        slot->next = list->head;
        WRITE(list->n, list->n + 1);
        uctx_cache_set_head(list, slot);
    } else if (list->room == 0) {
        put_all(&slot);
    } else {
        struct slot *last = slot; /* keep those that are hot */

        slot->next = list->head;
        for (uint32_t n = 1; n < list->room / 2; n++)
            last = last->next;
        WRITE(list->n, list->room / 2);
        uctx_cache_set_head(list, slot);
        put_all(&last->next);
    }
    uctx_pool_unlock();
    errno = err;
}

EXPORT void uctx_stack_free(struct uctx_stack *stack)
{
    struct slot *slot;
    void *base = stack->base;

    if (base == NULL)
        return;
    slot = slot_of(stack);
    stack->base = NULL; /* it may lie on the stack itself */
    stack->size = 0;
    uctx_cache_give(slot, base);
}

EXPORT void uctx_checked_stack_free(struct uctx_stack *stack)
{
    if (stack->base != NULL) {
        struct chunk *chunk;
        size_t index;

        uctx_look_enter();
        chunk = uctx_look_find(stack->base, &index);
        if (chunk == NULL || slot_header(chunk, index) != slot_of(stack))
            refuse(stack->base, "it is not one of the pool's");
        uctx_look_leave();
    }
    uctx_stack_free(stack);
}

/* ---- The pool as a whole ------------------------------------------------ */

EXPORT size_t uctx_pool_limit(size_t size)
{
    size_t before;

    uctx_pool_lock();
    before = idle_limit;
    idle_limit = size;
    uctx_pool_unlock();
    return before;
}

EXPORT void uctx_pool_trim(void)
{
    int err = errno;

    uctx_pool_lock();
    put_cache(&uctx_cache);
    for (unsigned class = 0; class < CLASS_BIG; class ++) {
        struct slot *first;

        while ((first = get_batch(class)) != NULL)
            cool_batch(first, first->n_batch);
    }
    uctx_arena_unmap(0);
    uctx_pool_unlock();
    errno = err;
}

EXPORT void uctx_pool_stats(struct uctx_pool_stats *stats)
{
    size_t n_taken = 0;

    memset(stats, 0, sizeof *stats);
    uctx_pool_lock();
    for (struct chunk *chunk = uctx_arena_chunks; chunk != NULL;
         chunk = chunk->next) {
        n_taken += chunk->n_taken;
        stats->mappings++;
        stats->mapped += chunk->map_size;
        stats->guards += __atomic_load_n(&chunk->n_guards, __ATOMIC_RELAXED);
        stats->splits += __atomic_load_n(&chunk->n_splits, __ATOMIC_RELAXED);
    }
    stats->idle = n_idle;
    for (struct cache *of = caches; of != NULL; of = of->next)
        for (unsigned class = 0; class < CLASS_BIG; class ++)
            stats->idle += READ(of->list[class].n);
    uctx_pool_unlock();
    stats->live = n_taken > stats->idle ? n_taken - stats->idle : 0;
}
