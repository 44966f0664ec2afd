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

/* glibc's name for it. */
#if defined __GLIBC__ && !defined uc_flags
#define uc_flags __uc_flags
#endif

#define PLACE(reg)   offsetof(ucontext_t, uc_mcontext.__gregs[reg])
#define PLACE_F(reg) offsetof(ucontext_t, uc_mcontext.__fpregs.__d.__f[reg])
#define PLACES_PC    PLACE(REG_PC)

/* The frame record, of a function with this frame pointer: that of the caller,
 * and the return address. */
#define PLACES_RECORD(fp) ((uintptr_t *)(fp)-2)

/* The bytes of uc_mcontext that a handler's frame has: qemu-user 7.2 leaves out
 * what comes after fcsr. */
#define PLACES_IN_FRAME \
    (32 * sizeof(long) + sizeof(struct __riscv_mc_d_ext_state))

static const struct {
    const char *name;
    size_t at;
} places[] = {
    {"sp", PLACE(REG_SP)}, {"s0", PLACE(REG_S0)}, {"s1", PLACE(REG_S1)},
    {"s2", PLACE(18)},     {"s3", PLACE(19)},     {"s4", PLACE(20)},
    {"s5", PLACE(21)},     {"s6", PLACE(22)},     {"s7", PLACE(23)},
    {"s8", PLACE(24)},     {"s9", PLACE(25)},     {"s10", PLACE(26)},
    {"s11", PLACE(27)},
#ifdef __riscv_float_abi_double
    {"fs0", PLACE_F(8)},   {"fs1", PLACE_F(9)},   {"fs2", PLACE_F(18)},
    {"fs3", PLACE_F(19)},  {"fs4", PLACE_F(20)},  {"fs5", PLACE_F(21)},
    {"fs6", PLACE_F(22)},  {"fs7", PLACE_F(23)},  {"fs8", PLACE_F(24)},
    {"fs9", PLACE_F(25)},  {"fs10", PLACE_F(26)}, {"fs11", PLACE_F(27)},
#endif
};

static inline uintptr_t places_at(const ucontext_t *uc, size_t at)
{
    uintptr_t value;

    memcpy(&value, (const char *)uc + at, sizeof value);
    return value;
}

#endif
