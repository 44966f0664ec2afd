/* SPDX-License-Identifier: MIT */
/*
 * Where the kernel refuses to change the mask, setcontext and swapcontext
 * return -1 with its errno, and the caller goes on, also when the context is
 * higher up on the same stack.
 *
 * Build: NOT_UNDER valgrind
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "t.h"

static ucontext_t top;
static volatile int n_returns;

static void refuse_masks(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};

    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        SKIP("no seccomp");
}

static __attribute__((noinline)) int go_up(int by_swap)
{
    volatile int kept = 1234;
    ucontext_t from;

    errno = 0;
    EXPECT_EQ(by_swap ? swapcontext(&from, &top) : setcontext(&top), -1);
    EXPECT_EQ(errno, EPERM);
    return kept;
}

TEST(refused_mask_leaves_the_caller_as_it_was)
{
    EXPECT_EQ(getcontext(&top), 0);
    EXPECT_EQ(n_returns++, 0);
    t_block(SIGUSR1);
    refuse_masks();
    EXPECT_EQ(go_up(0), 1234);
    EXPECT_EQ(go_up(1), 1234);
}
