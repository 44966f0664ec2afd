/* SPDX-License-Identifier: MIT */
/*
 * uctx bench --plot: two charts in one SVG, drawn by gnuplot.  They have a
 * ground of their own, and so are legible on a light page and on a dark one.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"
#include "machine.h"
#include "tool.h"

#define GROUND "#fbfaf7"
#define INK    "#24292f"
#define FAINT  "#d9d6cf"

/* Colours: ours, the libc's, other libraries', the yardstick's. */
#define OURS      0x1f6feb
#define OURS_TOO  0x0f9d94
#define OURS_LESS 0x7fb0f5
#define LIBC      0x57606a
#define OTHER     0xd9822b
#define OTHER_TOO 0xb35c9e
#define YARDSTICK 0xb0aca2

extern char **environ;

/* Start gnuplot with `input` and `output`, -1 for none; its pid, or -1. */
static pid_t start(const char *argument, int input, int output)
{
    char *argv[] = {"gnuplot", (char *)argument, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int error;

    posix_spawn_file_actions_init(&actions);
    if (input >= 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (output >= 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    error = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? child : -1;
}

static bool succeeds(pid_t child)
{
    int status = -1;

    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status == 0;
}

static int open_or_die(const char *file, int flags)
{
    int fd = open(file, O_WRONLY | O_CLOEXEC | flags, 0666);

    if (fd < 0)
        tool_die(EXIT_USAGE, "bench: %s: %s", file, strerror(errno));
    return fd;
}

void plot_check(const char *file)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (!succeeds(start("--version", nowhere, nowhere)))
        tool_die(EXIT_USAGE, "bench: --plot needs gnuplot, and it is not here");
    close(nowhere);
    close(open_or_die(file, O_CREAT));
}

static int colour(const struct row *row)
{
    static const struct {
        const char *name;
        int colour;
    } special[] = {
        {"libc", LIBC},         {"fiber", OTHER_TOO},
        {"tracked", OURS_LESS}, {"exact", OURS_LESS},
        {"ignore", OURS_LESS},  {"swap_called", OURS_LESS},
        {"prefetch", OURS_TOO}, {"native_called", OURS_LESS},
        {"call", YARDSTICK},
    };

    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcmp(special[i].name, row->name) == 0)
            return special[i].colour;
    return row->package != NULL ? OTHER : OURS;
}

/* The bars, from below: a switch at depth 0.  Returns how many there are. */
static int bars(FILE *out, const struct results *results)
{
    int n = 0;

    fprintf(out, "$bars << EOD\n");
    for (int r = MAX_ROWS - 1; r >= 0; r--) {
        const struct row *row = results->rows[GROUP_SWITCH][r];
        const struct cell *cell = &results->cells[GROUP_SWITCH][r][0];

        if (row == NULL || cell->values.n == 0)
            continue;
        fprintf(out, "%d \"%s\" %g %d \"%.*f", ++n, row->label, cell->median,
                colour(row), cell->median < 9.95 ? 1 : 0, cell->median);
        if (r > 0 && cell->ratio > 0)
            fprintf(out, "  (%.*fx)", cell->ratio < 9.95 ? 1 : 0, cell->ratio);
        fprintf(out, "\"\n");
    }
    fprintf(out, "EOD\n");
    return n;
}

/* The lines: a block of points each. */
static void lines(FILE *out, const struct results *results)
{
    for (int r = 0; r < MAX_ROWS; r++) {
        fprintf(out, "$line%d << EOD\n", r);
        for (int c = 0; c < MAX_COLUMNS; c++) {
            const char *figure = figure_groups[GROUP_MANY].columns[c].figure;

            if (results->cells[GROUP_MANY][r][c].values.n != 0)
                fprintf(out, "%s %g\n", strchr(figure, '/') + 1,
                        results->cells[GROUP_MANY][r][c].median);
        }
        fprintf(out, "EOD\n");
    }
}

static bool is_drawn(const struct results *results, int r)
{
    for (int c = 0; c < MAX_COLUMNS; c++)
        if (results->cells[GROUP_MANY][r][c].values.n != 0)
            return true;
    return false;
}

/* `from` and `height` of `total` pixels, from below. */
static void panel(FILE *out, int from, int height, int total, const char *title)
{
    fprintf(out,
            "set origin 0, %g\n"
            "set size 1, %g\n"
            "set label 2 '%s' at screen 0.02, screen %g font ',17'\n",
            (double)from / total, (double)height / total, title,
            (from + height - 24.0) / total);
}

static void plot_bars(FILE *out, int n)
{
    fprintf(out,
            "set lmargin 22\n"
            "set xrange [0.5:2000]\n"
            "set yrange [0.4:%d.6]\n"
            "set logscale x\n"
            "set format x '%%g'\n"
            "set grid xtics ls 1\n"
            "set style fill solid 1 noborder\n"
            "unset key\n"
            "plot $bars using 3:1:(0.5):3:($1-0.36):($1+0.36):4:ytic(2) "
            "with boxxyerror fc rgb variable, "
            "'' using ($3*1.1):1:5 with labels left textcolor rgb '" INK "'\n",
            n);
}

static void plot_lines(FILE *out, const struct results *results)
{
    const char *before = "plot";

    fprintf(out, "set lmargin 8\n"
                 "set bmargin 5.5\n"
                 "set logscale xy\n"
                 "set xrange [1.6:1.25e6]\n"
                 "set yrange [1:1000]\n"
                 "set xtics ('2' 2, '100' 100, '1,000' 1e3, '10,000' 1e4, "
                 "'100,000' 1e5, '1,000,000' 1e6)\n"
                 "set ytics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)\n"
                 "set grid ytics ls 1\n"
                 "unset grid\n"
                 "set grid ytics ls 1\n"
                 "set key below maxrows 2 textcolor rgb '" INK "' samplen 2\n");
    for (int r = 0; r < MAX_ROWS; r++)
        if (is_drawn(results, r)) {
            const struct row *row = results->rows[GROUP_MANY][r];

            fprintf(out,
                    "%s $line%d with linespoints lw 2.5 pt 7 ps 0.5 "
                    "lc rgb %d title \"%s\"",
                    before, r, colour(row), row->label);
            before = ",";
        }
    fputc('\n', out);
}

static void script(FILE *out, const struct results *results)
{
    enum { FOOT = 34, LINES = 440, BARS = 74, BAR = 27 /* pixels */ };
    int n_bars = bars(out, results), low = FOOT, high = 0;
    struct machine machine;

    lines(out, results);
    for (int r = 0; r < MAX_ROWS; r++)
        if (is_drawn(results, r))
            low = FOOT + LINES;
    if (n_bars > 0)
        high = BARS + n_bars * BAR;

    machine_look(&machine);
    fprintf(out,
            "set terminal svg size 860,%d dynamic noenhanced "
            "font 'Helvetica,Arial,sans-serif,14' background '" GROUND "'\n"
            "set multiplot\n"
            "set label 1 \"uctx %s, %s, %s, %s\" at screen 0.985, "
            "screen %g right font ',11' textcolor rgb '" INK "'\n"
            "set style line 1 lc rgb '" FAINT "' lw 1\n"
            "set border 0\n"
            "set rmargin 4\n"
            "set tmargin 2.5\n"
            "set tics scale 0 textcolor rgb '" INK "'\n",
            low + high, UCTX_VERSION, machine.cpu, machine.kernel, machine.libc,
            FOOT / 2.5 / (low + high));
    if (high > 0) {
        panel(out, low, high, low + high,
              "A switch: nanoseconds (times as fast as the libc)");
        plot_bars(out, n_bars);
        fprintf(out, "unset label 1\n");
    }
    if (low > FOOT) {
        panel(out, FOOT, LINES, low + high,
              "A switch among so many contexts: nanoseconds");
        plot_lines(out, results);
    }
}

void plot_write(const struct results *results, const char *file)
{
    int ends[2], fd = open_or_die(file, O_TRUNC);
    FILE *out;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) != 0)
        tool_die(EXIT_FAILURE, "pipe: %s", strerror(errno));
    signal(SIGPIPE, SIG_IGN); /* it says itself what it did not like */
    child = start("-", ends[0], fd);
    close(ends[0]);
    close(fd);
    out = fdopen(ends[1], "w");
    if (out != NULL) {
        script(out, results);
        fclose(out);
    }
    if (!succeeds(child))
        tool_die(EXIT_FAILURE, "bench: gnuplot could not draw %s", file);
}
