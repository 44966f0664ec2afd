/* SPDX-License-Identifier: MIT */
/*
 * A fork() while another thread is in the middle of giving stacks back to the
 * kernel, or of taking one from it: the child loses none of them.
 *
 * Build: LINK static LIBS -Wl,--wrap=madvise
 */
#include "stack/help.h"

#include <pthread.h>
#include <semaphore.h>

static _Thread_local int stops_at; /* this thread stops at such advice */
static struct uctx_stack stacks[40];
static sem_t in_the_middle, forked;

int __real_madvise(void *at, size_t size, int advice);
int __wrap_madvise(void *at, size_t size, int advice);
int __wrap_madvise(void *at, size_t size, int advice)
{
    if (advice == stops_at) {
        stops_at = 0;
        sem_post(&in_the_middle);
        while (sem_wait(&forked) != 0)
            ;
    }
    return __real_madvise(at, size, advice);
}

static void *give_back(void *arg)
{
    for (int i = 0; i < 40; i++)
        MUST(uctx_stack_alloc(&stacks[i], 0) == 0);
    stops_at = MADV_DONTNEED;
    for (int i = 0; i < 40; i++)
        uctx_stack_free(&stacks[i]);
    uctx_pool_trim();
    return arg;
}

static void *take(void *arg)
{
    struct uctx_stack stack;

    stops_at = 102; /* MADV_GUARD_INSTALL */
    MUST(uctx_stack_alloc(&stack, 0) == 0);
    uctx_stack_free(&stack);
    return arg;
}

static void check(void *(*run)(void *))
{
    struct uctx_pool_stats stats;
    pthread_t thread;
    int status, n_live = 0;
    pid_t pid;

    MUST(pthread_create(&thread, NULL, run, NULL) == 0);
    while (sem_wait(&in_the_middle) != 0)
        ;
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        uctx_pool_trim();
        uctx_pool_stats(&stats);
        EXPECT_EQ(stats.idle, 0);
        for (int i = 0; i < 40; i++) /* these it had not freed yet */
            n_live += stacks[i].base != NULL;
        EXPECT_EQ(stats.live, n_live);
        _exit(t_failures != 0);
    }
    MUST(waitpid(pid, &status, 0) == pid);
    EXPECT_EQ(status, 0);
    sem_post(&forked);
    MUST(pthread_join(thread, NULL) == 0);
    uctx_pool_trim();
    EXPECT_EQ(count_live(), 0);
}

TEST(a_child_adopts_what_a_thread_was_about_to_free)
{
    const char *guard = getenv("UCTX_GUARD");

    sem_init(&in_the_middle, 0, 0);
    sem_init(&forked, 0, 0);
    uctx_pool_limit(0);
    check(give_back);
    if (kernel_has_light_guards() && guard == NULL)
        check(take);
}
