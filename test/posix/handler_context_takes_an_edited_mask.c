/* SPDX-License-Identifier: MIT */
/*
 * A handler that changes uc_sigmask in the context that it received changes the
 * mask that this resumes with; the libc's own signals are never blocked.
 *
 * Build: NOT_UNDER valgrind
 */
#include <sys/syscall.h>

#include "t.h"

#define STOPPERS 0x40100 /* SIGKILL and SIGSTOP, which nobody can block */

static uint64_t wanted;
static int swap;
static ucontext_t left;

static void edit(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    uint64_t mask;

    (void)sig, (void)info;
    mask = t_mask_of(&wanted); /* there and back is the same */
    memcpy(&uc->uc_sigmask, &mask, sizeof mask);
    if (swap)
        swapcontext(&left, uc);
    else
        setcontext(uc);
    _exit(1);
}

TEST(handler_context_takes_an_edited_mask)
{
    static const uint64_t masks[] = {
        0, 1ull << (SIGUSR2 - 1), 1ull << 63, ~0ull, 0xfedcba9876543210, 0,
    };
    struct sigaction action = {.sa_sigaction = edit, .sa_flags = SA_SIGINFO};
    const uint64_t usr1 = 1ull << (SIGUSR1 - 1);

    MUST(sigaction(SIGUSR1, &action, NULL) == 0);
    for (swap = 0; swap < 2; swap++)
        for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
            sigset_t open;

            wanted = masks[i];
            sigemptyset(&open);
            sigaddset(&open, SIGUSR1);
            MUST(pthread_sigmask(SIG_UNBLOCK, &open, NULL) == 0);
            MUST(raise(SIGUSR1) == 0);
            EXPECT_EQ(t_kernel_mask() & ~(usr1 | STOPPERS),
                      wanted &
                          ~(T_INTERNAL | STOPPERS | usr1 | t_never_blocked()));
            /* What a later switch takes for the mask is that one, too. */
            MUST(getcontext(&left) == 0);
            EXPECT_EQ(t_mask_of(&left.uc_sigmask), t_kernel_mask());
        }
}
