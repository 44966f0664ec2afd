/* SPDX-License-Identifier: MIT */
/*
 * The signal mask of a switch: what each thread knows about its own.
 *
 * uctx_mask_word is the ledger, one word a thread.  It is one of
 *
 *   0                   unknown: a switch must ask the kernel
 *   MASK_BUSY           unknown, and a system call that will tell is under way
 *   mask | MASK_KNOWN   known: the kernel blocks exactly `mask` for this thread
 *
 * One word, so that each change of it is one store: nothing that interrupts the
 * thread, or moves it to another one, can see or leave half of it.  The flags
 * borrow the bits of SIGKILL and SIGSTOP, which no kernel mask ever holds.
 *
 * Where a register has 32 bits it is two words, and both flags are in the low
 * one, which decides: the high one is written before it and read before it.
 * Whatever comes in between leaves 0 in the low one, so that it is unknown to
 * who reads it then, and not MASK_BUSY to who replaces it.
 *
 * A kernel that has 128 signals has a mask which this cannot hold.  There the
 * ledger is unknown while any beyond 64 is blocked.
 *
 * Above the fence only macros: assembly includes this too, after layout.h.
 */
#ifndef UCTX_POSIX_MASK_H
#define UCTX_POSIX_MASK_H

#include <features.h>

#define MASK_KNOWN (1 << 8)                /* the bit of SIGKILL (9)  */
#define MASK_BUSY  (1 << (NR_SIGSTOP - 1)) /* the bit of SIGSTOP      */

/* The libc's own signals, 32 and 33, and in musl 34, which a program never
 * blocks; and where the mask is two words, in each of them. */
#define MASK_INTERNAL_LOW 0x80000000
#ifdef __GLIBC__
#define MASK_INTERNAL      0x180000000
#define MASK_INTERNAL_HIGH 0x1
#else
#define MASK_INTERNAL      0x380000000
#define MASK_INTERNAL_HIGH 0x3
#endif

/* Values of uctx_mask_mode. */
#define MASK_EXACT   0 /* ask the kernel at every switch     */
#define MASK_IGNORE  1 /* leave the thread's mask alone      */
#define MASK_TRACKED 2 /* ask only where the ledger must     */

/* Values of uctx_mask_why: why the mode is what it is. */
#define MASK_WHY_DEFAULT   0 /* nothing is against tracking              */
#define MASK_WHY_ASKED     1 /* UCTX_SIGMASK says so                     */
#define MASK_WHY_VALUE     2 /* UCTX_SIGMASK says what we do not know    */
#define MASK_WHY_STATIC    3 /* the static library watches nothing       */
#define MASK_WHY_NOT_FIRST 4 /* another definition comes before ours     */
#define MASK_WHY_SANITIZER 5 /* a sanitizer's runtime is present         */
#define MASK_WHY_CLONE     6 /* a task shares a thread's thread-locals   */

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "arch.h"
#include "layout.h"

_Static_assert(MASK_KNOWN == 1 << (SIGKILL - 1), "MASK_KNOWN is not SIGKILL");
_Static_assert(MASK_BUSY == 1 << (SIGSTOP - 1), "MASK_BUSY is not SIGSTOP");

/* A mask as system calls take it: signal s is bit (s - 1) of these words. */
#define MASK_WORD_BITS (sizeof(long) * CHAR_BIT)
#define MASK_WORDS     (_NSIG / MASK_WORD_BITS)
struct uctx_kernel_mask {
    unsigned long word[MASK_WORDS];
};

/* Signals 1 to 64 of a set of the kernel's or the libc's. */
static inline uint64_t uctx_mask_of(const void *set)
{
    struct uctx_kernel_mask mask;

    memcpy(&mask, set, sizeof mask);
    return mask.word[0] | (uint64_t)mask.word[64 / MASK_WORD_BITS - 1]
                              << (64 - MASK_WORD_BITS);
}

/* Has it others? */
static inline int uctx_mask_is_wide(const void *set)
{
    struct uctx_kernel_mask mask;
    unsigned long others = 0;

    memcpy(&mask, set, sizeof mask);
    for (size_t i = 64 / MASK_WORD_BITS; i < MASK_WORDS; i++)
        others |= mask.word[i];
    return others != 0;
}

extern UCTX_HIDDEN int uctx_mask_mode;
extern UCTX_HIDDEN int uctx_mask_why;

/* Some thread may know its mask: handlers are wrapped, for good. */
extern UCTX_HIDDEN int uctx_mask_watched;

/* One per thread.  C reads and writes the word through the three below only:
 * a compiler may keep the address of a thread-local across a call, and a call
 * may return on another thread. */
#define UCTX_THREAD_LOCAL \
    UCTX_HIDDEN __attribute__((tls_model("initial-exec"))) _Thread_local
extern UCTX_THREAD_LOCAL uint64_t uctx_mask_word;

/* How many vfork children run with this thread's thread-locals: it waits, and
 * its word is not known. */
extern UCTX_THREAD_LOCAL int uctx_mask_vfork;

/* Choose the mode, once: what UCTX_SIGMASK asks for if it can be had, else
 * `best`, which is what can, and why no more can. */
UCTX_HIDDEN void uctx_mask_choose(int best, int why);

/* The system call has told: the mask is known unless a handler came between
 * and changed it. */
static inline void uctx_mask_learn(uint64_t mask)
{
    mask &= ~(uint64_t)(MASK_INTERNAL | MASK_KNOWN | MASK_BUSY);
    uctx_mask_replace(MASK_BUSY, mask | MASK_KNOWN);
}

#endif
#endif
