/* SPDX-License-Identifier: MIT */
/*
 * Whoever asks for an action gets the program's own handler, flags and mask,
 * for every signal and flag and by every call; and errors are the libc's.
 * qemu-user 7.2 gives back SIGKILL in masks, and flags that no kernel has, to
 * the libc alone, too.
 *
 * Build: LINK shared libc whole LIBS dl
 * Build: FLAGS -Wno-deprecated-declarations -Wno-nonnull
 * Build: NOT_UNDER valgrind tsan qemu
 * ThreadSanitizer answers for libc: with SIGKILL and SIGSTOP in a mask, without
 * what siginterrupt() changed, and it takes SIG_ERR.
 */
#include <sys/syscall.h>

#include "t.h"
#include "bsd.h"
#include "places.h"

/* X/Open's, which <signal.h> keeps for old programs only. */
sighandler_t bsd_signal(int sig, sighandler_t handler);

static volatile int last, n_args_seen;
static volatile sig_atomic_t ran;

static void plain(int sig)
{
    last = sig;
    ran++;
}

static void info(int sig, siginfo_t *si, void *frame)
{
    last = sig;
    ran++;
    n_args_seen += si != NULL && frame != NULL;
}

static int may_be_handled(int sig)
{
    return sig != SIGKILL && sig != SIGSTOP && (sig < 32 || sig >= SIGRTMIN);
}

static void try_flags(int sig)
{
    static const int flags[] = {SA_SIGINFO,  SA_NODEFER, (int)SA_RESETHAND,
                                SA_ONSTACK,  SA_RESTART, SA_NOCLDSTOP,
                                SA_NOCLDWAIT};
    struct sigaction new, old;

    for (int bits = 0; bits < 1 << 7; bits++) {
        memset(&new, 0, sizeof new);
        for (int i = 0; i < 7; i++)
            if (bits >> i & 1)
                new.sa_flags |= flags[i];
        new.sa_sigaction =
            bits & 1 ? info : (void (*)(int, siginfo_t *, void *))(void *)plain;
        sigemptyset(&new.sa_mask);
        sigaddset(&new.sa_mask, 1 + bits % 31);
        sigaddset(&new.sa_mask, SIGRTMAX - bits % 29);
        EXPECT_EQ(sigaction(sig, &new, NULL), 0);
        memset(&old, 0x55, sizeof old);
        EXPECT_EQ(sigaction(sig, NULL, &old), 0);
        EXPECT(old.sa_sigaction == new.sa_sigaction);
        EXPECT_EQ(old.sa_flags & ~0x4000000, new.sa_flags);
        for (int s = 1; s <= 64; s++)
            EXPECT_EQ(sigismember(&old.sa_mask, s) == 1,
                      sigismember(&new.sa_mask, s) == 1 && s != SIGKILL &&
                          s != SIGSTOP);
    }
}

static void expect_chain(int sig)
{
    struct sigaction old;

    EXPECT(signal(sig, SIG_DFL) != SIG_ERR);
    EXPECT(signal(sig, plain) == SIG_DFL);
    EXPECT(signal(sig, SIG_IGN) == plain);
    EXPECT(sysv_signal(sig, plain) == SIG_IGN);
    EXPECT_EQ(sigaction(sig, NULL, &old), 0);
    EXPECT(old.sa_handler == plain);
    EXPECT_EQ(old.sa_flags & ~0x4000000, BSD_SYSV_FLAGS);
    EXPECT(bsd_signal(sig, plain) == plain);
    EXPECT(sigset(sig, SIG_IGN) == plain);
    EXPECT(sigset(sig, plain) == SIG_IGN);
    EXPECT(sigset(sig, SIG_HOLD) == plain);
    EXPECT(sigset(sig, SIG_DFL) == SIG_HOLD);
    EXPECT(!t_blocked(sig));
    EXPECT_EQ(sigignore(sig), 0);
    EXPECT(signal(sig, SIG_DFL) == SIG_IGN);
}

#define FAILS(call, failure)         \
    do {                             \
        errno = 0;                   \
        EXPECT((call) == (failure)); \
        EXPECT_EQ(errno, EINVAL);    \
    } while (0)

