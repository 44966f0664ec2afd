/* SPDX-License-Identifier: MIT */
/*
 * An exception that leaves the entry is caught around the resume, with the
 * destructors on both sides run, through several contexts; one that leaves the
 * function of a swap_on is caught in the target; cancel runs destructors and
 * catch (...), and a context that catches inside goes on.
 */
#include "t.h"
#include <stdexcept>
#include <string>
#include <uctx.h>

static std::string trace;

struct mark {
    const char *text;
    explicit mark(const char *t) : text(t)
    {
    }
    ~mark()
    {
        trace += text;
    }
};

static void *thrower(struct uctx *self, void *value)
{
    mark inside("a");

    uctx_yield(self, value);
    throw std::runtime_error("thrown");
}

static void *middle(struct uctx *, void *value)
{
    struct uctx *inner = uctx_create(0, thrower);
    struct guard {
        struct uctx *ctx;
        ~guard()
        {
            uctx_destroy(ctx);
        }
    } guard = {inner};
    mark inside("b");

    uctx_resume(inner, value);
    uctx_resume(inner, value);
    return NULL;
}

static void *catcher(struct uctx *self, void *)
{
    int caught = 0;

    for (int i = 0; i < 3; i++)
        try {
            mark inside("c");
            uctx_yield(self, NULL);
        } catch (int n) {
            caught += n;
        }
    return (void *)(intptr_t)caught;
}

static void *throw_int(struct uctx *, void *value)
{
    throw(int)(intptr_t) value;
}

static void *waiter(struct uctx *self, void *)
{
    mark outer("d");

    try {
        mark inner("e");
        uctx_yield(self, NULL);
    } catch (...) {
        trace += "f";
        throw;
    }
    return NULL;
}

static void *throw_now(struct uctx *, void *value)
{
    throw(int)(intptr_t) value;
}

/* What the catcher holds in registers is there when it catches. */
__attribute__((noinline)) static int keeps(struct uctx *ctx, int a, int b,
                                           int c, int d, int e)
{
    for (int i = 0; i < 3; i++)
        try {
            uctx_resume(ctx, (void *)1);
            a = 0;
        } catch (int n) {
            return a + b * 10 + c * 100 + d * 1000 + e * 10000 + i + n;
        }
    return 0;
}

TEST(exceptions_leave_a_context_for_its_resumer)
{
    for (int i = 0; i < 1000; i++) {
        struct uctx *ctx = uctx_create(0, middle);

        trace = "";
        try {
            mark outside("m");
            uctx_resume(ctx, NULL);
            EXPECT(!"reached");
        } catch (const std::runtime_error &e) {
            trace += e.what();
        }
        EXPECT(trace == "abmthrown");
        EXPECT_EQ(uctx_state(ctx), UCTX_DONE);
        EXPECT(!std::uncaught_exception());
        uctx_destroy(ctx);

        struct uctx here;
        uctx_init(&here, NULL, NULL, 0);
        ctx = uctx_create(0, catcher);
        trace = "";
        uctx_resume(ctx, NULL);
        /* Two into the context; its third yield comes back to nobody. */
        uctx_resume(ctx, NULL);
        uctx_resume(ctx, NULL);
        EXPECT_EQ((intptr_t)uctx_resume(ctx, NULL), 0);
        EXPECT(trace == "ccc");
        uctx_destroy(ctx);

        ctx = uctx_create(0, waiter);
        uctx_resume(ctx, NULL);
        trace = "";
        EXPECT_EQ(uctx_cancel(ctx), 0);
        EXPECT(trace == "efd");
        uctx_destroy(ctx);
    }
    struct uctx *thrower = uctx_create(0, throw_now);
    EXPECT_EQ(keeps(thrower, 1, 2, 3, 4, 5), 54322);
    uctx_destroy(thrower);

    /* Thrown into a thread by a context that leaves it for good. */
    static struct uctx here;
    static uctx_entry *const leave = [](struct uctx *self, void *) -> void * {
        return uctx_swap_on(self, &here, throw_int, (void *)7);
    };
    struct uctx *ctx = uctx_create(0, leave);
    int caught = 0;

    uctx_init(&here, NULL, NULL, 0);
    try {
        mark outside("z");
        uctx_swap(&here, ctx, NULL);
    } catch (int n) {
        caught = n;
    }
    EXPECT_EQ(caught, 7);
    EXPECT(trace == "efdz");
    uctx_destroy(ctx);
}
