/* SPDX-License-Identifier: MIT */
#ifndef UCTX_TOOL_REPORT_H
#define UCTX_TOOL_REPORT_H

#include "posix/report.h"

/*
 * Make what libuctx_posix_report.so counts into, in every process that is
 * started from now on.  Exits if it cannot.
 */
const struct uctx_report *report_make(void);

/* How it kept signal masks, and why. */
const char *report_mode(const struct uctx_report *report);
const char *report_reason(const struct uctx_report *report);

/*
 * Run the program in `path`, which LD_PRELOAD already puts the counting library
 * in front of, and print what was counted.  Returns its exit status, or dies by
 * the signal that it died by.
 */
int report_run(const char *path, char **argv);

#endif
