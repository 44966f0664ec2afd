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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define T_UNUSED __attribute__((unused))

static int t_failures;
static pid_t t_running; /* the test's process, until it is through */

/* A context without uc_link ends the process with status 0: no test passes
 * like that. */
T_UNUSED static void t_at_exit(void)
{
    if (t_running == getpid()) {
        printf("the process exited before the end of the test\n");
        fflush(NULL);
        _exit(1);
    }
}

#define TEST(name)                        \
    static void t_run(void);              \
    int main(void)                        \
    {                                     \
        setvbuf(stdout, NULL, _IOLBF, 0); \
        t_running = getpid();             \
        atexit(t_at_exit);                \
        t_run();                          \
        t_running = 0;                    \
        return t_failures != 0;           \
    }                                     \
    static void t_run(void)

#define EXPECT(cond) t_expect((cond) != 0, __FILE__, __LINE__, #cond)

#define EXPECT_EQ(a, b) \
    t_expect_eq((long long)(a), (long long)(b), __FILE__, __LINE__, #a)

#define SKIP(why)                     \
    do {                              \
        printf("skipped: %s\n", why); \
        t_running = 0;                \
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

/* `n` of what a test does often, and fewer where an emulator makes it slow. */
T_UNUSED static int t_often(int n)
{
    const char *emulator = getenv("EMULATOR");

    return emulator != NULL && *emulator != '\0' ? n / 20 + 1 : n;
}

/* A stream of numbers that is the same in every run. */
T_UNUSED static uint64_t t_random(void)
{
    static uint64_t state = 0x9e3779b97f4a7c15;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 0x2545f4914f6cdd1d;
}

/* Bit sig - 1 of a mask that t_kernel_mask() returns. */
#define T_SIGBIT(sig) ((uint64_t)1 << ((sig)-1))

/* Those that the libc keeps for itself: from 32 to SIGRTMIN. */
#ifdef __GLIBC__
#define T_INTERNAL (T_SIGBIT(32) | T_SIGBIT(33))
#else
#define T_INTERNAL (T_SIGBIT(32) | T_SIGBIT(33) | T_SIGBIT(34))
#endif

/* What nobody can block here beside SIGKILL and SIGSTOP: qemu-user 7.2 keeps
 * the last two signals for itself. */
T_UNUSED static uint64_t t_never_blocked(void)
{
    const char *emulator = getenv("EMULATOR");

    return emulator != NULL && strstr(emulator, "qemu") != NULL
               ? T_SIGBIT(63) | T_SIGBIT(64)
               : 0;
}

/* Signals 1 to 64 of a set: it has words, the first for the first signals. */
T_UNUSED static uint64_t t_mask_of(const void *set)
{
    unsigned long word[8 / sizeof(long)];

    memcpy(word, set, sizeof word);
    return word[0] | (uint64_t)word[8 / sizeof(long) - 1]
                         << (64 - 8 * sizeof(long));
}

/* The signals this thread blocks, 1 to 64, as the kernel has it. */
T_UNUSED static uint64_t t_kernel_mask(void)
{
    unsigned long word[16 / sizeof(long)] = {0};

    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, word, _NSIG / 8);
    return t_mask_of(word);
}

/* Block exactly these signals, those that the libc keeps for itself aside. */
T_UNUSED static void t_set_mask(uint64_t mask)
{
    sigset_t set;

    sigemptyset(&set);
    for (int sig = 1; sig <= 64; sig++)
        if (mask & T_SIGBIT(sig))
            sigaddset(&set, sig);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
}

/* Run `body` in a child, which ends with 99 should it return.  What it writes
 * to stdout and stderr goes into `out`.  Returns what waitpid() says. */
T_UNUSED static int t_child(void (*body)(void), char *out, size_t size)
{
    int ends[2], status = -1;
    ssize_t n;
    size_t used = 0;
    pid_t pid;

    MUST(pipe(ends) == 0);
    fflush(NULL);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[0]);
        close(ends[1]);
        body();
        _exit(99);
    }
    close(ends[1]);
    while ((n = read(ends[0], out + used, size - 1 - used)) > 0)
        used += n;
    out[used] = '\0';
    if (strstr(out, "qemu: uncaught target signal") != NULL)
        *strstr(out, "qemu: uncaught target signal") = '\0';
    close(ends[0]);
    MUST(waitpid(pid, &status, 0) == pid);
    return status;
}

/* Is `sig` blocked?  Asks the libc; t_kernel_mask() asks the kernel. */
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
