/* SPDX-License-Identifier: MIT */
/*
 * uctx bench: run the programs of bench/ in turn, again and again, and show the
 * medians.  Each of them measures one figure a few times in a process of its
 * own, so that no layout of memory and no moment is that of one row alone.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"
#include "tool.h"

static const char usage[] =
    "usage: uctx bench [--quick] [--json] [--only=NAME,...] [--plot=FILE]\n"
    "\n"
    "Measure contexts on this machine: the libc's, uctx's, and those of other\n"
    "libraries that were there when uctx was built, all in turn.  It takes a\n"
    "minute.\n"
    "\n"
    "  --quick         take ten seconds, and be less sure\n"
    "  --json          print JSON\n"
    "  --only=NAME,... only these tables, or rows, by their names in JSON\n"
    "  --plot=FILE     also draw two charts, as SVG; needs gnuplot\n";

/* How long it may take: sweeps over all figures, of processes of some rounds of
 * some microseconds.  After `budget` seconds no sweep begins but the first. */
static const struct effort {
    int sweeps, rounds, microseconds;
    double budget;
    long most; /* contexts */
} full = {13, 5, 1500, 40, 1000000}, quick = {3, 5, 500, 5, 10000};

struct options {
    const struct effort *effort;
    bool json;
    const char *plot;
    bool groups[N_GROUPS]; /* which are wanted */
    char *rows;            /* of these names, ",a,b,"; NULL: all */
};

/* Take one name of --only: true if there is such a group or row. */
static bool want(struct options *options, const char *name)
{
    for (int g = 0; g < N_GROUPS; g++)
        if (strcmp(figure_groups[g].name, name) == 0)
            return options->groups[g] = true;
    for (const struct row *row = figure_rows; row->name != NULL; row++)
        if (strcmp(row->name, name) == 0) {
            char *had = options->rows;

            options->rows = tool_text("%s%s,", had != NULL ? had : ",", name);
            free(had);
            return true;
        }
    return false;
}

static void parse_only(struct options *options, const char *value)
{
    char *names = tool_text("%s", value), *rest = names, *name;
    bool any = false;

    while ((name = strsep(&rest, ",")) != NULL)
        if (!want(options, name))
            tool_die(EXIT_USAGE,
                     "bench: nothing is called '%s' "
                     "(see uctx bench --help)",
                     name);
    free(names);
    for (int g = 0; g < N_GROUPS; g++)
        any |= options->groups[g];
    for (int g = 0; g < N_GROUPS && !any; g++)
        options->groups[g] = true;
}

static void parse(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"quick", no_argument, NULL, 'q'},
        {"json", no_argument, NULL, 'j'},
        {"only", required_argument, NULL, 'o'},
        {"plot", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const char *only = NULL;
    int option;

    options->effort = &full;
    while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1)
        switch (option) {
        case 'q':
            options->effort = &quick;
            break;
        case 'j':
            options->json = true;
            break;
        case 'o':
            only = optarg;
            break;
        case 'p':
            options->plot = optarg;
            break;
        case 'h':
            tool_print(usage);
        case ':':
            tool_die(EXIT_USAGE,
                     "bench: %s needs a value (see uctx bench --help)",
                     argv[optind - 1]);
        default:
            tool_die(EXIT_USAGE,
                     "bench: bad option '%s' (see uctx bench --help)",
                     argv[optind - 1]);
        }
    if (optind != argc)
        tool_die(EXIT_USAGE, "bench: '%s' is too much (see uctx bench --help)",
                 argv[optind]);
    if (only != NULL)
        parse_only(options, only);
    for (int g = 0; g < N_GROUPS && only == NULL; g++)
        options->groups[g] = true;
}

/* Stay where we are, and our children with us, if we may. */
static int pin(void)
{
    int cpu = sched_getcpu();
    cpu_set_t set;

    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE)
        return -1;
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? cpu : -1;
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The number behind a figure's slash, of contexts or calls. */
static long number(const struct column *column)
{
    const char *slash = strchr(column->figure, '/');

    return slash != NULL ? atol(slash + 1) : 0;
}

static bool lists(const char *list, const char *figure)
{
    size_t len = strcspn(figure, "/");

    for (; *list != '\0'; list += strcspn(list, "\n") + 1)
        if (strcspn(list, "\n") == len && strncmp(list, figure, len) == 0)
            return true;
    return false;
}

/* A thing to do in each sweep. */
struct job {
    const struct row *row;
    const struct column *column;
    struct cell *cell;
};

