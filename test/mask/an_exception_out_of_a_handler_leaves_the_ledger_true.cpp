// SPDX-License-Identifier: MIT
//
// A C++ exception may leave a handler, through our part of its frame, as may
// pthread_exit(): the signal stays blocked, and the ledger says so.
//
// Build: LINK shared libc FLAGS -fnon-call-exceptions
// Build: NOT_UNDER valgrind ubsan tsan
// ThreadSanitizer calls handlers with every signal blocked, and reports that an
// exception is allocated in one.
#include <pthread.h>

#include "t.h"

static void throw_up(int sig)
{
    throw sig;
}

static void end_thread(int)
{
    pthread_exit(nullptr);
}

static unsigned long long saved_mask()
{
    unsigned long long bits;
    ucontext_t uc;

    memset(&uc, 0, sizeof uc);
    getcontext(&uc);
    bits = t_mask_of(&uc.uc_sigmask);
    return bits;
}

static int *volatile nowhere;

struct at_exit {
    bool *flag;
    ~at_exit()
    {
        *flag = saved_mask() == 1ull << (SIGSEGV - 1);
    }
};

/* The fault is what may throw: raise() is declared not to. */
__attribute__((noinline)) static void fault()
{
    *const_cast<volatile int *>(nowhere) = 1;
}

static void *be_ended(void *arg)
{
    at_exit guard = {static_cast<bool *>(arg)};

    saved_mask();
    fault();
    return nullptr;
}

TEST(an_exception_out_of_a_handler_leaves_the_ledger_true)
{
    struct sigaction act;
    volatile int caught = 0;
    bool unwound = false;
    pthread_t thread;

#ifdef __clang__
    SKIP("this compiler does not honour -fnon-call-exceptions");
#endif
    memset(&act, 0, sizeof act);
    act.sa_handler = throw_up;
    sigaction(SIGSEGV, &act, nullptr);
    EXPECT_EQ(saved_mask(), 0); /* known from here on */
    try {
        fault();
    } catch (int sig) {
        caught = sig;
    }
    EXPECT_EQ(caught, SIGSEGV);
    EXPECT_EQ(saved_mask(), 1ull << (SIGSEGV - 1));

    sigemptyset(&act.sa_mask);
    sigprocmask(SIG_SETMASK, &act.sa_mask, nullptr);
    act.sa_handler = end_thread;
    sigaction(SIGSEGV, &act, nullptr);
    MUST(pthread_create(&thread, nullptr, be_ended, &unwound) == 0);
    pthread_join(thread, nullptr);
    EXPECT(unwound);
}
