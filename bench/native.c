/* SPDX-License-Identifier: MIT */
/*
 * What a native switch costs, next to a plain call and return and to
 * Boost.Context's fcontext, in one run: for each, the median of several rounds
 * that take turns.  The second number is the ratio to Boost's, if it is here,
 * the third that to a call and return.
 *
 *     native [milliseconds per round, default 1]
 *
 * One way: a round trip is two switches.  With a depth, each side also makes
 * that many calls and returns for each of its switches, whose returns the
 * processor predicts from the other side's calls: wrongly, in every scheme.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define LOOP(name) name##_inline
void resume_inline(int depth, long trips);
void swap_inline(int depth, long trips);
#include "native_loops.h"

void resume_called(int depth, long trips);
void swap_called(int depth, long trips);

/* Boost.Context's C interface (libboost_context), which no C header
 * declares. */
struct transfer {
    void *from;
    void *data;
};
extern void *make_fcontext(void *top, size_t size,
                           void (*entry)(struct transfer))
    __attribute__((weak));
extern struct transfer jump_fcontext(void *to, void *data)
    __attribute__((weak));

__attribute__((noinline)) static void *callee(void *value)
{
    __asm__ volatile("" : "+r"(value));
    return value;
}

/* Two calls and returns, one for each switch of a round trip. */
static void call_loop(int depth, long trips)
{
    (void)depth;
    for (long i = 0; i < trips; i++) {
        callee(NULL);
        callee(NULL);
    }
}

__attribute__((noinline)) static void *down_jump_here(int depth, void *to)
{
    void *from;

    if (depth == 0)
        from = jump_fcontext(to, NULL).from;
    else
        from = down_jump_here(depth - 1, to);
    __asm__ volatile("# here");
    return from;
}

__attribute__((noinline)) static void *down_jump_there(int depth, void *to)
{
    void *from;

    if (depth == 0)
        from = jump_fcontext(to, NULL).from;
    else
        from = down_jump_there(depth - 1, to);
    __asm__ volatile("# there");
    return from;
}

static void jumper(struct transfer transfer)
{
    int depth = *(int *)transfer.data;

    if (depth == 0)
        for (;;)
            transfer = jump_fcontext(transfer.from, NULL);
    for (;;)
        transfer.from = down_jump_there(depth, transfer.from);
}

static void boost_loop(int depth, long trips)
{
    enum { SIZE = 64 * 1024 };
    char *stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *to = make_fcontext(stack + SIZE, SIZE, jumper);

    to = jump_fcontext(to, &depth).from;
    if (depth == 0)
        for (long i = 0; i < trips; i++)
            to = jump_fcontext(to, NULL).from;
    else
        for (long i = 0; i < trips; i++)
            to = down_jump_here(depth, to);
    munmap(stack, SIZE);
}

enum { BOOST, CALL, ROUNDS = 101 };

static const struct {
    const char *name;
    void (*loop)(int depth, long trips);
} loops[] = {
    [BOOST] = {"Boost fcontext jump", boost_loop},
    [CALL] = {"call and return", call_loop},
    {"swap, inline", swap_inline},
    {"swap, called", swap_called},
    {"resume/yield, inline", resume_inline},
    {"resume/yield, called", resume_called},
};
enum { LOOPS = sizeof loops / sizeof *loops };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Each round has main's stack elsewhere: a switch is some loads that follow
 * stores, and a processor that takes one address for another, by its low bits,
 * is three times slower. */
__attribute__((noinline)) static double measure(size_t l, int depth, long trips,
                                                int round)
{
    volatile char *shift = __builtin_alloca((size_t)(round * 80 % 4096 + 16));
    double begin;

    *shift = 0;
    begin = now();
    loops[l].loop(depth, trips);
    return (now() - begin) / (double)trips / 2;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    static const int depths[] = {0, 2, 8, 16};
    double round_ns = (argc > 1 ? atof(argv[1]) : 1) * 1e6;
    size_t first = jump_fcontext != NULL ? BOOST : CALL;

    printf("%5s  %-22s %9s %9s %9s\n", "depth", "one way", "ns", "/fcontext",
           "/call");
    for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
        double ns[LOOPS][ROUNDS];

        for (int round = 0; round < ROUNDS; round++)
            for (size_t l = first; l < LOOPS; l++) {
                long trips = 10000;

                if (round > 0) /* as many as last time took long enough */
                    trips = (long)(round_ns / ns[l][round - 1] / 2) + 1;
                ns[l][round] = measure(l, depths[d], trips, round);
            }
        for (size_t l = first; l < LOOPS; l++)
            qsort(ns[l], ROUNDS, sizeof(double), ascending);
        for (size_t l = first; l < LOOPS; l++) {
            double median = ns[l][ROUNDS / 2];

            if (l == CALL && depths[d] != 0)
                continue; /* nothing to compare with: it does not switch */
            printf("%5d  %-22s %9.2f", depths[d], loops[l].name, median);
            if (first == BOOST)
                printf(" %9.2f", median / ns[BOOST][ROUNDS / 2]);
            else
                printf(" %9s", "-");
            if (depths[d] == 0)
                printf(" %9.2f", median / ns[CALL][ROUNDS / 2]);
            printf("\n");
        }
    }
    return 0;
}
