/* SPDX-License-Identifier: MIT */
/*
 * Eight threads take stacks, hand them to each other and free them, at random;
 * meanwhile the process forks, and each child does the same for a moment.  No
 * stack is with two owners, and at the end none is lost: neither those that the
 * threads of the parent kept, nor, in a child, those that its parent's did.
 *
 * STEPS in the environment makes it longer.
 */
#include "stack/help.h"

#include <pthread.h>

enum { N_THREADS = 8, N_BOXES = 256 };

static void *boxes[N_BOXES]; /* bases of stacks that wait for a taker */
static struct uctx_stack wrappers[N_THREADS * 64];
static long n_steps = 60000;

/* A live stack holds its own address at both ends. */
static void mark(const struct uctx_stack *stack)
{
    void **top = (void **)((char *)stack->base + stack->size);

    top[-1] = stack->base;
    *(void **)stack->base = stack->base;
}

static int is_marked(const struct uctx_stack *stack)
{
    void **top = (void **)((char *)stack->base + stack->size);

    return top[-1] == stack->base && *(void **)stack->base == stack->base;
}

static void unmark(const struct uctx_stack *stack)
{
    *(void **)stack->base = NULL;
}

/* No malloc() for what is handed over: a child of fork() calls this too. */
static struct uctx_stack stack_at(void *base)
{
    struct uctx_addr_info info;

    EXPECT_EQ(uctx_addr_info(base, &info), UCTX_ADDR_STACK);
    return info.stack;
}

static void churn(unsigned random, long steps, struct uctx_stack *own)
{
    for (long i = 0; i < steps; i++) {
        struct uctx_stack *stack = &own[next_random(&random) % 64], handed;

        if (stack->base == NULL) {
            MUST(uctx_stack_alloc(stack, 4096u << next_random(&random) % 4) ==
                 0);
            if (!EXPECT(!is_marked(stack)))
                break;
            mark(stack);
        } else if (next_random(&random) % 3 == 0) {
            void **box = &boxes[next_random(&random) % N_BOXES];
            void *mine = stack->base;

            stack->base = NULL;
            mine = __atomic_exchange_n(box, mine, __ATOMIC_ACQ_REL);
            if (mine == NULL)
                continue;
            handed = stack_at(mine);
            EXPECT(is_marked(&handed));
            unmark(&handed);
            uctx_stack_free(&handed);
        } else {
            EXPECT(is_marked(stack));
            unmark(stack);
            uctx_stack_free(stack);
        }
        if (i % 20000 == 19999)
            uctx_pool_trim();
    }
    for (int i = 0; i < 64; i++)
        if (own[i].base != NULL) {
            unmark(&own[i]);
            uctx_stack_free(&own[i]);
        }
}

static void *run(void *arg)
{
    int n = (int)(intptr_t)arg;

    /* Each thread lives several times: its stacks go back at its end. */
    churn((unsigned)n * 77 + 1, n_steps / 4, &wrappers[n % N_THREADS * 64]);
    return NULL;
}

/* Only the forking thread goes on: what the others own stays live, and what
 * each was about to take, hand over or free is one or the other. */
static void in_child(void)
{
    size_t n_live = 0;
    static struct uctx_stack own[64];
    struct uctx_pool_stats stats;

    churn(99, 2000, own);
    uctx_pool_trim();
    uctx_pool_stats(&stats);
    EXPECT_EQ(stats.idle, 0); /* none is in a cache of a thread that is not */
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        n_live += wrappers[i].base != NULL;
    for (int i = 0; i < N_BOXES; i++)
        n_live += boxes[i] != NULL;
    EXPECT(stats.live <= n_live + 2 * N_THREADS);
    EXPECT(stats.live + N_THREADS >= n_live);
    _exit(t_failures != 0);
}

TEST(threads_hand_stacks_over_and_lose_none)
{
    struct uctx_pool_stats stats;
    pthread_t threads[N_THREADS];

    if (getenv("STEPS") != NULL)
        n_steps = atol(getenv("STEPS"));
    for (int life = 0; life < 4; life++) {
        for (intptr_t i = 0; i < N_THREADS; i++)
            MUST(pthread_create(&threads[i], NULL, run,
                                (void *)(i + life * N_THREADS)) == 0);
        for (int i = 0; i < 5; i++) {
            pid_t pid = fork();
            int status;

            MUST(pid >= 0);
            if (pid == 0)
                in_child();
            MUST(waitpid(pid, &status, 0) == pid);
            EXPECT_EQ(status, 0);
        }
        for (int i = 0; i < N_THREADS; i++)
            MUST(pthread_join(threads[i], NULL) == 0);
    }
    for (int i = 0; i < N_BOXES; i++)
        if (boxes[i] != NULL) {
            struct uctx_stack stack = stack_at(boxes[i]);

            EXPECT(is_marked(&stack));
            uctx_stack_free(&stack);
        }
    uctx_pool_trim();
    uctx_pool_stats(&stats);
    EXPECT_EQ(stats.live, 0);
    EXPECT_EQ(stats.idle, 0);
    EXPECT_EQ(stats.mappings, 0);
}
