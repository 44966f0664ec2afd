/* SPDX-License-Identifier: MIT */
/*
 * Step through the library and unwind at every instruction of it.
 *
 * A scenario says with STEP_FROM and STEP_TO which two stacks there are to be
 * seen, and steps one call; the SIGTRAP handler unwinds at each instruction of
 * ours and compares every frame: its address, its stack pointer and the six
 * registers that the unwinder recovered for it.
 */
#ifndef STEP_H
#define STEP_H

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unwind.h>

#include "t.h"

enum { MAX_FRAMES = 64, N_REGS = 6, MAX_RANGES = 32 };

struct frame {
    uintptr_t ip;
    uintptr_t sp;
    uintptr_t reg[N_REGS]; /* rbx rbp r12 r13 r14 r15 */
};

struct chain {
    int n;
    struct frame frame[MAX_FRAMES];
};

struct step { /* step.S knows the offsets */
    void *func;
    uintptr_t arg[6];
    uintptr_t al;
    uintptr_t reg[N_REGS];
    struct chain *chain;
    uintptr_t phase;
};
_Static_assert(offsetof(struct step, reg) == 64, "STEP_REGS");
_Static_assert(offsetof(struct step, chain) == 112, "STEP_CHAIN");
_Static_assert(offsetof(struct step, phase) == 120, "STEP_PHASE");

int step_call(struct step *step);
void step_on(void);
void step_restorer(void);
void step_record(struct chain *chain);
extern const char step_returned[];

/* ---- Which instructions are ours ---------------------------------------- */

/* Those of which every instruction must be visited come first: the assembly.
 * A compiler may well emit what nobody reaches. */
static const char *const step_names[] = {
    "getcontext",  "setcontext",         "swapcontext",         "uctx_start",
    "ask_mask",    "resume_with_mask",   "resume_kernel_frame", "makecontext",
    "uctx_posix_", "find_stack_pointer", "uctx_report_",
};
enum { N_WHOLE = 7, N_NAMES = sizeof step_names / sizeof *step_names };

static struct range {
    uintptr_t start, end;
    int whole;
    char name[32];
} step_range[MAX_RANGES];
static int step_n_ranges;
static int *step_mask_mode; /* uctx_mask_mode, in whichever library */
static uintptr_t step_base; /* where that library is loaded         */
static char step_file[PATH_MAX];
static unsigned char
    *step_visited; /* shared with children; by address - base */
enum { VISITED_SIZE = 1 << 20 };

static void step_take_symbol(const char *name, uintptr_t at, size_t size)
{
    struct range *range;
    int i;

    if (strcmp(name, "uctx_mask_mode") == 0)
        step_mask_mode = (int *)at;
    for (i = 0; i < N_NAMES; i++)
        if (i < N_WHOLE
                ? strcmp(name, step_names[i]) == 0
                : strncmp(name, step_names[i], strlen(step_names[i])) == 0)
            break;
    if (i == N_NAMES || size == 0)
        return;
    for (int j = 0; j < step_n_ranges; j++) /* setcontext has two names */
        if (step_range[j].start == at) {
            if (i < N_WHOLE) {
                step_range[j].whole = 1;
                strcpy(step_range[j].name, name);
            }
            return;
        }
    MUST(step_n_ranges < MAX_RANGES);
    range = &step_range[step_n_ranges++];
    range->start = at;
    range->end = at + size;
    range->whole = i < N_WHOLE;
    snprintf(range->name, sizeof range->name, "%s", name);
}

/* Read the symbol table of the file that `inside` is in, local names too. */
static void step_read_symbols(void *inside)
{
    Dl_info info;
    const char *image;
    const Elf64_Ehdr *head;
    const Elf64_Shdr *section;
    off_t size;
    int fd;

    MUST(dladdr(inside, &info));
    MUST(realpath(strchr(info.dli_fname, '/') ? info.dli_fname
                                              : "/proc/self/exe",
                  step_file));
    fd = open(step_file, O_RDONLY | O_CLOEXEC);
    MUST(fd >= 0);
    size = lseek(fd, 0, SEEK_END);
    image = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    MUST(image != MAP_FAILED);
    close(fd);
    head = (const Elf64_Ehdr *)image;
    step_base = head->e_type == ET_DYN ? (uintptr_t)info.dli_fbase : 0;
    section = (const Elf64_Shdr *)(image + head->e_shoff);
    for (int i = 0; i < head->e_shnum; i++) {
        const Elf64_Sym *symbol = (const void *)(image + section[i].sh_offset);
        const char *names;

        if (section[i].sh_type != SHT_SYMTAB)
            continue;
        names = image + section[section[i].sh_link].sh_offset;
        for (size_t j = 0; j < section[i].sh_size / sizeof *symbol; j++)
            if (symbol[j].st_shndx != SHN_UNDEF)
                step_take_symbol(names + symbol[j].st_name,
                                 step_base + symbol[j].st_value,
                                 symbol[j].st_size);
    }
    munmap((void *)image, (size_t)size);
}

