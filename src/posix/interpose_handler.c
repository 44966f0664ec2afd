/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers.  The kernel changes the mask when it enters one and when
 * the handler returns, and tells nobody; so the kernel gets our handler, which
 * keeps the ledger and calls the program's.
 *
 * Nothing else of an action is changed, and whoever asks for it gets back what
 * the program gave: a handler of the kernel's that is ours stands for the one
 * in the table below, every other value for itself.
 */
#include "layout.h"
#include "posix/interpose.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/syscall.h>

enum { N_SIGNALS = 65 }; /* 1 to 64 */

/* The program's handlers while the kernel has ours.  Whatever type the program
 * gave them, all three arguments are passed on. */
static void *handlers[N_SIGNALS];

static uintptr_t pc_of(const ucontext_t *uc)
{
    return *(const uintptr_t *)((const char *)uc + UC_PC);
}

/* A section of on_signal() and the ledger's accessors: the linker says where it
 * begins and ends. */
#define WAY_OUT __attribute__((section("uctx_handler")))
UCTX_HIDDEN extern const char __start_uctx_handler[], __stop_uctx_handler[];

/* No restorer is longer: it makes one system call. */
#define RESTORER_SIZE 16

/* Is a handler's return under way at `pc`? */
static inline int is_way_out(uintptr_t pc, uintptr_t restorer)
{
    uintptr_t start = (uintptr_t)__start_uctx_handler;

    return pc - start < (uintptr_t)__stop_uctx_handler - start ||
           pc - restorer < RESTORER_SIZE;
}

/*
 * The word describes what was interrupted, as the frame's uc_sigmask does: both
 * are put back together, on whichever thread the handler returns, if the frame
 * still leads back to where it came from.
 *
 * It is put back before the frame is looked at for the last time: a handler
 * that comes in between and edits the frame is seen.  One that comes after the
 * look has interrupted a way out, and leaves the ledger unknown.
 */
WAY_OUT static void on_signal(int sig, siginfo_t *info, void *context)
{
    const ucontext_t *uc = context;
    uint64_t mask = uctx_mask_of(&uc->uc_sigmask);
    uintptr_t pc = pc_of(uc);
    uint64_t word = uctx_mask_load();
    void (*handler)(int, siginfo_t *, void *) =
        __atomic_load_n(&handlers[sig], __ATOMIC_ACQUIRE);

    uctx_mask_store(0);
    handler(sig, info, context);
    if (is_way_out(pc, (uintptr_t)__builtin_return_address(0)))
        word = 0;
    uctx_mask_store(word);
    if (uctx_mask_of(&uc->uc_sigmask) != mask || pc_of(uc) != pc)
        uctx_mask_store(0);
}

/* ---- The table ----------------------------------------------------------- */

static int table_lock;

/* Nothing may interrupt who holds the lock: a handler may want it too.  The
 * ledger need not know, because nothing switches in between. */
static uint64_t lock_table(void)
{
    uint64_t all = ~UINT64_C(0), old = 0;

    uctx_real.syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof old);
    while (__atomic_exchange_n(&table_lock, 1, __ATOMIC_ACQUIRE))
        ;
    return old;
}

static void unlock_table(uint64_t old)
{
    __atomic_store_n(&table_lock, 0, __ATOMIC_RELEASE);
    uctx_real.syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, sizeof old);
}

static void release_in_child(void)
{
    __atomic_store_n(&table_lock, 0, __ATOMIC_RELEASE);
}

__attribute__((constructor(102))) static void prepare_fork(void)
{
    pthread_atfork(NULL, NULL, release_in_child);
}

struct entry {
    uint64_t mask;
    void *before;
};

/* A value that names no function, or one that we need not see called. */
static int stands_for_itself(void *handler)
{
    return handler == (void *)SIG_DFL || handler == (void *)SIG_IGN ||
           handler == (void *)SIG_ERR || handler == (void *)SIG_HOLD ||
           uctx_mask_mode != MASK_TRACKED || uctx_mask_vfork != 0;
}

/* Take the table and enter the program's handler.  Returns the kernel's. */
static void *enter(struct entry *entry, int sig, void *handler)
{
    entry->mask = lock_table();
    entry->before = NULL;
    if (sig <= 0 || sig >= N_SIGNALS)
        return handler;
    entry->before = handlers[sig];
    if (stands_for_itself(handler))
        return handler;
    __atomic_store_n(&handlers[sig], handler, __ATOMIC_RELEASE);
    return (void *)on_signal;
}

/* Release the table, as it was if the call failed.  Returns what the program
 * gave where the kernel says `old`. */
static void *leave(struct entry *entry, int sig, int failed, void *old)
{
    if (failed && entry->before != NULL)
        __atomic_store_n(&handlers[sig], entry->before, __ATOMIC_RELEASE);
    unlock_table(entry->mask);
    return old == (void *)on_signal ? entry->before : old;
}

/* ---- The functions ------------------------------------------------------- */

int uctx_our_sigaction(int sig, const struct sigaction *act,
                       struct sigaction *old)
{
    struct sigaction new = {0}, was = {0};
    struct entry entry;
    void *handler;
    int result;

