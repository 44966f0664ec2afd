/* SPDX-License-Identifier: MIT */
/*
 * A uc_sigmask with all bits set, by sigfillset() or by memset(), blocks every
 * signal but SIGKILL, SIGSTOP and the two that the libc needs: cancellation
 * and setuid() hang in threads that block 32 and 33.  glibc 2.36 blocks them.
 */
#include "t.h"

static ucontext_t outer, inner;
static char stack[64 * 1024];
static uint64_t seen;

static void look(void)
{
    seen = t_kernel_mask();
}

TEST(full_mask_leaves_the_libcs_own_signals_alone)
{
    const uint64_t never = T_SIGBIT(SIGKILL) | T_SIGBIT(SIGSTOP) | T_INTERNAL;

    static volatile int way;

    for (way = 0; way < 3; way++) {
        getcontext(&inner);
        inner.uc_stack.ss_sp = stack;
        inner.uc_stack.ss_size = sizeof stack;
        inner.uc_link = &outer;
        memset(&inner.uc_sigmask, 0xff, sizeof inner.uc_sigmask);
        makecontext(&inner, look, 0);
        if (way == 0)
            swapcontext(&outer, &inner);
        if (way == 1) {
            static volatile int back;

            getcontext(&outer);
            if (back++ == 0)
                setcontext(&inner);
        }
        if (way == 2) { /* by a return to uc_link */
            static ucontext_t first;

            getcontext(&first);
            first.uc_stack.ss_sp = malloc(sizeof stack);
            first.uc_stack.ss_size = sizeof stack;
            first.uc_link = &inner;
            makecontext(&first, look, 0);
            swapcontext(&outer, &first);
        }
        EXPECT_EQ(seen, ~never & ~t_never_blocked());
        EXPECT_EQ(t_kernel_mask(), 0);
        seen = 0;
    }
}