static void expect_errors(int sig)
{
    struct sigaction act;

    memset(&act, 0, sizeof act);
    act.sa_handler = plain;
    FAILS(sigaction(sig, &act, NULL), -1);
    FAILS(signal(sig, plain), SIG_ERR);
    FAILS(sysv_signal(sig, plain), SIG_ERR);
    FAILS(sigset(sig, plain), SIG_ERR);
}

static void expect_run(int sig, int times)
{
    ran = 0;
    last = 0;
    raise(sig);
    raise(sig);
    EXPECT_EQ(ran, times);
    if (times > 0)
        EXPECT_EQ(last, sig);
}

TEST(an_action_is_given_back_as_it_was_given)
{
    struct sigaction act, old;
    long kernel[8];

    for (int sig = 1; sig <= 64; sig++)
        if (may_be_handled(sig)) {
            try_flags(sig);
            expect_chain(sig);
        }
    expect_errors(SIGKILL);
    expect_errors(SIGSTOP);
    expect_errors(0);
    expect_errors(-1);
    expect_errors(65);
    expect_errors(1 << 20);
    expect_errors(32);
#ifdef __GLIBC__ /* musl takes it */
    FAILS(signal(SIGUSR1, SIG_ERR), SIG_ERR);
#endif
    EXPECT_EQ(sigaction(SIGKILL, NULL, &old), 0);
    EXPECT(old.sa_handler == SIG_DFL);
    FAILS(sigaction(65, NULL, NULL), -1);
    EXPECT_EQ(sigaction(SIGUSR1, NULL, NULL), 0);

    /* A failing call changes nothing. */
    EXPECT(signal(SIGUSR1, plain) == SIG_DFL);
    expect_errors(SIGKILL);
    expect_run(SIGUSR1, 2);

    /* The kernel passes three arguments, mostly whatever the flags. */
    memset(&act, 0, sizeof act);
    act.sa_sigaction = info;
#ifdef PLACES_SHORT_FRAMES
    act.sa_flags = SA_SIGINFO;
#endif
    n_args_seen = 0;
    EXPECT_EQ(sigaction(SIGUSR1, &act, &old), 0);
    EXPECT(old.sa_handler == plain);
    expect_run(SIGUSR1, 2);
    EXPECT_EQ(n_args_seen, 2);

    /* Once. */
    act.sa_flags |= (int)SA_RESETHAND;
    EXPECT_EQ(sigaction(SIGURG, &act, NULL), 0);
    expect_run(SIGURG, 1);
    EXPECT_EQ(sigaction(SIGURG, NULL, &old), 0);
    EXPECT(old.sa_handler == SIG_DFL);

    /* To and fro. */
    for (int i = 0; i < 3; i++) {
        EXPECT(signal(SIGURG, SIG_IGN) != SIG_ERR);
        expect_run(SIGURG, 0);
        EXPECT(signal(SIGURG, plain) == SIG_IGN);
        expect_run(SIGURG, 2);
        EXPECT(signal(SIGURG, SIG_DFL) == plain);
        expect_run(SIGURG, 0);
    }

    /* siginterrupt() changes only its flag. */
    EXPECT_EQ(sigaction(SIGUSR2, &act, NULL), 0);
    EXPECT_EQ(siginterrupt(SIGUSR2, 0), 0);
    EXPECT_EQ(sigaction(SIGUSR2, NULL, &old), 0);
    EXPECT(old.sa_flags & SA_RESTART);
    EXPECT_EQ(siginterrupt(SIGUSR2, 1), 0);
    EXPECT_EQ(sigaction(SIGUSR2, NULL, &old), 0);
    EXPECT(!(old.sa_flags & SA_RESTART));
    EXPECT(old.sa_sigaction == info);

    /* By number, too. */
    EXPECT(signal(SIGUSR1, plain) != SIG_ERR);
    EXPECT_EQ(syscall(SYS_rt_sigaction, SIGUSR1, NULL, kernel, 8), 0);
    EXPECT(kernel[0] == (long)plain);
    kernel[0] = (long)info;
    EXPECT_EQ(syscall(SYS_rt_sigaction, SIGUSR1, kernel, NULL, 8), 0);
    EXPECT_EQ(sigaction(SIGUSR1, NULL, &old), 0);
    EXPECT(old.sa_sigaction == info);
    expect_run(SIGUSR1, 2);
}
