/* SPDX-License-Identifier: MIT */
/*
 * The whole test framework.  A test is one file and one sentence:
 *
 *     TEST(swap_returns_zero_when_resumed)
 *     {
 *         EXPECT_EQ(swapcontext(&a, &b), 0);
 *     }
 *
 * A failed EXPECT prints place, expression and both values, and the test goes
 * on; its exit status is 1.  SKIP("why") ends it with 77, which is counted.
 */
#ifndef T_H
#define T_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define T_UNUSED __attribute__((unused))

static int t_failures;

#define TEST(name)                        \
    static void t_run(void);              \
    int main(void)                        \
    {                                     \
        setvbuf(stdout, NULL, _IOLBF, 0); \
        t_run();                          \
        return t_failures != 0;           \
    }                                     \
    static void t_run(void)

#define EXPECT(cond) t_expect((cond) != 0, __FILE__, __LINE__, #cond)

#define EXPECT_EQ(a, b) \
    t_expect_eq((long long)(a), (long long)(b), __FILE__, __LINE__, #a)

#define SKIP(why)                     \
    do {                              \
        printf("skipped: %s\n", why); \
        exit(77);                     \
    } while (0)

/* What the test cannot go on without. */
#define MUST(cond)                                                      \
    do {                                                                \
        if (!(cond)) {                                                  \
            printf("%s:%d: %s failed: %s\n", __FILE__, __LINE__, #cond, \
                   strerror(errno));                                    \
            _exit(1);                                                   \
        }                                                               \
    } while (0)

T_UNUSED static int t_expect(int ok, const char *file, int line,
                             const char *text)
{
    if (!ok) {
        printf("%s:%d: %s is false\n", file, line, text);
        t_failures++;
    }
    return ok;
}

T_UNUSED static int t_expect_eq(long long a, long long b, const char *file,
                                int line, const char *text)
{
    if (a != b) {
        printf("%s:%d: %s is %lld (0x%llx), not %lld (0x%llx)\n", file, line,
               text, a, a, b, b);
        t_failures++;
    }
    return a == b;
}

/* Is `sig` blocked?  Asks the libc; raw_mask() in mask.h asks the kernel. */
T_UNUSED static int t_blocked(int sig)
{
    sigset_t now;

    pthread_sigmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, sig);
}

T_UNUSED static void t_block(int sig)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* Make `ctx` run `entry` on a stack of its own, then resume `link`. */
T_UNUSED static void t_context(ucontext_t *ctx, void (*entry)(void),
                               ucontext_t *link)
{
    enum { SIZE = 64 * 1024 };

    MUST(getcontext(ctx) == 0);
    ctx->uc_stack.ss_sp = malloc(SIZE);
    ctx->uc_stack.ss_size = SIZE;
    ctx->uc_link = link;
    MUST(ctx->uc_stack.ss_sp != NULL);
    makecontext(ctx, entry, 0);
}

#endif
