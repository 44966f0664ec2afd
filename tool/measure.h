/* SPDX-License-Identifier: MIT */
/*
 * One run of a program of bench/, which measures one figure several times over
 * in a process of its own.
 */
#ifndef UCTX_TOOL_MEASURE_H
#define UCTX_TOOL_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

/* A program, and which of the four functions it gets. */
struct subject {
    const char *program;
    bool preloaded;      /* with libuctx_posix.so in front of its libc     */
    const char *sigmask; /* for that, UCTX_SIGMASK; NULL: the environment's */
};

/* Values, in the order in which they were measured. */
struct values {
    double *at;
    size_t n;
    char unit[16];
};

/* The names of its figures, a line each; NULL if it does not start.  The caller
 * frees them. */
char *measure_list(const struct subject *subject);

/*
 * Measure `figure` in `rounds` rounds of so many microseconds, and add what
 * came of it to *values; nothing comes if it cannot be measured.  Returns 0; or
 * -1 if the program is not there, or failed and said why on stderr.
 */
int measure(const struct subject *subject, const char *figure, int rounds,
            int microseconds, struct values *values);

/* The value that so much of them (0 to 1) are not above.  They get sorted. */
double measure_quantile(struct values *values, double part);

#endif
