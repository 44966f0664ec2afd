/* SPDX-License-Identifier: MIT */
/*
 * A stack is a mapping of its own, the lowest page of which is the guard.
 */
#include <uctx/stack.h>

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "arch.h"

enum { PAGE = 4096, DEFAULT = 64 * 1024 };

UCTX_EXPORT int uctx_stack_alloc(struct uctx_stack *stack, size_t size)
{
    char *map;

    if (size == 0)
        size = DEFAULT;
    if (size > SIZE_MAX / 2) {
        errno = EINVAL;
        return -1;
    }
    size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    map = mmap(NULL, size + PAGE, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (map == MAP_FAILED)
        return -1;
    if (mprotect(map, PAGE, PROT_NONE) != 0) {
        munmap(map, size + PAGE);
        errno = ENOMEM;
        return -1;
    }
    stack->base = map + PAGE;
    stack->size = size;
    return 0;
}

UCTX_EXPORT void uctx_stack_free(struct uctx_stack *stack)
{
    munmap((char *)stack->base - PAGE, stack->size + PAGE);
}
