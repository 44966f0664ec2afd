/* SPDX-License-Identifier: MIT */
/*
 * The main() of each program of bench/, which `uctx bench` runs many times:
 *
 *     PROGRAM                                     list its figures
 *     PROGRAM FIGURE[/NUMBER] ROUNDS MICROSECONDS measure one
 *
 * prints one line, a figure's name, its unit, and the value of each round; no
 * value if it cannot be measured.  A round takes about so many microseconds of
 * the thread's processor time; one more to begin with warms up.
 */
#include "bench.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct figure {
    const char *name;
    const char *unit;
    double (*measure)(long n, long at);
} figures[32];
static int n_figures;

static struct timespec started;

void bench_add(const char *name, const char *unit,
               double (*measure)(long n, long at))
{
    figures[n_figures++] = (struct figure){name, unit, measure};
}

static void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, what);
    exit(EXIT_FAILURE);
}

void bench_start(void)
{
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &started);
}

double bench_stop(long times, long counted)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    if (counted != times) {
        fprintf(stderr, "%s: counted %ld, not %ld\n",
                program_invocation_short_name, counted, times);
        exit(EXIT_FAILURE);
    }
    return ((double)(now.tv_sec - started.tv_sec) * 1e9 +
            (double)(now.tv_nsec - started.tv_nsec)) /
           (double)times;
}

/* A size in /proc/self/status in bytes, or the lines of /proc/self/maps. */
static double count(const char *what)
{
    FILE *file = fopen(what ? "/proc/self/status" : "/proc/self/maps", "r");
    double sum = 0;
    char line[1024];

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (what == NULL)
            sum++;
        else if (strncmp(line, what, strlen(what)) == 0)
            sum = atof(line + strlen(what)) * 1024;
    if (file == NULL)
        die("cannot read /proc/self");
    fclose(file);
    return sum;
}

double bench_grown(const char *what, int (*create)(long n), long n)
{
    double before = count(what);

    if (create(n) != 0)
        return NO_FIGURE;
    return (count(what) - before) / (double)n;
}

/* Each round has the stack elsewhere: a processor that takes one address for
 * another, by its low bits, is slower, and no figure shall depend on that. */
NOINLINE static double measure(const struct figure *figure, long n, long at,
                               int round)
{
    volatile char *shift = __builtin_alloca((size_t)(round * 80 % 4096 + 16));

    *shift = 0;
    return figure->measure(n, at);
}

static void run(const struct figure *figure, long at, int rounds, double ns)
{
    double value;
    long n = 1;

    value = measure(figure, n, at, 0);
    if (strcmp(figure->unit, NS) != 0) {
        if (value != NO_FIGURE)
            printf(" %.17g", value);
        return;
    }
    for (int i = 0; i < 16 && value != NO_FIGURE; i++) {
        double took = value * (double)n;

        if (took > ns / 2)
            break;
        n = took < ns / 16 ? 8 * n : (long)(ns / value) + 1;
        value = measure(figure, n, at, i);
    }
    for (int i = 0; i < rounds && value != NO_FIGURE; i++) {
        n = (long)(ns / fmax(value, 0.01)) + 1;
        value = measure(figure, n, at, i);
        if (value != NO_FIGURE)
            printf(" %.17g", value);
    }
}

int main(int argc, char **argv)
{
    char *name, *end;
    long at;

    if (argc != 1 && argc != 4)
        die("usage: [FIGURE[/NUMBER] ROUNDS MICROSECONDS]");
    for (int i = 0; argc == 1 && i < n_figures; i++)
        puts(figures[i].name);
    if (argc == 1)
        return 0;

    name = strtok(strdup(argv[1]), "/");
    end = strtok(NULL, "/");
    at = end != NULL ? atol(end) : 0;
    for (int i = 0; i < n_figures; i++)
        if (strcmp(figures[i].name, name) == 0) {
            printf("%s %s", argv[1], figures[i].unit);
            run(&figures[i], at, atoi(argv[2]), atof(argv[3]) * 1e3);
            puts("");
            return 0;
        }
    die("no such figure");
}
