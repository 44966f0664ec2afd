/* SPDX-License-Identifier: MIT */
/*
 * Whatever a program does, a ledger that claims to know the mask knows what
 * the kernel blocks.
 *
 * Random programs: tasks on stacks of their own, run by several threads, that
 * change the mask in every way there is, jump, fork, start threads, change
 * handlers and switch to each other; and handlers, run by raised signals and
 * by timers at 10 kHz, that do the same, edit their frame's uc_sigmask, switch
 * away and come back on another thread or never.  After each step, and in each
 * handler, the ledger is compared with the kernel.
 *
 *   the_ledger_equals_the_kernel [<seed> [<phase> [<steps>]]]
 *
 * repeats one seed.  UCTX_PROOF_STEPS in the environment is how many steps each
 * phase takes, and UCTX_PROOF_SEEDS how many seeds are tried.  Phase 0 has no
 * timers and one thread: it does the same each time.
 *
 * Build: LINK whole LIBS dl TIMEOUT 120
 * Build: FLAGS -Wno-deprecated-declarations -Wno-restrict
 * Build: -Wno-cast-function-type
 * Build: NOT_UNDER asan valgrind
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "mask.h"
#include "bsd.h"
#include "places.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum {
    STACK = 256 * 1024, /* and its alignment: a stack finds its task */
    N_TASKS = 12,
    N_HELPERS = 24,
    MAX_WORKERS = 3,
    MAX_DEPTH = 6, /* of handlers that do anything */
    N_PHASES = 3,
};

enum state { RUNNABLE, RUNNING };

/* Who runs on a stack; at its low end. */
struct task {
    ucontext_t uc;
    ucontext_t *resume; /* &uc, or what the kernel gave to a handler */
    _Atomic int state;
    volatile int busy;  /* may not leave, or be taken off, its thread    */
    volatile int armed; /* env can be jumped to                          */
    volatile int depth; /* handlers on this stack                        */
    int resume_depth;   /* where resume goes back to                     */
    int jump_depth;     /* where env does                                */
    volatile int done;  /* to be made anew                               */
    int is_alternate;   /* this is a thread's alternate signal stack     */
    jmp_buf env;        /* a sigjmp_buf as well                          */
    uint64_t random;
    const char *volatile op;
    const char *volatile action;
    long checks, known, handled;
};

struct worker {
    pthread_t thread;
    ucontext_t sched;
    struct task *native;    /* the thread's own stack  */
    struct task *current;   /* which task it runs      */
    struct task *prev;      /* which it has just left  */
    struct task *alternate; /* its sigaltstack()       */
    pid_t tid;
};

struct helper {
    _Atomic int taken;
    struct task *task;
    ucontext_t back;
};

static struct worker workers[MAX_WORKERS];
static struct task *tasks[N_TASKS];
static struct helper helpers[N_HELPERS];
static _Thread_local struct worker *self;

static uint64_t seed;
static int phase;
static int n_workers;
static int has_timers;
static long wanted_steps;
static _Atomic long steps;
static _Atomic int stop;
static _Atomic long migrations, by_kernel, jumps, edits, excursions;

static int core[7];  /* signals that always have a handler          */
static int loose[3]; /* that may be ignored, or reset to be so      */
#define N_CORE  (int)(sizeof core / sizeof *core)
#define N_LOOSE (int)(sizeof loose / sizeof *loose)

/* ---- Who are we? --------------------------------------------------------- */

__attribute__((noinline)) static struct task *here(void)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

    return (struct task *)(sp & -(uintptr_t)STACK);
}

/* Only while busy: else it is soon another thread's. */
__attribute__((noinline)) static struct worker *me(void)
{
    __asm__ volatile("" ::: "memory");
    return self;
}

/* From hold() to release() no handler takes us off our thread, nor jumps out of
 * what we do.  The fences are for the compiler, which would else move stores
 * that handlers make too across the volatile one. */
static void hold(struct task *t)
{
    t->busy++;
    atomic_signal_fence(memory_order_seq_cst);
}

static void release(struct task *t)
{
    atomic_signal_fence(memory_order_seq_cst);
    t->busy--;
}

static struct task *new_task(void)
{
    char *map = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *base = (char *)(((uintptr_t)map + STACK - 1) & -(uintptr_t)STACK);

    MUST(map != MAP_FAILED);
    if (base > map)
        munmap(map, base - map);
    munmap(base + STACK, map + STACK - base);
    ((struct task *)base)->op = "nothing";
    ((struct task *)base)->action = "none";
    return (struct task *)base;
}