    uctx_interpose_start();
    /* Bad pointers fault here, not under the lock. */
    if (act != NULL)
        new = *act;
    if (old != NULL)
        was = *old;
    handler = enter(&entry, sig, (void *)new.sa_sigaction);
    new.sa_sigaction = handler;
    result = uctx_real.sigaction(sig, act != NULL ? &new : NULL, &was);
    handler = leave(&entry, sig, result != 0, (void *)was.sa_sigaction);
    if (result == 0 && old != NULL) {
        *old = was;
        old->sa_sigaction = handler;
    }
    return result;
}
UCTX_INTERPOSE(sigaction)

int uctx_our___sigaction(int sig, const struct sigaction *act,
                         struct sigaction *old)
{
    return uctx_our_sigaction(sig, act, old);
}
UCTX_INTERPOSE(__sigaction)

/* signal() and its variants: which flags they give is the libc's business. */
static sighandler_t install(sighandler_t (*real)(int, sighandler_t), int sig,
                            sighandler_t handler)
{
    struct entry entry;
    sighandler_t old;

    old = real(sig, enter(&entry, sig, (void *)handler));
    return leave(&entry, sig, old == SIG_ERR, (void *)old);
}

sighandler_t uctx_our_signal(int sig, sighandler_t handler)
{
    uctx_interpose_start();
    return install(uctx_real.signal, sig, handler);
}
UCTX_INTERPOSE(signal)

sighandler_t uctx_our_bsd_signal(int sig, sighandler_t handler)
{
    uctx_interpose_start();
    return install(uctx_real.bsd_signal, sig, handler);
}
UCTX_INTERPOSE(bsd_signal)

sighandler_t uctx_our_ssignal(int sig, sighandler_t handler)
{
    uctx_interpose_start();
    return install(uctx_real.ssignal, sig, handler);
}
UCTX_INTERPOSE(ssignal)

sighandler_t uctx_our_sysv_signal(int sig, sighandler_t handler)
{
    uctx_interpose_start();
    return install(uctx_real.sysv_signal, sig, handler);
}
UCTX_INTERPOSE(sysv_signal)

sighandler_t uctx_our___sysv_signal(int sig, sighandler_t handler)
{
    uctx_interpose_start();
    return install(uctx_real.__sysv_signal, sig, handler);
}
UCTX_INTERPOSE(__sysv_signal)

/* System V: a handler and the caller's mask in one call.  Written with our own
 * two, because the real one must not run under the lock's mask. */
sighandler_t uctx_our_sigset(int sig, sighandler_t handler)
{
    struct sigaction new = {0}, old;
    sigset_t this, mask;

    sigemptyset(&this);
    if (handler == SIG_ERR || sigaddset(&this, sig) != 0) {
        errno = EINVAL;
        return SIG_ERR;
    }
    new.sa_handler = handler;
    if (uctx_our_sigaction(sig, handler == SIG_HOLD ? NULL : &new, &old) != 0 ||
        uctx_our_sigprocmask(handler == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK,
                             &this, &mask) != 0)
        return SIG_ERR;
    return sigismember(&mask, sig) ? SIG_HOLD : old.sa_handler;
}
UCTX_INTERPOSE(sigset)

/* 4.2BSD, for programs that were linked long ago: libc still has it, without
 * a declaration.  Its flags are these, and restarting is the default. */
int uctx_our_sigvec(int sig, const struct uctx_sigvec *vec,
                    struct uctx_sigvec *old)
{
    enum { ON_STACK = 1, INTERRUPT = 2, RESET_HANDLER = 4 };
    struct sigaction act = {0}, was;

    if (vec != NULL) {
        act.sa_handler = vec->handler;
        for (int s = 1; s <= 32; s++)
            if ((unsigned)vec->mask >> (s - 1) & 1)
                sigaddset(&act.sa_mask, s);
        act.sa_flags = (vec->flags & ON_STACK ? SA_ONSTACK : 0) |
                       (vec->flags & INTERRUPT ? 0 : SA_RESTART) |
                       (vec->flags & RESET_HANDLER ? (int)SA_RESETHAND : 0);
    }
    if (uctx_our_sigaction(sig, vec != NULL ? &act : NULL, &was) != 0)
        return -1;
    if (old != NULL) {
        old->handler = was.sa_handler;
        old->mask = (int)uctx_mask_of(&was.sa_mask);
        old->flags = (was.sa_flags & SA_ONSTACK ? ON_STACK : 0) |
                     (was.sa_flags & SA_RESTART ? 0 : INTERRUPT) |
                     (was.sa_flags & (int)SA_RESETHAND ? RESET_HANDLER : 0);
    }
    return 0;
}
UCTX_INTERPOSE(sigvec)

/* syscall(SYS_rt_sigaction, sig, act, old, size) */
long uctx_interpose_raw_sigaction(const long a[6])
{
    struct kernel_action {
        void *handler;
        unsigned long flags;
        void (*restorer)(void);
        uint64_t mask;
    } new = {0}, was = {0}, *old = (void *)a[2];
    const struct kernel_action *act = (const void *)a[1];
    int sig = (int)a[0];
    struct entry entry;
    void *handler;
    long result;

    if (act != NULL)
        new = *act;
    new.handler = enter(&entry, sig, new.handler);
    result = uctx_real.syscall(SYS_rt_sigaction, sig, act != NULL ? &new : NULL,
                               &was, a[3]);
    handler = leave(&entry, sig, result != 0, was.handler);
    if (result == 0 && old != NULL) {
        *old = was;
        old->handler = handler;
    }
    return result;
}
