/* SPDX-License-Identifier: MIT */
/*
 * Wherever a switch is interrupted, a backtrace shows the whole stack of its
 * caller, or once that is saved the whole stack of its target, and nothing
 * else: every frame's address, stack pointer and callee-saved registers.
 *
 * Build: SOURCES arch/${arch}/step.S LIBS dl
 * Build: NOT_UNDER asan valgrind tsan
 *
 * musl blocks SIGTRAP where it must not be: in abort().
 * Build: NOT_UNDER musl
 */
#include "unwind/step.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* The registers of every call differ from those of every other one. */
static uintptr_t pattern = 0x1111000011110000;

static __attribute__((noinline)) int step(void *func, uintptr_t a, uintptr_t b)
{
    struct step call = {func, {a, b}, 0, {0}, &step_now.from, 0};

    for (int i = 0; i < N_REGS; i++)
        call.reg[i] = pattern += 0x0101010101010101;
    return step_call(&call);
}

static void expect(const char *what)
{
    memset(&step_now, 0, sizeof step_now);
    step_now.what = what;
}

/* ---- Switches that happen ------------------------------------------------ */

struct side {
    ucontext_t uc;
    struct chain chain; /* what it was left with */
    struct chain start; /* what it began with    */
};

static struct side outer, inner, third;

static void make(struct side *side, void (*entry)(void), ucontext_t *link)
{
    stack_t *stack = &side->uc.uc_stack;

    t_context(&side->uc, entry, link);
    /* Nobody may take what lies below or above for a return address. */
    memset(stack->ss_sp, 0x41, stack->ss_size);
    stack->ss_size -= 256;
    makecontext(&side->uc, entry, 0);
    step_chain_of_start(&side->start, &side->uc);
    side->chain = side->start;
}

static __attribute__((noinline)) void swap(const char *what, struct side *from,
                                           struct side *to)
{
    expect(what);
    step_now.keep = &from->chain;
    step_now.saved = &from->uc;
    step_now.to = to->chain;
    EXPECT_EQ(
        step((void *)swapcontext, (uintptr_t)&from->uc, (uintptr_t)&to->uc), 0);
    /* Resumed: by a switch that was stepped as well. */
    EXPECT(step_now.switched);
}

static __attribute__((noinline)) void set(const char *what, struct side *to)
{
    expect(what);
    step_now.to = to->chain;
    step((void *)setcontext, (uintptr_t)&to->uc, 0);
    EXPECT(!"setcontext returned");
}

/* The function of `side` is about to return. */
static void end(const char *what, struct side *side, struct side *link)
{
    expect(what);
    step_now.from = side->start;
    if (link != NULL)
        step_now.to = link->chain;
    step_on();
}

static void swap_twice_then_return(void)
{
    EXPECT(step_now.switched);
    swap("swap from inside", &inner, &outer);
    swap("swap from inside again", &inner, &outer);
    end("return through uc_link", &inner, &outer);
}

static void swaps(void)
{
    make(&inner, swap_twice_then_return, &outer.uc);
    swap("swap to a start", &outer, &inner);
    swap("swap to a context that swapped out", &outer, &inner);
    swap("swap to it again", &outer, &inner);
    free(inner.uc.uc_stack.ss_sp);
}

static void set_outer(void)
{
    set("setcontext to a context that swapped out", &outer);
}

static void set_third(void)
{
    set("setcontext to a start", &third);
}

static void sets(void)
{
    make(&third, set_outer, NULL);
    make(&inner, set_third, NULL);
    swap("swap to a start", &outer, &inner);
    free(inner.uc.uc_stack.ss_sp);
    free(third.uc.uc_stack.ss_sp);
}

/* Change the x87 control word and the status flags that *uc resumes with: the
 * saved area begins as fnstenv writes it. */
static void change_fp(ucontext_t *uc, uint16_t control, uint8_t flags)
{
    memcpy(&uc->__fpregs_mem, &control, sizeof control);
    memcpy((char *)&uc->__fpregs_mem + 4, &flags, sizeof flags);
}