static void *stack_of(struct task *t)
{
    return (char *)t + ((sizeof *t + 4095) & -4096);
}

static size_t stack_size(void)
{
    return STACK - ((sizeof(struct task) + 4095) & -4096);
}

static uint32_t rnd(struct task *t)
{
    uint64_t x = t->random += 0x9e3779b97f4a7c15;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
    x = (x ^ x >> 27) * 0x94d049bb133111eb;
    return (uint32_t)(x >> 32);
}

static int one_in(struct task *t, int n)
{
    return rnd(t) % n == 0;
}

/* ---- The check ----------------------------------------------------------- */

static void report(struct task *t, const char *what)
{
    dprintf(2,
            "%s: seed %llu phase %d step %ld: op %s, %d handlers deep, last "
            "action %s%s%s\n",
            what, (unsigned long long)seed, phase, (long)steps, t->op, t->depth,
            t->action, t->busy ? ", busy" : "",
            t->is_alternate ? ", on the alternate stack" : "");
}

static void check(struct task *t, const char *what)
{
    uint64_t before = ledger();
    uint64_t kernel = raw_mask();
    uint64_t after = ledger();

    if (before != after)
        return; /* a handler came in between and changed the mask */
    t->checks++;
    if (!(before & MASK_KNOWN))
        return;
    t->known++;
    if ((before & ~(uint64_t)MASK_KNOWN) == kernel)
        return;
    report(t, what);
    dprintf(2, "  the ledger is 0x%016llx, the kernel's mask 0x%016llx\n",
            (unsigned long long)before, (unsigned long long)kernel);
    _exit(1);
}

/* ---- Masks --------------------------------------------------------------- */

static int any_signal(struct task *t)
{
    uint32_t n = rnd(t) % (N_CORE + N_LOOSE);

    return n < N_CORE ? core[n] : loose[n - N_CORE];
}

static uint64_t any_bits(struct task *t)
{
    uint64_t bits = 0;

    switch (rnd(t) % 16) {
    case 0:
        return 0;
    case 1: /* SIGKILL and the libc's own among them */
        return ((uint64_t)rnd(t) << 32 | rnd(t)) &
               ((uint64_t)rnd(t) << 32 | rnd(t)) & ~t_never_blocked();
    default:
        for (int i = rnd(t) % 4; i >= 0; i--)
            bits |= bit_of(any_signal(t));
        return bits;
    }
}

static sigset_t any_set(struct task *t)
{
    return set_of(any_bits(t));
}

static int any_how(struct task *t)
{
    static const int hows[] = {SIG_BLOCK, SIG_UNBLOCK, SIG_UNBLOCK,
                               SIG_SETMASK};

    return hows[rnd(t) % 4];
}

/* One of the ways to change the mask; none keeps a lock. */
static void change_mask(struct task *t)
{
    sigset_t set = any_set(t), old;
    uint64_t bits;
    int how = any_how(t);

    switch (rnd(t) % 18) {
    case 0:
        t->op = "sigprocmask";
        sigprocmask(how, &set, &old);
        break;
    case 1:
        t->op = "sigprocmask without old";
        sigprocmask(how, &set, NULL);
        break;
    case 2:
        t->op = "sigprocmask, set is oldset";
        sigprocmask(how, &set, &set);
        break;
    case 3:
        t->op = "sigprocmask of nothing";
        sigprocmask(how, NULL, &old);
        break;
    case 4:
        t->op = "sigprocmask to nowhere";
        sigprocmask(how, &set, (sigset_t *)8);
        break;
    case 5:
        t->op = "sigprocmask in no way";
        sigprocmask(77, &set, &old);
        break;
    case 6:
        t->op = "pthread_sigmask";
        pthread_sigmask(how, &set, &old);
        break;
    case 7:
        t->op = "pthread_sigmask, set is oldset";
        pthread_sigmask(how, &set, &set);
        break;
    case 8:
        t->op = "pthread_sigmask to nowhere";
        pthread_sigmask(how, &set, (sigset_t *)8);
        break;
    case 9:
        t->op = "sigblock";
        sigblock((int)any_bits(t));
        break;
    case 10:
        t->op = "sigsetmask";
        sigsetmask((int)any_bits(t));
        break;
    case 11:
        t->op = "sigblock of nothing";
        sigblock(0);
        break;
    case 12:
        t->op = "sighold";
        sighold(any_signal(t));
        break;
    case 13:
        t->op = "sigrelse";
        sigrelse(any_signal(t));
        break;
    case 14:
        t->op = "sigset SIG_HOLD";
        sigset(any_signal(t), SIG_HOLD);
        break;
    case 15:
        t->op = "syscall rt_sigprocmask";
        bits = any_bits(t) & ~MASK_INTERNAL;
        syscall(SYS_rt_sigprocmask, (long)how, &bits, &bits, 8l);
        break;
    case 16:
        t->op = "syscall rt_sigprocmask to nowhere";
        bits = any_bits(t) & ~MASK_INTERNAL;
        syscall(SYS_rt_sigprocmask, (long)how, &bits, (void *)8, 8l);
        break;
    case 17:
        t->op = "syscall rt_sigprocmask of a wrong size";
        bits = any_bits(t) & ~MASK_INTERNAL;
        syscall(SYS_rt_sigprocmask, (long)how, &bits, NULL, 16l);
        break;
    }
}

