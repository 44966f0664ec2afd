/* SPDX-License-Identifier: MIT */
/*
 * Says which mask an inner context starts with, and which comes back from it:
 * `own` for one each, `shared` if a change by either is seen by both.
 */
#include <signal.h>
#include <stdio.h>
#include <ucontext.h>

static ucontext_t outer, inner;
static char stack[64 * 1024];
static int inside;

static int blocked(int sig)
{
    sigset_t now;

    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, sig);
}

static void block(int sig)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void look_and_block(void)
{
    inside = blocked(SIGUSR1);
    block(SIGUSR2);
    swapcontext(&inner, &outer);
    inside += blocked(SIGUSR1);
}

int main(void)
{
    int here;

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, look_and_block, 0);
    block(SIGUSR1);
    swapcontext(&outer, &inner);
    here = blocked(SIGUSR2);
    swapcontext(&outer, &inner);
    here += blocked(SIGUSR2);
    if (inside == 0 && here == 0)
        puts("own");
    else if (inside == 2 && here == 2)
        puts("shared");
    else
        printf("mixed: %d %d\n", inside, here);
    return 0;
}
