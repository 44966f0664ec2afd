/* SPDX-License-Identifier: MIT */
/*
 * However a context leaves its stack, uctx_overflow_report() tells which one it
 * was, how large its stack is and how far beyond it went, with a backtrace, and
 * the process ends by SIGSEGV.  On contexts of the libc's own makecontext(),
 * and on native ones.
 *
 * Build: NOT_UNDER asan valgrind
 */
#include <uctx.h>

#include "stack/help.h"

#include <alloca.h>
#include <pthread.h>

static ucontext_t home, outer, inner;
static struct uctx_stack stacks[2];

static __attribute__((noinline)) int recurse(int n)
{
    volatile char frame[200];

    frame[n % 200] = (char)n;
    return n == INT32_MAX ? 0 : recurse(n + 1) + frame[(n + 1) % 200];
}

static void overflow_by_calls(void)
{
    recurse(0);
}

static void run_inner(void)
{
    swapcontext(&outer, &inner);
}

/* In steps, as -fstack-clash-protection makes of one step. */
static void overflow_by_alloca(void)
{
    for (;;) {
        volatile char *more = alloca(3000);

        more[0] = 1;
    }
}

static void on_usr1(int sig)
{
    recurse(sig);
}

static void overflow_in_handler(void)
{
    struct sigaction action = {.sa_handler = on_usr1};

    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
}

static void on_usr2(int sig)
{
    (void)sig;
}

/* Leave no room for the kernel to put a frame. */
static void overflow_by_signal(void)
{
    char *here = (char *)&here, *base = stacks[0].base;
    struct sigaction action = {.sa_handler = on_usr2};
    volatile char *most;

    sigaction(SIGUSR2, &action, NULL);
    raise(0); /* so that binding it later does not need the room */
    most = alloca((size_t)(here - base) - 700);
    most[0] = 1;
    raise(SIGUSR2);
}

static void *overflow_native(struct uctx *self, void *value)
{
    overflow_by_calls();
    return self == NULL ? NULL : value;
}

static void *resume_native(struct uctx *self, void *value)
{
    (void)self;
    return uctx_resume(value, NULL);
}

/* One native context in another. */
static void run_native(void)
{
    struct uctx *ctx = uctx_create(65536, overflow_native);
    struct uctx *around = uctx_create(32768, resume_native);

    uctx_set_name(around, "around it");
    uctx_set_name(ctx, "native");
    uctx_resume(around, ctx);
}

static void make(ucontext_t *ctx, int i, const char *name, void (*entry)(void))
{
    MUST(uctx_stack_alloc(&stacks[i], (size_t)32768 << i) == 0);
    uctx_stack_set_name(&stacks[i], name);
    MUST(getcontext(ctx) == 0);
    ctx->uc_stack.ss_sp = stacks[i].base;
    ctx->uc_stack.ss_size = stacks[i].size;
    ctx->uc_link = NULL;
    makecontext(ctx, entry, 0);
}

static void *make_there(void *arg)
{
    make(&outer, 0, "from elsewhere", overflow_by_calls);
    return arg;
}

static void *run_there(void *arg)
{
    struct uctx_stack own; /* its first one gives it an alternate stack */

    MUST(uctx_stack_alloc(&own, 0) == 0);
    swapcontext(&home, &outer);
    return arg;
}

static const char *const expected[][2] = {
    {"\"plain\"", "bytes below its stack"},
    {"\"inner\"", "bytes below its stack"},
    {"\"alloca\"", "bytes below its stack"},
    {"\"in handler\"", "bytes below its stack"},
    {"\"from elsewhere\"", "bytes below its stack"},
    {"\"on a thread\"", "bytes below its stack"},
    {"\"signalled\"", "no room for a signal's frame"},
    {"without a name", "bytes below its stack"},
    {"\"native\"", "bytes below its stack"},
};

static void overflow(int how)
{
    pthread_t thread;

    MUST(uctx_overflow_report(1) == 0);
    switch (how) {
    case 0:
        make(&outer, 0, "plain", overflow_by_calls);
        break;
    case 1:
        make(&outer, 0, "outer", run_inner);
        make(&inner, 1, "inner", overflow_by_calls);
        break;
    case 2:
        make(&outer, 0, "alloca", overflow_by_alloca);
        break;
    case 3:
        make(&outer, 0, "in handler", overflow_in_handler);
        break;
    case 4:
        MUST(pthread_create(&thread, NULL, make_there, NULL) == 0);
        MUST(pthread_join(thread, NULL) == 0);
        break;
    case 5:
        make(&outer, 0, "on a thread", overflow_by_calls);
        MUST(pthread_create(&thread, NULL, run_there, NULL) == 0);
        MUST(pthread_join(thread, NULL) == 0);
        break;
    case 6:
        make(&outer, 0, "signalled", overflow_by_signal);
        break;
    case 7:
        make(&outer, 0, NULL, overflow_by_calls);
        break;
    case 8:
        run_native();
        break;
    }
    swapcontext(&home, &outer);
}

TEST(an_overflow_names_its_context_and_ends_by_sigsegv)
{
    for (int how = 0; how < (int)(sizeof expected / sizeof *expected); how++) {
        static char text[16384];
        int status = run_child(overflow, how, text, sizeof text);
        char *below = strstr(text, "\nuctx: "),
             *size = strstr(text, "stack of ");
        int failed = t_failures;

        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
        EXPECT(strstr(text, expected[how][0]) != NULL);
        EXPECT(strstr(text, expected[how][1]) != NULL);
        EXPECT(strstr(text, "\n    #0 ") != NULL);
#ifdef __GLIBC__ /* musl has no unwind information */
        EXPECT(strstr(text, "\n    #1 ") != NULL);
#endif
        EXPECT(strstr(text, "context") == strstr(text, "context ")); /* once */
        if (EXPECT(below != NULL && size != NULL)) {
            long bytes = atol(size + strlen("stack of "));
            int twice = how == 1 || how == 8;

            EXPECT(how == 6 || (atol(below + strlen("\nuctx: ")) > 0 &&
                                atol(below + strlen("\nuctx: ")) <= 4096));
            EXPECT(bytes >= 32768 << twice && bytes < 40960 << twice);
        }
        if (t_failures > failed)
            printf("case %d: status %d, \"%s\"\n", how, status, text);
    }
}