/* ---- Switching ----------------------------------------------------------- */

/* We run: whoever ran here before may be resumed now. */
static void arrive(void)
{
    struct worker *w = me();
    struct task *prev = w->prev;

    w->prev = NULL;
    if (prev != NULL)
        atomic_store_explicit(&prev->state, RUNNABLE, memory_order_release);
}

/* Leave for the thread's scheduler; come back one day, on some thread. */
static void yield_now(struct task *t)
{
    struct worker *before;

    hold(t);
    before = me();
    t->resume = &t->uc;
    if (swapcontext(&t->uc, &before->sched) != 0)
        report(t, "swapcontext failed");
    arrive();
    if (me() != before)
        migrations++;
    release(t);
}

static int take(struct task *t)
{
    int runnable = RUNNABLE;

    return atomic_compare_exchange_strong(&t->state, &runnable, RUNNING);
}

static void yield_to_other(struct task *t)
{
    struct task *other = tasks[rnd(t) % N_TASKS];
    struct worker *w;

    if (other == t || !take(other))
        return;
    if (other->resume != &other->uc) {
        atomic_store(&other->state, RUNNABLE);
        return;
    }
    hold(t);
    w = me();
    t->resume = &t->uc;
    w->prev = t;
    w->current = other;
    if (one_in(t, 4))
        other->uc.uc_sigmask = any_set(t);
    if (swapcontext(&t->uc, &other->uc) != 0)
        report(t, "swapcontext failed");
    arrive();
    release(t);
}

static void helper_entry(void)
{
    struct task *t = here();

    check(t, "at a helper's start");
    if (one_in(t, 2))
        change_mask(t);
    check(t, "in a helper");
    if (one_in(t, 8))
        raise(core[rnd(t) % N_CORE]);
    check(t, "in a helper, later");
}

/* Run something on another stack and come back at once. */
static void make_excursion(struct task *t)
{
    ucontext_t ctx;
    struct helper *h;
    int none = 0;

    if (t->is_alternate)
        return; /* the next signal would overwrite our frame */
    h = &helpers[rnd(t) % N_HELPERS];
    hold(t); /* or a jump out of here would keep it taken */
    if (!atomic_compare_exchange_strong(&h->taken, &none, 1)) {
        release(t);
        return;
    }
    excursions++;
    h->task->random = rnd(t);
    getcontext(&ctx);
    if (one_in(t, 2))
        ctx.uc_sigmask = any_set(t);
    ctx.uc_stack.ss_sp = stack_of(h->task);
    ctx.uc_stack.ss_size = stack_size();
    ctx.uc_link = &h->back;
    makecontext(&ctx, helper_entry, 0);
    if (swapcontext(&h->back, &ctx) != 0)
        report(t, "swapcontext failed");
    atomic_store(&h->taken, 0);
    release(t);
}

/* ---- Handlers ------------------------------------------------------------ */

static void choose_handler(struct task *t, int sig);

