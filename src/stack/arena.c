/* SPDX-License-Identifier: MIT */
/*
 * The arena: large mappings, carved into slots with a guard below each.
 *
 * A mapping reserves addresses only (MAP_NORESERVE): what is not touched costs
 * nothing, so slots are never split, merged or moved, and every question about
 * an address is a division.
 */
#include "stack/arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Linux 6.13; the headers that we are built with may be older. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA           0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

/* Bytes of the first mapping of a class; the next ones are as large as all that
 * are there, four times, up to CHUNK_MAX. */
#define CHUNK_MIN ((size_t)16 << 20)
#if SIZE_MAX > 0xffffffff
#define CHUNK_MAX ((size_t)1 << 40)
#else
#define CHUNK_MAX CHUNK_MIN
#endif
#define CHUNK_GROW 4

struct chunk *uctx_arena_chunks;

static size_t page_size;
static int guard_by_mprotect;

/* Under the lock: the chunk that a class was last served from, and how many
 * slots it has in all. */
static struct chunk *current[N_CLASSES];
static size_t n_class_slots[N_CLASSES];

void uctx_arena_setup(void)
{
    const char *guard = getenv("UCTX_GUARD");

    page_size = (size_t)sysconf(_SC_PAGESIZE);
    guard_by_mprotect = guard != NULL && strcmp(guard, "mprotect") == 0;
    if (madvise(NULL, 0, -1) == 0)
        guard_by_mprotect = 1; /* qemu-user takes any advice, and no action */
}

static size_t round_to_page(size_t size)
{
    return (size + page_size - 1) & -page_size;
}

static size_t bitmap_bytes(size_t n_slots)
{
    return (n_slots + WORD_BITS - 1) / WORD_BITS * sizeof(long);
}

/* What a program that locks all its future memory gets, it gets at once. */
static int maps_are_populated(void)
{
    unsigned char resident = 0;
    void *page = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return 0;
    if (mincore(page, page_size, &resident) != 0)
        resident = 0;
    munmap(page, page_size);
    return resident & 1;
}

static void name_mapping(const struct chunk *chunk, size_t size)
{
    char name[40] = "uctx stacks: ", digits[20];
    size_t n = strlen(name), i = 0;

    do {
        digits[i++] = (char)('0' + size % 10);
    } while ((size /= 10) != 0);
    while (i > 0)
        name[n++] = digits[--i];
    /* Only for the reader of /proc/self/maps: a kernel may not know it. */
    prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, chunk, chunk->map_size, name);
}

/* Map n slots whose stacks hold `size` bytes each. */
static struct chunk *map_chunk(unsigned class, size_t size, size_t n)
{
    size_t guard = round_to_page(GUARD_MIN);
    size_t stride = guard + round_to_page(size) + page_size;
    size_t bitmap = bitmap_bytes(n);
    size_t head = round_to_page(sizeof(struct chunk) + 2 * bitmap);
    struct chunk *chunk;

    if (n > (SIZE_MAX - head) / stride) {
        errno = ENOMEM;
        return NULL;
    }
    chunk =
        mmap(NULL, head + n * stride, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (chunk == MAP_FAILED)
        return NULL;
    /* A huge page would make the first touch of one stack that of thirty.  A
     * kernel without them refuses, and is as good. */
    madvise(chunk, head + n * stride, MADV_NOHUGEPAGE);

    chunk->map_size = head + n * stride;
    chunk->slots = (char *)chunk + head;
    chunk->stride = stride;
    chunk->guard = guard;
    chunk->n_slots = (uint32_t)n;
    chunk->class = (unsigned char)class;
    chunk->taken = (unsigned long *)(chunk + 1);
    chunk->guarded = chunk->taken + bitmap / sizeof(long);
    if (n % WORD_BITS != 0) /* what the last word has no slots for */
        chunk->taken[n / WORD_BITS] = ~0ul << n % WORD_BITS;
    name_mapping(chunk, size);
    chunk->next = uctx_arena_chunks;
    __atomic_store_n(&uctx_arena_chunks, chunk, __ATOMIC_RELEASE);
    return chunk;
}

/* One more chunk for the class, as large as is sensible, then as possible. */
static struct chunk *grow(unsigned class, size_t size)
{
    size_t n_min = CHUNK_MIN / size, n = n_min;
    struct chunk *chunk;

    if (class == CLASS_BIG)
        return map_chunk(class, size, 1);
    if (n_class_slots[class] * CHUNK_GROW > n && !maps_are_populated())
        n = n_class_slots[class] * CHUNK_GROW;
    if (n > CHUNK_MAX / size)
        n = CHUNK_MAX / size;
    if (n < 1)
        n = 1;
    while ((chunk = map_chunk(class, size, n)) == NULL && n > 1)
        n = n > n_min && n_min > 0 ? n_min : n / 2; /* leave room for others */
    if (chunk != NULL) {
        n_class_slots[class] += n;
        current[class] = chunk;
    }
    return chunk;
}

static struct chunk *chunk_with_room(unsigned class, size_t size)
{
    struct chunk *chunk;

