/* SPDX-License-Identifier: MIT */
/*
 * What libuctx_posix.so puts before libc besides the four functions: every
 * call that changes a thread's signal mask, or runs code with another one.
 * docs/ledger.md argues why these are all, and what keeps the ledger true in
 * each.  The list below is the only one.
 */
#ifndef UCTX_POSIX_INTERPOSE_H
#define UCTX_POSIX_INTERPOSE_H

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/types.h>

#include "arch.h"
#include "posix/mask.h"

/* 4.2BSD's action, which <signal.h> does not declare any more. */
struct uctx_sigvec {
    void (*handler)(int);
    int mask; /* of the first 32 signals */
    int flags;
};

/* X(return type, name, parameters): the functions of the C library. */
#define UCTX_INTERPOSED(X)                                                 \
    /* The mask of the calling thread (interpose_mask.c) */                \
    X(int, sigprocmask, (int how, const sigset_t *set, sigset_t *old))     \
    X(int, pthread_sigmask, (int how, const sigset_t *set, sigset_t *old)) \
    X(int, sigblock, (int mask))                                           \
    X(int, sigsetmask, (int mask))                                         \
    X(int, sighold, (int sig))                                             \
    X(int, sigrelse, (int sig))                                            \
    /* Jumps that may restore one (interpose_mask.c) */                    \
    X(void, longjmp, (jmp_buf env, int value))                             \
    X(void, _longjmp, (jmp_buf env, int value))                            \
    X(void, siglongjmp, (sigjmp_buf env, int value))                       \
    X(void, __longjmp_chk, (jmp_buf env, int value))                       \
    /* Calls that put another one in its place for a while */              \
    X(int, sigsuspend, (const sigset_t *mask))                             \
    X(int, __sigsuspend, (const sigset_t *mask))                           \
    X(int, sigpause, (int mask))                                           \
    X(int, __sigpause, (int sig_or_mask, int is_sig))                      \
    X(int, __xpg_sigpause, (int sig))                                      \
    X(int, pselect,                                                        \
      (int n, fd_set *in, fd_set *out, fd_set *bad,                        \
       const struct timespec *timeout, const sigset_t *mask))              \
    X(int, ppoll,                                                          \
      (struct pollfd * fds, nfds_t n, const struct timespec *timeout,      \
       const sigset_t *mask))                                              \
    X(int, __ppoll_chk,                                                    \
      (struct pollfd * fds, nfds_t n, const struct timespec *timeout,      \
       const sigset_t *mask, size_t size))                                 \
    X(int, epoll_pwait,                                                    \
      (int fd, struct epoll_event *events, int n, int timeout,             \
       const sigset_t *mask))                                              \
    X(int, epoll_pwait2,                                                   \
      (int fd, struct epoll_event *events, int n,                          \
       const struct timespec *timeout, const sigset_t *mask))              \
    X(int, system, (const char *command))                                  \
    /* Handlers, which run with another one (interpose_handler.c) */       \
    X(int, sigaction,                                                      \
      (int sig, const struct sigaction *act, struct sigaction *old))       \
    X(int, __sigaction,                                                    \
      (int sig, const struct sigaction *act, struct sigaction *old))       \
    X(sighandler_t, signal, (int sig, sighandler_t handler))               \
    X(sighandler_t, bsd_signal, (int sig, sighandler_t handler))           \
    X(sighandler_t, ssignal, (int sig, sighandler_t handler))              \
    X(sighandler_t, sysv_signal, (int sig, sighandler_t handler))          \
    X(sighandler_t, __sysv_signal, (int sig, sighandler_t handler))        \
    X(sighandler_t, sigset, (int sig, sighandler_t handler))               \
    X(int, sigvec,                                                         \
      (int sig, const struct uctx_sigvec *vec, struct uctx_sigvec *old))   \
    /* Calls by number; tasks on our thread-locals (and vfork.S) */        \
    X(long, syscall, (long number, ...))                                   \
    X(pid_t, vfork, (void))                                                \
    X(int, clone,                                                          \
      (int (*entry)(void *), void *stack, int flags, void *arg, ...))      \
    X(int, __clone,                                                        \
      (int (*entry)(void *), void *stack, int flags, void *arg, ...))

/* Ours is uctx_our_<name>, exported under its name (interpose.c); the next one
 * in symbol order is uctx_real.<name>. */
#define UCTX_DECLARE_OURS(type, name, params) \
    UCTX_HIDDEN type uctx_our_##name params;
UCTX_INTERPOSED(UCTX_DECLARE_OURS)

#define UCTX_DECLARE_REAL(type, name, params) type(*name) params;
struct uctx_real {
    UCTX_INTERPOSED(UCTX_DECLARE_REAL)
};
extern UCTX_HIDDEN struct uctx_real uctx_real;

/* Follows the definition of uctx_our_<name>: export it as <name>. */
#define UCTX_INTERPOSE(name)                                             \
    extern __typeof__(uctx_our_##name) uctx_export_##name __asm__(#name) \
        __attribute__((alias("uctx_our_" #name), visibility("default")));

/*
 * Find the real functions and choose the mode.  Whatever function above uses
 * either calls it first: other libraries' constructors may run before ours.
 */
UCTX_HIDDEN void uctx_interpose_start(void);

/*
 * From now on ask the kernel at every switch: some task shares this thread's
 * ledger.  What other threads know remains true.
 */
UCTX_HIDDEN void uctx_interpose_give_up(int why);

/* syscall(SYS_rt_sigaction, a[0], ...) (interpose_handler.c). */
UCTX_HIDDEN long uctx_interpose_raw_sigaction(const long a[6]);

#endif