static void on_signal(int sig, siginfo_t *info, void *frame)
{
    struct task *t = here();
    ucontext_t *uc = frame;
    int depth = t->depth++;
    int err = errno;
    const int needs_frame =
        1 << 2 | 1 << 3 | 1 << 4 | 1 << 10 | 1 << 11 | 1 << 18;
    int sleeps, choice;
    sigset_t set;

    (void)info;
    t->handled++;
    check(t, "entering a handler");
    if (depth >= MAX_DEPTH)
        goto out;
    sleeps = rnd(t) % 3;
    do {
        choice = rnd(t) % 24;
        if (uc == NULL && needs_frame >> choice & 1)
            choice = 23;
        switch (choice) {
        case 0:
        case 1:
            t->action = "change the mask";
            change_mask(t);
            break;
        case 2:
        case 3:
            t->action = "edit uc_sigmask";
            uc->uc_sigmask = set_of(any_bits(t) & ~MASK_INTERNAL);
            edits++;
            break;
        case 4:
            t->action = "edit uc_sigmask into itself";
            set = set_of(bits_of(&uc->uc_sigmask) ^ bit_of(SIGUSR2));
            uc->uc_sigmask = set;
            uc->uc_sigmask = set_of(bits_of(&set) ^ bit_of(SIGUSR2));
            break;
        case 5:
        case 6:
            t->action = "switch and come back";
            make_excursion(t);
            break;
        case 7:
        case 8:
        case 9:
            if (t->busy)
                break;
            t->action = "preempt";
            yield_now(t);
            break;
        case 10:
        case 11:
            if (t->busy)
                break;
            t->action = "leave for good";
            if (one_in(t, 4))
                uc->uc_sigmask = set_of(any_bits(t) & ~MASK_INTERNAL);
            hold(t);
            t->resume = uc;
            t->resume_depth = depth;
            by_kernel++;
            errno = err;
            setcontext(&me()->sched);
            report(t, "setcontext failed");
            break;
        case 12:
        case 13:
        case 14:
            if (t->busy || !t->armed)
                break;
            t->action = "jump";
            t->armed = 0;
            t->depth = t->jump_depth;
            jumps++;
            errno = err;
            switch (rnd(t) % 3) {
            case 0:
                siglongjmp(t->env, 1);
            case 1:
                longjmp(t->env, 1);
            default:
                _longjmp(t->env, 1);
            }
        case 15:
            t->action = "raise another";
            raise(core[rnd(t) % N_CORE]);
            break;
        case 16:
            t->action = "sleep in ppoll";
            set = any_set(t);
            ppoll(NULL, 0, &(struct timespec){0, 1000}, &set);
            break;
        case 17:
            t->action = "change its handler";
            choose_handler(t, sig);
            break;
        case 18:
            if (t->is_alternate)
                break;
            t->action = "return by setcontext";
            t->depth = depth;
            errno = err;
            setcontext(uc);
            report(t, "setcontext to the frame failed");
            break;
        case 19:
            t->action = "getcontext";
            {
                ucontext_t now;

                getcontext(&now);
                check(t, "after getcontext in a handler");
            }
            break;
        default:
            t->action = "nothing";
        }
        check(t, "in a handler");
    } while (sleeps-- > 0);
out:
    errno = err;
    t->depth = depth;
}

static void on_plain_signal(int sig, siginfo_t *info, void *frame)
{
#ifdef PLACES_SHORT_FRAMES
    on_signal(sig, NULL, NULL);
    (void)info, (void)frame;
#else
    /* All three arguments are there without SA_SIGINFO too. */
    on_signal(sig, info, frame);
#endif
}

static int any_flags(struct task *t)
{
    int flags = 0;

    if (one_in(t, 2))
        flags |= SA_SIGINFO;
    if (one_in(t, 3))
        flags |= SA_NODEFER;
    if (one_in(t, 4))
        flags |= SA_ONSTACK;
    if (one_in(t, 2))
        flags |= SA_RESTART;
    return flags;
}

static void choose_handler(struct task *t, int sig)
{
    struct sigaction new, old;
    void (*plain)(int);
    int is_loose = 0;

    memset(&new, 0, sizeof new);
    for (int i = 0; i < N_LOOSE; i++)
        is_loose |= sig == loose[i];
    new.sa_flags = any_flags(t);
    new.sa_mask = any_set(t);
    new.sa_sigaction = one_in(t, 2) ? on_signal : on_plain_signal;
    plain = (void (*)(int)) new.sa_sigaction;
#ifdef PLACES_SHORT_FRAMES
    plain = (void (*)(int))on_plain_signal;
    if (!(new.sa_flags &SA_SIGINFO))
        new.sa_sigaction = on_plain_signal;
#endif
    if (is_loose && one_in(t, 3))
        new.sa_flags |= SA_RESETHAND;
    switch (rnd(t) % (is_loose ? 7 : 4)) {
    case 0:
        sigaction(sig, &new, &old);
        break;
    case 1:
        signal(sig, plain);
        break;
    case 2:
        sigset(sig, plain);
        break;
    case 3:
        sigaction(sig, &new, NULL);
        siginterrupt(sig, one_in(t, 2));
        break;
    case 4:
        sigignore(sig);
        break;
    case 5:
        signal(sig, one_in(t, 2) ? SIG_IGN : SIG_DFL);
        break;
    case 6:
        sysv_signal(sig, plain);
        break;
    }
}

