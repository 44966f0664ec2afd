/* SPDX-License-Identifier: MIT */
/*
 * What libuctx_posix_report.so counts, in a file that `uctx run --report` gives
 * it by name in UCTX_REPORT and reads when the program has ended.  All
 * processes that the program starts count into the same one.
 */
#ifndef UCTX_POSIX_REPORT_H
#define UCTX_POSIX_REPORT_H

#include <stdint.h>

#include "posix/mask.h"

/* How `uctx run` says why the signal mask is kept as it is. */
#define REPORT_WHY_TEXTS                                                 \
    {                                                                    \
        [MASK_WHY_DEFAULT] = "every change of it is watched",            \
        [MASK_WHY_ASKED] = "asked for",                                  \
        [MASK_WHY_VALUE] = "UCTX_SIGMASK has an unknown value",          \
        [MASK_WHY_STATIC] = "nothing is watched",                        \
        [MASK_WHY_NOT_FIRST] = "another library stands before this one", \
        [MASK_WHY_SANITIZER] = "a sanitizer's runtime is present",       \
        [MASK_WHY_CLONE] = "a task shares a thread's thread-locals",     \
    }

struct uctx_report {
    uint64_t processes;    /* programs that loaded the library             */
    uint64_t mode;         /* MASK_..., of the last one to say it          */
    uint64_t reason;       /* why: MASK_WHY_...                            */
    uint64_t made;         /* calls of makecontext                         */
    uint64_t saved;        /* calls of getcontext                          */
    uint64_t switches;     /* calls of swapcontext and setcontext, and     */
                           /* returns to uc_link                           */
    uint64_t syscalls;     /* that these made                              */
    uint64_t deepest;      /* bytes of a stack in use at a switch, at most */
    uint64_t deepest_size; /* of how many that stack had                   */
};

#endif
