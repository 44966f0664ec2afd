/* SPDX-License-Identifier: MIT */
/*
 * A child that was forked while another thread was in sigaction() can call it
 * at once, whichever way it was forked: not all run pthread_atfork's handlers.
 *
 * Build: LINK shared libc NOT_UNDER tsan
 * ThreadSanitizer does not see that a child of SYS_fork has one thread, and has
 * it sleep for a second at its exit.
 */
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "t.h"

enum { ROUNDS = 300 };

static _Atomic int stop;

static void on_usr1(int sig)
{
    (void)sig;
}

static void *keep_changing(void *unused)
{
    while (!stop)
        signal(SIGUSR1, on_usr1);
    return unused;
}

TEST(a_forked_child_never_waits_for_a_handlers_lock)
{
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, keep_changing, NULL) == 0);
    for (int i = 0; i < ROUNDS && t_failures == 0; i++) {
        pid_t child = i % 2 == 0
                          ? fork()
                          : (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        int status;

        MUST(child >= 0);
        if (child == 0) {
            /* Who waits spins, and is killed for it. */
            setrlimit(RLIMIT_CPU, &(struct rlimit){1, 1});
            signal(SIGUSR1, SIG_DFL);
            _exit(0);
        }
        MUST(waitpid(child, &status, 0) == child);
        EXPECT_EQ(status, 0);
    }
    stop = 1;
    pthread_join(thread, NULL);
}