/* ---- Steps --------------------------------------------------------------- */

static void wait_for_signal(struct task *t)
{
    int sig = core[rnd(t) % N_CORE];
    sigset_t set, old, waited;
    siginfo_t info;
    fd_set fds;
    int epoll;

    /* It is pending, so nothing here waits; unless a handler took it, and
     * then a timer ends the wait. */
    sigemptyset(&set);
    sigaddset(&set, sig);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(sig);
    waited = any_set(t);
    if (has_timers)
        waited = set_of(bits_of(&waited) & ~bit_of(SIGALRM));
    waited = set_of(bits_of(&waited) & ~bit_of(sig));
    check(t, "before waiting");
    switch (rnd(t) % 8) {
    case 0:
        t->op = "sigsuspend";
        sigsuspend(&waited);
        break;
    case 1:
        t->op = "ppoll";
        ppoll(NULL, 0, &(struct timespec){0, 1000}, &waited);
        break;
    case 2:
        t->op = "pselect";
        FD_ZERO(&fds);
        pselect(0, &fds, NULL, NULL, &(struct timespec){0, 1000}, &waited);
        break;
    case 3:
        t->op = "sigtimedwait";
        sigtimedwait(&set, &info, &(struct timespec){0, 1000});
        break;
    case 4:
        t->op = "sigpause";
        if (!has_timers)
            sigpause(sig);
        break;
    case 5:
        t->op = "epoll_pwait";
        hold(t);
        epoll = epoll_create1(0);
        epoll_pwait(epoll, &(struct epoll_event){0, {0}}, 1, 1, &waited);
        close(epoll);
        release(t);
        break;
    case 6:
        t->op = "sigwait";
        if (!has_timers)
            sigwait(&set, &(int){0});
        break;
    case 7:
        t->op = "syscall rt_sigsuspend";
        syscall(SYS_rt_sigsuspend, &waited, 8l);
        break;
    }
    check(t, "after waiting");
    sigprocmask(SIG_SETMASK, &old, NULL);
}

/* Jump down our own stack, from the code or from a handler. */
static void jump(struct task *t)
{
    int how = rnd(t) % 6;

    t->op = "setjmp";
    t->jump_depth = t->depth;
    switch (how) {
    case 0:
    case 1:
        if (sigsetjmp(t->env, 1) != 0)
            goto landed;
        break;
    case 2:
        if (sigsetjmp(t->env, 0) != 0)
            goto landed;
        break;
    case 3:
        if (setjmp(t->env) != 0)
            goto landed;
        break;
    default:
        if (_setjmp(t->env) != 0)
            goto landed;
        break;
    }
    t->armed = 1;
    t->op = "armed";
    for (int i = rnd(t) % 4; i >= 0; i--) {
        change_mask(t);
        check(t, "armed");
        if (one_in(t, 2))
            raise(core[rnd(t) % N_CORE]);
        check(t, "armed, later");
    }
    t->armed = 0;
    switch (rnd(t) % 4) {
    case 0:
        longjmp(t->env, 1);
    case 1:
        _longjmp(t->env, 1);
    case 2:
        siglongjmp(t->env, 1);
    default:
        return;
    }
landed:
    t->armed = 0;
    t->op = "landed";
    check(t, "after a jump");
}

static void send(struct task *t)
{
    int sig = any_signal(t);
    pthread_t other;

    switch (rnd(t) % 6) {
    case 0:
        t->op = "pthread_kill";
        hold(t);
        pthread_kill(pthread_self(), sig);
        release(t);
        break;
    case 1:
        t->op = "pthread_kill of another";
        other = workers[rnd(t) % n_workers].thread;
        if (other != 0) /* it has been started */
            pthread_kill(other, sig);
        break;
    case 2:
        t->op = "sigqueue";
        sigqueue(getpid(), sig, (union sigval){.sival_int = 1});
        break;
    case 3:
        t->op = "syscall gettid";
        syscall(SYS_gettid);
        break;
    default:
        t->op = "raise";
        raise(sig);
        break;
    }
}

static void return_twice(struct task *t)
{
    ucontext_t uc;
    volatile int again = 0;

    t->op = "getcontext and setcontext";
    getcontext(&uc);
    check(t, "after getcontext");
    if (again++)
        return;
    if (one_in(t, 2))
        change_mask(t);
    setcontext(&uc);
}

