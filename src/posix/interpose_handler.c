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
#include "posix/interpose.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <unwind.h>

enum { N_SIGNALS = _NSIG + 1 }; /* the kernel counts from 1 */

/* How the program asked for its handler: some kernels give one without
 * SA_SIGINFO less than its three arguments, or another frame. */
enum { PLAIN, SIGINFO, N_KINDS };

/* The program's handlers while the kernel has ours.  A handler of one kind is
 * looked for among its kind, even if the program has meanwhile given one of the
 * other: the frame is of the kind that it had when the signal was delivered. */
static void *handlers[N_KINDS][N_SIGNALS];

#ifdef __ARM_EABI_UNWINDER__
#define PERSONALITY_PARAMETERS                                \
    _Unwind_State state, struct _Unwind_Exception *exception, \
        struct _Unwind_Context *context
#else
#define PERSONALITY_PARAMETERS                                          \
    int version, _Unwind_Action actions, _Unwind_Exception_Class class, \
        struct _Unwind_Exception *exception, struct _Unwind_Context *context
#endif
__attribute__((used)) UCTX_HIDDEN __typeof__(_Unwind_Reason_Code(
    PERSONALITY_PARAMETERS)) uctx_handler_personality;

/*
 * The unwinder asks this of each frame of ours that it passes.  A thread
 * may be cancelled there by a handler that is libc's own, before the word is 0.
 */
_Unwind_Reason_Code uctx_handler_personality(PERSONALITY_PARAMETERS)
{
    uctx_mask_store(0);
#ifdef __ARM_EABI_UNWINDER__
    (void)state;
    if (__gnu_unwind_frame(exception, context) != _URC_OK)
        return _URC_FAILURE;
#else
    (void)version, (void)actions, (void)class, (void)exception, (void)context;
#endif
    return _URC_CONTINUE_UNWIND;
}

/*
 * In a handler the word is unknown, and it is again when the handler returns:
 * whatever it knows then is of the handler's mask, which the kernel is about to
 * replace.  What was interrupted may be a call that is learning: finding 0 in
 * place of MASK_BUSY it learns nothing.
 */
static inline __attribute__((always_inline)) void
run(int kind, int sig, siginfo_t *info, void *context)
{
    void (*handler)(int, siginfo_t *, void *) =
        __atomic_load_n(&handlers[kind][sig], __ATOMIC_ACQUIRE);

#ifdef PERSONALITY_DIRECTIVE
    __asm__ volatile(PERSONALITY_DIRECTIVE);
#else
    __asm__ volatile(".cfi_personality %c0, uctx_handler_personality"
                     :
                     : "i"(PERSONALITY_ENCODING));
#endif
    uctx_mask_store(0);
    handler(sig, info, context);
    uctx_mask_store(0);
    /* Not by a jump, with its argument in the place of ours: where arguments
     * are on the stack, those of a handler that takes one are followed by the
     * registers that the kernel is about to restore. */
    __asm__ volatile("");
#ifdef TP_IN_FRAME
    uctx_posix_return(context);
#endif
}

/* All three arguments are passed on, whatever they are. */
static void on_plain(int sig, siginfo_t *info, void *context)
{
    run(PLAIN, sig, info, context);
}

static void on_siginfo(int sig, siginfo_t *info, void *context)
{
    run(SIGINFO, sig, info, context);
}

static void *const ours[N_KINDS] = {(void *)on_plain, (void *)on_siginfo};

/* ---- The table ----------------------------------------------------------- */

/* Of the process that holds it.  In a child that was forked meanwhile it is
 * another one's, and free. */
static pid_t table_owner;
static _Thread_local int table_depth __attribute__((tls_model("initial-exec")));

/*
 * No handler may interrupt who holds the lock, because it may want it too: but
 * those of faults and of trapped system calls, which cannot wait, and which
 * find table_depth raised.  The ledger need not know of the mask: nothing
 * switches in between.  A vfork child changes nothing here.
 */
static struct uctx_kernel_mask lock_table(void)
{
    static const int faults[] = {SIGILL, SIGTRAP, SIGBUS,
                                 SIGFPE, SIGSEGV, SIGSYS};
    struct uctx_kernel_mask all, old = {{0}};
    pid_t self, owner;

