/* SPDX-License-Identifier: MIT */
/*
 * What a process or thread starts with is its parent's true mask, switches and
 * handlers notwithstanding, and the parent keeps its own: fork, vfork,
 * posix_spawn, system, popen, pthread_create, cancellation and timers that
 * start threads.
 *
 * Build: LINK whole LIBS dl
 */
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>

#include "mask.h"

extern char **environ;
static ucontext_t outer, inner;
static volatile int handled;
static uint64_t mine;
static sem_t done;

static void count(int sig)
{
    (void)sig;
    EXPECT_TRUE_LEDGER();
    handled++;
}

/* Block `mask` by a switch, so that only the ledger and the kernel know. */
static void leave(void)
{
    for (;;)
        swapcontext(&inner, &outer);
}

static void switch_to(uint64_t mask)
{
    static char stack[64 * 1024];

    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = sizeof stack;
    makecontext(&inner, leave, 0);
    swapcontext(&outer, &inner);
    outer.uc_sigmask = set_of(mask);
    if (mine++ == 0)
        setcontext(&outer);
    mine = mask;
    EXPECT_EQ(raw_mask(), mask);
    EXPECT_TRUE_LEDGER();
}

static void expect_unchanged(const char *after)
{
    if (!EXPECT_EQ(raw_mask(), mine))
        printf("after %s\n", after);
    EXPECT_TRUE_LEDGER();
}

static void expect_status(pid_t pid)
{
    int status = -1;

    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
}

/* What the kernel says of a program that has our mask. */
static char *pattern(void)
{
    static char text[64];

    snprintf(text, sizeof text, "SigBlk:.*%016llx", (unsigned long long)mine);
    return text;
}

static void *expect_inherited(void *unused)
{
    EXPECT_EQ(raw_mask(), mine);
    EXPECT_TRUE_LEDGER();
    raise(SIGUSR2);
    EXPECT_TRUE_LEDGER();
    return unused;
}

static void *wait_for_ever(void *unused)
{
    for (;;)
        poll(NULL, 0, -1);
    return unused;
}

static void on_timer(union sigval value)
{
    (void)value;
    EXPECT_TRUE_LEDGER();
    getcontext(&(ucontext_t){0});
    EXPECT_TRUE_LEDGER();
    sem_post(&done);
}

static void breed(void)
{
    char *const args[] = {"grep", "-q", pattern(), "/proc/self/status", NULL};
    struct sigevent event = {.sigev_notify = SIGEV_THREAD};
    struct itimerspec soon = {.it_value = {0, 1000000}};
    sigset_t other = set_of(bit_of(SIGWINCH));
    pthread_t thread;
    void *result;
    timer_t timer;
    FILE *pipe;
    pid_t pid;

    pid = fork();
    if (pid == 0) {
        EXPECT_EQ(raw_mask(), mine);
        EXPECT_TRUE_LEDGER();
        raise(SIGUSR2);
        getcontext(&inner);
        EXPECT_EQ(bits_of(&inner.uc_sigmask), mine);
        _exit(t_failures != 0);
    }
    expect_unchanged("fork");
    expect_status(pid);

    pid = vfork();
    if (pid == 0) {
        execve("/bin/grep", args, environ);
        _exit(127);
    }
    expect_unchanged("vfork and exec");
    expect_status(pid);

    pid = vfork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &other, NULL);
        _exit(raw_mask() != bit_of(SIGWINCH));
    }
    expect_unchanged("vfork with another mask");
    expect_status(pid);
    getcontext(&inner);
    EXPECT_EQ(bits_of(&inner.uc_sigmask), mine);

    EXPECT_EQ(posix_spawn(&pid, "/bin/grep", NULL, NULL, args, environ), 0);
    expect_unchanged("posix_spawn");
    expect_status(pid);

    EXPECT_EQ(system("exit 0"), 0);
    expect_unchanged("system");

    pipe = popen("exit 0", "r");
    expect_unchanged("popen");
    EXPECT_EQ(pclose(pipe), 0);

    MUST(pthread_create(&thread, NULL, expect_inherited, NULL) == 0);
    expect_unchanged("pthread_create");
    pthread_join(thread, NULL);

    MUST(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
    pthread_cancel(thread);
    pthread_join(thread, &result);
    EXPECT(result == PTHREAD_CANCELED);
    expect_unchanged("pthread_cancel");

    event.sigev_notify_function = on_timer;
    MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    timer_settime(timer, 0, &soon, NULL);
    while (sem_wait(&done) != 0)
        ;
    timer_delete(timer);
    expect_unchanged("a timer's thread");
}

TEST(children_and_threads_inherit_the_true_mask)
{
    sem_init(&done, 0, 0);
    signal(SIGUSR2, count);
    signal(SIGCHLD, count);
    for (int i = 0; i < 8; i++) {
        mine = 0;
        switch_to((i & 1 ? bit_of(SIGUSR1) : 0) |
                  (i & 2 ? bit_of(SIGUSR2) | bit_of(SIGHUP) : 0) |
                  (i & 4 ? bit_of(SIGRTMAX - 2) : 0));
        breed();
    }
    EXPECT(handled > 0);
}
