/* SPDX-License-Identifier: MIT */
/*
 * Calls and jumps that change the mask of the thread that makes them.
 */
#include "posix/interpose.h"

#include <sched.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>

/* ---- Mask calls ---------------------------------------------------------- */

/* What the kernel blocks when `how` and `set` are applied to `old`. */
static uint64_t apply(int how, uint64_t set, uint64_t old)
{
    if (how == SIG_BLOCK)
        return old | set;
    return how == SIG_UNBLOCK ? old & ~set : set;
}

/* The word of a call whose outcome we do not follow. */
static void forget(void)
{
    uctx_interpose_start();
    if (uctx_mask_mode != MASK_IGNORE)
        uctx_mask_store(0);
}

/*
 * sigprocmask() and pthread_sigmask(), alike but for how they report errors.
 * The old mask is always asked for, and the new one follows from it.  If a
 * handler changed the mask in between, the word is not MASK_BUSY any more and
 * stays unknown.
 */
static int change(int (*real)(int, const sigset_t *, sigset_t *), int how,
                  const sigset_t *set, sigset_t *old)
{
    uint64_t wanted = set != NULL ? uctx_mask_of(set) : 0;
    int is_wide = set != NULL && uctx_mask_is_wide(set);
    sigset_t was;
    int result;

    if (uctx_mask_mode != MASK_TRACKED || uctx_mask_vfork != 0) {
        forget();
        return real(how, set, old);
    }
    if (old == NULL)
        old = &was;
    uctx_mask_store(MASK_BUSY);
    result = real(how, set, old);
    if (result == 0 && !is_wide && !uctx_mask_is_wide(old))
        uctx_mask_learn(set != NULL ? apply(how, wanted, uctx_mask_of(old))
                                    : uctx_mask_of(old));
    return result;
}

int uctx_our_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    uctx_interpose_start();
    return change(uctx_real.sigprocmask, how, set, old);
}
UCTX_INTERPOSE(sigprocmask)

int uctx_our_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    uctx_interpose_start();
    return change(uctx_real.pthread_sigmask, how, set, old);
}
UCTX_INTERPOSE(pthread_sigmask)

int uctx_our_sigblock(int mask)
{
    forget();
    return uctx_real.sigblock(mask);
}
UCTX_INTERPOSE(sigblock)

int uctx_our_sigsetmask(int mask)
{
    forget();
    return uctx_real.sigsetmask(mask);
}
UCTX_INTERPOSE(sigsetmask)

int uctx_our_sighold(int sig)
{
    forget();
    return uctx_real.sighold(sig);
}
UCTX_INTERPOSE(sighold)

int uctx_our_sigrelse(int sig)
{
    forget();
    return uctx_real.sigrelse(sig);
}
UCTX_INTERPOSE(sigrelse)

/* ---- Calls that put another mask in its place for a while ---------------- */

/*
 * They restore it before they return, but not if the thread is cancelled in
 * them: its cleanup handlers then run with the other mask, and find MASK_BUSY,
 * which is as good as unknown.
 */
static uint64_t lend(void)
{
    uint64_t word;

    uctx_interpose_start();
    word = uctx_mask_load();
    return uctx_mask_replace(word, MASK_BUSY) ? word : 0;
}

static int restored(uint64_t word, int result)
{
    if (word & MASK_KNOWN)
        uctx_mask_replace(MASK_BUSY, word); /* unless a handler came */
    return result;
}

int uctx_our_sigsuspend(const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.sigsuspend(mask));
}
UCTX_INTERPOSE(sigsuspend)

int uctx_our___sigsuspend(const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.__sigsuspend(mask));
}
UCTX_INTERPOSE(__sigsuspend)

int uctx_our_sigpause(int mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.sigpause(mask));
}
UCTX_INTERPOSE(sigpause)

int uctx_our___sigpause(int sig_or_mask, int is_sig)
{
    uint64_t word = lend();

    return restored(word, uctx_real.__sigpause(sig_or_mask, is_sig));
}
UCTX_INTERPOSE(__sigpause)

int uctx_our___xpg_sigpause(int sig)
{
    uint64_t word = lend();

    return restored(word, uctx_real.__xpg_sigpause(sig));
}
UCTX_INTERPOSE(__xpg_sigpause)

int uctx_our_pselect(int n, fd_set *in, fd_set *out, fd_set *bad,
                     const struct timespec *timeout, const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.pselect(n, in, out, bad, timeout, mask));
}
UCTX_INTERPOSE(pselect)

int uctx_our_ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
                   const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.ppoll(fds, n, timeout, mask));
}
UCTX_INTERPOSE(ppoll)

