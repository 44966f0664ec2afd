/* SPDX-License-Identifier: MIT */
/*
 * A signal between any two instructions of the library, of the libc below it
 * and of a handler's way in and out leaves the ledger true, whatever its
 * handler does.
 *
 * The parent steps the child through an operation with ptrace and delivers
 * SIGUSR2 after each instruction in turn; the handler does each thing that a
 * handler can.  Then two signals at once: the second comes at a random
 * instruction after the first, so inside of its handler's way in or out.
 *
 *   a_signal_at_any_instruction_leaves_the_ledger_true [<seed> [<pairs>]]
 *
 * The seed says which three of the twelve actions are tried at which place; all
 * are if there is a second argument.
 *
 * Build: LINK whole LIBS dl TIMEOUT 120
 * Build: FLAGS -Wno-deprecated-declarations -Wno-restrict
 * Build: NOT_UNDER asan valgrind
 */
#include "t.h"
#include "bsd.h"

#ifndef __x86_64__
TEST(a_signal_at_any_instruction_leaves_the_ledger_true)
{
    SKIP("it sets breakpoints, and only knows how on x86_64");
}
#else

#include <poll.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>

#include "mask.h"

enum { N_OPS = 14, N_ACTIONS = 12 };

/* Shared by both processes. */
static struct shared {
    volatile int op, action, second;
    volatile int phase; /* 1: step me, 2: the operation is over */
    volatile int quit;
} * shared;

static ucontext_t main_ctx, other_ctx;
static sigjmp_buf env;
static volatile int nested;
static ucontext_t *volatile usr1_frame;

static const uint64_t HUP = 1 << (SIGHUP - 1), INT = 1 << (SIGINT - 1),
                      QUIT = 1 << (SIGQUIT - 1), TERM = 1 << (SIGTERM - 1);

static void fail(const char *where, uint64_t word, uint64_t kernel)
{
    printf("%s: operation %d, action %d, then %d: the ledger is 0x%llx, the "
           "kernel's mask 0x%llx\n",
           where, shared->op, shared->action, shared->second,
           (unsigned long long)word, (unsigned long long)kernel);
    fflush(stdout);
    t_failures++;
}

/* Nothing interrupts this: signals come by the parent's hand, and it looks at
 * `phase` and at where we are. */
static void check(const char *where)
{
    uint64_t word = ledger(), kernel = raw_mask(), after = ledger();

    if (word == after && (word & MASK_KNOWN) &&
        (word & ~(uint64_t)MASK_KNOWN) != kernel)
        fail(where, word, kernel);
}

static void other_main(void)
{
    for (;;) {
        check("on the other context");
        swapcontext(&other_ctx, &main_ctx);
    }
}

static void to_other_and_back(void)
{
    ucontext_t here, there;
    static char stack[2][64 * 1024];
    static volatile int depth;

    if (depth == 2)
        return;
    getcontext(&there);
    there.uc_stack.ss_sp = stack[depth];
    there.uc_stack.ss_size = sizeof stack[0];
    there.uc_link = &here;
    there.uc_sigmask = set_of(TERM);
    depth++;
    makecontext(&there, (void (*)(void))check, 1, "in an excursion");
    swapcontext(&here, &there);
    depth--;
}

/* What the handler does; `armed` says whether there is somewhere to jump. */
static volatile int armed;

