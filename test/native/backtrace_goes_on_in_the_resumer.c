/* SPDX-License-Identifier: MIT */
/*
 * _Unwind_Backtrace() from inside a resumed context shows the entry, then the
 * resumer and main, through several contexts, first start and later resume;
 * from inside one that was swapped to it ends at the entry, also if it had been
 * resumed before and yielded.  The frames of a context are on its stack.
 *
 * Build: FLAGS -fasynchronous-unwind-tables
 */
#include "t.h"
#include <uctx.h>
#include <unwind.h>

int main(void);

enum { MAX = 64 };
static struct {
    void *function;
    uintptr_t cfa;
} frames[MAX];
static int n_frames;
static struct uctx here, *inner, *outer;

static _Unwind_Reason_Code add(struct _Unwind_Context *context, void *arg)
{
    uintptr_t ip = _Unwind_GetIP(context);

    (void)arg;
    if (n_frames < MAX && ip != 0) {
#ifdef __ARM_EABI_UNWINDER__ /* r15 says whether it is Thumb, r13 is sp */
        frames[n_frames].function = (void *)(_Unwind_GetRegionStart(context) |
                                             (_Unwind_GetGR(context, 15) & 1));
        frames[n_frames++].cfa = _Unwind_GetGR(context, 13);
#else
        frames[n_frames].function = _Unwind_FindEnclosingFunction((void *)ip);
        frames[n_frames++].cfa = _Unwind_GetCFA(context);
#endif
    }
    return _URC_NO_REASON;
}

__attribute__((noinline)) static void walk(void)
{
    n_frames = 0;
    _Unwind_Backtrace(add, NULL);
    __asm__ volatile(""); /* not a tail call */
}

/* The index of a function's frame, after `from`; MAX if there is none. */
static int find(void *function, int from)
{
    for (int i = from + 1; i < n_frames; i++)
        if (frames[i].function == function)
            return i;
    return MAX;
}

static int is_on(uintptr_t address, const struct uctx *ctx)
{
    return address - (uintptr_t)ctx->stack.base <= ctx->stack.size;
}

__attribute__((noinline)) static void *leaf(struct uctx *self, void *value)
{
    for (;;) {
        walk();
        value = uctx_yield(self, value);
    }
    return NULL;
}

__attribute__((noinline)) static void *swap_leaf(struct uctx *self, void *value)
{
    for (;;) {
        walk();
        value = uctx_swap(self, &here, value);
    }
    return NULL;
}

__attribute__((noinline)) static void *middle(struct uctx *self, void *value)
{
    inner = uctx_create(0, leaf);
    for (;;) {
        uctx_resume(inner, value);
        value = uctx_yield(self, value);
    }
    return NULL;
}

__attribute__((noinline)) static void *yield_first(struct uctx *self,
                                                   void *value)
{
    uctx_yield(self, value);
    return swap_leaf(self, value);
}

TEST(backtrace_goes_on_in_the_resumer)
{
    struct uctx *ctx;
    int i, j, k;

    outer = uctx_create(0, middle);
    for (int times = 0; times < 3; times++) {
        uctx_resume(outer, NULL);
        EXPECT(frames[0].function == (void *)walk);
        EXPECT_EQ(i = find((void *)leaf, 0), 1);
        j = find((void *)middle, i);
        k = find((void *)main, j);
        EXPECT(i < j && j < k && k < MAX);
        EXPECT(is_on(frames[i].cfa, inner) && !is_on(frames[j].cfa, inner));
        EXPECT(is_on(frames[j].cfa, outer) && !is_on(frames[k].cfa, outer));
    }

    uctx_init(&here, NULL, NULL, 0);
    ctx = uctx_create(0, swap_leaf);
    uctx_swap(&here, ctx, NULL);
    EXPECT_EQ(find((void *)swap_leaf, 0), 1);
    EXPECT_EQ(find((void *)main, 0), MAX);
    EXPECT(is_on(frames[n_frames - 2].cfa, ctx)); /* then the end */
    uctx_destroy(ctx);

    ctx = uctx_create(0, yield_first);
    uctx_resume(ctx, NULL);
    uctx_swap(&here, ctx, NULL);
    EXPECT_EQ(find((void *)main, 0), MAX);
    EXPECT(is_on(frames[n_frames - 2].cfa, ctx)); /* then the end */
    uctx_destroy(ctx);
}
