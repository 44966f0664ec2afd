/* SPDX-License-Identifier: MIT */
/*
 * Which way the signal mask is kept, and each thread's word of the ledger.
 */
#include "posix/mask.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch.h"

/* Before the constructor below has run, a switch asks the kernel. */
int uctx_mask_mode = MASK_EXACT;
_Thread_local uint64_t uctx_mask_word;

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

int uctx_mask_wanted(int preset)
{
    const char *value = getenv("UCTX_SIGMASK");

    if (value == NULL || *value == '\0')
        return preset;
    if (strcmp(value, "tracked") == 0)
        return MASK_TRACKED;
    if (strcmp(value, "exact") == 0)
        return MASK_EXACT;
    if (strcmp(value, "ignore") == 0)
        return MASK_IGNORE;
    complain(value);
    return MASK_EXACT;
}

/*
 * What the static library does, and the shared one before it knows better
 * (posix/interpose.c): nothing watches the mask there, so nothing is tracked.
 */
__attribute__((constructor(101))) static void choose(void)
{
    uctx_mask_mode =
        uctx_mask_wanted(MASK_EXACT) == MASK_IGNORE ? MASK_IGNORE : MASK_EXACT;
}
