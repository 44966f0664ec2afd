/* SPDX-License-Identifier: MIT */
/*
 * A child of vfork runs on its parent's memory with a mask and handlers of its
 * own, which nobody watches.  It knows no mask that a handler could make false,
 * from the parent's word or from a switch; and the parent goes on with its own
 * handlers, and learns its mask again.  qemu-user 7.2 forks instead.
 *
 * Build: LINK whole LIBS dl NOT_UNDER asan tsan valgrind qemu musl
 */
#include "mask.h"

static ucontext_t uc;
static volatile int of_parent, of_child;

static void expect_true_mask(uint64_t mask)
{
    EXPECT_TRUE_LEDGER();
    EXPECT_EQ(getcontext(&uc), 0);
    EXPECT_EQ(bits_of(&uc.uc_sigmask), mask);
    EXPECT_EQ(raw_mask(), mask);
    EXPECT_TRUE_LEDGER();
}

static void on_signal_of_parent(int sig)
{
    expect_true_mask(bit_of(sig) | bit_of(SIGHUP));
    of_parent++;
}

static void on_signal_of_child(int sig)
{
    expect_true_mask(bit_of(sig) | bit_of(SIGHUP));
    of_child++;
}

TEST(a_vfork_child_keeps_its_mask_and_handlers_to_itself)
{
    int status = -1;
    pid_t pid;

    signal(SIGUSR1, on_signal_of_parent);
    signal(SIGUSR2, on_signal_of_parent);
    t_block(SIGHUP);
    getcontext(&uc);
    EXPECT(ledger_known());
    pid = vfork();
    if (pid == 0) {
        signal(SIGUSR1, on_signal_of_child);
        raise(SIGUSR1);
        expect_true_mask(bit_of(SIGHUP));
        raise(SIGUSR2);
        expect_true_mask(bit_of(SIGHUP));
        t_block(SIGTERM);
        expect_true_mask(bit_of(SIGHUP) | bit_of(SIGTERM));
        _exit(0);
    }
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(of_child, 1);
    EXPECT_EQ(of_parent, 1);
    expect_true_mask(bit_of(SIGHUP));
    EXPECT(ledger_known());
    raise(SIGUSR1);
    EXPECT_EQ(of_parent, 2);
    EXPECT(signal(SIGUSR1, SIG_DFL) == on_signal_of_parent);
}