static struct range *step_find(uintptr_t ip)
{
    for (int i = 0; i < step_n_ranges; i++)
        if (ip >= step_range[i].start && ip < step_range[i].end)
            return &step_range[i];
    return NULL;
}

static int step_in(uintptr_t ip, const char *name)
{
    struct range *range = step_find(ip);

    return range != NULL && strcmp(range->name, name) == 0;
}

/* ---- What the unwinder sees --------------------------------------------- */

struct walk {
    struct chain *chain;
    uintptr_t from; /* keep the frames from this address on */
    int endless;
};

static _Unwind_Reason_Code step_keep(struct _Unwind_Context *context, void *arg)
{
    static const int dwarf[N_REGS] = {3, 6, 12, 13, 14, 15};
    struct walk *walk = arg;
    struct frame *frame;
    uintptr_t ip = _Unwind_GetIP(context);

    if (ip == walk->from)
        walk->from = 0;
    if (walk->from != 0 || ip == 0) /* libgcc reports the end as 0 */
        return _URC_NO_REASON;
    if (walk->chain->n == MAX_FRAMES) {
        walk->endless = 1;
        return _URC_FOREIGN_EXCEPTION_CAUGHT;
    }
    frame = &walk->chain->frame[walk->chain->n++];
    frame->ip = ip;
    frame->sp = _Unwind_GetCFA(context);
    for (int i = 0; i < N_REGS; i++)
        frame->reg[i] = _Unwind_GetGR(context, dwarf[i]);
    return _URC_NO_REASON;
}

static int step_walk(struct chain *chain, uintptr_t from)
{
    struct walk walk = {chain, from, 0};
    _Unwind_Reason_Code code;

    chain->n = 0;
    code = _Unwind_Backtrace(step_keep, &walk);
    return code == _URC_END_OF_STACK && !walk.endless && walk.from == 0;
}

/* ---- What it should see ------------------------------------------------- */

static struct {
    const char *what; /* the scenario, for messages                     */
    struct chain from, to;
    const ucontext_t *saved; /* complete before `to` may be seen, or NULL */
    struct chain *keep;      /* has a copy of `from`, or NULL               */
    int returns;             /* it fails: `from` may be seen after `to`   */
    int no_target;           /* it fails before it has a target           */
    int quiet;               /* once in our code, stop stepping outside   */
    int switched;            /* `to` has been seen                        */
    int n_checked;
} step_now;

/* Called by step_call: what is above it? */
void step_record(struct chain *chain)
{
    MUST(step_walk(chain, (uintptr_t)step_returned));
    if (step_now.keep != NULL)
        *step_now.keep = *chain;
}

/* Is *uc what a resume of `frame` needs? */
static int step_complete(const ucontext_t *uc, const struct frame *frame)
{
    const greg_t *gregs = uc->uc_mcontext.gregs;
    const int reg[N_REGS] = {REG_RBX, REG_RBP, REG_R12,
                             REG_R13, REG_R14, REG_R15};

    for (int i = 0; i < N_REGS; i++)
        if ((uintptr_t)gregs[reg[i]] != frame->reg[i])
            return 0;
    return (uintptr_t)gregs[REG_RIP] == frame->ip &&
           (uintptr_t)gregs[REG_RSP] == frame->sp;
}

/* The one frame of a context that was made and not yet run. */
static void step_chain_of_start(struct chain *chain, const ucontext_t *uc)
{
    const greg_t *gregs = uc->uc_mcontext.gregs;
    const int reg[N_REGS] = {REG_RBX, REG_RBP, REG_R12,
                             REG_R13, REG_R14, REG_R15};

    chain->n = 1;
    chain->frame[0].ip = (uintptr_t)gregs[REG_RIP];
    chain->frame[0].sp = (uintptr_t)gregs[REG_RSP];
    for (int i = 0; i < N_REGS; i++)
        chain->frame[0].reg[i] = (uintptr_t)gregs[reg[i]];
}

static int step_same(const struct frame *seen, int n, const struct chain *chain)
{
    if (n != chain->n)
        return 0;
    for (int i = 0; i < n; i++) {
        const struct frame *wanted = &chain->frame[i];

        if (seen[i].sp != wanted->sp ||
            memcmp(seen[i].reg, wanted->reg, sizeof wanted->reg) != 0)
            return 0;
        /* The start's own instructions vary, and so that an unwinder finds
         * what it looks up, the byte before is the start's as well. */
        if (step_in(wanted->ip, "uctx_start")
                ? !step_in(seen[i].ip, "uctx_start") ||
                      !step_in(seen[i].ip - 1, "uctx_start")
                : seen[i].ip != wanted->ip)
            return 0;
    }
    return 1;
}