    memset(&all, 0xff, sizeof all);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        all.word[0] &= ~(1ul << (faults[i] - 1));
    uctx_real.syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof old);
    if (uctx_mask_vfork != 0 || table_depth++ > 0)
        return old;
    self = getpid();
    do {
        owner = __atomic_load_n(&table_owner, __ATOMIC_RELAXED);
        if (owner == self)
            continue;
    } while (owner == self ||
             !__atomic_compare_exchange_n(&table_owner, &owner, self, 0,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    return old;
}

static void unlock_table(struct uctx_kernel_mask old)
{
    if (uctx_mask_vfork == 0 && --table_depth == 0)
        __atomic_store_n(&table_owner, 0, __ATOMIC_RELEASE);
    uctx_real.syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, sizeof old);
}

struct entry {
    struct uctx_kernel_mask mask;
    int kind;
    void *before[N_KINDS];
};

/* A value that names no function, or one that we need not see called. */
static int stands_for_itself(void *handler)
{
    return handler == (void *)SIG_DFL || handler == (void *)SIG_IGN ||
           handler == (void *)SIG_ERR || handler == (void *)SIG_HOLD ||
           !uctx_mask_watched || uctx_mask_vfork != 0;
}

/* Take the table and enter the program's handler, of the kind that the flags
 * say.  Returns the kernel's. */
static void *enter(struct entry *entry, int sig, void *handler,
                   unsigned long flags)
{
    entry->mask = lock_table();
    entry->kind = flags & SA_SIGINFO ? SIGINFO : PLAIN;
    if (sig <= 0 || sig >= N_SIGNALS)
        return handler;
    for (int kind = 0; kind < N_KINDS; kind++)
        entry->before[kind] = handlers[kind][sig];
    if (stands_for_itself(handler))
        return handler;
    __atomic_store_n(&handlers[entry->kind][sig], handler, __ATOMIC_RELEASE);
    return ours[entry->kind];
}

/* Release the table, as it was if the call failed.  Returns what the program
 * gave where the kernel says `old`. */
static void *leave(struct entry *entry, int sig, int failed, void *old)
{
    int kind = entry->kind;

    if (sig <= 0 || sig >= N_SIGNALS) {
        unlock_table(entry->mask);
        return old;
    }
    if (failed && entry->before[kind] != NULL && uctx_mask_vfork == 0)
        __atomic_store_n(&handlers[kind][sig], entry->before[kind],
                         __ATOMIC_RELEASE);
    unlock_table(entry->mask);
    for (kind = 0; kind < N_KINDS; kind++)
        if (old == ours[kind])
            return entry->before[kind];
    return old;
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
    handler = enter(&entry, sig, (void *)new.sa_sigaction,
                    (unsigned long)new.sa_flags);
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

    old = real(sig, enter(&entry, sig, (void *)handler, 0));
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

/*
 * syscall(SYS_rt_sigaction, sig, act, old, size)
 *
 * Pointers may be bad.  Whether *act can be read the kernel tells, which looks
 * at it before it refuses to change SIGKILL; and it writes *old itself.  If it
 * cannot, the action is installed nevertheless.
 */
long uctx_interpose_raw_sigaction(const long a[6])
{
    struct kernel_action {
        void *handler;
        unsigned long flags;
        void (*restorer)(void);
        struct uctx_kernel_mask mask;
    } new = {0}, *old = (void *)a[2];
    const struct kernel_action *act = (const void *)a[1];
    int sig = (int)a[0], err = errno;
    struct entry entry;
    void *handler;
    long result;

    if (a[3] != sizeof new.mask)
        return uctx_real.syscall(SYS_rt_sigaction, sig, act, old, a[3]);
    if (act != NULL) {
        uctx_real.syscall(SYS_rt_sigaction, SIGKILL, act, NULL, a[3]);
        if (errno == EFAULT)
            return -1;
        errno = err;
        new = *act;
    }
    new.handler = enter(&entry, sig, new.handler, new.flags);
    result = uctx_real.syscall(SYS_rt_sigaction, sig, act != NULL ? &new : NULL,
                               old, a[3]);
    handler = leave(&entry, sig, result != 0 && errno != EFAULT,
                    result == 0 && old != NULL ? old->handler : NULL);
    if (result == 0 && old != NULL)
        old->handler = handler;
    return result;
}
