/* SPDX-License-Identifier: MIT */
/* What idle contexts take, each on a stack from mmap() with a guard, its
 * ucontext_t at the top of that. */
#include "posix.h"

static ucontext_t here;

static void stop(ucontext_t *self)
{
    swapcontext(self, &here);
}

static int create(long n)
{
    for (long i = 0; i < n; i++) {
        char *map = mmap(NULL, STACK_SIZE + 4096, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ucontext_t *ctx = (ucontext_t *)(void *)(map + STACK_SIZE + 4096) - 1;

        if (map == MAP_FAILED || mprotect(map, 4096, PROT_NONE) != 0)
            return -1;
        getcontext(ctx);
        ctx->uc_stack.ss_sp = map + 4096;
        ctx->uc_stack.ss_size = (size_t)((char *)ctx - map - 4096);
        ctx->uc_link = NULL;
        makecontext(ctx, (void (*)(void))stop, 1, ctx);
        swapcontext(&here, ctx);
    }
    return 0;
}

IDLE_FIGURES(create)
