/* SPDX-License-Identifier: MIT */
/*
 * random_contexts <seed> [<steps> [v]]
 *
 * A random program over a few contexts: they are made with arguments, switched
 * to, copied, abandoned, end in their uc_link; recurse, and change their mask
 * and their rounding mode; signals become pending and are released.  After each
 * step it looks at everything that a program can see, and prints a hash of that
 * in the end, or with `v` of each step.  Correct functions print the same.
 *
 * Nothing here depends on what implementations may choose: see the comments.
 */
#include <errno.h>
#include <fenv.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { CONTEXTS = 7, DEPTH = 6, SIZE = 64 * 1024, MAX_ARGS = 12 };

static struct slot {
    ucontext_t uc;
    enum { FREE, SUSPENDED, RUNNING } state;
    int link; /* whom it resumes when its function returns */
    char *stack;
} slot[CONTEXTS];

static int current, verbose;
static long steps, step;
static uint64_t state, hash = 0xcbf29ce484222325;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * 0x2545f4914f6cdd1d;
}

static void add(uint64_t value)
{
    for (int i = 0; i < 64; i += 8)
        hash = (hash ^ (value >> i & 0xff)) * 0x100000001b3;
}

static void die(const char *what)
{
    printf("step %ld, context %d: %s\n", step, current, what);
    fflush(stdout);
    _exit(1);
}

static void on_signal(int sig)
{
    add(1000 + sig);
}

/* What this context sees of the machine. */
static void look(int op)
{
    static const volatile double one = 1, minus = -1, three = 3;
    static const volatile long double long_one = 1, long_three = 3;
    double quotient = one / three, negative = minus / three;
    long double long_quotient = long_one / long_three;
    unsigned long mask[16 / sizeof(long)] = {0};
    uint64_t bits[4] = {0};

    syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, mask, _NSIG / 8);
    memcpy(&bits[0], &quotient, sizeof quotient);
    memcpy(&bits[1], &negative, sizeof negative);
    memcpy(&bits[2], &long_quotient, sizeof long_quotient < 10 ? 8 : 10);
    bits[3] &= 0xffff;
    for (int i = 0; i < 4; i++)
        add(bits[i]);
    for (size_t i = 0; i < sizeof mask / sizeof *mask; i++)
        add(mask[i]);
    add(fegetround());
    add(errno);
    add(current);
    add(op);
    if (verbose)
        printf("%ld: context %d op %d mask %lx round %d errno %d %016llx\n",
               step, current, op, mask[0], fegetround(), errno,
               (unsigned long long)hash);
}

static void set_mask(void)
{
    static const int signals[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGWINCH};
    uint64_t chosen = draw();
    sigset_t set;

    sigemptyset(&set);
    for (int i = 0; i < 4; i++)
        if (chosen >> i & 1)
            sigaddset(&set, signals[i]);
    for (int i = 0; i < 8; i++)
        if (chosen >> (8 + i) & 1)
            sigaddset(&set, SIGRTMIN + i);
    sigprocmask(SIG_SETMASK, &set, NULL);
}

static void send(void)
{
    static const int signals[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGWINCH};

    raise(signals[draw() % 4]);
}

static void set_rounding(void)
{
    static const int modes[] = {
        FE_TONEAREST,
#ifdef FE_UPWARD
        FE_UPWARD,
#endif
#ifdef FE_DOWNWARD
        FE_DOWNWARD,
#endif
#ifdef FE_TOWARDZERO
        FE_TOWARDZERO,
#endif
    };

    fesetround(modes[draw() % (sizeof modes / sizeof *modes)]);
}

static int pick(int wanted)
{
    int first = draw() % CONTEXTS;

    for (int i = 0; i < CONTEXTS; i++) {
        int candidate = (first + i) % CONTEXTS;

        if ((int)slot[candidate].state == wanted)
            return candidate;
    }
    return -1;
}

/* Resume another one, by itself or by a copy; there always is one, or none but
 * the caller lives. */
static void swap_to(int next)
{
    static ucontext_t copy;
    int me = current, by_copy = draw() % 4 == 0;

    if (next < 0)
        return;
    slot[me].state = SUSPENDED;
    slot[next].state = RUNNING;
    current = next;
    if (by_copy)
        copy = slot[next].uc;
    if (swapcontext(&slot[me].uc, by_copy ? &copy : &slot[next].uc) != 0)
        die("swapcontext failed");
    if (current != me || slot[me].state != RUNNING)
        die("swapcontext returned to somebody else");
}

