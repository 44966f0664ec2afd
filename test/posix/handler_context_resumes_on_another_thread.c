/* SPDX-License-Identifier: MIT */
/*
 * What one thread's handler was interrupted in, another thread may go on with,
 * every register intact.  The thread pointer and the alternate signal stack
 * belong to the thread: it keeps its own, and nothing of the one that was
 * interrupted.
 *
 * Build: SOURCES arch/${arch}/handler.S
 * Build: NOT_UNDER asan valgrind tsan
 * ThreadSanitizer hands a signal on at the next call that it watches, and the
 * computation makes none.
 */
#include <pthread.h>

#include "handler.h"

enum { N_THREADS = 2, N_TIMES = 2000 };

static ucontext_t computation, scheduler[N_THREADS], *volatile interrupted;
static volatile int turn, n_moves, done;
static pthread_t thread[N_THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t moved = PTHREAD_COND_INITIALIZER;

static void interrupt(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    EXPECT(pthread_equal(pthread_self(), thread[turn]));
    interrupted = context;
    setcontext(&scheduler[turn]);
    _exit(1);
}

static void compute(void)
{
    handler_spin();
    done = 1;
    setcontext(&scheduler[turn]); /* uc_link would be where it began */
}

static void *run(void *arg)
{
    int self = (int)(intptr_t)arg;
    stack_t before, after;

    thread[self] = pthread_self(); /* pthread_create() may not have yet */
    t_block(SIGALRM);              /* but not in the computation */
    handler_altstack();
    MUST(sigaltstack(NULL, &before) == 0);
    pthread_mutex_lock(&lock);
    while (!done) {
        while (turn != self && !done)
            pthread_cond_wait(&moved, &lock);
        if (done)
            break;
        if (++n_moves == N_TIMES)
            handler_stop();
        EXPECT_EQ(swapcontext(&scheduler[self], interrupted), 0);
        MUST(sigaltstack(NULL, &after) == 0);
        EXPECT(after.ss_sp == before.ss_sp);
        EXPECT_EQ(after.ss_size, before.ss_size);
        EXPECT_EQ(after.ss_flags, before.ss_flags);
        turn = !self;
        pthread_cond_broadcast(&moved);
    }
    pthread_cond_broadcast(&moved);
    pthread_mutex_unlock(&lock);
    return NULL;
}

TEST(handler_context_resumes_on_another_thread)
{
    handler_fill();
    t_context(&computation, compute, NULL);
    interrupted = &computation;
    t_block(SIGALRM);
    handler_every(50, 0, interrupt);
    for (int i = 0; i < N_THREADS; i++)
        MUST(pthread_create(&thread[i], NULL, run, (void *)(intptr_t)i) == 0);
    for (int i = 0; i < N_THREADS; i++)
        MUST(pthread_join(thread[i], NULL) == 0);
    handler_every(0, 0, NULL);
    handler_check();
    EXPECT(n_moves >= N_TIMES);
}
