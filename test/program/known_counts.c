/* SPDX-License-Identifier: MIT */
/*
 * Uses contexts a known number of times and ends as it is told:
 * known_counts [return|_exit|kill|segv|fork]
 *
 *   saved     2   the loop's, and the context's
 *   made      1
 *   switches 27   5 setcontext, 11 swaps to the context, 10 back, 1 uc_link
 *
 * The context has DEEP bytes in use, and a few more, when it swaps.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define DEEP 20000

static ucontext_t outer, inner;
static char stack[64 * 1024];

static void deep(void)
{
    char used[DEEP];
    char *volatile n = used; /* so that no compiler makes it smaller */

    for (*n = 0; *n < 10; ++*n)
        swapcontext(&inner, &outer);
}

static void use(void)
{
    ucontext_t loop;
    volatile int n = 0;

    getcontext(&loop);
    if (n++ < 5)
        setcontext(&loop);

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    inner.uc_link = &outer;
    makecontext(&inner, deep, 0);
    for (int i = 0; i < 11; i++)
        swapcontext(&outer, &inner);
}

int main(int argc, char **argv)
{
    const char *end = argc > 1 ? argv[1] : "return";

    if (strcmp(end, "fork") == 0) {
        if (fork() == 0) {
            use();
            _exit(0);
        }
        wait(NULL);
    }
    use();
    if (strcmp(end, "_exit") == 0)
        _exit(5);
    if (strcmp(end, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(end, "segv") == 0) {
        prctl(PR_SET_DUMPABLE, 0); /* without a core */
        raise(SIGSEGV);
    }
    return 0;
}
