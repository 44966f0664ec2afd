/* SPDX-License-Identifier: MIT */
/*
 * Where <ucontext.h> has each register that a call preserves, by the name that
 * clobber.S gives it, and the program counter.
 */
#ifndef PLACES_H
#define PLACES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define PLACE(reg) offsetof(ucontext_t, uc_mcontext.gregs[reg])
#define PLACES_PC  PLACE(REG_EIP)

/* The frame record, if the ABI has one, of a function with this frame
 * pointer: that of the caller, and the return address. */
#define PLACES_RECORD(fp) ((uintptr_t *)(fp))

/* Make of *uc one that no kernel wrote: without a code segment. */
#define PLACES_NO_KERNEL(uc) ((uc)->uc_mcontext.gregs[REG_CS] = 0)

/* A handler without SA_SIGINFO gets one argument, and no ucontext_t. */
#define PLACES_SHORT_FRAMES 1

/* The libc's struct has no place for it: where the first x87 register would
 * be, which is empty. */
#define PLACES_MXCSR offsetof(ucontext_t, __fpregs_mem._st)

static const struct {
    const char *name;
    size_t at;
} places[] = {
    {"ebx", PLACE(REG_EBX)}, {"esp", PLACE(REG_ESP)}, {"ebp", PLACE(REG_EBP)},
    {"esi", PLACE(REG_ESI)}, {"edi", PLACE(REG_EDI)},
};

static inline uintptr_t places_at(const ucontext_t *uc, size_t at)
{
    uintptr_t value;

    memcpy(&value, (const char *)uc + at, sizeof value);
    return value;
}

#endif
