/* SPDX-License-Identifier: MIT */
/*
 * A million switches between contexts of one mask make no system call at all,
 * and each switch between different masks makes exactly one.
 *
 * A seccomp filter ends the process at the first system call; where calls are
 * expected, another process counts them with ptrace.
 *
 * Build: LINK whole LIBS dl
 * Build: NOT_UNDER asan valgrind
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "mask.h"

enum { EQUAL = 1000000, DIFFERENT = 1000 };

static ucontext_t outer, inner;
static volatile long rounds;

static void ping(void)
{
    for (;;) {
        rounds++;
        swapcontext(&inner, &outer);
    }
}

/* Any system call but exit_group ends the process with SIGSYS. */
static void forbid_system_calls(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(77);
}

static void switch_equal(void)
{
    swapcontext(&outer, &inner); /* the ledger learns */
    forbid_system_calls();
    for (int i = 0; i < EQUAL; i++)
        swapcontext(&outer, &inner);
    _exit(rounds == EQUAL + 1 ? 0 : 1);
}

static void switch_different(void)
{
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    inner.uc_sigmask = set_of(bit_of(SIGUSR1));
    swapcontext(&outer, &inner);
    raise(SIGSTOP);
    for (int i = 0; i < DIFFERENT; i++)
        swapcontext(&outer, &inner);
    _exit(0);
}

/* How often does it stop at a system call after its SIGSTOP? */
static long count_calls(pid_t child)
{
    long stops = 0;
    int status;

    MUST(waitpid(child, &status, 0) == child);
    if (!WIFSTOPPED(status))
        SKIP("ptrace is not allowed here");
    ptrace(PTRACE_SETOPTIONS, child, NULL,
           (long)(PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD));
    for (;;) {
        MUST(ptrace(PTRACE_SYSCALL, child, NULL, 0l) == 0);
        MUST(waitpid(child, &status, 0) == child);
        if (WIFEXITED(status))
            break;
        stops += WSTOPSIG(status) == (SIGTRAP | 0x80);
    }
    return stops; /* two for each call */
}

TEST(a_switch_between_equal_masks_makes_no_system_call)
{
    long with, without;
    int status;
    pid_t pid;

    EXPECT_EQ(uctx_mask_mode, MASK_TRACKED);
    t_context(&inner, ping, NULL);
    pid = fork();
    if (pid == 0)
        switch_equal();
    MUST(waitpid(pid, &status, 0) == pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        SKIP("seccomp filters are not allowed here");
    EXPECT_EQ(status, 0);

    pid = fork();
    if (pid == 0)
        switch_different();
    with = count_calls(pid);
    pid = fork();
    if (pid == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        _exit(0);
    }
    without = count_calls(pid);
    EXPECT_EQ((with - without) / 2, 2 * DIFFERENT); /* there and back */
}
