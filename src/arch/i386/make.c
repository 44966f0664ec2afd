/* SPDX-License-Identifier: MIT */
/*
 * makecontext: write the first frame of a new context.
 *
 *   ss_sp + ss_size ->  +-------------------------+
 *                       | up to 3 bytes unused    |
 *                       | the last argument       |
 *                       | ...                     |
 *   esp                 | the first argument      |
 *                       +-------------------------+
 *                       | room for as many again, |
 *                       | and FRAME_MIN bytes     |
 *   ss_sp           ->  +-------------------------+
 *
 * All arguments are on the stack, where the function expects them above its
 * return address: System V i386 psABI 1.1, 2.2.2.  The function, their number
 * and uc_link wait in registers; uctx_start() copies the arguments to where
 * the function may overwrite them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "arch.h"
#include "layout.h"

static int find_stack_pointer(const stack_t *stack, int n_args, uintptr_t *sp)
{
    uintptr_t bottom = (uintptr_t)stack->ss_sp;
    uintptr_t top = bottom + stack->ss_size;
    size_t n_bytes = n_args * sizeof(int);

    if (n_args < 0 || stack->ss_sp == NULL || top < bottom)
        return EINVAL;
    if (n_bytes > stack->ss_size / 2)
        return ENOMEM;
    *sp = (top - n_bytes) & -sizeof(int);
    return *sp < bottom + n_bytes + FRAME_MIN ? ENOMEM : 0;
}

UCTX_EXPORT void makecontext(ucontext_t *ucp, void (*func)(void), int argc, ...)
{
    greg_t *gregs = ucp->uc_mcontext.gregs;
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
    for (int i = 0; i < argc; i++)
        ((int *)sp)[i] = va_arg(args, int);
    va_end(args);

    gregs[REG_EBX] = (greg_t)ucp->uc_link;
    gregs[REG_ESI] = (greg_t)func;
    gregs[REG_EDI] = argc;
    gregs[REG_EBP] = 0;
    gregs[REG_ESP] = (greg_t)sp;
    gregs[REG_EIP] = (greg_t)uctx_start + START_ENTRY;
}