static void step_print(const char *title, const struct frame *frame, int n)
{
    printf("  %s:\n", title);
    for (int i = 0; i < n; i++) {
        printf("    #%d ip %#lx sp %#lx", i, frame[i].ip, frame[i].sp);
        for (int j = 0; j < N_REGS; j++)
            printf(" %lx", frame[i].reg[j]);
        printf("\n");
    }
}

static void step_wrong(const char *why, uintptr_t ip, const struct frame *seen,
                       int n)
{
    struct range *range = step_find(ip);

    printf("%s: at %s+%#lx (%#lx): %s\n", step_now.what, range->name,
           ip - range->start, ip - step_base, why);
    if (++t_failures > 5)
        return; /* the first ones say it */
    step_print("seen", seen, n);
    step_print("caller", step_now.from.frame, step_now.from.n);
    step_print("target", step_now.to.frame, step_now.to.n);
}

static void step_check(uintptr_t ip, uintptr_t sp)
{
    struct chain seen;
    const struct frame *frame = seen.frame + 1;
    int whole = step_walk(&seen, ip);
    int n = seen.n - 1;

    step_now.n_checked++;
    if (!whole || n < 0) {
        step_wrong("the unwinder fails", ip, seen.frame, seen.n);
        return;
    }
    if (step_in(ip, "uctx_start")) {
        if (n != 0)
            step_wrong("it goes on above the start", ip, frame, n);
        return;
    }
    /* Our own functions call each other. */
    while (n > 0 && step_find(frame->ip) && !step_in(frame->ip, "uctx_start"))
        frame++, n--;

    if (step_same(frame, n, &step_now.from)) {
        if (step_now.switched && !step_now.returns)
            step_wrong("the caller again, after the target", ip, frame, n);
        if (step_now.from.frame->sp - sp > 8192)
            step_wrong("the caller, on another stack", ip, frame, n);
    } else if (!step_now.no_target && step_same(frame, n, &step_now.to)) {
        step_now.switched = 1;
        if (step_now.saved &&
            !step_complete(step_now.saved, step_now.from.frame))
            step_wrong("the target, and *oucp is not complete", ip, frame, n);
    } else {
        step_wrong("neither the caller nor the target", ip, frame, n);
    }
}

static void step_trap(int sig, siginfo_t *info, void *arg)
{
    ucontext_t *uc = arg;
    greg_t *gregs = uc->uc_mcontext.gregs;
    uintptr_t ip = (uintptr_t)gregs[REG_RIP];

    (void)sig, (void)info;
    if (step_find(ip) == NULL) {
        if (step_now.quiet && step_now.n_checked > 0)
            gregs[REG_EFL] &= ~0x100;
        return;
    }
    step_visited[ip - step_base] = 1;
    step_check(ip, (uintptr_t)gregs[REG_RSP]);

    /* No trap comes between a system call and the instruction after it, but
     * a signal's handler does: look as it would. */
    if (memcmp((const void *)ip, "\x0f\x05", 2) == 0 &&
        step_find(ip + 2) != NULL && gregs[REG_RAX] != SYS_rt_sigreturn) {
        greg_t rax = gregs[REG_RAX], rcx = gregs[REG_RCX];

        gregs[REG_RIP] = gregs[REG_RCX] = (greg_t)ip + 2;
        gregs[REG_RAX] = 0;
        step_visited[ip + 2 - step_base] = 1;
        step_check(ip + 2, (uintptr_t)gregs[REG_RSP]);
        gregs[REG_RIP] = (greg_t)ip;
        gregs[REG_RAX] = rax;
        gregs[REG_RCX] = rcx;
    }
}

/* ---- Set up -------------------------------------------------------------- */

/* Past the libc and past us: nothing that is being tested handles the traps. */
static void step_install(int sig, void (*handler)(int, siginfo_t *, void *))
{
    struct {
        void (*handler)(int, siginfo_t *, void *);
        unsigned long flags;
        void (*restorer)(void);
        unsigned long mask;
    } action = {handler, SA_SIGINFO | SA_ONSTACK | 0x04000000, step_restorer,
                0};

    long result;
    register long size __asm__("r10") = 8;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"(SYS_rt_sigaction), "D"((long)sig), "S"(&action),
                       "d"(NULL), "r"(size)
                     : "rcx", "r11", "memory");
    MUST(result == 0);
}

static void step_init(void)
{
    step_visited = mmap(NULL, VISITED_SIZE, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(step_visited != MAP_FAILED);
    step_read_symbols((void *)step_init);
    if (step_n_ranges == 0) /* then in the library that comes first */
        step_read_symbols(dlsym(RTLD_DEFAULT, "swapcontext"));
    MUST(step_n_ranges > N_WHOLE && step_mask_mode != NULL);
    step_install(SIGTRAP, step_trap);
}

/* In each thread that steps. */
static void step_thread(void)
{
    stack_t alt = {.ss_size = 256 * 1024};

    alt.ss_sp = malloc(alt.ss_size);
    MUST(alt.ss_sp != NULL && sigaltstack(&alt, NULL) == 0);
}

#endif
