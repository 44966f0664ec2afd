/* SPDX-License-Identifier: MIT */
/*
 * All four functions may be called in a signal handler, whatever it interrupts,
 * themselves included.  Groups of two contexts each switch to and fro without
 * pause, with a mask each; a timer's handler suspends the group it interrupts,
 * wherever that is in a switch, and goes on with another, tens of thousands of
 * times; and it saves, makes and runs a context of its own.
 *
 * A context starts with SIGALRM blocked, so that no switch releases it: the
 * handler would save into the very context that is being resumed.
 *
 * Build: LINK static shared libc TIMEOUT 120
 * Build: NOT_UNDER asan tsan
 * ThreadSanitizer hands a signal on at the next call that it watches, and these
 * contexts make none.
 */
#include "t.h"

#include <sys/time.h>

enum { GROUPS = 4, PREEMPTIONS = 20000, SIZE = 64 * 1024 };

static ucontext_t outer, preempted[GROUPS], context[GROUPS][2];
static ucontext_t own[GROUPS], back[GROUPS];
static char stack[GROUPS][3][SIZE];
static uint64_t turns[GROUPS][2];
static volatile int current, preemptions, enough, done, own_runs;

static void run_own(int group, long check)
{
    EXPECT_EQ(check, group * 1000003l);
    own_runs++;
}

static void on_alarm(int sig)
{
    int me = current, saved = errno;

    (void)sig;
    if (done)
        return;
    if (preemptions++ >= enough || t_failures > 10) {
        done = 1;
        setcontext(&outer);
    }
    getcontext(&own[me]);
    own[me].uc_stack.ss_sp = stack[me][2];
    own[me].uc_stack.ss_size = SIZE;
    own[me].uc_link = &back[me];
    makecontext(&own[me], (void (*)(void))run_own, 2, me, me * 1000003l);
    swapcontext(&back[me], &own[me]);

    current = (me + 1 + preemptions / 7 % (GROUPS - 1)) % GROUPS;
    swapcontext(&preempted[me], &preempted[current]);
    EXPECT_EQ(current, me);
    errno = saved;
}

/* Two that count in step: neither may miss a turn or get one too many. */
static void turn(int group, int side, long a, long b, long c, long d, long e)
{
    volatile long kept[] = {a, b, c, d, e};
    uint64_t mask;

    t_set_mask(T_SIGBIT(side ? SIGUSR1 : SIGUSR2)); /* and no SIGALRM */
    mask = t_kernel_mask();
    for (;;) {
        uint64_t *mine = &turns[group][side], *other = &turns[group][!side];

        ++*mine;
        EXPECT_EQ(*mine, *other + !side);
        EXPECT_EQ(swapcontext(&context[group][side], &context[group][!side]),
                  0);
        for (int i = 0; i < 5; i++)
            EXPECT_EQ(kept[i], i + 1);
        if (*mine % 16 == 0)
            EXPECT_EQ(t_kernel_mask(), mask);
    }
}

static void make(int group, int side)
{
    ucontext_t *uc = &context[group][side];

    MUST(getcontext(uc) == 0);
    uc->uc_stack.ss_sp = stack[group][side];
    uc->uc_stack.ss_size = SIZE;
    uc->uc_link = NULL;
    sigaddset(&uc->uc_sigmask, SIGALRM);
    makecontext(uc, (void (*)(void))turn, 7, group, side, 1l, 2l, 3l, 4l, 5l);
    if (side == 0)
        preempted[group] = *uc;
}

/* glibc 2.36 follows fpregs from the copy, into a struct that others write. */
static void repair_copy(ucontext_t *uc)
{
#if defined(__x86_64__) && defined(__GLIBC__)
    uc->uc_mcontext.fpregs = (fpregset_t)&uc->__fpregs_mem;
#else
    (void)uc;
#endif
}

TEST(timer_handlers_switch_while_the_code_switches)
{
    struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;

    enough = t_often(PREEMPTIONS); /* and leave as much more time for each */
    often.it_interval.tv_usec *= PREEMPTIONS / enough;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    for (int i = 0; i < GROUPS; i++) {
        make(i, 1);
        make(i, 0);
        repair_copy(&preempted[i]);
    }
    t_block(SIGALRM); /* or the handler might take this context for a group's */
    setitimer(ITIMER_REAL, &often, NULL);
    swapcontext(&outer, &preempted[0]);
    setitimer(ITIMER_REAL, &never, NULL);
    EXPECT(preemptions >= enough);
    EXPECT(own_runs >= enough - 1);
    for (int i = 0; i < GROUPS; i++)
        EXPECT(turns[i][0] > 0);
}
