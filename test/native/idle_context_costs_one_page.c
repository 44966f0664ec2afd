/* SPDX-License-Identifier: MIT */
/*
 * A context that was made, and one that ran and yielded, keep one page of their
 * stack resident and nothing of the heap.
 *
 * Build: LINK shared
 */
#include "t.h"
#include <malloc.h>
#include <sys/mman.h>
#include <uctx.h>

static void *yielder(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_yield(self, value);
    return NULL;
}

static int resident_pages(const struct uctx *ctx)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t low = ((uintptr_t)ctx->stack.base + page - 1) & -page;
    size_t pages = ((uintptr_t)(ctx + 1) - low + page - 1) / page;
    unsigned char in[1024];
    int n = 0;

    MUST(pages <= sizeof in && mincore((void *)low, pages * page, in) == 0);
    while (pages > 0)
        n += in[--pages] & 1;
    return n;
}

/* Bytes in use by malloc(), where the libc tells. */
static size_t heap_in_use(void)
{
#ifdef __GLIBC__
    return mallinfo2().uordblks;
#else
    return 0;
#endif
}

TEST(idle_context_costs_one_page)
{
    struct uctx *ctx = uctx_create(0, yielder); /* what is made only once */
    size_t heap;

    heap = heap_in_use();
    for (int i = 0; i < 10; i++) {
        ctx = uctx_create(64 * 1024, yielder);
        EXPECT_EQ(resident_pages(ctx), 1);
        uctx_resume(ctx, NULL);
        EXPECT_EQ(resident_pages(ctx), 1);
    }
    EXPECT_EQ(heap_in_use(), heap);
}
