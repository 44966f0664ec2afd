/* SPDX-License-Identifier: MIT */
#ifndef UCTX_TOOL_REPORT_H
#define UCTX_TOOL_REPORT_H

/*
 * Run the program in `path`, which LD_PRELOAD already puts the counting library
 * in front of, and print what was counted.  Returns its exit status, or dies by
 * the signal that it died by.
 */
int report_run(const char *path, char **argv);

#endif
