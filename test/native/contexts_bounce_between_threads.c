/* SPDX-License-Identifier: MIT */
/*
 * Four threads in a ring, each with a queue of contexts.  A context that stops
 * publishes itself, by swap_on, in the queue of the next thread: each time it
 * goes on in another one.  It counts in plain variables: nothing is lost.
 *
 * Build: LABELS long TIMEOUT 120
 */
#include "t.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <uctx.h>

enum { THREADS = 4, CONTEXTS = 64 };

static struct task {
    struct uctx ctx;
    long count, moved;
    char stack[16384];
} tasks[CONTEXTS];

static struct worker {
    struct uctx ctx; /* the thread itself */
    _Atomic(struct task *) queue[CONTEXTS];
    unsigned put, take; /* the thread before puts, this one takes */
    long runs;
    pthread_t thread;
} workers[THREADS];

static void put(struct worker *worker, struct task *task)
{
    atomic_store_explicit(&worker->queue[worker->put++ % CONTEXTS], task,
                          memory_order_release);
}

static struct task *take(struct worker *worker)
{
    _Atomic(struct task *) *slot = &worker->queue[worker->take % CONTEXTS];
    struct task *task = atomic_load_explicit(slot, memory_order_acquire);

    if (task != NULL) {
        atomic_store_explicit(slot, NULL, memory_order_relaxed);
        worker->take++;
    }
    return task;
}

/* On the stack of the thread that is left: from here on the next may go on. */
static void *publish(struct uctx *from, void *value)
{
    struct worker *worker = value;

    put(&workers[(worker - workers + 1) % THREADS], (struct task *)from);
    return NULL;
}

static void *work(struct uctx *self, void *value)
{
    struct task *task = (struct task *)self;

    for (;;) {
        struct worker *before = value;

        task->count++;
        value = uctx_swap_on(self, &before->ctx, publish, before);
        task->moved += value != before;
    }
    return NULL;
}

static void *run(void *value)
{
    struct worker *worker = value;

    uctx_init(&worker->ctx, NULL, NULL, 0);
    for (long i = 0; i < worker->runs; i++) {
        struct task *task;

        while ((task = take(worker)) == NULL)
            sched_yield();
        uctx_swap(&worker->ctx, &task->ctx, worker);
    }
    uctx_fini(&worker->ctx);
    return NULL;
}

TEST(contexts_bounce_between_threads)
{
    long hand_overs =
        getenv("TIMES") != NULL ? atol(getenv("TIMES")) : 10000000;
    long counted = 0, moved = 0;

    for (int i = 0; i < CONTEXTS; i++) {
        struct uctx_stack stack = {tasks[i].stack, sizeof tasks[i].stack};

        MUST(uctx_init(&tasks[i].ctx, &stack, work, 0) == 0);
        put(&workers[i % THREADS], &tasks[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        workers[i].runs = hand_overs / THREADS;
        MUST(pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < CONTEXTS; i++) {
        counted += tasks[i].count;
        moved += tasks[i].moved;
        uctx_fini(&tasks[i].ctx);
    }
    EXPECT_EQ(counted, hand_overs);
    EXPECT_EQ(moved, hand_overs - CONTEXTS); /* all but the first starts */
    printf("%ld hand-overs, %ld of them to another thread\n", counted, moved);
}