static void fp_differs_at_swap(void)
{
    change_fp(&inner.uc, 0x27f, 0);
    swap("swap with another control word", &outer, &inner);
    change_fp(&inner.uc, 0x37f, 1);
    swap("swap with other flags", &outer, &inner);
}

static void swap_then_set(void)
{
    swap("swap from inside", &inner, &outer);
    swap("swap from inside", &inner, &outer);
    change_fp(&outer.uc, 0x27f, 1);
    set("setcontext with another control word", &outer);
}

static void set_with_flags(void)
{
    change_fp(&outer.uc, 0x37f, 4);
    set("setcontext with other flags", &outer);
}

static void fp_differs(void)
{
    make(&inner, swap_then_set, NULL);
    swap("swap to a start", &outer, &inner);
    fp_differs_at_swap();
    free(inner.uc.uc_stack.ss_sp);
    make(&inner, set_with_flags, NULL);
    swap("swap to a start", &outer, &inner);
    free(inner.uc.uc_stack.ss_sp);
    __asm__ volatile("fninit");
}

static void set_with_mask(void)
{
    sigaddset(&outer.uc.uc_sigmask, SIGINT);
    set("setcontext with another mask", &outer);
}

static void masks_differ(void)
{
    make(&inner, set_with_mask, NULL);
    sigaddset(&inner.uc.uc_sigmask, SIGHUP);
    swap("swap to another mask", &outer, &inner);
    free(inner.uc.uc_stack.ss_sp);
}

/* ---- Calls that return --------------------------------------------------- */

static __attribute__((noinline)) void
returns(const char *what, int err, void *func, const void *a, const void *b)
{
    expect(what);
    step_now.no_target = 1;
    errno = 0;
    EXPECT_EQ(step(func, (uintptr_t)a, (uintptr_t)b), err == 0 ? 0 : -1);
    if (!EXPECT_EQ(errno, err))
        printf("  (%s)\n", what);
    EXPECT(step_now.n_checked > 2);
}

static void gets(void)
{
    static ucontext_t uc;

    memset(&uc, 0x5a, sizeof uc);
    returns("getcontext into garbage", 0, (void *)getcontext, &uc, NULL);
    EXPECT(step_complete(&uc, step_now.from.frame));
    returns("getcontext again", 0, (void *)getcontext, &uc, NULL);
    EXPECT(step_complete(&uc, step_now.from.frame));
}

static void swap_to_itself(void)
{
    static ucontext_t uc;

    /* What it holds before is another caller, with other registers. */
    for (int i = 0; i < 2; i++) {
        MUST(getcontext(&uc) == 0);
        if (i == 1)
            uc.uc_flags = 0x5a5a5a5a5a; /* and then nothing of ours */
        expect("swap to itself");
        step_now.saved = &uc;
        EXPECT_EQ(step((void *)swapcontext, (uintptr_t)&uc, (uintptr_t)&uc), 0);
    }
}

static void failures(void)
{
    static char small[64];
    ucontext_t ours, marked, junk;

    MUST(getcontext(&ours) == 0);
    marked = ours;
    marked.uc_stack.ss_sp = small;
    marked.uc_stack.ss_size = sizeof small;
    makecontext(&marked, swaps, 0);
    memset(&junk, 0x5a, sizeof junk);

    returns("getcontext(NULL)", EFAULT, (void *)getcontext, NULL, NULL);
    returns("setcontext(NULL)", EFAULT, (void *)setcontext, NULL, NULL);
    returns("swapcontext(NULL, )", EFAULT, (void *)swapcontext, NULL, &ours);
    returns("swapcontext(, NULL)", EFAULT, (void *)swapcontext, &ours, NULL);
    returns("setcontext, no stack", ENOMEM, (void *)setcontext, &marked, NULL);
    returns("swapcontext, no stack", ENOMEM, (void *)swapcontext, &ours,
            &marked);
    returns("setcontext, junk", EINVAL, (void *)setcontext, &junk, NULL);
    returns("swapcontext, junk", EINVAL, (void *)swapcontext, &ours, &junk);
    junk.uc_flags = 0;
    returns("setcontext, junk", EINVAL, (void *)setcontext, &junk, NULL);
    returns("swapcontext, junk", EINVAL, (void *)swapcontext, &ours, &junk);
}

