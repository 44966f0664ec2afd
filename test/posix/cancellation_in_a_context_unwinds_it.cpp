/* SPDX-License-Identifier: MIT */
/*
 * A thread that is cancelled while a context of its is blocked in read() ends:
 * the destructors of that context's frames run, and pthread_join() reports the
 * cancellation.  Deferred, and asynchronous, where the frame that runs spins.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER asan
 */
#include "t.h"

#include <atomic>
#include <pthread.h>
#include <sched.h>

static thread_local ucontext_t outer, inner;
static int destroyed, ends[2];
static std::atomic<int> ready, asynchronous;

struct counted {
    ~counted()
    {
        destroyed++;
    }
};

static __attribute__((noinline)) void block(int depth)
{
    counted object;
    char byte;

    if (depth > 0) {
        block(depth - 1);
        return;
    }
    if (asynchronous)
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    ready = 1;
    while (read(ends[0], &byte, 1) != 0)
        continue;
    EXPECT(!"read ended");
}

static void block_in_a_context(void)
{
    counted object;

    swapcontext(&inner, &outer);
    block(2);
}

static void *run(void *stack)
{
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = 256 * 1024;
    inner.uc_link = &outer;
    makecontext(&inner, block_in_a_context, 0);
    swapcontext(&outer, &inner);
    swapcontext(&outer, &inner);
    EXPECT(!"the thread went on");
    return NULL;
}

TEST(cancellation_in_a_context_unwinds_it)
{
    void *stack = malloc(256 * 1024);

    MUST(pipe(ends) == 0);
    for (int i = 0; i < 50; i++) {
        pthread_t thread;
        void *result = NULL;

        destroyed = ready = 0;
        asynchronous = i % 2;
        MUST(pthread_create(&thread, NULL, run, stack) == 0);
        while (!ready)
            sched_yield();
        if (i % 3 == 0)
            usleep(1000); /* it is in the system call by now */
        EXPECT_EQ(pthread_cancel(thread), 0);
        EXPECT_EQ(pthread_join(thread, &result), 0);
        EXPECT(result == PTHREAD_CANCELED);
        EXPECT_EQ(destroyed, 4);
    }
    free(stack);
}
