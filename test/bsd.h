/* SPDX-License-Identifier: MIT */
/*
 * The signal functions of 4.2BSD and System V that musl does not have, as
 * others that it has.
 */
#ifndef BSD_H
#define BSD_H

#include <signal.h>

#ifdef __GLIBC__
#define BSD_SYSV_FLAGS ((int)SA_RESETHAND | SA_NODEFER) /* of sysv_signal() */
#else
#define BSD_SYSV_FLAGS   SA_RESTART
#define sysv_signal      signal
#define sigblock(mask)   bsd_mask(SIG_BLOCK, mask)
#define sigsetmask(mask) bsd_mask(SIG_SETMASK, mask)

static inline int bsd_mask(int how, int mask)
{
    sigset_t set, old;
    int was = 0;

    sigemptyset(&set);
    for (int sig = 1; sig < 32; sig++)
        if ((unsigned)mask >> (sig - 1) & 1)
            sigaddset(&set, sig);
    sigprocmask(how, &set, &old);
    for (int sig = 1; sig < 32; sig++)
        was |= (int)((unsigned)sigismember(&old, sig) << (sig - 1));
    return was;
}
#endif

#endif