static void swap_to_self(struct task *t)
{
    ucontext_t uc;

    t->op = "swapcontext to itself";
    memset(&uc, 0, sizeof uc);
    getcontext(&uc);
    if (one_in(t, 2))
        change_mask(t);
    swapcontext(&uc, &uc);
}

/* A few steps that need nobody else: in children and new threads. */
static void few_steps(struct task *t)
{
    check(t, "at the start of a child");
    for (int i = 0; i < 12; i++) {
        switch (rnd(t) % 5) {
        case 0:
            raise(core[rnd(t) % N_CORE]);
            break;
        case 1:
            make_excursion(t);
            break;
        case 2:
            swap_to_self(t);
            break;
        default:
            change_mask(t);
        }
        check(t, "in a child");
    }
}

static pthread_key_t key;

static void at_thread_exit(void *value)
{
    check(value, "in a destructor");
    change_mask(value);
    check(value, "in a destructor, later");
}

struct birth {
    struct task *task;
    uint64_t mask;
};

static void *thread_main(void *arg)
{
    struct birth *birth = arg;
    struct task *t = birth->task;

    if (!has_timers && raw_mask() != birth->mask) {
        report(t, "a thread did not inherit the mask");
        _exit(1);
    }
    pthread_setspecific(key, t);
    few_steps(t);
    if (one_in(t, 2))
        pthread_exit(NULL);
    return NULL;
}

static void new_thread(struct task *t)
{
    struct birth birth = {new_task(), raw_mask()};
    pthread_attr_t attr;
    pthread_t thread;
    int err;

    birth.task->op = "thread";
    birth.task->busy = 1;
    birth.task->random = rnd(t);
    pthread_attr_init(&attr);
    pthread_attr_setstack(&attr, stack_of(birth.task), stack_size());
    err = pthread_create(&thread, &attr, thread_main, &birth);
    check(t, "after pthread_create");
    if (err == 0)
        pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    t->checks += birth.task->checks;
    t->known += birth.task->known;
    munmap(birth.task, STACK);
}

static void expect_child(struct task *t, pid_t pid)
{
    int status;

    if (pid < 0)
        return;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) {
            report(t, "the child is gone");
            _exit(1);
        }
    if (status != 0) {
        dprintf(2, "status 0x%x\n", status);
        report(t, "a child failed");
        _exit(1);
    }
}

/* Children and threads.  Busy: none of this may be preempted or jumped out of,
 * because libc keeps locks and the child has but one thread. */
static void breed(struct task *t)
{
    static char *const args[] = {"true", NULL};
    static char *const no_env[] = {NULL};
    volatile uint32_t choice = rnd(t) % 16;
    sigset_t set = any_set(t);
    posix_spawnattr_t attr;
    pid_t pid;

    hold(t);
    switch (choice) {
    case 0:
        t->op = "vfork and exec";
        pid = vfork();
        if (pid == 0) {
            sigprocmask(SIG_SETMASK, &set, NULL);
            execve("/bin/true", args, no_env);
            _exit(127);
        }
        check(t, "after vfork and exec");
        expect_child(t, pid);
        break;
    case 1:
        t->op = "posix_spawn";
        posix_spawnattr_init(&attr);
        posix_spawnattr_setsigmask(&attr, &set);
        posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
        if (posix_spawn(&pid, "/bin/true", NULL, &attr, args, no_env) != 0)
            pid = -1;
        posix_spawnattr_destroy(&attr);
        check(t, "after posix_spawn");
        expect_child(t, pid);
        break;
    case 2:
        t->op = "system";
        if (system("exit 0") != 0)
            report(t, "system failed");
        break;
    case 3:
    case 4:
    case 5:
        t->op = "fork";
        pid = fork();
        if (pid == 0) {
            few_steps(t);
            _exit(0);
        }
        check(t, "after fork");
        expect_child(t, pid);
        break;
    case 6:
    case 7:
    case 8:
        t->op = "vfork and exit";
        pid = vfork();
        if (pid == 0) {
            sigprocmask(SIG_SETMASK, &set, NULL);
            sighold(SIGUSR2);
            syscall(SYS_rt_sigprocmask, (long)SIG_BLOCK, &set, NULL, 8l);
            _exit(0);
        }
        check(t, "after vfork and exit");
        expect_child(t, pid);
        break;
    case 9:
        t->op = "vfork and raise";
        pid = vfork();
        if (pid == 0) {
            raise(core[choice % N_CORE]);
            pthread_sigmask(SIG_BLOCK, &set, NULL);
            _exit(0);
        }
        check(t, "after vfork and raise");
        expect_child(t, pid);
        break;
    default:
        t->op = "pthread_create";
        new_thread(t);
        break;
    }
    release(t);
}

