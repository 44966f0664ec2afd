/* SPDX-License-Identifier: MIT */
#ifndef BENCH_POSIX_H
#define BENCH_POSIX_H

#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "../bench.h"

static inline void make(ucontext_t *ctx, void (*entry)(void), void *stack,
                        ucontext_t *link)
{
    getcontext(ctx);
    ctx->uc_stack.ss_sp = stack;
    ctx->uc_stack.ss_size = STACK_SIZE;
    ctx->uc_link = link;
    makecontext(ctx, entry, 0);
}

#endif
