/* SPDX-License-Identifier: MIT */
#ifndef UCTX_TOOL_PRELOAD_H
#define UCTX_TOOL_PRELOAD_H

/*
 * What LD_PRELOAD is to hold: the sanitizer runtimes, which refuse to start
 * unless they come first, then our library, then what the user preloads.  Each
 * of `runtimes` has a colon after it.  The caller frees the result.
 */
char *preload_list(const char *runtimes, const char *library);

#endif
