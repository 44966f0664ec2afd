/* SPDX-License-Identifier: MIT */
/*
 * Random programs of signals, masks and contexts, and a trace of all that they
 * can observe: mask_trace <first seed> <programs>.  It knows nothing of us:
 * under any implementation of the four functions the trace is the same.
 */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#pragma GCC diagnostic ignored "-Wrestrict"
#include <errno.h>
#include <pthread.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "../bsd.h"

enum { STEPS = 60, N_CONTEXTS = 4, STACK = 128 * 1024, MAX_DEPTH = 4 };

static uint64_t state;
static ucontext_t contexts[N_CONTEXTS + 1]; /* the last is main */
static char stacks[N_CONTEXTS][STACK];
static int current = N_CONTEXTS;
static int left = STEPS;
static int depth;
static sigjmp_buf env;
static int switching; /* a handler may not switch or jump: whose stack? */
static int armed;     /* which context env belongs to, + 1 */
static int signals[8];
#define N_SIGNALS (int)(sizeof signals / sizeof *signals)

static uint32_t rnd(uint32_t n)
{
    uint64_t x = state += 0x9e3779b97f4a7c15;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (uint32_t)(x >> 32) % n;
}

static unsigned long long bits(const sigset_t *set)
{
    uint64_t word;

    memcpy(&word, set, sizeof word);
    return word & ~0x180000000ull;
}

