/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the ledger share: the kernel's own word on the mask, past
 * everything that watches, and the ledger's.
 */
#ifndef TEST_MASK_H
#define TEST_MASK_H

#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "posix/mask.h"
#include "t.h"

typedef long raw_syscall_fn(long, ...);

/* The libc's syscall(), not the one that the library puts before it. */
static raw_syscall_fn *raw_syscall;

__attribute__((constructor)) static void find_raw_syscall(void)
{
    *(void **)&raw_syscall = dlsym(RTLD_NEXT, "syscall");
    MUST(raw_syscall != NULL);
}

/* What the kernel blocks for this thread. */
T_UNUSED static uint64_t raw_mask(void)
{
    uint64_t mask = 0;

    raw_syscall(SYS_rt_sigprocmask, (long)SIG_BLOCK, NULL, &mask, 8l);
    return t_mask_of(&mask) &
           ~(uint64_t)(MASK_INTERNAL | MASK_KNOWN | MASK_BUSY);
}

/* Block exactly `mask`, with nobody watching. */
T_UNUSED static void raw_block(uint64_t mask)
{
    mask = t_mask_of(&mask); /* there and back is the same */
    raw_syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, &mask, NULL, 8l);
}

/* This thread's ledger.  Not inlined: between two calls the caller may have
 * moved to another thread, and the compiler would keep the first one's word. */
__attribute__((noinline)) T_UNUSED static uint64_t ledger(void)
{
    uint64_t word = *(volatile uint64_t *)&uctx_mask_word;

    __asm__ volatile("" ::: "memory");
    return word;
}

T_UNUSED static int ledger_known(void)
{
    return (ledger() & MASK_KNOWN) != 0;
}

/* The invariant: if known, then what the kernel says. */
#define EXPECT_TRUE_LEDGER()                                      \
    do {                                                          \
        uint64_t word_ = ledger();                                \
                                                                  \
        if (word_ & MASK_KNOWN)                                   \
            EXPECT_EQ(word_ & ~(uint64_t)MASK_KNOWN, raw_mask()); \
    } while (0)

T_UNUSED static uint64_t bit_of(int sig)
{
    return 1ull << (sig - 1);
}

/* A set's first 64 signals, whatever the libc thinks of them. */
T_UNUSED static uint64_t bits_of(const sigset_t *set)
{
    return t_mask_of(set);
}

T_UNUSED static sigset_t set_of(uint64_t bits)
{
    sigset_t set;

    memset(&set, 0, sizeof set);
    bits = t_mask_of(&bits); /* there and back is the same */
    memcpy(&set, &bits, sizeof bits);
    return set;
}

#endif
