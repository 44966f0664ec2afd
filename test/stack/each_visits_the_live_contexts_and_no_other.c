/* SPDX-License-Identifier: MIT */
/*
 * uctx_each() visits every context that uctx_create() made and nobody has
 * destroyed, once; not stacks without a context; and stops when told to.
 * uctx_addr_info() knows their names.
 */
#include <uctx.h>

#include "stack/help.h"

enum { N = 3000 };

static struct uctx *ctxs[N];
static struct uctx_stack without[100];
static int n_visits;

static void *entry(struct uctx *self, void *value)
{
    return uctx_yield(self, value);
}

/* Names tell which it is: each may be visited once. */
static int visit(struct uctx *ctx, void *arg)
{
    char *seen = arg;
    int i = atoi(uctx_name(ctx));

    EXPECT(i >= 0 && i < N && ctxs[i] == ctx && !seen[i]);
    seen[i] = 1;
    n_visits++;
    return 0;
}

static int stop_at_ten(struct uctx *ctx, void *arg)
{
    (void)ctx;
    (void)arg;
    return ++n_visits == 10 ? 77 : 0;
}

TEST(each_visits_the_live_contexts_and_no_other)
{
    static char names[N][12], seen[N];
    struct uctx_addr_info info;
    unsigned random = 21;
    int n_live = 0;

    for (int i = 0; i < N; i++) {
        ctxs[i] = uctx_create(UCTX_STACK_MIN << i % 10, entry);
        MUST(ctxs[i] != NULL);
        snprintf(names[i], sizeof names[i], "%d", i);
        uctx_set_name(ctxs[i], names[i]);
        if (i % 3 == 0)
            uctx_resume(ctxs[i], NULL);
        if (i % 30 == 0)
            MUST(uctx_stack_alloc(&without[i / 30], 0) == 0);
    }
    for (int i = 0; i < N; i++)
        if (next_random(&random) % 2 == 0) {
            uctx_destroy(ctxs[i]);
            ctxs[i] = NULL;
        } else {
            n_live++;
            EXPECT_EQ(uctx_addr_info(ctxs[i], &info), UCTX_ADDR_STACK);
            EXPECT(info.owner == ctxs[i]);
            EXPECT_EQ(strcmp(info.name, names[i]), 0);
        }
    for (int i = 50; i < 100; i++) { /* where contexts lived */
        uctx_stack_free(&without[i]);
        MUST(uctx_stack_alloc(&without[i], UCTX_STACK_MIN << i % 10) == 0);
    }
    EXPECT_EQ(uctx_each(visit, seen), 0);
    EXPECT_EQ(n_visits, n_live);
    n_visits = 0;
    EXPECT_EQ(uctx_each(stop_at_ten, NULL), 77);
    EXPECT_EQ(n_visits, 10);
    for (int i = 0; i < N; i++)
        uctx_destroy(ctxs[i]);
    n_visits = 0;
    EXPECT_EQ(uctx_each(stop_at_ten, NULL), 0);
    EXPECT_EQ(n_visits, 0);
}