static __attribute__((noinline)) void make_with(void *sp, size_t size, int argc,
                                                void (*entry)(void), int al)
{
    struct step call = {.func = (void *)makecontext,
                        .al = (uintptr_t)al,
                        .chain = &step_now.from};
    ucontext_t uc;

    MUST(getcontext(&uc) == 0);
    uc.uc_stack.ss_sp = sp;
    uc.uc_stack.ss_size = size;
    uc.uc_link = NULL;
    if (al == 2)
        uc.uc_flags = 0;
    call.arg[0] = (uintptr_t)&uc;
    call.arg[1] = (uintptr_t)entry;
    call.arg[2] = (uintptr_t)argc;
    for (int i = 0; i < N_REGS; i++)
        call.reg[i] = pattern += 0x0101010101010101;
    expect("makecontext");
    step_now.no_target = 1;
    step_call(&call);
    EXPECT(step_now.n_checked > 10);
}

static void makes(void)
{
    static char stack[4096];

    for (int argc = 0; argc < 12; argc++)
        make_with(stack, sizeof stack, argc, swaps, argc == 5); /* a double */
    make_with(stack, sizeof stack, 0, NULL, 0);
    make_with(stack, sizeof stack, 0, swaps, 2); /* never saved */
    make_with(stack, sizeof stack, -1, swaps, 0);
    make_with(NULL, sizeof stack, 0, swaps, 0);
    make_with(stack, SIZE_MAX, 0, swaps, 0);
    make_with(stack, 8, 0, swaps, 0);
    for (size_t size = 256; size < 256 + 16; size++)
        make_with(stack, size, 0, swaps, 0);
}

/* ---- The context of a signal handler ------------------------------------- */

static int leave_by_swap;

static void on_usr1(int sig, siginfo_t *info, void *uc)
{
    static ucontext_t unused;

    (void)sig, (void)info;
    expect("resume a handler's context");
    step_now.no_target = 1; /* that is the kernel's part */
    if (leave_by_swap)
        step((void *)swapcontext, (uintptr_t)&unused, (uintptr_t)uc);
    else
        step((void *)setcontext, (uintptr_t)uc, 0);
    EXPECT(!"it returned");
}

static void kernel_frames(void)
{
    struct sigaction action = {.sa_sigaction = on_usr1, .sa_flags = SA_SIGINFO};

    MUST(sigaction(SIGUSR1, &action, NULL) == 0);
    for (leave_by_swap = 0; leave_by_swap < 2; leave_by_swap++) {
        raise(SIGUSR1);
        EXPECT(step_now.n_checked > 10);
    }
}

/* ---- Contexts that end the thread or the program ------------------------- */

static void end_thread(void)
{
    end("return without uc_link", &inner, NULL);
    step_now.no_target = 1;
    step_now.quiet = 1;
}

static void *run_to_the_end(void *unused)
{
    step_thread();
    make(&inner, end_thread, NULL);
    swap("swap to a start", &outer, &inner);
    EXPECT(!"the thread went on");
    return unused;
}

static void return_to_bad_link(void)
{
    end("return to a bad uc_link", &inner, NULL);
    step_now.no_target = 1;
}

static void bad_link(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        make(&third, set_outer, NULL);
        third.uc.uc_stack.ss_size = 8;
        makecontext(&third.uc, set_outer, 0);
        make(&inner, return_to_bad_link, &third.uc);
        close(STDERR_FILENO);
        swap("swap to a start", &outer, &inner);
        _exit(2);
    }
    MUST(waitpid(child, &status, 0) == child);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

/* ---- A kernel that refuses to change the mask ---------------------------- */

