/* SPDX-License-Identifier: MIT */
/*
 * Which way the signal mask is kept, and each thread's word of the ledger.
 */
#include "posix/mask.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Before the mode has been chosen, a switch asks the kernel. */
int uctx_mask_mode = MASK_EXACT;
int uctx_mask_why = MASK_WHY_STATIC;
int uctx_mask_watched;

_Thread_local uint64_t uctx_mask_word;
_Thread_local int uctx_mask_vfork;

static void complain(const char *value)
{
    static const char before[] = "uctx: UCTX_SIGMASK is not tracked, exact or "
                                 "ignore but '";
    static const char after[] = "': taking exact\n";

    if (write(STDERR_FILENO, before, sizeof before - 1) < 0 ||
        write(STDERR_FILENO, value, strlen(value)) < 0 ||
        write(STDERR_FILENO, after, sizeof after - 1) < 0)
        return;
}

void uctx_mask_choose(int best, int why)
{
    const char *value = secure_getenv("UCTX_SIGMASK");

    if (value == NULL || *value == '\0' || strcmp(value, "tracked") == 0) {
        uctx_mask_watched = best == MASK_TRACKED;
        uctx_mask_why = why;
        uctx_mask_mode = best;
        return;
    }
    uctx_mask_why = MASK_WHY_ASKED;
    if (strcmp(value, "ignore") == 0) {
        uctx_mask_mode = MASK_IGNORE;
    } else if (strcmp(value, "exact") != 0) {
        uctx_mask_why = MASK_WHY_VALUE;
        complain(value);
    }
}

/* Only the shared library has it: the static one leaves libc alone, does not
 * see the mask change, and tracks nothing. */
__attribute__((weak)) UCTX_HIDDEN void uctx_interpose_start(void);

__attribute__((constructor(102))) static void start(void)
{
    if (uctx_interpose_start != NULL)
        uctx_interpose_start();
    else
        uctx_mask_choose(MASK_EXACT, MASK_WHY_STATIC);
}
