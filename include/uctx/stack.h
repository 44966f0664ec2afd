/* SPDX-License-Identifier: MIT */
/*
 * Guarded stacks from a pool: for uctx_create(), and for anyone who needs a
 * stack, such as a caller of makecontext().
 *
 * Below each stack lies a guard that no access passes, and an idle stack keeps
 * no more than the pages it has touched.  With Linux 6.13 and later a guard is
 * not a mapping of its own: a million stacks take a handful of lines in
 * /proc/self/maps.  Before that, and in locked memory, each takes two, up to
 * vm.max_map_count; UCTX_GUARD=mprotect in the environment asks for those.
 */
#ifndef UCTX_STACK_H
#define UCTX_STACK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size of a stack if none is asked for, and the least to ask for; bytes.
 * The least is not enough for printf(). */
#define UCTX_STACK_DEFAULT ((size_t)65536)
#define UCTX_STACK_MIN     1024

struct uctx;

struct uctx_stack {
    void *base;  /* lowest usable address; the guard lies below it */
    size_t size; /* usable bytes                                   */
};

/* Flags of uctx_stack_alloc_flags(). */
#define UCTX_STACK_ZERO 1u /* all bytes are 0, whoever used it before */

/*
 * Take a stack of at least `size` bytes from the pool; 0 asks for
 * UCTX_STACK_DEFAULT.  Its top is aligned to 64 bytes, and differs from stack
 * to stack in the low 12 bits of its address, so that the lines in use at the
 * tops of many stacks do not compete for the same sets of a cache.
 *
 * Returns   0; or -1 with errno set, and *stack untouched:
 *           EINVAL  size is not 0 and below UCTX_STACK_MIN, or too big to round
 *           ENOMEM  no memory, no address space (RLIMIT_AS), or too many
 *                   mappings (vm.max_map_count)
 * Owner     the caller.  Release with uctx_stack_free(); never with free().
 * Threads   any thread may call this, and another may free the result.
 * Signals   not async-signal-safe: it changes its thread's cache.
 * Cost      a few loads and stores if the thread has such a stack at hand, and
 *           one lock if another one gave it back; else one or two system calls.
 *           A page fault per page touched first.
 */
int uctx_stack_alloc(struct uctx_stack *stack, size_t size);

/*
 * The same with flags: 0 or UCTX_STACK_ZERO.
 *
 * Returns   0; or -1 with errno set, and *stack untouched: as
 *           uctx_stack_alloc(), and
 *           EINVAL  flags has an unknown bit
 * Owner     as uctx_stack_alloc().
 * Threads   as uctx_stack_alloc().
 * Signals   not async-signal-safe.
 * Cost      as uctx_stack_alloc(); with UCTX_STACK_ZERO one page cleared and
 *           one system call more if the stack was in use before.
 */
int uctx_stack_alloc_flags(struct uctx_stack *stack, size_t size,
                           unsigned flags);

/*
 * Give a stack back to the pool.  *stack must be as uctx_stack_alloc() wrote
 * it, and nothing may run on the stack any more.  *stack is cleared; it may
 * lie on the stack itself.  A cleared one is ignored.
 *
 * Returns   nothing; errno is kept.  A stack that was freed before, or is not
 *           the pool's, is named on stderr and abort() called.  With UCTX_CHECK
 *           defined before this header is included nothing is read until it is
 *           known to be the pool's.
 * Owner     the pool, from now on.
 * Threads   any thread, not only the one that took it.
 * Signals   not async-signal-safe: it changes its thread's cache.
 * Cost      a few loads and stores; once in a while a lock, and system calls
 *           where memory goes back to the kernel (uctx_pool_limit()).
 */
void uctx_stack_free(struct uctx_stack *stack);

/* What that becomes with UCTX_CHECK; not to be called by itself. */
void uctx_checked_stack_free(struct uctx_stack *stack);
#ifdef UCTX_CHECK
#define uctx_stack_free(stack) uctx_checked_stack_free(stack)
#endif

/*
 * How many bytes of a stack have ever been in use, at most: from its top down
 * to the lowest byte that is not 0.  For one that the pool handed out before,
 * use by earlier owners counts, unless UCTX_STACK_ZERO cleared it.  *stack may
 * be any readable memory, not only the pool's.
 *
 * Returns   that number, 0 to stack->size.
 * Owner     nothing changes hands.
 * Threads   any; also while another one runs on the stack.
 * Signals   async-signal-safe; errno is preserved.
 * Cost      three system calls or more, and reading what was never written of
 *           the lowest page in use.
 */
size_t uctx_stack_used(const struct uctx_stack *stack);

/*
 * Give the memory of a stack below `sp` back to the kernel: `sp` is the stack
 * pointer of what is suspended there, or the stack's top if nothing is.  512
 * bytes below it are kept, since a red zone may be there.
 *
 * Returns   0; or -1 with errno set, and nothing changed:
 *           EINVAL  sp is not an address of the stack, nor its top; or the
 *                   memory is locked (mlock(2))
 *           ENOMEM  the kernel had no memory for the call
 * Owner     the stack stays the caller's.
 * Threads   any, while nothing runs on the stack.
 * Signals   async-signal-safe.
 * Cost      a system call, and a page fault per page touched again.
 */
int uctx_stack_trim(const struct uctx_stack *stack, const void *sp);

/*
 * Name a stack of the pool, for uctx_addr_info() and the report of an overflow.
 * Up to UCTX_STACK_NAME - 1 bytes are copied; NULL or "" for none.  The name
 * lasts until the stack is freed.
 *
 * Returns   nothing.
 * Owner     `name` stays the caller's, and may go away.
 * Threads   the owner of the stack.
 * Signals   async-signal-safe.
 * Cost      a few stores.
 */
