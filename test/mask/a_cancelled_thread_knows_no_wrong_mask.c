/* SPDX-License-Identifier: MIT */
/*
 * A thread may be cancelled while another mask than its own is in force: in
 * sigsuspend and its like, in system(), or when the libc's signal for it and
 * another one are delivered together, so that it finds the thread before the
 * first instruction of a handler.  Its cleanup handlers run with that mask, and
 * getcontext() tells them so.
 *
 * Build: LINK whole LIBS dl FLAGS -Wno-deprecated-declarations
 * Build: NOT_UNDER valgrind
 */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "mask/mask.h"

#ifdef __GLIBC__
enum { ROUNDS = 40, N_WAYS = 8 };
#else /* the last two are a hole there: docs/ledger.md */
enum { ROUNDS = 40, N_WAYS = 6 };
#endif

static _Atomic pid_t waiting; /* the thread that is about to */
static int n_cleaned;

static void clean_up(void *way)
{
    ucontext_t uc;
    uint64_t mask;

    n_cleaned++;
    EXPECT_EQ(getcontext(&uc), 0);
    mask = t_mask_of(&uc.uc_sigmask);
    if (!EXPECT_EQ(mask, raw_mask()))
        printf("  (way %d)\n", *(int *)way);
}

static void on_usr1(int sig)
{
    (void)sig;
}

static void wait_in(int way)
{
    sigset_t mask;

    sigfillset(&mask);
    sigdelset(&mask, SIGUSR1);
    sigdelset(&mask, SIGKILL); /* qemu-user 7.2 would put them into a frame */
    sigdelset(&mask, SIGSTOP);
    switch (way) {
    case 0:
        sigsuspend(&mask);
        break;
    case 1:
        pselect(0, NULL, NULL, NULL, NULL, &mask);
        break;
    case 2:
        ppoll(NULL, 0, NULL, &mask);
        break;
    case 3: {
        struct epoll_event event;

        epoll_pwait(epoll_create1(EPOLL_CLOEXEC), &event, 1, -1, &mask);
        break;
    }
    case 4:
        sigpause(SIGUSR1);
        break;
    case 5:
        if (system("exec sleep 5") != 0)
            break;
        break;
    case 6: /* and SIGUSR1 comes with the cancellation */
        for (;;)
            pause();
    default: /* again, where there is no call to be cancelled in */
        for (;;)
            ;
    }
}

static void *run(void *way)
{
    ucontext_t uc;

    getcontext(&uc); /* now the mask is known */
    pthread_cleanup_push(clean_up, way);
    if (*(int *)way == N_WAYS - 1)
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
    waiting = (pid_t)raw_syscall(SYS_gettid);
    wait_in(*(int *)way);
    pthread_cleanup_pop(0);
    return NULL;
}

/* Does the thread sleep, in a system call that signals end? */
static int is_asleep(pid_t tid)
{
    char path[64], state = 0;
    FILE *stat;

    snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    stat = fopen(path, "r");
    MUST(stat != NULL && fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
    fclose(stat);
    return state == 'S';
}

TEST(a_cancelled_thread_knows_no_wrong_mask)
{
    int n_cancelled = 0;

    signal(SIGUSR1, on_usr1);
    for (int way = 0; way < N_WAYS; way++)
        for (int i = 0; i < (way < 6 ? 1 : ROUNDS); i++) {
            pthread_t thread;
            void *result;

            waiting = 0;
            MUST(pthread_create(&thread, NULL, run, &way) == 0);
            while (!waiting || (way < N_WAYS - 1 && !is_asleep(waiting)))
                sched_yield();
            if (way >= 6)
                pthread_kill(thread, SIGUSR1);
            pthread_cancel(thread);
            pthread_join(thread, &result);
            n_cancelled += result == PTHREAD_CANCELED;
        }
    EXPECT(n_cancelled >= N_WAYS);
    EXPECT_EQ(n_cleaned, n_cancelled);
}
