/* SPDX-License-Identifier: MIT */
/*
 * Which slot an address is in, for signal handlers too: no lock, and nothing
 * but what never moves.  A header may lie in a page that went back to the
 * kernel; then it reads as zero, which is not live.
 */
#include "stack/arena.h"

#include <string.h>

int uctx_arena_readers;

void uctx_look_enter(void)
{
    __atomic_fetch_add(&uctx_arena_readers, 1, __ATOMIC_SEQ_CST);
}

void uctx_look_leave(void)
{
    __atomic_fetch_sub(&uctx_arena_readers, 1, __ATOMIC_SEQ_CST);
}

static struct chunk *next_chunk(struct chunk **link)
{
    return __atomic_load_n(link, __ATOMIC_SEQ_CST);
}

struct chunk *uctx_look_find(const void *addr, size_t *index)
{
    struct chunk *chunk = next_chunk(&uctx_arena_chunks);

    for (; chunk != NULL; chunk = next_chunk(&chunk->next)) {
        uintptr_t offset = (uintptr_t)addr - (uintptr_t)chunk->slots;

        if (offset / chunk->stride < chunk->n_slots) {
            *index = offset / chunk->stride;
            return chunk;
        }
    }
    return NULL;
}

static int is_live(const struct slot *slot)
{
    return __atomic_load_n(&slot->state, __ATOMIC_ACQUIRE) ==
           slot_state(slot, SLOT_LIVE);
}

EXPORT enum uctx_addr uctx_addr_info(const void *addr,
                                     struct uctx_addr_info *info)
{
    struct chunk *chunk;
    size_t index;

    memset(info, 0, sizeof *info);
    info->name = "";
    info->kind = UCTX_ADDR_OTHER;
    uctx_look_enter();
    chunk = uctx_look_find(addr, &index);
    if (chunk != NULL) {
        struct slot *slot = slot_header(chunk, index);
        char *base = slot_start(chunk, index) + chunk->guard;

        info->kind = UCTX_ADDR_IDLE;
        if (is_live(slot)) {
            info->stack.base = base;
            info->stack.size = (size_t)((char *)slot - base);
            info->owner = READ(slot->owner);
            info->name = slot->name;
            info->kind = UCTX_ADDR_STACK;
            if ((const char *)addr < base) {
                info->kind = UCTX_ADDR_GUARD;
                info->below = (size_t)(base - (const char *)addr);
            }
        }
    }
    uctx_look_leave();
    return info->kind;
}

EXPORT int uctx_each(int (*visit)(struct uctx *ctx, void *arg), void *arg)
{
    struct chunk *chunk;
    int result = 0;

    uctx_look_enter();
    for (chunk = next_chunk(&uctx_arena_chunks); chunk != NULL && result == 0;
         chunk = next_chunk(&chunk->next))
        for (size_t i = 0; i < chunk->n_slots && result == 0; i++) {
            struct slot *slot = slot_header(chunk, i);
            struct uctx *owner;
            unsigned long taken = READ(chunk->taken[i / WORD_BITS]);

            /* Headers of the others were given back, or never touched. */
            if (taken == 0)
                i |= WORD_BITS - 1;
            if (!(taken >> i % WORD_BITS & 1) || !is_live(slot))
                continue;
            owner = READ(slot->owner);
            if (owner != NULL)
                result = visit(owner, arg);
        }
    uctx_look_leave();
    return result;
}

EXPORT void uctx_stack_set_name(const struct uctx_stack *stack,
                                const char *name)
{
    char *to = slot_of(stack)->name;
    size_t n = name != NULL ? strnlen(name, UCTX_STACK_NAME - 1) : 0;

    if (n > 0)
        memcpy(to, name, n);
    to[n] = '\0';
}

void uctx_stack_name_owner(struct uctx *owner, const char *name)
{
    struct uctx_addr_info info;

    if (uctx_addr_info(owner, &info) == UCTX_ADDR_STACK && info.owner == owner)
        uctx_stack_set_name(&info.stack, name);
}
