/* SPDX-License-Identifier: MIT */
/*
 * A handler may be replaced, by any thread and as often as it likes, while the
 * signal arrives in others: each arrival runs one of the handlers that were
 * given for that very signal, and the ledger stays true.
 *
 * qemu-user 7.2 reads an action twice, and jumps to SIG_IGN if it was replaced
 * in between.
 *
 * Build: LINK whole LIBS dl NOT_UNDER qemu
 */
#include <stdatomic.h>

#include "mask.h"

enum { CHANGES = 100000, N_TARGETS = 2 };

static _Atomic int stop, wrong, runs[2];

#define HANDLER(name, its, count) \
    static void name(int sig)     \
    {                             \
        if (sig != (its))         \
            wrong++;              \
        count++;                  \
    }
HANDLER(usr1_a, SIGUSR1, runs[0])
HANDLER(usr1_b, SIGUSR1, runs[0])
HANDLER(usr2_a, SIGUSR2, runs[1])
HANDLER(usr2_b, SIGUSR2, runs[1])

static void *be_hit(void *unused)
{
    sigset_t set = set_of(0);

    (void)unused;
    while (!stop) {
        EXPECT_TRUE_LEDGER();
        sigprocmask(SIG_SETMASK, &set, NULL);
        EXPECT_TRUE_LEDGER();
        set = set_of(bits_of(&set) ^ bit_of(SIGHUP));
    }
    return NULL;
}

static void *hit(void *targets)
{
    pthread_t *target = targets;

    while (!stop)
        for (int i = 0; i < N_TARGETS; i++) {
            pthread_kill(target[i], SIGUSR1);
            pthread_kill(target[i], SIGUSR2);
        }
    return NULL;
}

TEST(a_handler_is_replaced_while_it_runs)
{
    pthread_t targets[N_TARGETS], archer;
    struct sigaction act = {.sa_handler = usr1_a}, old;
    pthread_attr_t attr;

    sigaction(SIGUSR1, &act, NULL);
    act.sa_handler = usr2_a;
    sigaction(SIGUSR2, &act, NULL);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr,
                              8 << 20); /* handlers nest, musl: 128 KiB */
    for (int i = 0; i < N_TARGETS; i++)
        MUST(pthread_create(&targets[i], &attr, be_hit, NULL) == 0);
    MUST(pthread_create(&archer, NULL, hit, targets) == 0);
    for (int i = 0; i < CHANGES; i++) {
        act.sa_handler = i % 7 == 0 ? SIG_IGN : i % 2 ? usr1_a : usr1_b;
        act.sa_flags = i % 3 ? SA_SIGINFO : SA_NODEFER;
        sigaction(SIGUSR1, &act, &old);
        if (old.sa_handler != usr1_a && old.sa_handler != usr1_b &&
            old.sa_handler != SIG_IGN)
            wrong++;
        act.sa_handler = i % 2 ? usr2_a : usr2_b;
        sigaction(SIGUSR2, &act, NULL);
    }
    stop = 1;
    pthread_join(archer, NULL);
    for (int i = 0; i < N_TARGETS; i++)
        pthread_join(targets[i], NULL);
    EXPECT_EQ(wrong, 0);
    EXPECT(runs[0] > 0 && runs[1] > 0);
    printf("%d and %d arrivals\n", (int)runs[0], (int)runs[1]);
}
