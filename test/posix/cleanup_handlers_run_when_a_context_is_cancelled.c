/* SPDX-License-Identifier: MIT */
/*
 * The cleanup handlers that a context pushed run, innermost first, when its
 * thread is cancelled in it, and when pthread_exit() is called in it.
 *
 * Build: LINK static shared libc
 */
#include "t.h"

#include <pthread.h>
#include <sched.h>

static ucontext_t outer, inner;
static char stack[256 * 1024];
static char order[8];
static _Atomic int ready, cancel;
static int ends[2];

static void note(void *what)
{
    strcat(order, (const char *)what);
}

static void block(void)
{
    pthread_cleanup_push(note, "a");
    pthread_cleanup_push(note, "b");
    if (cancel) {
        char byte;

        ready = 1;
        while (read(ends[0], &byte, 1) != 0)
            continue;
    } else {
        pthread_exit(order);
    }
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(0);
}

static void *run(void *unused)
{
    (void)unused;
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, block, 0);
    swapcontext(&outer, &inner);
    EXPECT(!"the thread went on");
    return NULL;
}

TEST(cleanup_handlers_run_when_a_context_is_cancelled)
{
    MUST(pipe(ends) == 0);
    for (int i = 0; i < 50; i++) {
        pthread_t thread;
        void *result = NULL;

        ready = 0;
        order[0] = '\0';
        cancel = i % 2;
        MUST(pthread_create(&thread, NULL, run, NULL) == 0);
        if (cancel) {
            while (!ready)
                sched_yield();
            EXPECT_EQ(pthread_cancel(thread), 0);
        }
        EXPECT_EQ(pthread_join(thread, &result), 0);
        EXPECT(result == (cancel ? PTHREAD_CANCELED : order));
        EXPECT(strcmp(order, "ba") == 0);
    }
}
