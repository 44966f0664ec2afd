/* SPDX-License-Identifier: MIT */
/*
 * A child that was forked while another thread was in sigaction() can call it
 * at once, whichever way it was forked: not all run pthread_atfork's handlers.
 *
 * Build: LINK shared libc NOT_UNDER tsan
 */
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "t.h"

enum { ROUNDS = 300, PATIENCE = 5 };

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
            alarm(PATIENCE); /* kills: not blocked for longer than a call */
            signal(SIGUSR1, SIG_DFL);
            _exit(0);
        }
        for (int j = 0; waitpid(child, &status, WNOHANG) == 0; j++) {
            usleep(1000);
            if (j == 1000 * (PATIENCE + 1))
                kill(child, SIGKILL);
        }
        EXPECT_EQ(status, 0);
    }
    stop = 1;
    pthread_join(thread, NULL);
}
