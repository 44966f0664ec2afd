/* SPDX-License-Identifier: MIT */
/*
 * What `uctx bench` measures and shows: groups of figures, each a table whose
 * rows are those who are measured and whose columns are figures of bench/.
 */
#ifndef UCTX_TOOL_FIGURES_H
#define UCTX_TOOL_FIGURES_H

#include "measure.h"

#define MAX_ROWS    16
#define MAX_COLUMNS 6

struct row {
    const char *name;
    const char *label;
    struct subject subject;
    const char *package; /* of Debian, that has the library; NULL: ours   */
    long most;           /* contexts, more of which would take very long  */
};

struct column {
    const char *heading;
    const char *figure;
};

struct group {
    const char *name;
    const char *title;
    const char *rows[MAX_ROWS]; /* names; the first is what others are compared
                                   with */
    struct column columns[MAX_COLUMNS];
};

/* The groups that are drawn, and how many there are. */
enum { GROUP_SWITCH = 0, GROUP_MANY = 3, N_GROUPS = 6, N_ROWS = 16 };

extern const struct group figure_groups[N_GROUPS];
extern const struct row figure_rows[N_ROWS + 1]; /* the last has no name */

/* What was measured.  Ratio: how many times the first row's median it is;
 * 0 if there is none.  Spread: of the median, half of what the middle half of
 * the rounds spans. */
struct cell {
    struct values values;
    double median, low, high, spread, ratio;
};

struct results {
    bool absent[N_ROWS]; /* asked for, but their programs do not start */
    int cpu;             /* pinned to; -1: not */
    const struct row *rows[N_GROUPS][MAX_ROWS]; /* NULL: not measured */
    struct cell cells[N_GROUPS][MAX_ROWS][MAX_COLUMNS];
};

/* Whom a group compares with whom, by number; NULL behind the last. */
const struct row *figure_row(const struct group *group, int i);

void show_table(const struct results *results);
void show_json(const struct results *results);

/* Exit unless plot_write() will be able to write the file. */
void plot_check(const char *file);
void plot_write(const struct results *results, const char *file);

#endif
