/* SPDX-License-Identifier: MIT */
/*
 * pthread_exit() inside a context runs the destructors of that context's
 * frames, innermost first, and ends the thread with its value.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER asan
 */
#include "t.h"

#include <pthread.h>
#include <string>

static thread_local ucontext_t outer, inner;
static std::string order;

/* Not known to be noreturn: compilers warn of recursion without end. */
static void (*volatile end)(void *) = pthread_exit;

struct named {
    char name;
    ~named()
    {
        order += name;
    }
};

static __attribute__((noinline)) void dive(char name, int depth)
{
    named object = {name};

    if (depth == 0)
        end(&order);
    else
        dive(name + 1, depth - 1);
}

static void dive_from_a_context(void)
{
    named object = {'a'};

    swapcontext(&inner, &outer);
    dive('b', 3);
}

static void *run(void *stack)
{
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = 64 * 1024;
    inner.uc_link = &outer;
    makecontext(&inner, dive_from_a_context, 0);
    swapcontext(&outer, &inner);
    swapcontext(&outer, &inner);
    EXPECT(!"the thread went on");
    return NULL;
}

TEST(pthread_exit_in_a_context_unwinds_it)
{
    void *stack = malloc(64 * 1024);

    for (int i = 0; i < 50; i++) {
        pthread_t thread;
        void *result = NULL;

        order.clear();
        MUST(pthread_create(&thread, NULL, run, stack) == 0);
        EXPECT_EQ(pthread_join(thread, &result), 0);
        EXPECT(result == &order);
        EXPECT(order == "edcba");
    }
    free(stack);
}
