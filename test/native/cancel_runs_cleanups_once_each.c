/* SPDX-License-Identifier: MIT */
/*
 * A suspended context with nested cleanups, cancelled 100,000 times: each
 * cleanup runs once, innermost first, whether it stopped in a yield or a swap,
 * inlined or called; new ones are done at once.
 *
 * Build: FLAGS -fexceptions
 *
 * Debian's gcc has no shared unwinder for musl, and two do not mix.
 * Build: NOT_UNDER musl
 */
#include "t.h"
#include <uctx.h>

enum { TIMES = 100000, DEPTH = 6 };

static int counts[DEPTH + 1], expected_next;
static struct uctx here;
static void *(*volatile yield_called)(struct uctx *, void *) = uctx_yield;

static void clean(int *level)
{
    EXPECT_EQ(*level, expected_next);
    expected_next = *level - 1;
    counts[*level]++;
}

__attribute__((noinline)) static void *nest(struct uctx *self, int level,
                                            char *how)
{
    __attribute__((unused, cleanup(clean))) int mine = level;

    if (level < DEPTH)
        return nest(self, level + 1, how);
    if (*how == 'y')
        return uctx_yield(self, how);
    if (*how == 'c')
        return yield_called(self, how);
    return uctx_swap(self, &here, how);
}

static void *entry(struct uctx *self, void *how)
{
    return nest(self, 1, how);
}

TEST(cancel_runs_cleanups_once_each)
{
    static char ways[][2] = {"y", "c", "s"};
    int times =
        getenv("TIMES") != NULL ? atoi(getenv("TIMES")) : t_often(TIMES);
    struct uctx *ctx = uctx_create(0, entry);

    EXPECT_EQ(uctx_cancel(ctx), 0);
    EXPECT_EQ(uctx_state(ctx), UCTX_DONE);
    uctx_destroy(ctx);
    uctx_init(&here, NULL, NULL, 0);
    EXPECT(uctx_cancel(&here) == -1 && errno == EBUSY);
    for (int i = 0; i < times; i++) {
        char *how = ways[i % 3];

        ctx = uctx_create(0, entry);
        if (*how == 's')
            uctx_swap(&here, ctx, how);
        else
            uctx_resume(ctx, how);
        expected_next = DEPTH;
        if (uctx_cancel(ctx) != 0 || expected_next != 0)
            EXPECT(0 && "a cancellation failed");
        if (uctx_state(ctx) != UCTX_DONE || uctx_cancel(ctx) != 0)
            EXPECT(0 && "a cancelled context is not done");
        uctx_destroy(ctx);
    }
    for (int level = 1; level <= DEPTH; level++)
        EXPECT_EQ(counts[level], times);
}
