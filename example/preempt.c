/* SPDX-License-Identifier: MIT */
/*
 * Two threads in user space that never yield: a timer's handler takes the
 * processor from one and resumes the other, in the middle of whatever it did.
 * The standard lets setcontext() take a handler's ucontext_t.  With uctx every
 * register comes back; where only those do that a call preserves, sums break.
 */
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>
#include <unistd.h>

#define N_PREEMPTIONS 30
#define STACK_SIZE    (256 * 1024) /* the handler runs there, too */

static struct task {
    ucontext_t start, *at; /* `at` is where it goes on */
    double sum;
    volatile int is_done;
    char stack[STACK_SIZE];
} tasks[2];

static ucontext_t home;
static int current;
static volatile int n_preemptions, is_wrong;

static double series(int seed)
{
    double sum = 0, x = 1.0 / (seed + 3);

    for (int i = 1; i < 20000; i++)
        sum += (x = 3.9 * x * (1 - x)) / i;
    return sum;
}

static void preempt(int sig, siginfo_t *info, void *interrupted)
{
    (void)sig, (void)info;
    if (tasks[!current].is_done)
        return;
    n_preemptions++;
    tasks[current].at = interrupted;
    current = !current;
    setcontext(tasks[current].at);
}

static void compute(int seed)
{
    while (n_preemptions < N_PREEMPTIONS)
        if (series(seed) != tasks[seed].sum)
            is_wrong = 1;
    tasks[seed].is_done = 1;
}

int main(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO};

    action.sa_sigaction = preempt;
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < 2; i++) {
        tasks[i].sum = series(i);
        tasks[i].at = &tasks[i].start;
        getcontext(tasks[i].at);
        tasks[i].at->uc_stack.ss_sp = tasks[i].stack;
        tasks[i].at->uc_stack.ss_size = STACK_SIZE;
        tasks[i].at->uc_link = &home;
        makecontext(tasks[i].at, (void (*)(void))compute, 1, i);
    }
    sigaddset(&action.sa_mask, SIGALRM); /* home is not preempted */
    sigprocmask(SIG_BLOCK, &action.sa_mask, NULL);
    ualarm(1000, 1000);
    do {
        current = tasks[0].is_done; /* the one that is left */
        swapcontext(&home, tasks[current].at);
    } while (!tasks[0].is_done || !tasks[1].is_done);
    printf("the sums are %s\n", is_wrong ? "wrong" : "right");
    return is_wrong;
}