static void step(struct task *t)
{
    uint32_t choice = rnd(t) % 1000;

    if (choice < 450) {
        change_mask(t);
    } else if (choice < 560) {
        send(t);
    } else if (choice < 650) {
        t->op = "yield";
        yield_now(t);
    } else if (choice < 760) {
        t->op = "yield to another";
        yield_to_other(t);
    } else if (choice < 800) {
        wait_for_signal(t);
    } else if (choice < 860) {
        jump(t);
    } else if (choice < 900) {
        t->op = "excursion";
        make_excursion(t);
    } else if (choice < 930) {
        return_twice(t);
    } else if (choice < 950) {
        swap_to_self(t);
    } else if (choice < 990) {
        t->op = "sigaction";
        choose_handler(t, any_signal(t));
    } else if (choice < 991) {
        breed(t);
    } else {
        t->op = "end";
        t->done = 1;
        yield_now(t);
    }
    check(t, "after a step");
}

static void task_main(void)
{
    struct task *t = here();

    arrive();
    release(t);
    check(t, "at a context's start");
    for (;;) {
        atomic_fetch_add_explicit(&steps, 1, memory_order_relaxed);
        step(t);
    }
}

static void remake(struct task *t)
{
    getcontext(&t->uc);
    if (one_in(t, 2))
        t->uc.uc_sigmask = any_set(t);
    t->uc.uc_stack.ss_sp = stack_of(t);
    t->uc.uc_stack.ss_size = stack_size();
    t->uc.uc_link = NULL;
    makecontext(&t->uc, task_main, 0);
    t->resume = &t->uc;
    t->busy = 1;
    t->armed = t->depth = t->done = 0;
}

/* ---- Threads ------------------------------------------------------------- */

static timer_t start_timer(int sig, pid_t tid)
{
    struct itimerspec every = {{0, 100000}, {0, 100000}};
    struct sigevent event;
    timer_t timer;

    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_signo = sig;
    event.sigev_notify_thread_id = tid;
    MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    MUST(timer_settime(timer, 0, &every, NULL) == 0);
    return timer;
}

static void *worker_main(void *arg)
{
    struct worker *w = self = arg;
    struct task *native = w->native;
    struct task *t;
    stack_t alternate = {.ss_sp = stack_of(w->alternate),
                         .ss_size = stack_size()};
    timer_t timer = NULL;

    w->tid = (pid_t)raw_syscall(SYS_gettid);
    /* A handler's return gives the thread the alternate stack of the one that
     * the signal came to: they cannot move to others. */
    if (n_workers == 1)
        MUST(sigaltstack(&alternate, NULL) == 0);
    if (has_timers)
        timer = start_timer(core[rnd(native) % N_CORE], w->tid);
    while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
        t = tasks[rnd(native) % N_TASKS];
        if (!take(t))
            continue;
        w->current = t;
        if (t->resume != &t->uc) {
            t->depth = t->resume_depth;
            release(t);
        }
        native->op = "resume";
        if (swapcontext(&w->sched, t->resume) != 0)
            report(native, "resuming failed");
        check(native, "in the scheduler");
        arrive();
        t = w->current;
        if (t->done)
            remake(t);
        atomic_store_explicit(&t->state, RUNNABLE, memory_order_release);
        if (one_in(native, 4))
            change_mask(native);
    }
    if (has_timers)
        timer_delete(timer);
    return NULL;
}

static void watch(void)
{
    long before = -1;
    int stuck = 0;

    while (steps < wanted_steps) {
        usleep(10000);
        stuck = steps == before ? stuck + 1 : 0;
        before = steps;
        if (stuck < 2000)
            continue;
        dprintf(2, "no step for 20 seconds\n");
        for (int i = 0; i < n_workers; i++) {
            dprintf(2, "worker %d, thread %d\n", i, workers[i].tid);
            report(workers[i].native, "  itself");
            report(workers[i].current, "  its task");
        }
        abort();
    }
    stop = 1;
}

