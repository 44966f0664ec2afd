/* SPDX-License-Identifier: MIT */
/*
 * A scheduler: N_TASKS tasks take turns, and each yields after every step.
 *
 *     round_robin [STEPS]
 *
 * Their states depend on each other, so that the result tells whether they
 * really ran in turn.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define N_TASKS    4
#define STACK_SIZE (64 * 1024)

static struct task {
    ucontext_t ctx;
    char stack[STACK_SIZE];
} tasks[N_TASKS];

static ucontext_t home;
static int current, n_alive = N_TASKS;
static uint64_t state = 1, n_switches;
static long n_steps = 1000;

static void yield(void)
{
    struct task *self = &tasks[current];

    current = (current + 1) % N_TASKS;
    n_switches++;
    if (swapcontext(&self->ctx, &tasks[current].ctx) != 0)
        abort();
}

static void work(int number)
{
    for (long i = 0; i < n_steps; i++) {
        state = (state ^ (uint64_t)number) * 6364136223846793005u + 1;
        yield();
    }
    printf("task %d is done\n", number);
    n_alive--; /* all have as many steps: the next one is about to end, too */
    current = (current + 1) % N_TASKS;
}

static void make(int number)
{
    ucontext_t *ctx = &tasks[number].ctx;

    if (getcontext(ctx) != 0)
        abort();
    ctx->uc_stack.ss_sp = tasks[number].stack;
    ctx->uc_stack.ss_size = STACK_SIZE;
    ctx->uc_link = number + 1 < N_TASKS ? &tasks[number + 1].ctx : &home;
    makecontext(ctx, (void (*)(void))work, 1, number);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        n_steps = atol(argv[1]);

    for (int i = 0; i < N_TASKS; i++)
        make(i);
    if (swapcontext(&home, &tasks[0].ctx) != 0)
        abort();
    printf("%" PRIu64 " switches, state %016" PRIx64 "\n", n_switches, state);
    return n_alive;
}
