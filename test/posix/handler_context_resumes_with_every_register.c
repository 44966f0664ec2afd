/* SPDX-License-Identifier: MIT */
/*
 * setcontext and swapcontext in a signal handler, with the context that it
 * received or a copy of that, go on at the interrupted instruction with every
 * register, the flags, the vector state and the red zone intact.
 *
 * Build: SOURCES arch/${arch}/handler.S
 * Build: NOT_UNDER asan valgrind tsan
 * ThreadSanitizer hands a signal on at the next call that it watches, and the
 * computation makes none.
 */
#include "handler.h"

static const struct how {
    const char *name;
    int swap, copy, flags, n;
} hows[] = {
    {"setcontext", 0, 0, 0, 10000},
    {"swapcontext", 1, 0, 0, 10000},
    {"setcontext, a copy", 0, 1, 0, 2000},
    {"swapcontext, a copy", 1, 1, 0, 2000},
    {"setcontext, alternate stack", 0, 0, SA_ONSTACK, 2000},
    {"swapcontext, alternate stack", 1, 0, SA_ONSTACK, 2000},
};
static const struct how *how;
static int n_interrupts;
static ucontext_t left;

static void interrupt(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context, copy;

    (void)sig, (void)info;
    if (++n_interrupts >= how->n)
        handler_stop();
    if (how->copy) {
        copy = *uc;
        memset(&uc->uc_mcontext, 0x5a, sizeof uc->uc_mcontext);
        uc = &copy;
    }
    if (how->swap)
        swapcontext(&left, uc);
    else
        setcontext(uc);
    perror("it returned");
    _exit(1);
}

TEST(handler_context_resumes_with_every_register)
{
    stack_t before, after;

    handler_altstack();
    MUST(sigaltstack(NULL, &before) == 0);
    for (size_t i = 0; i < sizeof hows / sizeof *hows; i++) {
        how = &hows[i];
        n_interrupts = 0;
        handler_fill();
        handler_every(20, how->flags, interrupt);
        handler_spin();
        handler_every(0, 0, NULL);
        if (handler_check() != 0)
            printf("after %d times %s\n", n_interrupts, how->name);
        EXPECT(n_interrupts >= how->n);
        EXPECT(!t_blocked(SIGALRM));
        MUST(sigaltstack(NULL, &after) == 0);
        EXPECT(after.ss_sp == before.ss_sp);
        EXPECT_EQ(after.ss_size, before.ss_size);
        EXPECT_EQ(after.ss_flags, before.ss_flags);
    }
}
