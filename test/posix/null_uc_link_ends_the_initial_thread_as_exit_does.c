/* SPDX-License-Identifier: MIT */
/*
 * When a context without uc_link returns in the initial thread, the process
 * exits with status 0, having run its atexit handlers and flushed stdio; other
 * threads end with it.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER asan
 */
#include "t.h"

#include <pthread.h>

static ucontext_t outer, inner;

static void at_exit(void)
{
    printf("handler ");
}

static void print_unflushed(void)
{
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    atexit(at_exit);
    printf("function ");
}

static void end_by_swap(void)
{
    t_context(&inner, print_unflushed, NULL);
    swapcontext(&outer, &inner);
}

static void end_by_set(void)
{
    t_context(&inner, print_unflushed, NULL);
    setcontext(&inner);
}

static void end_by_chain(void)
{
    t_context(&outer, print_unflushed, NULL);
    t_context(&inner, print_unflushed, &outer);
    setcontext(&inner);
}

static void *outlive(void *unused)
{
    (void)unused;
    sleep(5);
    _exit(3);
}

static void end_beside_a_thread(void)
{
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, outlive, NULL) == 0);
    end_by_swap();
}

static void expect(void (*body)(void), const char *output)
{
    char out[256];

    EXPECT_EQ(t_child(body, out, sizeof out), 0);
    if (strcmp(out, output) != 0) {
        printf("printed '%s', not '%s'\n", out, output);
        t_failures++;
    }
}

TEST(null_uc_link_ends_the_initial_thread_as_exit_does)
{
    expect(end_by_swap, "function handler ");
    expect(end_by_set, "function handler ");
    expect(end_beside_a_thread, "function handler ");
    expect(end_by_chain, "function function handler handler ");
}
