/* SPDX-License-Identifier: MIT */
/*
 * When a context without uc_link returns in a thread that is not the initial
 * one, that thread exits and the process lives: its C++ thread_local objects
 * and its pthread_key values are destroyed, no atexit handler runs, and
 * pthread_join() returns.  glibc 2.36 ends the process.
 */
#include "t.h"

#include <pthread.h>

static ucontext_t outer, inner;
static int objects, values, exited;
static pthread_key_t key;

struct counted {
    int n;
    ~counted()
    {
        objects += n;
    }
};
static thread_local counted object;

static void destroy_value(void *value)
{
    values += *(int *)value;
}

static void at_exit()
{
    exited++;
}

static void use_locals()
{
    static int value = 100;

    object.n = 10;
    pthread_setspecific(key, &value);
}

static void *run(void *by_swap)
{
    /* On the heap: not on the stack of a thread that ends. */
    t_context(&inner, use_locals, NULL);
    if (by_swap)
        swapcontext(&outer, &inner);
    else
        setcontext(&inner);
    EXPECT(!"the thread went on");
    return NULL;
}

TEST(null_uc_link_ends_another_thread_alone)
{
    static int yes;

    MUST(pthread_key_create(&key, destroy_value) == 0);
    atexit(at_exit);
    for (int i = 1; i <= 100; i++) {
        pthread_t thread;
        void *result = &thread;

        MUST(pthread_create(&thread, NULL, run, i % 2 ? &yes : NULL) == 0);
        EXPECT_EQ(pthread_join(thread, &result), 0);
        EXPECT(result == NULL);
        EXPECT_EQ(objects, 10 * i);
        EXPECT_EQ(values, 100 * i);
        EXPECT_EQ(exited, 0);
        free(inner.uc_stack.ss_sp);
    }
}
