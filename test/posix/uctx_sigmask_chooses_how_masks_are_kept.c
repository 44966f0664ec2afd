/* SPDX-License-Identifier: MIT */
/*
 * UCTX_SIGMASK=ignore leaves the thread's mask alone in every switch.  With any
 * other value each context has a mask of its own, and a value that is no mode
 * says so in one line that names it.  The program runs itself with each.
 *
 * Build: NOT_UNDER asan ubsan valgrind
 */
#include "t.h"

static ucontext_t outer, inner;
static int seen;
static const char *value;
static char *program; /* this one */

static void look_and_block(void)
{
    seen = t_blocked(SIGUSR1);
    t_block(SIGUSR2);
    swapcontext(&inner, &outer);
    seen += t_blocked(SIGUSR1);
}

/* How many of the four mask changes are seen where they were not made? */
static int count_shared(void)
{
    int here;

    t_context(&inner, look_and_block, &outer);
    t_block(SIGUSR1);
    swapcontext(&outer, &inner);
    here = t_blocked(SIGUSR2);
    swapcontext(&outer, &inner); /* comes back by the link */
    return here + t_blocked(SIGUSR2) + seen;
}

/* Where the tests run on an emulator, by that. */
static void run_self(void)
{
    static char words[512];
    char *command[16], *word;
    int n = 0;

    setenv("UCTX_SIGMASK", value, 1);
    if (getenv("EMULATOR") != NULL)
        strncpy(words, getenv("EMULATOR"), sizeof words - 1);
    for (word = strtok(words, " "); word != NULL && n < 13;
         word = strtok(NULL, " "))
        command[n++] = word;
    command[n++] = program;
    command[n++] = "count";
    command[n] = NULL;
    execvp(command[0], command);
}

static void expect(const char *mode, int shared, int complaints)
{
    char out[512];
    int status, lines = 0;

    value = mode;
    status = t_child(run_self, out, sizeof out);
    for (const char *c = out; *c != '\0'; c++)
        lines += *c == '\n';
    if (status != shared << 8 || lines != complaints ||
        (complaints && strstr(out, mode) == NULL)) {
        printf("UCTX_SIGMASK='%s': status %d, printed '%s'\n", mode, status,
               out);
        t_failures++;
    }
}

static int run(int argc)
{
    if (argc > 1)
        return count_shared();
    expect("ignore", 4, 0);
    expect("exact", 0, 0);
    expect("tracked", 0, 0);
    expect("", 0, 0);
    expect("nonsense", 0, 1);
    expect("Ignore", 0, 1);
    expect("exactly", 0, 1);
    return t_failures != 0;
}

int main(int argc, char **argv)
{
    program = argv[0];
    return run(argc);
}