/* /proc, not a mask call, which would teach the mask to those who watch. */
static void show(const char *what, long result)
{
    char line[256];
    unsigned long long mask = 0;
    FILE *status = NULL;

    if (rnd(4) == 0)
        status = fopen("/proc/thread-self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        sscanf(line, "SigBlk: %llx", &mask);
    if (status != NULL)
        fclose(status);
    printf("%d.%d %s: %ld errno %d mask %llx\n", current, depth, what, result,
           errno, mask & ~0x180000000ull);
    errno = 0;
}

static int any_signal(void)
{
    return signals[rnd(N_SIGNALS)];
}

static sigset_t any_set(void)
{
    sigset_t set;

    if (rnd(12) == 0)
        sigfillset(&set);
    else
        sigemptyset(&set);
    for (int i = rnd(4); i > 0; i--)
        sigaddset(&set, any_signal());
    sigdelset(&set, SIGALRM); /* the watchdog */
    return set;
}

static void step(void);
static void on_info(int sig, siginfo_t *info, void *frame);
static void on_plain(int sig);

/*
 * One for each signal, never another: of a handler that is replaced after the
 * kernel has chosen it, but before it begins, it is not promised that it runs
 * still.  Odd signals go with SA_SIGINFO.
 */
static void *handler_of(int sig)
{
    return sig % 2 ? (void *)on_info : (void *)on_plain;
}

static const char *name_of(void *handler)
{
    return handler == (void *)SIG_DFL    ? "SIG_DFL"
           : handler == (void *)SIG_IGN  ? "SIG_IGN"
           : handler == (void *)SIG_ERR  ? "SIG_ERR"
           : handler == (void *)SIG_HOLD ? "SIG_HOLD"
           : handler == (void *)on_info  ? "on_info"
           : handler == (void *)on_plain ? "on_plain"
                                         : "somebody else's";
}

static void enter(int sig, ucontext_t *frame)
{
    printf("handler of %d", sig);
    show("entered", frame != NULL ? (long)bits(&frame->uc_sigmask) : 0);
    depth++;
    if (depth <= MAX_DEPTH)
        for (int i = rnd(3); i > 0; i--)
            step();
    if (frame != NULL && rnd(3) == 0)
        frame->uc_sigmask = any_set();
    if (armed == current + 1 && !switching && rnd(3) == 0) {
        armed = depth = 0;
        siglongjmp(env, 1 + rnd(2));
    }
    depth--;
    show("handler left", sig);
}

static void on_info(int sig, siginfo_t *info, void *frame)
{
    printf("code %d, value %d, of us %d\n", info->si_code,
           info->si_code == SI_QUEUE ? info->si_value.sival_int : 0,
           info->si_pid == getpid());
    enter(sig, frame);
}

static void on_plain(int sig)
{
    enter(sig, NULL);
}

static void change_action(void)
{
    struct sigaction new, old;
    int sig = rnd(10) == 0 ? (int)rnd(70) - 2 : any_signal();
    void (*handler)(int);
    int result;

    if (sig == SIGALRM || sig == SIGCHLD)
        return; /* which come when they like */
    memset(&new, 0, sizeof new);
    memset(&old, 0, sizeof old);
    new.sa_mask = any_set();
    new.sa_flags = (sig % 2 ? SA_SIGINFO : 0) | (rnd(3) ? 0 : SA_NODEFER) |
                   (rnd(5) ? 0 : (int)SA_RESETHAND) |
                   (rnd(2) ? SA_RESTART : 0) | (rnd(6) ? 0 : SA_NOCLDSTOP) |
                   (rnd(3) ? 0 : SA_ONSTACK);
    handler = (void (*)(int))handler_of(sig);
    new.sa_handler = rnd(8) ? handler : SIG_IGN;
    if (sig % 2)
        handler = SIG_IGN; /* without SA_SIGINFO */
    switch (rnd(7)) {
    case 0:
    case 1:
        result = sigaction(sig, &new, rnd(3) ? &old : NULL);
        break;
    case 2:
        result = sigaction(sig, NULL, &old);
        break;
    case 3:
        printf("signal %d was %s\n", sig,
               name_of((void *)signal(sig, rnd(4) ? handler : SIG_IGN)));
        return;
    case 4:
        printf("sigset %d was %s\n", sig,
               name_of((void *)sigset(sig, rnd(3) ? handler : SIG_HOLD)));
        return;
    case 5:
        printf("sysv_signal %d was %s\n", sig,
               name_of((void *)sysv_signal(sig, handler)));
        return;
    default:
        result = siginterrupt(sig, rnd(2));
    }
    printf("old action of %d: %s, flags %x, mask %llx\n", sig,
           name_of((void *)old.sa_sigaction), (unsigned)old.sa_flags,
           bits(&old.sa_mask));
    show("action", result);
}

static void change_mask(void)
{
    sigset_t set = any_set(), old;
    int how = (int)rnd(4) == 3 ? 77 : (int)rnd(3), result = 0;

    memset(&old, 0, sizeof old);
    switch (rnd(9)) {
    case 0:
        result = sigprocmask(how, &set, &old);
        break;
    case 1:
        result = pthread_sigmask(how, &set, &old);
        break;
    case 2:
        result = sigprocmask(how, &set, &set);
        old = set;
        break;
    case 3:
        result = sigprocmask(how, NULL, &old);
        break;
    case 4:
        result = sighold(any_signal());
        break;
    case 5:
        result = sigrelse(any_signal());
        break;
    case 6:
        result = sigblock(1 << (SIGUSR1 - 1));
        break;
    case 7:
        result = (int)syscall(SYS_rt_sigprocmask, (long)how, &set, &old, 8l);
        break;
    case 8:
        result = sigprocmask(how, &set, (sigset_t *)8);
        break;
    }
    printf("old mask %llx\n", bits(&old));
    show("mask", result);
}

static void context_main(void)
{
    switching = 0;
    show("context began", 0);
    while (left > 0)
        step();
    switching = 1;
    setcontext(&contexts[N_CONTEXTS]);
}

static void change_context(void)
{
    int to = rnd(N_CONTEXTS + 1), from = current;
    int saved = depth, result;
    ucontext_t here;

    if (rnd(4) == 0) {
        memset(&here, 0, sizeof here);
        result = getcontext(&here);
        printf("getcontext: mask %llx\n", bits(&here.uc_sigmask));
        show("getcontext", result);
        return;
    }
    if (to == from || switching)
        return; /* libc would install the mask that was saved before */
    current = to;
    depth = 0;
    switching = 1;
    result = swapcontext(&contexts[from], &contexts[to]);
    switching = 0;
    current = from;
    depth = saved;
    printf("saved mask %llx\n", bits(&contexts[from].uc_sigmask));
    show("swapcontext", result);
}

static void send(void)
{
    int sig = any_signal();

    switch (rnd(3)) {
    case 0:
        show("raise", raise(sig));
        break;
    case 1:
        show("kill", kill(getpid(), sig));
        break;
    default:
        show("sigqueue", sigqueue(getpid(), sig,
                                  (union sigval){.sival_int = (int)rnd(99)}));
    }
}

static void wait_a_little(void)
{
    sigset_t set = any_set();
    struct timespec none = {0, 0};
    siginfo_t info;

    if (rnd(2))
        show("ppoll", ppoll(NULL, 0, &none, &set));
    else
        show("sigtimedwait", sigtimedwait(&set, &info, &none));
}

static __attribute__((noinline)) void jump(void)
{
    volatile int value;

    if (armed != 0 || depth != 0)
        return;
    armed = current + 1;
    value = sigsetjmp(env, (int)rnd(2));
    show("sigsetjmp", value);
    if (value == 0) {
        change_mask();
        send();
    }
    armed = 0;
}

static void breed(void)
{
    int status = 0;
    pid_t pid;

    fflush(stdout);
    pid = rnd(2) ? fork() : vfork();
    if (pid == 0) {
        sighold(SIGUSR1);
        _exit(3);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    errno = 0;
    show("child", status);
}

static void step(void)
{
    if (left-- <= 0)
        return;
    switch (rnd(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
        change_mask();
        break;
    case 4:
    case 5:
    case 6:
    case 7:
        change_context();
        break;
    case 8:
    case 9:
    case 10:
        send();
        break;
    case 11:
    case 12:
        change_action();
        break;
    case 13:
        jump();
        break;
    case 14:
        wait_a_little();
        break;
    default:
        if (rnd(4) == 0)
            breed();
    }
}

static void run(unsigned seed)
{
    const int some[N_SIGNALS] = {SIGUSR1, SIGUSR2, SIGHUP,       SIGWINCH,
                                 SIGURG,  SIGTERM, SIGRTMIN + 1, SIGRTMAX};

    alarm(20);
    state = seed;
    memcpy(signals, some, sizeof signals);
    getcontext(&contexts[N_CONTEXTS]);
    if (left <= 0)
        return;
    for (int i = 0; i < N_SIGNALS; i++)
        sigaction(signals[i],
                  &(struct sigaction){
                      .sa_handler = (void (*)(int))handler_of(signals[i]),
                      .sa_flags = signals[i] % 2 ? SA_SIGINFO : 0},
                  NULL);
    for (int i = 0; i < N_CONTEXTS; i++) {
        change_mask();
        memset(&contexts[i], 0, sizeof contexts[i]);
        getcontext(&contexts[i]);
        contexts[i].uc_stack.ss_sp = stacks[i];
        contexts[i].uc_stack.ss_size = STACK;
        contexts[i].uc_link = &contexts[N_CONTEXTS];
        makecontext(&contexts[i], context_main, 0);
    }
    while (left > 0)
        step();
    show("over", 0);
}

int main(int argc, char **argv)
{
    unsigned seed = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
    unsigned programs = argc > 2 ? (unsigned)atoi(argv[2]) : 1;

    for (unsigned i = 0; i < programs; i++, seed++) {
        int status;
        pid_t pid;

        printf("program %u\n", seed);
        fflush(stdout);
        pid = fork();
        if (pid == 0) {
            run(seed);
            fflush(stdout);
            _exit(0);
        }
        waitpid(pid, &status, 0);
        printf("ended with status 0x%x\n", status & 0xff7f);
    }
    return 0;
}
