/* SPDX-License-Identifier: MIT */
/*
 * A walk along frame pointers, as perf does it, goes from a resumed context to
 * its resumer and main, inlined or called; in one that was swapped to it ends.
 *
 * Build: FLAGS -fno-omit-frame-pointer -fno-optimize-sibling-calls
 * Build: NOT_UNDER asan
 */
#include "places.h"
#include "t.h"
#include <uctx.h>
#include <unwind.h>

#ifdef PLACES_RECORD
int main(void);

static struct uctx here;
static int saw_entry, saw_resumer, saw_main, n_records, n_beyond;
static void *(*volatile resume_called)(struct uctx *, void *) = uctx_resume;
static void *(*volatile swap_called)(struct uctx *, struct uctx *,
                                     void *) = uctx_swap;
static void *(*volatile swap_on_called)(struct uctx *, struct uctx *, uctx_on *,
                                        void *) = uctx_swap_on;

static void *entry(struct uctx *self, void *value);
static void resumer(struct uctx *ctx, int called);

static int is_in(void *pc, void *function)
{
    return _Unwind_FindEnclosingFunction(pc) == function;
}

__attribute__((noinline)) static void walk(void)
{
    uintptr_t fp = (uintptr_t)__builtin_frame_address(0);

    saw_entry = saw_resumer = saw_main = n_records = n_beyond = 0;
    while (fp != 0 && n_records < 32 && !saw_main) {
        const uintptr_t *record = PLACES_RECORD(fp);
        void *pc = (void *)record[1];

        n_records++;
        n_beyond += saw_entry != 0;
        saw_entry += is_in(pc, (void *)entry);
        saw_resumer += saw_entry && is_in(pc, (void *)resumer);
        saw_main += saw_resumer && is_in(pc, (void *)main);
        fp = record[0];
    }
}

__attribute__((noinline)) static void *entry(struct uctx *self, void *value)
{
    for (;;) {
        walk();
        value = value != NULL ? uctx_swap(self, &here, value)
                              : uctx_yield(self, value);
    }
    return NULL;
}

__attribute__((noinline)) static void resumer(struct uctx *ctx, int called)
{
    if (called)
        resume_called(ctx, NULL);
    else
        uctx_resume(ctx, NULL);
    __asm__ volatile("");
}

static void *pass(struct uctx *from, void *value)
{
    return from == &here ? value : NULL;
}

TEST(frame_pointers_lead_to_the_resumer)
{
    struct uctx *ctx = uctx_create(0, entry);

    uctx_init(&here, NULL, NULL, 0);
    for (int i = 0; i < 4; i++) {
        resumer(ctx, i & 1);
        EXPECT(saw_entry && saw_resumer && saw_main);
    }
    uctx_swap(&here, ctx, &here);
    EXPECT(saw_entry && !saw_resumer && n_beyond == 2);
    uctx_destroy(ctx);
    ctx = uctx_create(0, entry);
    uctx_swap(&here, ctx, &here);
    EXPECT(saw_entry && !saw_resumer && n_beyond == 2);
    uctx_destroy(ctx);

    for (int i = 0; i < 4; i++) { /* each time to one that has yielded */
        ctx = uctx_create(0, entry);
        resumer(ctx, 0);
        switch (i) {
        case 0:
            uctx_swap(&here, ctx, &here);
            break;
        case 1:
            swap_called(&here, ctx, &here);
            break;
        case 2:
            uctx_swap_on(&here, ctx, pass, &here);
            break;
        case 3:
            swap_on_called(&here, ctx, pass, &here);
        }
        EXPECT(saw_entry && !saw_resumer && n_beyond == 2);
        uctx_destroy(ctx);
    }
}
#else
TEST(frame_pointers_lead_to_the_resumer)
{
    SKIP("the ABI has no frame records");
}
#endif