    if (class == CLASS_BIG)
        return grow(class, size);
    chunk = current[class];
    if (chunk != NULL && chunk->n_taken < chunk->n_slots)
        return chunk;
    for (chunk = uctx_arena_chunks; chunk != NULL; chunk = chunk->next)
        if (chunk->class == class && chunk->n_taken < chunk->n_slots) {
            current[class] = chunk;
            return chunk;
        }
    return grow(class, size);
}

static size_t take_bit(struct chunk *chunk)
{
    uint32_t word = chunk->hint;
    unsigned bit;

    while (chunk->taken[word] == ~0ul)
        word++;
    chunk->hint = word;
    bit = (unsigned)__builtin_ctzl(~chunk->taken[word]);
    WRITE(chunk->taken[word], chunk->taken[word] | 1ul << bit);
    chunk->n_taken++;
    return word * WORD_BITS + bit;
}

static void clear_bit(struct chunk *chunk, size_t i)
{
    WRITE(chunk->taken[i / WORD_BITS],
          chunk->taken[i / WORD_BITS] & ~(1ul << i % WORD_BITS));
    chunk->n_taken--;
    if (i / WORD_BITS < chunk->hint)
        chunk->hint = (uint32_t)(i / WORD_BITS);
}

/*
 * Locked memory (mlock(2)) refuses light guards with the same EINVAL as a
 * kernel that never heard of them, and a seccomp filter may refuse with
 * anything: so whatever it says, try the other way.
 */
static int install_guard(struct chunk *chunk, size_t i)
{
    char *guard = slot_start(chunk, i);

    if (!guard_by_mprotect &&
        madvise(guard, chunk->guard, MADV_GUARD_INSTALL) == 0) {
        __atomic_fetch_add(&chunk->n_guards, 1, __ATOMIC_RELAXED);
        return 0;
    }
    if (mprotect(guard, chunk->guard, PROT_NONE) == 0) {
        __atomic_fetch_add(&chunk->n_splits, 1, __ATOMIC_RELAXED);
        return 0;
    }
    return -1;
}

static struct slot *fill_header(struct chunk *chunk, size_t i)
{
    struct slot *slot = slot_header(chunk, i);

    slot->next = NULL;
    slot->base = slot_start(chunk, i) + chunk->guard;
    slot->chunk = chunk;
    slot->index = (uint32_t)i;
    slot->class = chunk->class;
    WRITE(slot->owner, NULL);
    WRITE(slot->name[0], 0);
    WRITE(slot->state, slot_state(slot, SLOT_LIVE));
    return slot;
}

struct slot *uctx_arena_take(unsigned class, size_t size,
                             struct slot **in_flight)
{
    struct chunk *chunk = chunk_with_room(class, size);
    struct slot *slot = NULL;
    int guarded;
    size_t i;

    if (chunk == NULL) {
        errno = ENOMEM; /* EAGAIN: more locked memory than RLIMIT_MEMLOCK */
        return NULL;
    }
    i = take_bit(chunk);
    guarded = chunk->guarded[i / WORD_BITS] >> i % WORD_BITS & 1;

    *in_flight = slot_header(chunk, i);
    uctx_pool_unlock();
    if (guarded || install_guard(chunk, i) == 0)
        slot = fill_header(chunk, i);
    uctx_pool_lock();
    *in_flight = NULL;

    if (slot == NULL) {
        clear_bit(chunk, i);
        if (class == CLASS_BIG)
            uctx_arena_unmap(CLASS_BIG);
        errno = ENOMEM;
        return NULL;
    }
    chunk->guarded[i / WORD_BITS] |= 1ul << i % WORD_BITS;
    return slot;
}

/* The slots from *first to *last are neighbours. */
static void cool_run(struct slot *first, struct slot *last)
{
    struct chunk *chunk = first->chunk;
    char *end = slot_start(chunk, last->index + (size_t)1);

    /* Guards between them stay.  The headers are gone afterwards. */
    if (madvise(first->base, (size_t)(end - first->base), MADV_DONTNEED) != 0)
        __atomic_store_n(&chunk->dirty, 1, __ATOMIC_RELAXED);
}

void uctx_arena_cool(struct slot **slots, size_t n)
{
    size_t first = 0;

    for (size_t i = 1; i < n; i++) {
        struct slot *slot = slots[i];
        size_t k = i;

        for (; k > 0 && slots[k - 1] > slot; k--)
            slots[k] = slots[k - 1];
        slots[k] = slot;
    }
    for (size_t i = 1; i <= n; i++)
        if (i == n || slots[i]->chunk != slots[first]->chunk ||
            slots[i]->index != slots[i - 1]->index + 1) {
            cool_run(slots[first], slots[i - 1]);
            first = i;
        }
}

void uctx_arena_untake(struct slot **slots, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t index;
        struct chunk *chunk = uctx_look_find(slots[i], &index);

        if (chunk != NULL)
            clear_bit(chunk, index);
    }
}

void uctx_arena_unmap(unsigned class)
{
    struct chunk **link = &uctx_arena_chunks, *chunk;

    while ((chunk = *link) != NULL) {
        if (chunk->class < class || chunk->n_taken > 0) {
            link = &chunk->next;
            continue;
        }
        /* Nobody finds it from now on; who may have found it before counts as
         * a reader, and is let finish: it stays, then. */
        __atomic_store_n(link, chunk->next, __ATOMIC_SEQ_CST);
        if (class < CLASS_BIG && current[chunk->class] == chunk)
            current[chunk->class] = NULL;
        if (__atomic_load_n(&uctx_arena_readers, __ATOMIC_SEQ_CST) <= 0) {
            unsigned of = chunk->class;
            size_t n = chunk->n_slots;

            if (munmap(chunk, chunk->map_size) == 0) {
                if (of < CLASS_BIG)
                    n_class_slots[of] -= n;
                continue;
            }
        }
        __atomic_store_n(link, chunk, __ATOMIC_SEQ_CST);
        link = &chunk->next;
    }
}

void uctx_arena_zero(struct slot *slot)
{
    char *base = slot->base, *top = (char *)slot;
    char *page = (char *)((uintptr_t)top & -page_size);

    if (page > base && madvise(base, (size_t)(page - base), MADV_DONTNEED) != 0)
        memset(base, 0, (size_t)(page - base));
    memset(page, 0, (size_t)(top - page));
}
