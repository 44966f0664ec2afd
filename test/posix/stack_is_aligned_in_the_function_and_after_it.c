/* SPDX-License-Identifier: MIT */
/*
 * The stack is aligned as the ABI demands at a call, for every alignment of
 * uc_stack's ends and every number of arguments: in the function, and after it
 * returned with no uc_link, in what exit() then calls.  In the latter glibc
 * 2.36 is 8 bytes off after an odd number of stack arguments.
 *
 * Build: NOT_UNDER asan
 */
#include "t.h"

#include "places.h"

#ifndef PLACES_STACK_ALIGNMENT
#define PLACES_STACK_ALIGNMENT 16
#endif

enum { ALIGNMENT = PLACES_STACK_ALIGNMENT };

static ucontext_t outer, inner;
static _Alignas(16) char stack[64 * 1024];
static volatile int seen;

/* The compiler keeps such a variable so only if its caller did. */
static __attribute__((noinline)) int is_aligned(void)
{
    _Alignas(ALIGNMENT) volatile char probe[ALIGNMENT];
    volatile uintptr_t address = (uintptr_t)probe;

    probe[0] = 0;
    return address % ALIGNMENT == 0;
}

static void look(void)
{
    seen = is_aligned() ? 1 : -1;
}

static void look_and_end(void)
{
    static const char yes[] = "aligned", no[] = "misaligned";
    int ok = is_aligned();

    if (write(1, ok ? yes : no, ok ? sizeof yes - 1 : sizeof no - 1) < 0)
        _exit(98);
}

static size_t start, end;
static int n_args;

static void prepare(ucontext_t *link)
{
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack + start;
    inner.uc_stack.ss_size = sizeof stack - start - end;
    inner.uc_link = link;
    makecontext(&inner, look, n_args, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
}

static void end_without_link(void)
{
    atexit(look_and_end);
    prepare(NULL);
    setcontext(&inner);
}

TEST(stack_is_aligned_in_the_function_and_after_it)
{
    for (start = 0; start < ALIGNMENT; start++)
        for (end = 0; end < ALIGNMENT; end++)
            for (n_args = 0; n_args <= 11; n_args++) {
                prepare(&outer);
                seen = 0;
                EXPECT_EQ(swapcontext(&outer, &inner), 0);
                EXPECT_EQ(seen, 1);
            }
    for (end = 0; end < ALIGNMENT; end += 5)
        for (n_args = 0; n_args <= 9; n_args += 3) {
            char out[64];

            EXPECT_EQ(t_child(end_without_link, out, sizeof out), 0);
            if (strcmp(out, "aligned") != 0) {
                printf("%d arguments, end %zu: '%s'\n", n_args, end, out);
                t_failures++;
            }
        }
}
