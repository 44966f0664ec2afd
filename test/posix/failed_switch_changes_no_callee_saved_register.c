/* SPDX-License-Identifier: MIT */
/*
 * A switch that fails leaves its caller's registers and FP control words as
 * they were.  glibc 2.36 changes r12 and the x87 control word.
 *
 * Build: SOURCES arch/${arch}/clobber.S
 * Build: NOT_UNDER asan valgrind
 */
#include "clobber.h"

static void nothing(void)
{
}

static void refused_by(void *function, void *arg0, void *arg1, int err)
{
    static struct clobber mine;

    for (int i = 0; i < 20; i++) {
        errno = 0;
        EXPECT_EQ(clobber_run(&mine, function, arg0, arg1), -1);
        EXPECT_EQ(errno, err);
    }
}

TEST(failed_switch_changes_no_callee_saved_register)
{
    static ucontext_t saved, zeroed, too_small, negative;
    static char stack[16];

    EXPECT_EQ(getcontext(&too_small), 0);
    too_small.uc_stack.ss_sp = stack;
    too_small.uc_stack.ss_size = sizeof stack;
    makecontext(&too_small, nothing, 0);
    EXPECT_EQ(getcontext(&negative), 0);
    makecontext(&negative, nothing, -1);

    refused_by(getcontext, NULL, NULL, EFAULT);
    refused_by(setcontext, NULL, NULL, EFAULT);
    refused_by(setcontext, &zeroed, NULL, EINVAL);
    refused_by(setcontext, &too_small, NULL, ENOMEM);
    refused_by(setcontext, &negative, NULL, EINVAL);
    refused_by(swapcontext, NULL, &saved, EFAULT);
    refused_by(swapcontext, &saved, NULL, EFAULT);
    refused_by(swapcontext, NULL, NULL, EFAULT);
    refused_by(swapcontext, &saved, &zeroed, EINVAL);
    refused_by(swapcontext, &saved, &too_small, ENOMEM);
    refused_by(swapcontext, &saved, &negative, EINVAL);
}