static struct job jobs[N_GROUPS * MAX_ROWS * MAX_COLUMNS];
static int n_jobs;

/* Find the jobs: column after column, so that those who are compared come after
 * each other. */
static void plan(const struct options *options, struct results *results)
{
    char *has[N_ROWS] = {NULL}; /* by row, its figures */

    for (int r = 0; r < N_ROWS; r++) {
        char *name = tool_text(",%s,", figure_rows[r].name);

        if (options->rows == NULL || strstr(options->rows, name) != NULL) {
            has[r] = measure_list(&figure_rows[r].subject);
            results->absent[r] = has[r] == NULL;
        }
        free(name);
    }
    for (int g = 0; g < N_GROUPS; g++)
        for (int c = 0; options->groups[g] && c < MAX_COLUMNS; c++) {
            const struct group *group = &figure_groups[g];
            const struct column *column = &group->columns[c];
            const struct row *row;

            if (column->figure == NULL ||
                number(column) > options->effort->most)
                continue;
            for (int r = 0; (row = figure_row(group, r)) != NULL; r++) {
                const char *list = has[row - figure_rows];

                if (list == NULL || !lists(list, column->figure) ||
                    number(column) > row->most)
                    continue;
                results->rows[g][r] = row;
                jobs[n_jobs++] =
                    (struct job){row, column, &results->cells[g][r][c]};
            }
        }
    for (int r = 0; r < N_ROWS; r++)
        free(has[r]);
}

static void progress(int done, int of, const struct job *job)
{
    static int is_terminal = -1;

    if (is_terminal < 0)
        is_terminal = isatty(STDERR_FILENO);
    if (!is_terminal)
        return;
    if (job == NULL)
        fprintf(stderr, "\r\033[K");
    else
        fprintf(stderr, "\r\033[K%3d%%  %s, %s", 100 * done / of,
                job->column->figure, job->row->label);
}

/* Where there are very many contexts, to make them takes longer than all that
 * is measured: less often, then. */
static int every(const struct job *job)
{
    long n = number(job->column);

    return n > 100000 ? 100 : n > 10000 ? 6 : n > 1000 ? 3 : 1;
}

static void sweep(const struct effort *effort)
{
    double start = seconds();

    for (int s = 0; s < effort->sweeps; s++) {
        if (s > 0 && seconds() - start > effort->budget)
            break;
        for (int j = 0; j < n_jobs; j++) {
            const struct job *job = &jobs[j];

            if (s % every(job) != 0)
                continue;
            progress(s * n_jobs + j, effort->sweeps * n_jobs, job);
            if (measure(&job->row->subject, job->column->figure, effort->rounds,
                        effort->microseconds, &job->cell->values) != 0)
                tool_die(EXIT_FAILURE, "bench: %s cannot measure %s",
                         job->row->subject.program, job->column->figure);
        }
    }
    progress(0, 0, NULL);
}

static void evaluate(struct cell *cell)
{
    if (cell->values.n == 0)
        return;
    cell->median = measure_quantile(&cell->values, 0.5);
    cell->low = measure_quantile(&cell->values, 0.25);
    cell->high = measure_quantile(&cell->values, 0.75);
    if (cell->median > 0)
        cell->spread = (cell->high - cell->low) / cell->median / 2;
}

static void compare(struct results *results)
{
    for (int g = 0; g < N_GROUPS; g++)
        for (int r = 0; r < MAX_ROWS; r++)
            for (int c = 0; c < MAX_COLUMNS; c++) {
                struct cell *cell = &results->cells[g][r][c];

                evaluate(cell);
                if (cell->median > 0)
                    cell->ratio = results->cells[g][0][c].median / cell->median;
            }
}

int tool_bench(int argc, char **argv)
{
    static struct options options;
    static struct results results;

    parse(argc, argv, &options);
    if (options.plot != NULL && !options.groups[GROUP_SWITCH] &&
        !options.groups[GROUP_MANY])
        tool_die(EXIT_USAGE, "bench: --plot draws 'switch' and 'many', which "
                             "--only leaves out");
    results.cpu = pin();
    plan(&options, &results);
    if (n_jobs == 0)
        tool_die(EXIT_USAGE, "bench: nothing of that can be measured here");
    if (options.plot != NULL)
        plot_check(options.plot);
    sweep(options.effort);
    compare(&results);
    if (options.plot != NULL)
        plot_write(&results, options.plot);
    if (options.json)
        show_json(&results);
    else
        show_table(&results);
    if (fflush(stdout) != 0)
        tool_die(EXIT_FAILURE, "cannot write to standard output");
    return 0;
}
