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

#define PLACE(reg) offsetof(ucontext_t, uc_mcontext.arm_##reg)
#define PLACES_PC  PLACE(pc)

#define PLACES_STACK_ALIGNMENT 8

/* Make of *uc one that no kernel wrote: not of user mode. */
#define PLACES_NO_KERNEL(uc) ((uc)->uc_mcontext.arm_cpsr &= ~0x1ful)

/* A handler without SA_SIGINFO gets one argument, and no ucontext_t. */
#define PLACES_SHORT_FRAMES 1

static const struct {
    const char *name;
    size_t at;
} places[] = {
    {"r4", PLACE(r4)}, {"r5", PLACE(r5)},   {"r6", PLACE(r6)},
    {"r7", PLACE(r7)}, {"r8", PLACE(r8)},   {"r9", PLACE(r9)},
    {"sp", PLACE(sp)}, {"r10", PLACE(r10)}, {"r11", PLACE(fp)},
};

static inline uintptr_t places_at(const ucontext_t *uc, size_t at)
{
    uintptr_t value;

    memcpy(&value, (const char *)uc + at, sizeof value);
    return value;
}

#endif
