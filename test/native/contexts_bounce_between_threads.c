/* SPDX-License-Identifier: MIT */
/*
 * Four threads take contexts from one place each, run them until they stop, and
 * a context that stops publishes itself, by swap_on, where any thread takes it
 * next.  Each context counts in a plain variable: nothing is lost.
 *
 * Build: TIMEOUT 120
 */
#include "t.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <uctx.h>

enum { THREADS = 4, CONTEXTS = 8 };

static _Atomic(struct uctx *) slots[CONTEXTS];
static struct task {
    struct uctx ctx;
    struct uctx *worker; /* who runs it now */
    unsigned long count;
    unsigned moved;
    char stack[16384];
} tasks[CONTEXTS];
static atomic_long left;

/* On the worker's stack: now `from` may be taken. */
static void *publish(struct uctx *from, void *value)
{
    struct task *task = value;

    atomic_store_explicit(&slots[task - tasks], from, memory_order_release);
    return NULL;
}

static void *work(struct uctx *self, void *value)
{
    struct task *task = (struct task *)self;

    for (;;) {
        struct uctx *before = task->worker;

        task->count++;
        uctx_swap_on(self, task->worker, publish, task);
        task->moved += task->worker != before;
    }
    return value;
}

static void *run(void *value)
{
    struct uctx worker;
    size_t slot = (size_t)value;

    uctx_init(&worker, NULL, NULL, 0);
    while (atomic_load_explicit(&left, memory_order_relaxed) > 0) {
        int ran = 0;

        for (int i = 0; i < 64; i++) {
            struct uctx *ctx;

            slot = (slot + 1) % CONTEXTS;
            if (atomic_load_explicit(&slots[slot], memory_order_relaxed) ==
                NULL)
                continue;
            ctx = atomic_exchange_explicit(&slots[slot], NULL,
                                           memory_order_acquire);
            if (ctx == NULL)
                continue;
            ((struct task *)ctx)->worker = &worker;
            uctx_swap(&worker, ctx, NULL);
            ran++;
        }
        atomic_fetch_sub_explicit(&left, ran, memory_order_relaxed);
    }
    uctx_fini(&worker);
    return NULL;
}

TEST(contexts_bounce_between_threads)
{
    long hand_overs =
        getenv("TIMES") != NULL ? atol(getenv("TIMES")) : 10000000;
    pthread_t threads[THREADS];
    unsigned long counted = 0, moved = 0;

    left = hand_overs;
    for (int i = 0; i < CONTEXTS; i++) {
        struct uctx_stack stack = {tasks[i].stack, sizeof tasks[i].stack};

        MUST(uctx_init(&tasks[i].ctx, &stack, work, 0) == 0);
        slots[i] = &tasks[i].ctx;
    }
    for (size_t i = 0; i < THREADS; i++)
        MUST(pthread_create(&threads[i], NULL, run, (void *)(2 * i)) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < CONTEXTS; i++) {
        EXPECT(slots[i] == &tasks[i].ctx);
        counted += tasks[i].count;
        moved += tasks[i].moved;
    }
    EXPECT_EQ(counted, (unsigned long)(hand_overs - left));
    EXPECT(counted >= (unsigned long)hand_overs);
    EXPECT(moved > 0);
    printf("%lu hand-overs, %lu of them to another thread\n", counted, moved);
}