static void act(int action, ucontext_t *frame)
{
    sigset_t set = set_of(HUP | INT);

    switch (action) {
    case 0: /* nothing */
        break;
    case 1:
        sigprocmask(SIG_SETMASK, &set, NULL);
        break;
    case 2:
        frame->uc_sigmask = set_of(bits_of(&frame->uc_sigmask) ^ QUIT);
        break;
    case 3:
        frame->uc_sigmask = set_of(0);
        break;
    case 4:
        to_other_and_back();
        break;
    case 5: /* return by setcontext */
        setcontext(frame);
        break;
    case 6: /* the same, with another mask */
        frame->uc_sigmask = set_of(bits_of(&frame->uc_sigmask) ^ QUIT);
        setcontext(frame);
        break;
    case 7:
        if (armed)
            siglongjmp(env, 1);
        break;
    case 8:
        sigprocmask(SIG_BLOCK, &set, (sigset_t *)8);
        break;
    case 9: /* edit the frame of the handler that we interrupted; when that has
             * returned SIGUSR1 is not blocked, and other frames may be there */
        if (usr1_frame != NULL && sigismember(&frame->uc_sigmask, SIGUSR1) &&
            frame->uc_mcontext.gregs[REG_RSP] < (greg_t)usr1_frame)
            usr1_frame->uc_sigmask =
                set_of(bits_of(&usr1_frame->uc_sigmask) ^ QUIT);
        break;
    case 10: { /* install a handler */
        struct sigaction new = {.sa_handler = SIG_IGN}, old;

        sigaction(SIGWINCH, &new, &old);
        break;
    }
    case 11: /* learn the mask, so that the word is known in here */
        sigprocmask(SIG_BLOCK, NULL, &set);
        break;
    }
}

static void on_usr2(int sig, siginfo_t *info, void *frame)
{
    const ucontext_t *interrupted = frame;

    (void)sig, (void)info;
    /* Above the other frame again: that one is gone. */
    if (interrupted->uc_mcontext.gregs[REG_RSP] >= (greg_t)usr1_frame)
        usr1_frame = NULL;
    check("entering the handler");
    act(nested++ == 0 ? shared->action : shared->second, frame);
    check("leaving the handler");
}

static void on_usr1(int sig, siginfo_t *info, void *frame)
{
    (void)sig, (void)info;
    usr1_frame = frame;
    check("in the operation's handler");
}

static void on_usr1_edit(int sig, siginfo_t *info, void *frame)
{
    on_usr1(sig, info, frame);
    ((ucontext_t *)frame)->uc_sigmask = set_of(TERM);
}

static void handle(int sig, void (*handler)(int, siginfo_t *, void *),
                   int flags)
{
    struct sigaction new = {.sa_sigaction = handler,
                            .sa_flags = SA_SIGINFO | flags};

    MUST(sigaction(sig, &new, NULL) == 0);
}

static void operate(int op)
{
    static volatile int again;
    ucontext_t uc;
    sigset_t set = set_of(HUP | TERM), empty = set_of(0);

    switch (op) {
    case 0:
        sigprocmask(SIG_BLOCK, &set, NULL);
        break;
    case 1:
        pthread_sigmask(SIG_SETMASK, &set, &set);
        break;
    case 2:
        swapcontext(&main_ctx, &other_ctx); /* another mask: a system call */
        break;
    case 3:
        other_ctx.uc_sigmask = set_of(raw_mask()); /* the same: none */
        swapcontext(&main_ctx, &other_ctx);
        break;
    case 4:
        again = 0;
        getcontext(&uc);
        if (again++ == 0)
            setcontext(&uc);
        break;
    case 5: /* a handler's way in and out */
        raise(SIGUSR1);
        break;
    case 6:
        handle(SIGUSR1, on_usr1_edit, 0);
        raise(SIGUSR1);
        break;
    case 7: /* its delivery by a mask call */
        set = set_of(bit_of(SIGUSR1));
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGUSR1);
        sigprocmask(SIG_SETMASK, &empty, NULL);
        break;
    case 8:
        handle(SIGUSR1, on_usr1_edit, SA_NODEFER);
        break;
    case 9:
        sighold(SIGHUP);
        sigrelse(SIGTERM);
        break;
    case 10:
        sigblock(HUP);
        sigsetmask(INT);
        break;
    case 11:
        set = set_of(bit_of(SIGUSR1));
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGUSR1);
        ppoll(NULL, 0, &(struct timespec){0, 0}, &empty);
        break;
    case 12: /* a jump that restores a mask, by our own hand */
        if (sigsetjmp(env, 1) == 0) {
            sigprocmask(SIG_BLOCK, &set, NULL);
            siglongjmp(env, 1);
        }
        break;
    case 13:
        syscall(SYS_rt_sigprocmask, (long)SIG_BLOCK, &set, NULL, 8l);
        getcontext(&uc);
        break;
    }
}