#define UCTX_STACK_NAME 19 /* bytes, with the final 0 */
void uctx_stack_set_name(const struct uctx_stack *stack, const char *name);

/*
 * Set how much memory idle stacks may keep, in bytes of their sizes; beyond
 * that, a stack that is freed keeps its address but its memory goes back to the
 * kernel.  64 MiB unless set.  Each thread besides keeps up to 2 MiB, but at
 * least two stacks, of each size that it frees.
 *
 * Returns   the limit before.
 * Owner     nothing changes hands.
 * Threads   any; the limit is the process's.
 * Signals   not async-signal-safe: it takes a lock.
 * Cost      a lock.  What is over a lower limit stays until uctx_pool_trim().
 */
size_t uctx_pool_limit(size_t size);

/*
 * Give the memory of all idle stacks back to the kernel, except of those that
 * other threads keep at hand; and mappings in which no stack is left in use,
 * with the page tables below them.
 *
 * Returns   nothing.
 * Owner     nothing changes hands.
 * Threads   any.
 * Signals   not async-signal-safe: it takes a lock.
 * Cost      system calls, about one per run of neighbouring idle stacks.
 */
void uctx_pool_trim(void);

struct uctx_pool_stats {
    size_t live;     /* stacks handed out and not freed                    */
    size_t idle;     /* stacks freed that keep their memory                */
    size_t mappings; /* that the pool made with mmap()                     */
    size_t mapped;   /* bytes of address space in them, mostly without     */
                     /* memory                                             */
    size_t guards;   /* installed with MADV_GUARD_INSTALL                  */
    size_t splits;   /* installed with mprotect(): two entries each in     */
                     /* /proc/self/maps                                    */
};

/*
 * Count the pool's stacks.  While other threads use it the numbers are near,
 * not exact.
 *
 * Returns   nothing; *stats is filled.
 * Owner     *stats is the caller's.
 * Threads   any.
 * Signals   not async-signal-safe: it takes a lock.
 * Cost      a lock, and a walk over threads and mappings.
 */
void uctx_pool_stats(struct uctx_pool_stats *stats);

/* What an address is, as uctx_addr_info() tells. */
enum uctx_addr {
    UCTX_ADDR_OTHER, /* nothing of the pool's                           */
    UCTX_ADDR_IDLE,  /* in a stack or guard that nobody uses            */
    UCTX_ADDR_STACK, /* in a stack that is in use                       */
    UCTX_ADDR_GUARD  /* in the guard below a stack that is in use: an   */
                     /* access there was an overflow                    */
};

struct uctx_addr_info {
    enum uctx_addr kind;
    struct uctx_stack stack; /* if in use, else zeroed                     */
    struct uctx *owner;      /* the context that runs there, or NULL       */
    const char *name;        /* "" if none; valid while the stack is       */
    size_t below;            /* for UCTX_ADDR_GUARD: how far below base    */
};

/*
 * Tell whose stack an address is in; for handlers of SIGSEGV, profilers and
 * collectors.
 *
 * Returns   info->kind; *info is filled, except for UCTX_ADDR_OTHER, which
 *           zeroes the rest.
 * Owner     *info is the caller's; what it points to is not.
 * Threads   any.  The answer is about a moment: what another thread frees
 *           meanwhile may be in use in it, or not.
 * Signals   async-signal-safe; errno is preserved.
 * Cost      a few loads per mapping of the pool, and a division.
 */
enum uctx_addr uctx_addr_info(const void *addr, struct uctx_addr_info *info);

/*
 * Report stack overflows: from now on a fault in a guard writes the context's
 * name and size, how far the access was below its stack, and a backtrace to
 * stderr; then the handler that was there before gets the signal, with the same
 * siginfo and context, or the process ends by SIGSEGV.  Other faults go there
 * at once.  `on` is 0 to put that handler back, if ours is still in place.
 *
 * A handler cannot run on the stack that overflowed.  The calling thread gets
 * an alternate signal stack unless it has one, and so does each thread that
 * from then on frees or takes a stack from the pool; one that does neither but
 * runs contexts calls this itself.
 *
 * Returns   0; or -1 with errno set, and nothing changed:
 *           ENOMEM  no memory for the alternate signal stack
 *           EPERM   the caller runs on an alternate signal stack
 * Owner     the alternate stack is the pool's, and is freed with its thread.
 * Threads   any; the handler is the process's, the alternate stack the
 *           thread's.
 * Signals   not async-signal-safe.
 * Cost      a few system calls; none for those who never overflow.
 */
int uctx_overflow_report(int on);

/*
 * Call visit(ctx, arg) for every context that lives on a stack of the pool,
 * until it returns other than 0.  For debuggers and leak hunts.
 *
 * Returns   what visit returned last, or 0 if there was no context.
 * Owner     nothing changes hands.
 * Threads   any; but a context that another thread destroys meanwhile may be
 *           visited all the same, so look into none that may be.
 * Signals   as visit; the walk itself is async-signal-safe.
 * Cost      a load per stack that the pool has ever handed out.
 */
int uctx_each(int (*visit)(struct uctx *ctx, void *arg), void *arg);

/*
 * Begin to load what a switch to `ctx` will need, for a scheduler that knows a
 * few switches ahead whom it will run: the one line of the context that all
 * switches use; on a pooled stack the first frame is in the line below.
 * Without it a scheduler waits for each context that is in no cache: its own
 * registers come back through that line.
 *
 * Returns   nothing.
 * Owner     nothing changes hands.
 * Threads   any; ctx may be anything, even freed memory.
 * Signals   async-signal-safe.
 * Cost      an instruction; no wait.
 */
static inline void uctx_prefetch(const struct uctx *ctx)
{
    __builtin_prefetch(ctx, 1);
}

#ifdef __cplusplus
}
#endif

#endif
