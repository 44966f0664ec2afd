/* SPDX-License-Identifier: MIT */
/*
 * What libuctx_posix_report.so counts, in a file that `uctx run --report` gives
 * it by name in UCTX_REPORT and reads when the program has ended.  All
 * processes that the program starts count into the same one.
 */
#ifndef UCTX_POSIX_REPORT_H
#define UCTX_POSIX_REPORT_H

#include <stdint.h>

/* Why the signal mask is kept as it is, and how `uctx run` says so. */
enum {
    REPORT_WHY_ASKED,     /* UCTX_SIGMASK, or the default                    */
    REPORT_WHY_NOT_FIRST, /* another sigprocmask comes before the library's  */
    REPORT_WHY_SANITIZER, /* a sanitizer runtime watches the same functions  */
};

#define REPORT_WHY_TEXTS                                                      \
    {                                                                         \
        [REPORT_WHY_ASKED] = "asked for, or the default",                     \
        [REPORT_WHY_NOT_FIRST] = "another library's sigprocmask comes first", \
        [REPORT_WHY_SANITIZER] = "there is a sanitizer's runtime",            \
    }

struct uctx_report {
    uint64_t processes;    /* programs that loaded the library             */
    uint64_t mode;         /* MASK_..., of the first one                   */
    uint64_t reason;       /* why, one of REPORT_WHY_...                   */
    uint64_t made;         /* calls of makecontext                         */
    uint64_t saved;        /* calls of getcontext                          */
    uint64_t switches;     /* calls of swapcontext and setcontext, and     */
                           /* returns to uc_link                           */
    uint64_t syscalls;     /* that these made                              */
    uint64_t deepest;      /* bytes of a stack in use at a switch, at most */
    uint64_t deepest_size; /* of how many that stack had                   */
};

#endif
