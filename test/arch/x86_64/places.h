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
#define PLACES_PC  PLACE(REG_RIP)

/* Make of *uc one that no kernel wrote: without a code segment. */
#define PLACES_NO_KERNEL(uc) ((uc)->uc_mcontext.gregs[REG_CSGSFS] &= ~1ull)

/* Not every libc has a name for it. */
#define PLACES_MXCSR (offsetof(ucontext_t, __fpregs_mem) + 24)

/* The frame record, if the ABI has one, of a function with this frame
 * pointer: that of the caller, and the return address. */
#define PLACES_RECORD(fp) ((uintptr_t *)(fp))

static const struct {
    const char *name;
    size_t at;
} places[] = {
    {"rbx", PLACE(REG_RBX)}, {"rsp", PLACE(REG_RSP)}, {"rbp", PLACE(REG_RBP)},
    {"r12", PLACE(REG_R12)}, {"r13", PLACE(REG_R13)}, {"r14", PLACE(REG_R14)},
    {"r15", PLACE(REG_R15)},
};

static inline uintptr_t places_at(const ucontext_t *uc, size_t at)
{
    uintptr_t value;

    memcpy(&value, (const char *)uc + at, sizeof value);
    return value;
}

#endif
