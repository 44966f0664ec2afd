/* SPDX-License-Identifier: MIT */
/*
 * C++ exceptions that are thrown in a context are caught in it, through frames
 * with destructors, while other contexts are suspended in the middle of theirs;
 * a switch while a destructor runs or a handler is active does not lose them.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER asan
 */
#include "t.h"

#include <stdexcept>
#include <string>

enum { CONTEXTS = 4, ROUNDS = 200 };

static ucontext_t outer, context[CONTEXTS];
static int alive, caught;

struct counted {
    counted()
    {
        alive++;
    }
    ~counted()
    {
        alive--;
    }
};

static __attribute__((noinline)) void dive(int me, int depth)
{
    counted object;

    if (depth == 0)
        throw std::runtime_error(std::to_string(me));
    if (depth % 3 == 0)
        EXPECT_EQ(swapcontext(&context[me], &outer), 0);
    dive(me, depth - 1);
}

static void throw_and_catch(int me)
{
    for (int i = 0; i < ROUNDS; i++) {
        try {
            dive(me, 3 + me * i % 11);
            EXPECT(!"nothing was thrown");
        } catch (const std::runtime_error &e) {
            EXPECT_EQ(atoi(e.what()), me);
            caught++;
        }
    }
    for (;;)
        swapcontext(&context[me], &outer);
}

static void make(int i)
{
    MUST(getcontext(&context[i]) == 0);
    context[i].uc_stack.ss_size = 64 * 1024;
    context[i].uc_stack.ss_sp = malloc(64 * 1024);
    makecontext(&context[i], (void (*)(void))throw_and_catch, 1, i);
}

TEST(exceptions_are_caught_inside_contexts)
{
    for (int i = 0; i < CONTEXTS; i++)
        make(i);
    for (int i = 0; caught < CONTEXTS * ROUNDS && i < 1000000; i++)
        EXPECT_EQ(swapcontext(&outer, &context[t_random() % CONTEXTS]), 0);
    EXPECT_EQ(caught, CONTEXTS * ROUNDS);
    EXPECT_EQ(alive, 0);
}
