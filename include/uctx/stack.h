/* SPDX-License-Identifier: MIT */
/*
 * Guarded stacks.
 */
#ifndef UCTX_STACK_H
#define UCTX_STACK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uctx_stack {
    void *base;  /* the lowest usable address; the guard lies below it */
    size_t size; /* usable bytes from there                            */
};

/*
 * Map a stack of at least `size` bytes, with a guard below; 0 asks for the
 * default.
 *
 * Returns   0; or -1 with errno set, and *stack untouched:
 *           EINVAL  too big to round
 *           ENOMEM  no memory
 * Owner     the caller.  Release with uctx_stack_free(); never with free().
 * Threads   any thread may call this, and another may free the result.
 * Signals   not async-signal-safe: it calls mmap().
 * Cost      two system calls, and a page fault per page touched.
 */
int uctx_stack_alloc(struct uctx_stack *stack, size_t size);

/*
 * Give a stack back.
 *
 * Returns   nothing; it cannot fail on a stack that uctx_stack_alloc() filled.
 * Owner     the memory is gone, or somebody else's.
 * Threads   any thread may call this; nothing may run on the stack.
 * Signals   not async-signal-safe.
 * Cost      one system call.
 */
void uctx_stack_free(struct uctx_stack *stack);

#ifdef __cplusplus
}
#endif

#endif
