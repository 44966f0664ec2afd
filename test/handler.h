/* SPDX-License-Identifier: MIT */
/*
 * Interrupt a computation that has every register live, at a high rate, and
 * see whether one bit of it has changed: handler_fill(), handler_spin() while
 * a handler comes and goes, handler_check().
 */
#ifndef HANDLER_H
#define HANDLER_H

#include <sys/time.h>

#include "t.h"

void handler_spin(void);
extern const char handler_loop[], handler_exit[];
extern const char *volatile handler_next; /* one of these two */

/* Let the computation end when it goes on. */
static void handler_stop(void)
{
    handler_next = handler_exit;
}

static uint64_t handler_random(void)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static int handler_differ(const char *what, int index, const void *found,
                          const void *wanted, size_t size)
{
    if (memcmp(found, wanted, size) == 0)
        return 0;
    printf("%s", what);
    if (index >= 0)
        printf("%d", index);
    printf(" changed:");
    for (size_t i = 0; i < size; i++)
        printf(" %02x/%02x", ((const uint8_t *)found)[i],
               ((const uint8_t *)wanted)[i]);
    printf("\n");
    t_failures++;
    return 1;
}

#include "handler_state.h"

/* Call `handler` on SIGALRM, every `us` microseconds or as soon as it can be
 * again; 0 stops that. */
static void handler_every(int us, int flags,
                          void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | flags};
    struct itimerval often = {{0, us}, {0, us}};

    if (handler != NULL)
        MUST(sigaction(SIGALRM, &action, NULL) == 0);
    MUST(setitimer(ITIMER_REAL, &often, NULL) == 0);
}

static T_UNUSED void handler_altstack(void)
{
    stack_t alt = {.ss_size = 64 * 1024};

    alt.ss_sp = malloc(alt.ss_size);
    MUST(alt.ss_sp != NULL && sigaltstack(&alt, NULL) == 0);
}

#endif
