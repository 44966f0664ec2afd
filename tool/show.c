/* SPDX-License-Identifier: MIT */
/*
 * The results of uctx bench, as tables and as JSON.
 */
#include <stdio.h>
#include <string.h>

#include "figures.h"
#include "json.h"
#include "machine.h"

enum { LABEL = 21, WITH_RATIOS = 4 /* columns, at most */ };

static const char legend[] =
    "Medians; Nx, how many times less than the first row takes; +-, half of\n"
    "what the middle half of the rounds spans, in the worst column.\n";

static void print_head(const struct results *results)
{
    struct machine machine;

    machine_look(&machine);
    printf("uctx %s, %s, %s, %s\n%s, ", UCTX_VERSION, machine.libc,
           machine.kernel, machine.architecture, machine.cpu);
    if (results->cpu >= 0)
        printf("on CPU %d alone\n", results->cpu);
    else
        printf("on any CPU\n");
    fputs(legend, stdout);
}

static int n_columns(const struct group *group)
{
    int n = 0;

    while (n < MAX_COLUMNS && group->columns[n].figure != NULL)
        n++;
    return n;
}

static void print_value(const struct cell *cell, int width)
{
    int places = cell->median < 10 ? 2 : cell->median < 100;

    if (cell->values.n == 0)
        printf("%*s", width, "-");
    else
        printf("%*.*f", width, places, cell->median);
}

static void print_ratio(const struct cell *cell)
{
    char text[32] = "";

    if (cell->ratio > 0)
        snprintf(text, sizeof text, "%.*fx", cell->ratio < 9.95 ? 1 : 0,
                 cell->ratio);
    printf(" %5s", text);
}

static void print_group(const struct results *results, int g)
{
    const struct group *group = &figure_groups[g];
    int n = n_columns(group), with_ratios = n <= WITH_RATIOS;

    printf("\n%s\n%*s", group->title, LABEL, "");
    for (int c = 0; c < n; c++)
        printf("%*s", with_ratios ? (c == 0 ? 7 : 13) : 9,
               group->columns[c].heading);
    printf("%*s\n", with_ratios ? 11 : 5, "+-");
    for (int r = 0; r < MAX_ROWS; r++) {
        const struct row *row = results->rows[g][r];
        double spread = 0;

        if (row == NULL)
            continue;
        printf("%-*s", LABEL, row->label);
        for (int c = 0; c < n; c++) {
            const struct cell *cell = &results->cells[g][r][c];

            print_value(cell, with_ratios ? 7 : 9);
            if (with_ratios)
                print_ratio(cell);
            if (cell->spread > spread)
                spread = cell->spread;
        }
        printf("%4.0f%%\n", spread * 100);
    }
}

static bool has_rows(const struct results *results, int g)
{
    for (int r = 0; r < MAX_ROWS; r++)
        if (results->rows[g][r] != NULL)
            return true;
    return false;
}

void show_table(const struct results *results)
{
    const char *before = "\nNot built with", *last = "";

    print_head(results);
    for (int g = 0; g < N_GROUPS; g++)
        if (has_rows(results, g))
            print_group(results, g);
    for (int r = 0; r < N_ROWS; r++) {
        const char *package = figure_rows[r].package;

        if (!results->absent[r] || package == NULL ||
            strcmp(package, last) == 0)
            continue;
        printf("%s %s", before, package);
        before = ",";
        last = package;
    }
    if (*before == ',')
        puts("");
}

static void json_cell(const struct group *group, const struct row *row,
                      const struct column *column, const struct cell *cell)
{
    json_open('{', NULL);
    json_string("table", group->name);
    json_string("row", row->name);
    json_string("figure", column->figure);
    json_string("unit", cell->values.unit);
    json_number("median", cell->median);
    json_number("low", cell->low);
    json_number("high", cell->high);
    json_number("rounds", (double)cell->values.n);
    if (cell->ratio > 0)
        json_number("ratio", cell->ratio);
    json_close('}');
}

void show_json(const struct results *results)
{
    json_open('{', NULL);
    machine_json();
    if (results->cpu >= 0)
        json_number("pinned_cpu", results->cpu);
    json_open('[', "figures");
    for (int g = 0; g < N_GROUPS; g++)
        for (int r = 0; r < MAX_ROWS; r++)
            for (int c = 0; c < MAX_COLUMNS; c++) {
                const struct cell *cell = &results->cells[g][r][c];

                if (cell->values.n != 0)
                    json_cell(&figure_groups[g], results->rows[g][r],
                              &figure_groups[g].columns[c], cell);
            }
    json_close(']');
    json_close('}');
}
