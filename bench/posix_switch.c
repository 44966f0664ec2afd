/* SPDX-License-Identifier: MIT */
/*
 * What the four POSIX functions cost: libc's own and ours, in each way of
 * keeping the signal mask, in one run.
 *
 * Ours are those this program is linked to; libc's are looked up in libc.  Each
 * mode is a process of its own, because UCTX_SIGMASK is read at the start;
 * rounds of all modes are interleaved, and libc is measured in each of them.
 * The contexts count the switches themselves.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { ROUNDS = 9, N_MODES = 3, N_FIGURES = 8 };

static const char *const modes[N_MODES] = {"tracked", "exact", "ignore"};

struct family {
    int (*get)(ucontext_t *);
    int (*set)(const ucontext_t *);
    int (*swap)(ucontext_t *, const ucontext_t *);
    void (*make)(ucontext_t *, void (*)(void), int, ...);
};

static struct family now;
static ucontext_t mine, its;
static ucontext_t ring[4];
static char stacks[4][64 * 1024];
static long switches, left;
static int current;

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void make(ucontext_t *ctx, void (*entry)(void), char *stack)
{
    now.get(ctx);
    ctx->uc_stack.ss_sp = stack;
    ctx->uc_stack.ss_size = sizeof stacks[0];
    ctx->uc_link = &mine;
    now.make(ctx, entry, 0);
}

static void bounce(void)
{
    for (;;) {
        switches++;
        now.swap(&its, &mine);
    }
}

/* One context and us, switching to and fro: ns a switch. */
static double ping_pong(long n)
{
    double start;

    make(&its, bounce, stacks[0]);
    now.swap(&mine, &its);
    switches = 0;
    start = seconds();
    for (long i = 0; i < n; i++) {
        now.swap(&mine, &its);
        switches++;
    }
    start = seconds() - start;
    if (switches != 2 * n)
        abort();
    return start * 1e9 / (double)switches;
}

static __attribute__((noinline)) void yield(void)
{
    int from = current;

    current = (current + 1) % 4;
    switches++;
    now.swap(&ring[from], &ring[current]);
    __asm__ volatile("");
}

static void work(void)
{
    while (left-- > 0)
        yield();
    now.set(&mine);
}

/* Four contexts in a ring that switch in one function: ns a switch. */
static double round_robin(long n)
{
    double start;

    for (int i = 0; i < 4; i++)
        make(&ring[i], work, stacks[i]);
    current = 0;
    left = n;
    switches = 0;
    start = seconds();
    now.swap(&mine, &ring[0]);
    start = seconds() - start;
    if (switches != n)
        abort();
    return start * 1e9 / (double)n;
}

static void once(void)
{
    switches++;
}

/* getcontext, makecontext, run it, return through uc_link: ns altogether. */
static double whole_life(long n)
{
    double start = seconds();

    switches = 0;
    for (long i = 0; i < n; i++) {
        make(&its, once, stacks[0]);
        now.swap(&mine, &its);
    }
    start = seconds() - start;
    if (switches != n)
        abort();
    return start * 1e9 / (double)n;
}

static double saving(long n)
{
    double start = seconds();

    for (long i = 0; i < n; i++)
        now.get(&its);
    return (seconds() - start) * 1e9 / (double)n;
}

static void measure(double figures[N_FIGURES])
{
    const struct family ours = {getcontext, setcontext, swapcontext,
                                makecontext};
    void *lib = dlopen("libc.so.6", RTLD_NOW);
    struct family libc;

    if (lib == NULL)
        abort();
    *(void **)&libc.get = dlsym(lib, "getcontext");
    *(void **)&libc.set = dlsym(lib, "setcontext");
    *(void **)&libc.swap = dlsym(lib, "swapcontext");
    *(void **)&libc.make = dlsym(lib, "makecontext");
    for (int i = 0; i < 2; i++) {
        now = i == 0 ? libc : ours;
        figures[i] = ping_pong(i == 0 ? 100000 : 500000);
        figures[2 + i] = round_robin(i == 0 ? 100000 : 500000);
        figures[4 + i] = whole_life(i == 0 ? 50000 : 200000);
        figures[6 + i] = saving(i == 0 ? 100000 : 500000);
    }
}

static void run_mode(const char *self, const char *mode,
                     double figures[N_FIGURES])
{
    int fd[2];

    if (pipe(fd) != 0)
        abort();
    if (fork() == 0) {
        setenv("UCTX_SIGMASK", mode, 1);
        dup2(fd[1], STDOUT_FILENO);
        execl(self, "posix_switch", "--measure", NULL);
        _exit(127);
    }
    close(fd[1]);
    if (read(fd[0], figures, N_FIGURES * sizeof *figures) !=
        (ssize_t)(N_FIGURES * sizeof *figures))
        abort();
    close(fd[0]);
    wait(NULL);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double *values, int n)
{
    double sorted[ROUNDS * N_MODES];

    memcpy(sorted, values, (size_t)n * sizeof *values);
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    return sorted[n / 2];
}

int main(int argc, char **argv)
{
    static const char *const names[N_FIGURES / 2] = {
        "swapcontext, two contexts",
        "swapcontext, four in one yield()",
        "get + make + run + return",
        "getcontext",
    };
    static double libc[N_FIGURES / 2][ROUNDS * N_MODES];
    static double ours[N_FIGURES / 2][N_MODES][ROUNDS];
    double figures[N_FIGURES];

    if (argc > 1 && strcmp(argv[1], "--measure") == 0) {
        measure(figures);
        return write(STDOUT_FILENO, figures, sizeof figures) < 0;
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int mode = 0; mode < N_MODES; mode++) {
            run_mode("/proc/self/exe", modes[mode], figures);
            for (int i = 0; i < N_FIGURES / 2; i++) {
                libc[i][round * N_MODES + mode] = figures[2 * i];
                ours[i][mode][round] = figures[2 * i + 1];
            }
        }
    printf("%-34s %8s", "ns, medians; times faster", "libc");
    for (int mode = 0; mode < N_MODES; mode++)
        printf(" %16s", modes[mode]);
    printf("\n");
    for (int i = 0; i < N_FIGURES / 2; i++) {
        double base = median(libc[i], ROUNDS * N_MODES);

        printf("%-34s %8.1f", names[i], base);
        for (int mode = 0; mode < N_MODES; mode++) {
            double value = median(ours[i][mode], ROUNDS);

            printf(" %8.1f (%4.1fx)", value, base / value);
        }
        printf("\n");
    }
    return 0;
}
