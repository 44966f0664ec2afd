/* SPDX-License-Identifier: MIT */
/*
 * Where <ucontext.h> has each register that a call preserves, by the name that
 * clobber.S gives it, and the program counter.  The others are in the records
 * behind, of which the first one is always that of the FP state.
 */
#ifndef PLACES_H
#define PLACES_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define PLACES_X(n) \
    (offsetof(ucontext_t, uc_mcontext.regs) + (n) * sizeof(uint64_t))
#ifdef __AARCH64EB__
#define PLACES_D_IN_V 8
#else
#define PLACES_D_IN_V 0
#endif
#define PLACES_D(n)                                 \
    (offsetof(ucontext_t, uc_mcontext.__reserved) + \
     offsetof(struct fpsimd_context, vregs) + (n)*16 + PLACES_D_IN_V)
#define PLACES_PC offsetof(ucontext_t, uc_mcontext.pc)

/* The frame record, if the ABI has one, of a function with this frame
 * pointer: that of the caller, and the return address. */
#define PLACES_RECORD(fp) ((uintptr_t *)(fp))

/* The return address there, which the function may have signed: xpaclri. */
static inline void *places_code(void *pc)
{
    register void *x30 __asm__("x30") = pc;

    __asm__("hint 7" : "+r"(x30));
    return x30;
}
#define PLACES_CODE(pc) places_code(pc)

/* How much of uc_mcontext getcontext() fills: up to the end of its records. */
#define PLACES_MCONTEXT                                                 \
    (offsetof(mcontext_t, __reserved) + sizeof(struct fpsimd_context) + \
     sizeof(struct _aarch64_ctx))

/* The kernel passes a handler its number only, unless it asks by SA_SIGINFO. */
#define PLACES_SHORT_FRAMES

static const struct {
    const char *name;
    size_t at;
} places[] = {
    {"x19", PLACES_X(19)}, {"x20", PLACES_X(20)},
    {"x21", PLACES_X(21)}, {"x22", PLACES_X(22)},
    {"x23", PLACES_X(23)}, {"x24", PLACES_X(24)},
    {"x25", PLACES_X(25)}, {"x26", PLACES_X(26)},
    {"x27", PLACES_X(27)}, {"x28", PLACES_X(28)},
    {"x29", PLACES_X(29)}, {"d8", PLACES_D(8)},
    {"d9", PLACES_D(9)},   {"d10", PLACES_D(10)},
    {"d11", PLACES_D(11)}, {"d12", PLACES_D(12)},
    {"d13", PLACES_D(13)}, {"d14", PLACES_D(14)},
    {"d15", PLACES_D(15)}, {"sp", offsetof(ucontext_t, uc_mcontext.sp)},
};

static inline uintptr_t places_at(const ucontext_t *uc, size_t at)
{
    uintptr_t value;

    memcpy(&value, (const char *)uc + at, sizeof value);
    return value;
}

#endif