/* Leave and save in two calls; the first return is told from the second. */
static void set_to(int next)
{
    int me = current;
    volatile int left = 0;

    if (next < 0)
        return;
    if (getcontext(&slot[me].uc) != 0)
        die("getcontext failed");
    if (!left) {
        left = 1;
        slot[me].state = SUSPENDED;
        slot[next].state = RUNNING;
        current = next;
        setcontext(&slot[next].uc);
        die("setcontext returned");
    }
    if (current != me)
        die("getcontext returned to somebody else");
}

/* Leave for ever. */
static void abandon(int next)
{
    slot[current].state = FREE;
    slot[next].state = RUNNING;
    current = next;
    setcontext(&slot[next].uc);
    die("setcontext returned");
}

static void loop_by_setcontext(void)
{
    static ucontext_t here;
    volatile int turns = 0, wanted = 1 + draw() % 5;

    if (getcontext(&here) != 0)
        die("getcontext failed");
    turns++;
    add(turns);
    if (turns < wanted)
        setcontext(&here);
    if (turns != wanted)
        die("a local of the loop was lost");
}

static void live(int depth);

static void begin(long n, ...)
{
    int me = current, link;
    va_list args;

    va_start(args, n);
    for (long i = 1; i < n; i++)
        add(va_arg(args, long));
    va_end(args);
    live(0);

    /* live() returns from depth 0 only when this is so. */
    link = slot[me].link;
    slot[me].state = FREE;
    slot[link].state = RUNNING;
    current = link;
}

static void make(int i)
{
    struct slot *s = &slot[i];
    long n = 1 + draw() % MAX_ARGS, arg[MAX_ARGS];
    size_t off = draw() % 64;

    for (int a = 0; a < MAX_ARGS; a++)
        arg[a] = draw();
    if (getcontext(&s->uc) != 0)
        die("getcontext failed");
    s->uc.uc_stack.ss_sp = s->stack + off;
    s->uc.uc_stack.ss_size = SIZE - off - draw() % 64;
    s->link = draw() % CONTEXTS;
    s->uc.uc_link = &slot[s->link].uc;
    s->state = SUSPENDED;
    makecontext(&s->uc, (void (*)(void))begin, n, n, arg[1], arg[2], arg[3],
                arg[4], arg[5], arg[6], arg[7], arg[8], arg[9], arg[10],
                arg[11]);
}

static __attribute__((noinline)) void live(int depth)
{
    volatile uint64_t local[8];
    uint64_t sum = 0;
    int me = current;

    for (int i = 0; i < 8; i++) {
        local[i] = draw();
        sum += local[i];
    }
    while (step < steps) {
        int op = draw() % 16, found;
        uint64_t now = 0;

        step++;
        errno = draw() % 4096;
        switch (op) {
        case 0:
        case 1:
        case 2:
        case 3:
            swap_to(pick(SUSPENDED));
            break;
        case 4:
            set_to(pick(SUSPENDED));
            break;
        case 5:
        case 6:
            found = pick(FREE);
            if (found > 0)
                make(found);
            break;
        case 7:
            set_mask();
            break;
        case 8:
            send();
            break;
        case 9:
            set_rounding();
            break;
        case 10:
            loop_by_setcontext();
            break;
        case 11:
        case 12:
            if (depth < DEPTH)
                live(depth + 1);
            break;
        case 13:
            found = pick(SUSPENDED);
            if (me != 0 && found >= 0 && draw() % 4 == 0)
                abandon(found);
            break;
        default:
            /* Out of this frame, and of the context if its link waits. */
            if (depth > 0 || (me != 0 && slot[me].link != me &&
                              slot[slot[me].link].state == SUSPENDED)) {
                look(op);
                return;
            }
            break;
        }
        for (int i = 0; i < 8; i++)
            now += local[i];
        if (now != sum || current != me)
            die("a local was lost");
        look(op);
    }
    if (me != 0)
        abandon(0); /* which waits, since we run */
}

int main(int argc, char **argv)
{
    struct sigaction action;
    unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;

    steps = argc > 2 ? atol(argv[2]) : 5000;
    verbose = argc > 3;
    state = seed * 0x9e3779b97f4a7c15 + 1;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigfillset(&action.sa_mask); /* so that none interrupts another */
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    sigaction(SIGWINCH, &action, NULL);
    for (int i = 1; i < CONTEXTS; i++)
        if ((slot[i].stack = malloc(SIZE)) == NULL)
            return 2;
    slot[0].state = RUNNING;
    while (step < steps)
        live(0);
    printf("seed %lu, %ld steps: %016llx\n", seed, step,
           (unsigned long long)hash);
    return 0;
}
