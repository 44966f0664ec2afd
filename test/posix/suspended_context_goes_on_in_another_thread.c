/* SPDX-License-Identifier: MIT */
/*
 * A context that one thread suspended may be resumed by another: its stack,
 * mask and FP rounding go with it; the thread does not: thread-locals, errno
 * and pthread_self() are those of the thread that runs it.
 *
 * Build: LINK static shared libc LIBS m
 */
#include "t.h"

#include <fenv.h>
#include <pthread.h>

enum { THREADS = 4, ROUNDS = 300 };

static ucontext_t scheduler[THREADS], inner;
static pthread_barrier_t barrier;
static _Thread_local int local;
static volatile int runner, rounds;

/* A compiler may keep the address of a thread-local across a call. */
static __attribute__((noinline)) int get_local(void)
{
    __asm__ volatile("" ::: "memory");
    return local;
}

static __attribute__((noinline)) void set_local(int value)
{
    __asm__ volatile("" ::: "memory");
    local = value;
}

static __attribute__((noinline)) int get_errno(void)
{
    __asm__ volatile("" ::: "memory");
    return errno;
}

static void wander(long a, long b, long c, long d, long e, long f, long g)
{
    volatile long kept[7] = {a, b, c, d, e, f, g};
    uint64_t mask;

    t_block(SIGUSR1);
    t_block(SIGRTMIN + 2);
    mask = t_kernel_mask();
#ifdef FE_DOWNWARD
    fesetround(FE_DOWNWARD);
#endif
    for (;;) {
        int me = runner;

        EXPECT_EQ(get_local(), 100 + me);
        set_local(200 + me);
        EXPECT_EQ(get_errno(), 300 + me);
        EXPECT_EQ(t_kernel_mask(), mask);
#ifdef FE_DOWNWARD
        EXPECT_EQ(fegetround(), FE_DOWNWARD);
#endif
        for (int i = 0; i < 7; i++)
            EXPECT_EQ(kept[i], i + 1 + rounds);
        for (int i = 0; i < 7; i++)
            kept[i]++;
        rounds++;
        swapcontext(&inner, &scheduler[me]);
        EXPECT(runner != me);
    }
}

static void make(void)
{
    static char stack[64 * 1024];

    MUST(getcontext(&inner) == 0);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = NULL;
    makecontext(&inner, (void (*)(void))wander, 7, 1l, 2l, 3l, 4l, 5l, 6l, 7l);
}

static void *run(void *number)
{
    int me = (int)(intptr_t)number;

    if (me % 2)
        t_block(SIGUSR2);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t mask = t_kernel_mask();

        pthread_barrier_wait(&barrier);
        if (i % THREADS == me) {
            runner = me;
            set_local(100 + me);
            errno = 300 + me;
            swapcontext(&scheduler[me], &inner);
            EXPECT_EQ(get_local(), 200 + me);
            EXPECT_EQ(t_kernel_mask(), mask);
            EXPECT_EQ(fegetround(), FE_TONEAREST);
        }
    }
    return NULL;
}

TEST(suspended_context_goes_on_in_another_thread)
{
    pthread_t thread[THREADS];

    make();
    pthread_barrier_init(&barrier, NULL, THREADS);
    for (intptr_t i = 1; i < THREADS; i++)
        MUST(pthread_create(&thread[i], NULL, run, (void *)i) == 0);
    run((void *)0);
    for (int i = 1; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    EXPECT_EQ(rounds, ROUNDS);
}
