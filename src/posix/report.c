/* SPDX-License-Identifier: MIT */
/*
 * The hooks that the four functions call in libuctx_posix_report.so, and only
 * there: the library that nobody asked to count has neither these nor a branch
 * around them.
 */
#include "posix/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch.h"
#include "layout.h"
#include "posix/mask.h"

static struct uctx_report nowhere;
static struct uctx_report *report = &nowhere;

/* The assembly counts its system calls through this. */
UCTX_HIDDEN extern uint64_t *uctx_report_syscalls;
uint64_t *uctx_report_syscalls = &nowhere.syscalls;

static void add(uint64_t *counter)
{
    __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* Of the context that this thread resumed last, as far as it is known. */
static _Thread_local __attribute__((tls_model("initial-exec"))) stack_t current;

/* How much of its stack does the caller of a switch use, if it runs on it? */
static void measure(const stack_t *stack, uintptr_t sp)
{
    uintptr_t bottom = (uintptr_t)stack->ss_sp;
    uint64_t used, before;

    if (sp < bottom || sp - bottom > stack->ss_size)
        return; /* not a stack that makecontext was given */
    used = bottom + stack->ss_size - sp;
    before = __atomic_load_n(&report->deepest, __ATOMIC_RELAXED);
    while (used > before)
        if (__atomic_compare_exchange_n(&report->deepest, &before, used, 0,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            report->deepest_size = stack->ss_size;
            break;
        }
}

static int is_ours(const ucontext_t *ucp)
{
    return ucp->uc_flags == (unsigned long)UC_OURS; /* else it may be garbage */
}

static void leave_for(const ucontext_t *ucp, uintptr_t sp)
{
    add(&report->switches);
    measure(&current, sp);
    if (is_ours(ucp))
        current = ucp->uc_stack;
}

void uctx_report_get(ucontext_t *ucp)
{
    (void)ucp;
    add(&report->saved);
}

void uctx_report_set(const ucontext_t *ucp)
{
    leave_for(ucp, (uintptr_t)__builtin_frame_address(0));
}

/* A program may have made *oucp on the stack that it is using, and then come
 * here by a way that we did not see, such as longjmp(). */
void uctx_report_swap(ucontext_t *oucp, const ucontext_t *ucp)
{
    uintptr_t sp = (uintptr_t)__builtin_frame_address(0);

    if (is_ours(oucp))
        measure(&oucp->uc_stack, sp);
    leave_for(ucp, sp);
}

void uctx_report_make(ucontext_t *ucp)
{
    (void)ucp;
    add(&report->made);
}

void uctx_report_mode(void)
{
    report->mode = (uint64_t)uctx_mask_mode;
    report->reason = (uint64_t)uctx_mask_why;
}

/* After the mode has been chosen. */
__attribute__((constructor(103))) static void open_report(void)
{
    const char *path = secure_getenv("UCTX_REPORT");
    void *file = MAP_FAILED;
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd >= 0) {
        file = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED,
                    fd, 0);
        close(fd);
    }
    if (file == MAP_FAILED)
        return;
    report = file;
    uctx_report_syscalls = &report->syscalls;
    add(&report->processes);
    uctx_report_mode();
}