static int refuse_masks(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigprocmask, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof code / sizeof *code, code};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

static __attribute__((noinline)) void refused(const char *what, void *func,
                                              const void *a, const void *b,
                                              const struct side *to)
{
    expect(what);
    step_now.to = to->start;
    step_now.returns = 1;
    EXPECT_EQ(step(func, (uintptr_t)a, (uintptr_t)b), -1);
    EXPECT_EQ(errno, EPERM);
}

static void on_usr2(int sig, siginfo_t *info, void *uc)
{
    static ucontext_t from;

    (void)sig, (void)info;
    refused("refused, to a handler's context", (void *)swapcontext, &from, uc,
            &inner);
}

static void refusals(void)
{
    struct sigaction action = {.sa_sigaction = on_usr2, .sa_flags = SA_SIGINFO};
    static ucontext_t uc;
    int status;
    pid_t child = fork();

    if (child == 0) {
        make(&inner, set_outer, NULL);
        MUST(sigaction(SIGUSR2, &action, NULL) == 0);
        if (!refuse_masks()) {
            printf("not covered, no seccomp: %s\n", strerror(errno));
            _exit(77);
        }
        refused("refused getcontext", (void *)getcontext, &uc, NULL, &inner);
        refused("refused swapcontext", (void *)swapcontext, &uc, &inner.uc,
                &inner);
        refused("refused setcontext", (void *)setcontext, &inner.uc, NULL,
                &inner);
        returns("refused swapcontext to itself", EPERM, (void *)swapcontext,
                &uc, &uc);
        syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2);
        _exit(t_failures != 0);
    }
    MUST(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) &&
           (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77));
}

/* ---- All of it ----------------------------------------------------------- */

static void *run_scenarios(void *unused)
{
    step_thread();
    gets();
    makes();
    swaps();
    sets();
    fp_differs();
    masks_differ();
    swap_to_itself();
    failures();
    kernel_frames();
    bad_link();
    if (*step_mask_mode == 0)
        refusals(); /* the other modes have nothing to ask */
    return unused;
}

static void run_in_thread(void *(*run)(void *))
{
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, run, NULL) == 0);
    MUST(pthread_join(thread, NULL) == 0);
}

/* Of each instruction, by what objdump says. */
static void check_coverage(const struct range *range)
{
    char command[PATH_MAX + 128], line[512], text[256];
    uintptr_t at;
    int n = 0, missed = 0;
    FILE *pipe;

    snprintf(command, sizeof command,
             "objdump -d --no-show-raw-insn --start-address=%#lx "
             "--stop-address=%#lx '%s' 2>&1",
             range->start - step_base, range->end - step_base, step_file);
    pipe = popen(command, "r");
    MUST(pipe != NULL);
    while (fgets(line, sizeof line, pipe)) {
        if (sscanf(line, " %lx:%*[ \t]%255[^\n]", &at, text) != 2)
            continue;
        n++;
        /* Nobody gets to a hlt, nor to what the compiler aligns with. */
        if (step_visited[at] || strncmp(text, "hlt", 3) == 0 ||
            strstr(text, "nop") != NULL || strstr(text, "xchg   %ax,%ax"))
            continue;
        printf("never visited: %s+%#lx (%#lx): %s\n", range->name,
               at - (range->start - step_base), at, text);
        missed++;
    }
    if (pclose(pipe) != 0)
        printf("coverage not checked: no objdump\n");
    else
        EXPECT(n > 0);
    EXPECT_EQ(missed, 0);
}

TEST(every_instruction_unwinds_to_the_caller_or_the_target)
{
    step_init();
    for (int mode = 0; mode < 3; mode++) {
        static const int modes[] = {0, 2, 1}; /* exact, tracked, ignore */

        *step_mask_mode = modes[mode];
        run_in_thread(run_scenarios); /* a new thread's mask is unknown */
        run_in_thread(run_to_the_end);
    }
    for (int i = 0; i < step_n_ranges; i++)
        if (step_range[i].whole)
            check_coverage(&step_range[i]);
}
