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
 * The first eight arguments wait in x21 to x28, uc_link in x19 and the function
 * in x20, all of which the switch restores: uctx_start() moves them to where
 * the function expects them.  AAPCS64, "Parameter passing": one register or
 * eight bytes of stack each.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "arch.h"
#include "layout.h"

#define REGISTER_ARGS 8
#define FIRST_ARG     21

static int find_stack_pointer(const stack_t *stack, int n_args, uintptr_t *sp)
{
    uintptr_t bottom = (uintptr_t)stack->ss_sp;
    size_t n_words = n_args > REGISTER_ARGS ? n_args - REGISTER_ARGS : 0;
    size_t used = FRAME_MIN + n_words * sizeof(long);
    uintptr_t slack;

    if (n_args < 0 || stack->ss_sp == NULL || bottom + stack->ss_size < bottom)
        return EINVAL;
    slack = (bottom + stack->ss_size - n_words * sizeof(long)) % 16;
    if (stack->ss_size < used + slack)
        return ENOMEM;
    *sp = bottom + stack->ss_size - n_words * sizeof(long) - slack;
    return 0;
}

UCTX_EXPORT void makecontext(ucontext_t *ucp, void (*func)(void), int argc, ...)
{
    mcontext_t *saved = &ucp->uc_mcontext;
    uintptr_t sp = 0;
    va_list args;
    int err;

    uctx_report_make(ucp);
    err = find_stack_pointer(&ucp->uc_stack, argc, &sp);
    if (func == NULL)
        err = EINVAL;
    if ((ucp->uc_flags & ~(unsigned long)UC_OURS_ERRNO) != UC_OURS)
        err = EINVAL;
    ucp->uc_flags = UC_OURS + err;
    if (err != 0)
        return;

    va_start(args, argc);
    for (int i = 0; i < argc; i++) {
        /* An int arrives in a register or slot as wide as a long. */
        unsigned long arg = va_arg(args, unsigned long);

        if (i < REGISTER_ARGS)
            saved->regs[FIRST_ARG + i] = arg;
        else
            ((unsigned long *)sp)[i - REGISTER_ARGS] = arg;
    }
    va_end(args);

    saved->regs[19] = (uintptr_t)ucp->uc_link;
    saved->regs[20] = (uintptr_t)func;
    saved->regs[29] = 0;
    saved->sp = sp;
    saved->pc = (uintptr_t)uctx_start + START_ENTRY;
    saved->regs[30] = saved->pc;
}