int uctx_our___ppoll_chk(struct pollfd *fds, nfds_t n,
                         const struct timespec *timeout, const sigset_t *mask,
                         size_t size)
{
    uint64_t word = lend();

    return restored(word, uctx_real.__ppoll_chk(fds, n, timeout, mask, size));
}
UCTX_INTERPOSE(__ppoll_chk)

int uctx_our_epoll_pwait(int fd, struct epoll_event *events, int n, int timeout,
                         const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.epoll_pwait(fd, events, n, timeout, mask));
}
UCTX_INTERPOSE(epoll_pwait)

int uctx_our_epoll_pwait2(int fd, struct epoll_event *events, int n,
                          const struct timespec *timeout, const sigset_t *mask)
{
    uint64_t word = lend();

    return restored(word, uctx_real.epoll_pwait2(fd, events, n, timeout, mask));
}
UCTX_INTERPOSE(epoll_pwait2)

int uctx_our_system(const char *command)
{
    uint64_t word = lend();

    return restored(word, uctx_real.system(command));
}
UCTX_INTERPOSE(system)

/* ---- Jumps --------------------------------------------------------------- */

/* A jump changes the mask only if setjmp saved one; musl does not say.  A jump
 * out of a handler changes nothing either: the word is 0 there. */
static void forget_if_saved(const struct __jmp_buf_tag *env)
{
#ifdef __GLIBC__
    if (!env->__mask_was_saved) {
        uctx_interpose_start();
        return;
    }
#endif
    (void)env;
    forget();
}

void uctx_our_longjmp(jmp_buf env, int value)
{
    forget_if_saved(env);
    uctx_real.longjmp(env, value);
}
UCTX_INTERPOSE(longjmp)

void uctx_our__longjmp(jmp_buf env, int value)
{
    forget_if_saved(env);
    uctx_real._longjmp(env, value);
}
UCTX_INTERPOSE(_longjmp)

void uctx_our_siglongjmp(sigjmp_buf env, int value)
{
    forget_if_saved(env);
    uctx_real.siglongjmp(env, value);
}
UCTX_INTERPOSE(siglongjmp)

void uctx_our___longjmp_chk(jmp_buf env, int value)
{
    forget_if_saved(env);
    uctx_real.__longjmp_chk(env, value);
}
UCTX_INTERPOSE(__longjmp_chk)

/* ---- System calls by number ---------------------------------------------- */

static void give_up_if_shared(long clone_flags)
{
    if ((clone_flags & CLONE_VM) && !(clone_flags & CLONE_SETTLS))
        uctx_interpose_give_up(MASK_WHY_CLONE);
}

/* Reads six arguments, as the libc's does, whatever the caller gave: where that
 * is fewer they are its registers and what lies on its stack. */
__attribute__((no_sanitize_address)) long uctx_our_syscall(long number, ...)
{
    long a[6];
    va_list args;

    va_start(args, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(args, long);
    va_end(args);

    uctx_interpose_start();
    if (number == SYS_rt_sigaction)
        return uctx_interpose_raw_sigaction(a);
    if (number == SYS_rt_sigprocmask)
        forget();
    if (number == SYS_clone)
        give_up_if_shared(a[0]);
    if (number == SYS_clone3 && a[0] != 0)
        give_up_if_shared(*(const long *)a[0]); /* clone_args.flags */
#ifdef SYS_vfork
    if (number == SYS_vfork)
        give_up_if_shared(CLONE_VM);
#endif
    return uctx_real.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
UCTX_INTERPOSE(syscall)

/* ---- Tasks that share our thread-locals ---------------------------------- */

/* Such a task has a mask of its own, but this thread's word.  A vfork's runs
 * instead of this thread, and its port's vfork.S sees to it; any other may do
 * what it likes to both. */
static int start_task(int (*real)(int (*)(void *), void *, int, void *, ...),
                      int (*entry)(void *), void *stack, int flags, void *arg,
                      va_list args)
{
    pid_t *parent = va_arg(args, pid_t *);
    void *tls = va_arg(args, void *);
    pid_t *child = va_arg(args, pid_t *);

    uctx_interpose_start();
    give_up_if_shared(flags);
    return real(entry, stack, flags, arg, parent, tls, child);
}

int uctx_our_clone(int (*entry)(void *), void *stack, int flags, void *arg, ...)
{
    va_list args;
    int result;

    va_start(args, arg);
    result = start_task(uctx_real.clone, entry, stack, flags, arg, args);
    va_end(args);
    return result;
}
UCTX_INTERPOSE(clone)

int uctx_our___clone(int (*entry)(void *), void *stack, int flags, void *arg,
                     ...)
{
    va_list args;
    int result;

    va_start(args, arg);
    result = start_task(uctx_real.__clone, entry, stack, flags, arg, args);
    va_end(args);
    return result;
}
UCTX_INTERPOSE(__clone)
