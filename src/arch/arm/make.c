/* SPDX-License-Identifier: MIT */
/*
 * makecontext: write the first frame of a new context.
 *
 *   ss_sp + ss_size ->  +-------------------------+
 *                       | up to 7 bytes unused    |
 *                       | the argument before it  |
 *                       | ...                     |
 *   sp, aligned to 8    | the fifth argument      |
 *                       +-------------------------+
 *                       | FRAME_MIN bytes at least|
 *   ss_sp           ->  +-------------------------+
 *
 * The function, uc_link and the first four arguments wait in registers that a
 * call preserves: uctx_start() moves them to where the function expects them.
 * AAPCS32 2022Q3, 6.2.1.2 and 6.5.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "arch.h"
#include "layout.h"

#define REGISTER_ARGS 4

static int find_stack_pointer(const stack_t *stack, int n_args, uintptr_t *sp)
{
    uintptr_t bottom = (uintptr_t)stack->ss_sp;
    uintptr_t top = bottom + stack->ss_size;
    size_t n_words = n_args > REGISTER_ARGS ? n_args - REGISTER_ARGS : 0;

    if (n_args < 0 || stack->ss_sp == NULL || top < bottom)
        return EINVAL;
    if (n_words > stack->ss_size / sizeof(int))
        return ENOMEM;
    *sp = (top - n_words * sizeof(int)) & -(uintptr_t)8;
    return *sp < bottom + FRAME_MIN ? ENOMEM : 0;
}

UCTX_EXPORT void makecontext(ucontext_t *ucp, void (*func)(void), int argc, ...)
{
    mcontext_t *regs = &ucp->uc_mcontext;
    unsigned long *reg_args[REGISTER_ARGS] = {
        &regs->arm_r6,
        &regs->arm_r7,
        &regs->arm_r8,
        &regs->arm_r9,
    };
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
        int arg = va_arg(args, int);

        if (i < REGISTER_ARGS)
            *reg_args[i] = arg;
        else
            ((int *)sp)[i - REGISTER_ARGS] = arg;
    }
    va_end(args);

    regs->arm_r4 = (unsigned long)ucp->uc_link;
    regs->arm_r5 = (unsigned long)func;
    regs->arm_fp = 0;
    regs->arm_sp = sp;
    regs->arm_lr = 0;
    regs->arm_pc = (unsigned long)uctx_start + START_ENTRY;
}