static void run(void)
{
    struct itimerval every = {{0, 100}, {0, 100}};
    struct task root = {.random = seed * 1000 + phase, .op = "start"};
    sigset_t all;
    pthread_attr_t attr;
    long checks = 0, known = 0, handled = 0;
    struct task *t;

    has_timers = phase > 0;
    n_workers = phase == 2 ? MAX_WORKERS : 1;
    core[0] = SIGALRM;
    core[1] = SIGUSR1;
    core[2] = SIGUSR2;
    core[3] = SIGCHLD;
    core[4] = SIGRTMIN + 1;
    core[5] = SIGRTMIN + 2;
    core[6] = SIGRTMAX - (t_never_blocked() != 0 ? 2 : 0);
    loose[0] = SIGURG;
    loose[1] = SIGWINCH;
    loose[2] = SIGCONT;
    MUST(pthread_key_create(&key, at_thread_exit) == 0);

    /* The first thread only watches. */
    sigfillset(&all);
    MUST(pthread_sigmask(SIG_SETMASK, &all, NULL) == 0);
    for (int i = 0; i < N_CORE; i++) {
        struct sigaction act = {.sa_sigaction = on_signal,
                                .sa_flags = SA_SIGINFO | SA_RESTART};

        MUST(sigaction(core[i], &act, NULL) == 0);
    }
    for (int i = 0; i < N_HELPERS; i++) {
        helpers[i].task = new_task();
        helpers[i].task->op = "helper";
        helpers[i].task->busy = 1;
    }
    for (int i = 0; i < N_TASKS; i++) {
        tasks[i] = new_task();
        tasks[i]->random = rnd(&root);
        remake(tasks[i]);
        tasks[i]->uc.uc_sigmask = any_set(&root);
    }
    for (int i = 0; i < n_workers; i++) {
        struct worker *w = &workers[i];

        w->native = new_task();
        w->native->busy = 1;
        w->native->random = rnd(&root);
        w->alternate = new_task();
        w->alternate->busy = w->alternate->is_alternate = 1;
        w->alternate->random = rnd(&root);
        w->current = w->native;
        pthread_attr_init(&attr);
        pthread_attr_setstack(&attr, stack_of(w->native), stack_size());
        MUST(pthread_create(&w->thread, &attr, worker_main, w) == 0);
    }
    if (has_timers)
        MUST(setitimer(ITIMER_REAL, &every, NULL) == 0);
    watch();
    for (int i = 0; i < n_workers; i++)
        pthread_join(workers[i].thread, NULL);

#define ADD(task) \
    (t = (task), checks += t->checks, known += t->known, handled += t->handled)
    for (int i = 0; i < N_TASKS; i++)
        ADD(tasks[i]);
    for (int i = 0; i < n_workers; i++) {
        ADD(workers[i].native);
        ADD(workers[i].alternate);
    }
    for (int i = 0; i < N_HELPERS; i++)
        ADD(helpers[i].task);
    printf("seed %llu phase %d: %ld steps, %ld checks, %ld%% known; %ld "
           "signals, %ld changes of thread, %ld frames resumed, %ld jumps, %ld "
           "edits, %ld excursions\n",
           (unsigned long long)seed, phase, (long)steps, checks,
           known * 100 / (checks + 1), handled, (long)migrations,
           (long)by_kernel, (long)jumps, (long)edits, (long)excursions);
    fflush(stdout);
    if (known < checks / 5) {
        printf("the ledger knows too little\n");
        fflush(stdout);
        _exit(1);
    }
    _exit(0);
}

static int run_in_child(void)
{
    int status;
    pid_t pid = fork();

    MUST(pid >= 0);
    if (pid == 0)
        run();
    MUST(waitpid(pid, &status, 0) == pid);
    if (status != 0)
        printf("seed %llu phase %d ended with status 0x%x\n",
               (unsigned long long)seed, phase, status);
    return status != 0;
}

/* the_ledger_equals_the_kernel_on_any_thread.c has the others. */
#ifndef FIRST_PHASE
#define FIRST_PHASE 0
#define END_PHASE   (N_PHASES - 1)
#endif

static long number(const char *name, long preset)
{
    const char *value = getenv(name);

    return value != NULL ? atol(value) : preset;
}

int main(int argc, char **argv)
{
    int failed = 0;
    long seeds = number("UCTX_PROOF_SEEDS", 2);

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (uctx_mask_mode != MASK_TRACKED && getenv("UCTX_PROOF_ANY") == NULL) {
        printf("the mode is %d, not tracked\n", uctx_mask_mode);
        return 1;
    }
    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
    wanted_steps =
        argc > 3 ? atol(argv[3]) : number("UCTX_PROOF_STEPS", t_often(260000));
    if (argc > 1)
        seeds = 1;
    for (long i = 0; i < seeds; i++, seed++)
        for (int p = FIRST_PHASE; p < END_PHASE; p++) {
            phase = p;
            if (argc <= 2 || atoi(argv[2]) == p)
                failed |= run_in_child();
        }
    return failed;
}