static void stop_here(void)
{
    raw_syscall(SYS_tgkill, (long)getpid(), (long)getpid(), (long)SIGSTOP);
}

static void run_child(void)
{
    static char stack[64 * 1024];
    sigset_t none = set_of(0);

    MUST(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
    stop_here();
    while (!shared->quit) {
        handle(SIGUSR1, on_usr1, 0);
        handle(SIGUSR2, on_usr2, SA_NODEFER);
        sigprocmask(SIG_SETMASK, &none, NULL);
        getcontext(&other_ctx);
        other_ctx.uc_stack.ss_sp = stack;
        other_ctx.uc_stack.ss_size = sizeof stack;
        makecontext(&other_ctx, other_main, 0);
        other_ctx.uc_sigmask = set_of(INT);
        usr1_frame = NULL;
        nested = armed = 0;
        if (shared->op != 12 && sigsetjmp(env, shared->op & 1) != 0)
            goto landed;
        armed = shared->op != 12;
        shared->phase = 1;
        stop_here();
        operate(shared->op);
    landed:
        check("after the operation");
        armed = 0;
        shared->phase = 2;
        stop_here();
    }
    exit(t_failures != 0);
}

/* ---- The parent ---------------------------------------------------------- */

static pid_t child;

static void must_stop(int status)
{
    if (WIFSTOPPED(status))
        return;
    printf("operation %d, action %d, then %d: the child ended, status 0x%x\n",
           shared->op, shared->action, shared->second, status);
    exit(1);
}

/* Run to where the child stops itself. */
static void finish(int sig)
{
    int status;

    for (;;) {
        MUST(ptrace(PTRACE_CONT, child, NULL, (long)sig) == 0);
        MUST(waitpid(child, &status, 0) == child);
        must_stop(status);
        sig = WSTOPSIG(status);
        if (sig == SIGSTOP)
            return;
        if (sig == SIGTRAP)
            sig = 0;
    }
}

/*
 * One step; `sig` is delivered first, and then the step is the way to its
 * handler.  A signal that the child sent to itself is passed on.
 */
static int step(int sig)
{
    int status;

    for (;;) {
        MUST(ptrace(PTRACE_SINGLESTEP, child, NULL, (long)sig) == 0);
        MUST(waitpid(child, &status, 0) == child);
        must_stop(status);
        sig = WSTOPSIG(status);
        if (sig == SIGTRAP || sig == SIGSTOP)
            return sig;
    }
}

/* Until the operation begins. */
static void begin(void)
{
    finish(0);
    MUST(shared->phase == 1);
}

/* Where the operation's instructions are, as they follow each other. */
static long places[4096];
static int n_places;

static long pc(void)
{
    struct user_regs_struct regs;

    MUST(ptrace(PTRACE_GETREGS, child, NULL, &regs) == 0);
    return (long)regs.rip;
}

static void record(void)
{
    begin();
    n_places = 0;
    do {
        MUST(n_places < (int)(sizeof places / sizeof *places));
        places[n_places++] = pc();
        MUST(step(0) == SIGTRAP);
    } while (shared->phase != 2);
    finish(0);
}

static void step_back(void)
{
    struct user_regs_struct regs;

    MUST(ptrace(PTRACE_GETREGS, child, NULL, &regs) == 0);
    regs.rip--;
    MUST(ptrace(PTRACE_SETREGS, child, NULL, &regs) == 0);
}

/*
 * Run the operation up to a place, by a breakpoint: stepping takes long.
 * Returns 0 if it was over before: a place where a signal is about to be
 * delivered is seen by steps only.
 */
static int run_to(int place)
{
    const long breakpoint = 0xcc;
    long at = places[place], text;
    int times = 0, status, sig = 0;

    for (int i = 1; i <= place; i++)
        times += places[i] == at;
    begin();
    if (place == 0)
        return 1;
    errno = 0;
    text = ptrace(PTRACE_PEEKTEXT, child, at, NULL);
    MUST(errno == 0);
    if (places[0] == at)
        step(0);
    for (;;) {
        MUST(ptrace(PTRACE_POKETEXT, child, at, (text & ~0xffl) | breakpoint) ==
             0);
        do {
            MUST(ptrace(PTRACE_CONT, child, NULL, (long)sig) == 0);
            MUST(waitpid(child, &status, 0) == child);
            must_stop(status);
            sig = WSTOPSIG(status);
        } while (sig != SIGTRAP && sig != SIGSTOP);
        MUST(ptrace(PTRACE_POKETEXT, child, at, text) == 0);
        if (sig == SIGSTOP)
            return 0;
        step_back();
        if (--times == 0)
            return 1;
        sig = 0;
        step(0);
    }
}

/* SIGUSR2 at a place and, unless `second` is < 0, again that many instructions
 * later, if the operation is not over before. */
static int deliver_at(int place, int second)
{
    if (!run_to(place))
        return 0;
    if (second >= 0) {
        if (step(SIGUSR2) == SIGSTOP)
            return 1;
        for (int i = 0; i < second; i++)
            if (step(0) == SIGSTOP)
                return 1;
    }
    finish(SIGUSR2);
    return 1;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    int all = argc > 2; /* else a quarter of the actions at each place */
    int pairs = argc > 2 ? atoi(argv[2]) : 60;
    long total = 0, done = 0;
    cpu_set_t cpu;
    int status;

    setvbuf(stdout, NULL, _IOLBF, 0);
    MUST(uctx_mask_mode == MASK_TRACKED);
    CPU_ZERO(&cpu);
    CPU_SET(sched_getcpu(), &cpu);
    sched_setaffinity(0, sizeof cpu, &cpu); /* they take turns */
    printf("seed %llu\n", (unsigned long long)seed);
    srandom((unsigned)seed);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(shared != MAP_FAILED);
    child = fork();
    MUST(child >= 0);
    if (child == 0)
        run_child();
    MUST(waitpid(child, &status, 0) == child);
    if (!WIFSTOPPED(status))
        SKIP("ptrace is not allowed here");
    MUST(ptrace(PTRACE_SETOPTIONS, child, NULL, (long)PTRACE_O_EXITKILL) == 0);

    for (int op = 0; op < N_OPS; op++) {
        shared->op = op;
        shared->action = shared->second = 0;
        finish(0); /* once, so that everything is bound */
        finish(0);
        record();
        printf("operation %d: %d instructions\n", op, n_places);
        for (int place = 0; place < n_places; place++)
            for (int action = 0; action < N_ACTIONS; action++) {
                if (!all && ((unsigned)(place + action) + seed) % 4 != 0)
                    continue;
                shared->action = action;
                done += deliver_at(place, -1);
                total++;
            }
        for (int i = 0; i < pairs; i++) {
            shared->action = (int)(random() % N_ACTIONS);
            shared->second = (int)(random() % N_ACTIONS);
            done +=
                deliver_at((int)(random() % n_places), (int)(random() % 150));
            total++;
        }
    }
    shared->quit = 1;
    MUST(ptrace(PTRACE_CONT, child, NULL, 0l) == 0);
    MUST(waitpid(child, &status, 0) == child);
    printf("%ld signals, %ld of them in time\n", total, done);
    EXPECT(done > total / 10 * 9);
    EXPECT_EQ(status, 0);
    return t_failures != 0;
}
#endif
