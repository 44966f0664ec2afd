/* SPDX-License-Identifier: MIT */
/*
 * makecontext: write the first frame of a new context.
 *
 *   ss_sp + ss_size ->  +-------------------------+
 *                       | up to 15 bytes unused   |
 *                       | the argument before it  |
 *                       | ...                     |
 *   sp, aligned to 16   | the ninth argument      |
 *                       +-------------------------+
 *                       | FRAME_MIN bytes at least|
 *   ss_sp           ->  +-------------------------+
 *
 * The first eight arguments wait in registers that a switch keeps, and so do
 * the function and uc_link: uctx_start() moves the arguments to where the
 * function expects them.  psABI, "Integer Calling Convention".
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <ucontext.h>

#include "arch.h"
#include "layout.h"

#define REGISTER_ARGS 8

/* The kernel knows of V: a handler's frame may have its state. */
UCTX_HIDDEN extern unsigned char uctx_posix_has_v;
unsigned char uctx_posix_has_v;

__attribute__((constructor(101))) static void ask_for_v(void)
{
    uctx_posix_has_v = getauxval(AT_HWCAP) >> ('V' - 'A') & 1;
}

static int find_stack_pointer(const stack_t *stack, int n_args, uintptr_t *sp)
{
    uintptr_t bottom = (uintptr_t)stack->ss_sp;
    size_t n_words = n_args > REGISTER_ARGS ? n_args - REGISTER_ARGS : 0;
    size_t used = FRAME_MIN + n_words * sizeof(long);

    if (n_args < 0 || stack->ss_sp == NULL || bottom + stack->ss_size < bottom)
        return EINVAL;
    if (stack->ss_size < used + 15) {
        /* It may do all the same, if its end is aligned. */
        uintptr_t slack =
            (bottom + stack->ss_size - n_words * sizeof(long)) % 16;

        if (stack->ss_size < used + slack)
            return ENOMEM;
    }
    *sp = (bottom + stack->ss_size - n_words * sizeof(long)) & -(uintptr_t)16;
    return 0;
}

UCTX_EXPORT void makecontext(ucontext_t *ucp, void (*func)(void), int argc, ...)
{
    unsigned long *regs = ucp->uc_mcontext.__gregs;
    uintptr_t sp = 0;
    va_list args;
    int err;

    uctx_report_make(ucp);
    err = find_stack_pointer(&ucp->uc_stack, argc, &sp);
    if (func == NULL)
        err = EINVAL;
    if ((ucp->uc_flags & ~0ul << 8) != (unsigned long)UC_OURS)
        err = EINVAL;
    ucp->uc_flags = UC_OURS + err;
    if (err != 0)
        return;

    va_start(args, argc);
    for (int i = 0; i < argc; i++) {
        /* An int arrives in a register or slot as wide as a long. */
        long arg = va_arg(args, long);

        if (i < REGISTER_ARGS)
            regs[REG_S2 + i] = arg;
        else
            ((long *)sp)[i - REGISTER_ARGS] = arg;
    }
    va_end(args);

    regs[REG_S0] = 0;
    regs[REG_S1] = (unsigned long)func;
    regs[REG_S2 + 8] = (unsigned long)ucp->uc_link;
    regs[REG_SP] = sp;
    regs[REG_PC] = (unsigned long)uctx_start + START_ENTRY;
}
