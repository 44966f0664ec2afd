/* SPDX-License-Identifier: MIT */
/*
 * A scheduler that resumes n contexts in turn, each of which yields at once:
 * nanoseconds per switch, of which each turn has two.  Ours are made by
 * uctx_create(), with a guard each; next to them, in the same run,
 * Boost.Context's fcontext on stacks of 64 KiB cut from one mapping, without
 * guards.  Both as they come, and prefetched AHEAD turns before: ours by
 * uctx_prefetch(), Boost's by the address that its handle happens to be, for
 * which it has no function.  The median of rounds that take turns; then the
 * ratios to Boost's of ours plain and prefetched, and of both prefetched.
 *
 *     stack_switch [n ...]
 *
 * In a second table each has been shuffled: contexts seldom become ready in
 * the order of their addresses, and then the hardware cannot guess the next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <uctx.h>

enum { AHEAD = 16, ROUNDS = 25, SIZE = 65536 };

struct transfer {
    void *from;
    void *data;
};
extern void *make_fcontext(void *top, size_t size,
                           void (*entry)(struct transfer));
extern struct transfer jump_fcontext(void *to, void *data);

static struct uctx **ours;
static void **theirs;

static void *yielder(struct uctx *self, void *value)
{
    while (1)
        value = uctx_yield(self, value);
    return value;
}

static void boost_yielder(struct transfer t)
{
    for (;;)
        t = jump_fcontext(t.from, t.data);
}

static void turn_plain(size_t n)
{
    for (size_t i = 0; i < n; i++)
        uctx_resume(ours[i], NULL);
}

static void turn_prefetched(size_t n)
{
    for (size_t i = 0, next = AHEAD % n; i < n; i++) {
        uctx_prefetch(ours[next]);
        uctx_resume(ours[i], NULL);
        if (++next == n)
            next = 0;
    }
}

static void turn_boost(size_t n)
{
    for (size_t i = 0; i < n; i++)
        theirs[i] = jump_fcontext(theirs[i], NULL).from;
}

static void turn_boost_prefetched(size_t n)
{
    for (size_t i = 0, next = AHEAD % n; i < n; i++) {
        __builtin_prefetch(theirs[next], 1);
        __builtin_prefetch((char *)theirs[next] + 64,
                           1); /* its frame: 2 lines */
        theirs[i] = jump_fcontext(theirs[i], NULL).from;
        if (++next == n)
            next = 0;
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(size_t n)
{
    static void (*const turns[])(size_t) = {turn_boost, turn_boost_prefetched,
                                            turn_plain, turn_prefetched};
    enum { BOOST, BOOST_PREFETCHED, PLAIN, PREFETCHED, TURNS };
    long n_turns = 1000000 / (long)n + 1;
    double ns[TURNS][ROUNDS], median[TURNS];

    for (int round = 0; round < ROUNDS; round++)
        for (int what = 0; what < TURNS; what++) {
            double start;

            turns[what](n);
            start = now();
            for (long i = 0; i < n_turns; i++)
                turns[what](n);
            ns[what][round] =
                (now() - start) / ((double)n_turns * (double)n * 2);
        }
    for (int what = 0; what < TURNS; what++) {
        qsort(ns[what], ROUNDS, sizeof(double), compare);
        median[what] = ns[what][ROUNDS / 2];
    }
    printf("%8zu", n);
    for (int what = 0; what < TURNS; what++)
        printf(" %9.2f", median[what]);
    printf(" %9.2f %9.2f %9.2f\n", median[PLAIN] / median[BOOST],
           median[PREFETCHED] / median[BOOST],
           median[PREFETCHED] / median[BOOST_PREFETCHED]);
}

static void shuffle(void **list, size_t n)
{
    unsigned long random = 1;

    for (size_t i = n - 1; i > 0; i--) {
        void *other;
        size_t k;

        random = random * 6364136223846793005ul + 1442695040888963407ul;
        k = (random >> 20) % (i + 1);
        other = list[i];
        list[i] = list[k];
        list[k] = other;
    }
}

static void run(size_t n)
{
    char *stacks = mmap(NULL, n * SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    ours = malloc(n * sizeof *ours);
    theirs = malloc(n * sizeof *theirs);
    if (stacks == MAP_FAILED || ours == NULL || theirs == NULL)
        exit(1);
    for (size_t i = 0; i < n; i++) {
        ours[i] = uctx_create(SIZE, yielder);
        if (ours[i] == NULL) {
            perror("uctx_create");
            exit(1);
        }
        theirs[i] = make_fcontext(stacks + (i + 1) * SIZE, SIZE, boost_yielder);
    }
    measure(n);
    shuffle((void **)ours, n);
    shuffle(theirs, n);
    printf("shuffled:\n");
    measure(n);
    for (size_t i = 0; i < n; i++)
        uctx_destroy(ours[i]);
    uctx_pool_trim();
    munmap(stacks, n * SIZE);
    free(ours);
    free(theirs);
}

int main(int argc, char **argv)
{
    static const size_t n[] = {2, 100, 10000, 100000, 1000000};

    printf("%8s %9s %9s %9s %9s %9s %9s %9s\n", "contexts", "Boost", "prefetch",
           "uctx", "prefetch", "plain", "ours", "both");
    if (argc > 1)
        for (int i = 1; i < argc; i++)
            run((size_t)atol(argv[i]));
    else
        for (size_t i = 0; i < sizeof n / sizeof *n; i++)
            run(n[i]);
}
