/* SPDX-License-Identifier: MIT */
/*
 * What `uctx bench` measures.  bench/<whom>/<what>.c is a figure: what it costs
 * <whom> to do <what>.  The files of a folder are one program; bench.c is its
 * main() and says how it is called.
 */
#ifndef BENCH_H
#define BENCH_H

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a stack, in every figure. */
#define STACK_SIZE 65536

/* Of a function whose calls are to be calls; and its last statement, so that
 * they have returns too, and that no two such functions become one. */
#define NOINLINE __attribute__((noinline))
#define KEEP     __asm__ volatile("" : : "i"(__LINE__))

/* What a figure returns that cannot be measured. */
#define NO_FIGURE (-1.0)

/*
 * A figure is a function: do it n times or a few more.  What comes between
 * bench_start() and bench_stop() is timed.  `at` is the number that its name
 * was given.
 */
#define FIGURE(name, unit)                                      \
    static double figure_##name(long n, long at);               \
    __attribute__((constructor)) static void add_##name(void)   \
    {                                                           \
        bench_add(#name, unit, figure_##name);                  \
    }                                                           \
    static double figure_##name(long n __attribute__((unused)), \
                                long at __attribute__((unused)))

/* The unit of figures that are timed. */
#define NS "ns"

void bench_add(const char *name, const char *unit,
               double (*figure)(long n, long at));

void bench_start(void);

/*
 * It was to be done `times` times since, and those who did it counted
 * `counted`: the program ends if that differs.  Returns nanoseconds each.
 */
double bench_stop(long times, long counted);

/* Three figures: what each of `at` contexts takes that create(at) leaves idle:
 * resident memory, page tables, mappings. */
double bench_grown(const char *what, int (*create)(long n), long n);
#define IDLE_FIGURES(create)                      \
    FIGURE(resident, "bytes")                     \
    {                                             \
        return bench_grown("VmRSS:", create, at); \
    }                                             \
    FIGURE(tables, "bytes")                       \
    {                                             \
        return bench_grown("VmPTE:", create, at); \
    }                                             \
    FIGURE(maps, "mappings")                      \
    {                                             \
        return bench_grown(NULL, create, at);     \
    }

#ifdef __cplusplus
}
#endif

#endif
