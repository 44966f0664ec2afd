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
 * Above the fence only macros: assembly includes this too.
 */
#ifndef UCTX_POSIX_MASK_H
#define UCTX_POSIX_MASK_H

#define MASK_KNOWN 0x00100 /* the bit of SIGKILL (9)  */
#define MASK_BUSY  0x40000 /* the bit of SIGSTOP (19) */

/* The libc's own signals, 32 and up, which a program never blocks. */
#define MASK_INTERNAL 0x180000000

/* Values of uctx_mask_mode. */
#define MASK_EXACT   0 /* ask the kernel at every switch     */
#define MASK_IGNORE  1 /* leave the thread's mask alone      */
#define MASK_TRACKED 2 /* ask only where the ledger must     */

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <signal.h>
#include <stdint.h>

_Static_assert(MASK_KNOWN == 1 << (SIGKILL - 1), "MASK_KNOWN is not SIGKILL");
_Static_assert(MASK_BUSY == 1 << (SIGSTOP - 1), "MASK_BUSY is not SIGSTOP");

extern __attribute__((visibility("hidden"))) int uctx_mask_mode;
extern __attribute__((
    visibility("hidden"),
    tls_model("initial-exec"))) _Thread_local uint64_t uctx_mask_word;

/* The mode that UCTX_SIGMASK asks for; `preset` if it is not set. */
__attribute__((visibility("hidden"))) int uctx_mask_wanted(int preset);

#endif
#endif
