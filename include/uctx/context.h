/* SPDX-License-Identifier: MIT */
/*
 * Contexts: functions that stop in the middle and go on later.
 *
 *     static void *count(struct uctx *self, void *value)
 *     {
 *         for (int i = 0; i < 3; i++)
 *             uctx_yield(self, &i);
 *         return NULL;
 *     }
 *
 *     struct uctx *ctx = uctx_create(0, count);
 *     for (int *i; (i = uctx_resume(ctx, NULL)) != NULL;)
 *         printf("%d\n", *i);
 *     uctx_destroy(ctx);
 *
 * Control moves in two ways.  uctx_resume() and uctx_yield() go down and up, as
 * call and return do: a context that was resumed knows who waits for it, a
 * backtrace goes on there, and so does an exception that leaves the context.
 * uctx_swap() goes anywhere, and nobody waits.
 *
 * What a switch keeps is what a function call keeps.  The FP control words
 * (rounding, traps) belong to the thread, as in a call; UCTX_FENV gives a
 * context its own.  So does the signal mask, always.
 *
 * A context may go on in another thread than the one it stopped in, if the
 * program makes sure that it has stopped: uctx_swap_on() is made for that.
 * Compilers take for granted that a function stays in its thread: they keep the
 * address of a thread-local variable, errno among them, across a switch.  In a
 * function that may wake up in another thread, touch thread-locals in functions
 * of their own that are not inlined.
 *
 * pthread_exit() and a cancellation of the thread unwind the context that runs,
 * then whoever waits for it, and so on; where nobody waits the unwinding ends.
 * Then the thread ends.
 *
 * The C++ runtime keeps a list of the exceptions that a thread is handling: a
 * switch inside a catch block must have come back there before another context
 * or thread, meanwhile, leaves one that it entered earlier.
 *
 * Define before including this
 *
 *   UCTX_CHECK      to be told of mistakes: a message and abort(), where
 *                   otherwise the behaviour is undefined
 *   UCTX_NO_INLINE  to call the switches instead of having them inlined
 *
 * A switch is inlined for gcc and clang on an architecture that has a header in
 * uctx/arch/.  The file's flags count, not a function's: a function whose
 * target attribute alone turns on AVX-512 must not contain a switch with gcc.
 */
#ifndef UCTX_CONTEXT_H
#define UCTX_CONTEXT_H

#include <stddef.h>
#include <uctx/stack.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uctx;

/*
 * What a context runs.  `value` is that of the switch that started it.  What it
 * returns is the value of the uctx_resume() that waits for it, and the context
 * is done.  It must not return when nobody waits: the program is aborted.
 */
typedef void *uctx_entry(struct uctx *self, void *value);

/* What uctx_swap_on() runs. */
typedef void *uctx_on(struct uctx *from, void *value);

enum uctx_state {
    UCTX_NEW,       /* never run; also after uctx_init()        */
    UCTX_SUSPENDED, /* it yielded, or swapped to another        */
    UCTX_RUNNING,   /* or waiting for one that it resumed       */
    UCTX_DONE       /* its entry returned, or it was cancelled  */
};

/* Flags of uctx_init(). */
#define UCTX_FENV 1u /* the context has its own FP control words */

/*
 * A context.  Its members are here for the inline switch and for debuggers:
 * no program should touch one.  It must not be moved or copied.
 *
 * Whoever stopped has an sp, an fp, a pc, and a base: the register that
 * compilers reserve.  A switch touches these eight words and no others: they
 * are one line of a cache if the struct is aligned to 64 bytes, as
 * uctx_create() does.
 */
struct uctx {
    void *link_sp; /* of who resumed it; odd if flags is not 0           */
    void *link_fp; /* a frame record, with the next one                  */
    void *link_pc; /* NULL after a yield                                 */
    void *pc;      /* where it goes on; NULL if it was resumed or is done */
    void *fp;
    void *sp; /* NULL if it is done */
    void *base;
    void *link_base;
    unsigned long flags; /* not 0: switches are called, not inlined */
    uctx_entry *entry;
    struct uctx_stack stack; /* without this struct, if it is on it */
    const char *name;
    unsigned long magic;
    /* An exception: the largest is that of the Arm EHABI. */
    void *cancel[sizeof(void *) == 8 ? 4 : 24] __attribute__((__aligned__(16)));
    void *thread;       /* with UCTX_CHECK: that it runs on             */
    unsigned long fenv; /* with UCTX_FENV: the thread's words meanwhile */
    unsigned long valgrind;
    void *fiber; /* the sanitizers' part of who stopped, and of the link */
    void *link_fiber;
    void *fake_stack;
    void *link_fake_stack;
    const void *link_stack;
    size_t link_stack_size;
};

/*
 * Make *ctx a context that will run `entry` on `stack`; or, if `stack` and
 * `entry` are NULL, the calling thread itself, so that it can uctx_swap().
 *
 * Returns   0; or -1 with errno set, and *ctx untouched:
 *           EINVAL  only one of stack and entry is NULL, unknown flags
 *           ENOMEM  the stack is smaller than UCTX_STACK_MIN
 * Owner     the caller, of *ctx and of the stack; *stack itself is copied.
 * Threads   any thread may call this, and another may resume the result.
 * Signals   async-signal-safe, but not under a sanitizer.
 * Cost      a dozen stores; no system call, no allocation.
 */
int uctx_init(struct uctx *ctx, const struct uctx_stack *stack,
              uctx_entry *entry, unsigned flags);

/*
 * Forget a context.  If it is suspended, its frames are dropped as they are:
 * uctx_cancel() it first if they have something to clean up.
 *
 * Returns   nothing.
 * Owner     *ctx and its stack are the caller's again.
 * Threads   any thread may call this; the context must not be running.
 * Signals   async-signal-safe, but not under a sanitizer.
 * Cost      a few stores.
 */
void uctx_fini(struct uctx *ctx);

/*
 * Make a context with a guarded stack of at least `stack_size` bytes, 0 for
 * the default.  The struct is at the top of that stack.
 *
 * Returns   the context; or NULL with errno set as uctx_stack_alloc() does.
 * Owner     the caller.  Release with uctx_destroy().
 * Threads   any thread may call this, and another may resume the result.
 * Signals   not async-signal-safe.
 * Cost      that of uctx_stack_alloc().  One page of memory until it runs.
 */
struct uctx *uctx_create(size_t stack_size, uctx_entry *entry);

/*
 * Forget a context that uctx_create() made, as uctx_fini() does, and free its
 * stack.  NULL is allowed.
 *
 * Returns   nothing; errno is kept.
 * Owner     ctx is gone.
 * Threads   any thread may call this; the context must not be running.  One
 *           that has nothing left to do leaves by uctx_swap_on() to one that
 *           destroys it.
 * Signals   not async-signal-safe.
 * Cost      that of uctx_stack_free().
 */
void uctx_destroy(struct uctx *ctx);

/*
 * Start `ctx` or go on with it, until it yields or its entry returns.  The
 * context gets `value`.  An exception that leaves the entry goes on here.
 *
 * Returns   what the context passed to uctx_yield(), or its entry returned;
 *           uctx_state() tells which.
 * Owner     `value` is only passed on.
 * Threads   the one that it ran on before has stopped running it; everything
 *           that it did there happened before this.
 * Signals   async-signal-safe, if nothing else uses ctx.
 * Cost      about that of a call and return of a function.
 */
void *uctx_resume(struct uctx *ctx, void *value);

/*
 * Stop `self`, which is the running context, and go back to its uctx_resume().
 *
 * Returns   the value of the switch that makes it go on.
 * Owner     `value` is only passed on.
 * Threads   what follows may be on another thread.
 * Signals   async-signal-safe, in a handler that runs on the context's stack.
 * Cost      about that of a call and return of a function.
 */
void *uctx_yield(struct uctx *self, void *value);

/*
 * Stop `from`, which is the running context or thread, and start `to` or go on
 * with it.  Nobody waits for it then: a backtrace in `to` ends at its entry.
 * But if `from` had been resumed, its resumer still waits for it; and so for
 * `to`.
 *
 * Returns   the value of the switch that makes `from` go on.
 * Owner     `value` is only passed on.
 * Threads   no other thread may make `from` go on before this one has left
 *           it, which it cannot know: use uctx_swap_on() to tell it.
 * Signals   async-signal-safe, if nothing else uses `to`.
 * Cost      about that of a call and return of a function.
 */
void *uctx_swap(struct uctx *from, struct uctx *to, void *value);

/*
 * The same, but call on(from, value) first when `to` is reached: on its stack,
 * as if by the switch that it stopped in, or before its entry if it is new.
 * `to` gets what `on` returns.  At that moment `from` is saved: `on` may free
 * its stack, hand it to another thread, or cancel it.  An exception that leaves
 * `on` goes on in `to`.
 *
 * Returns   the value of the switch that makes `from` go on.
 * Owner     `value` is only passed on.
 * Threads   as soon as `on` is called any thread may make `from` go on, if
 *           `on` tells it by a release that the other one acquires.
 * Signals   async-signal-safe, if `on` is and nothing else uses `to`.
 * Cost      that of uctx_swap() and a call.
 */
void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                   void *value);

/*
 * What is `ctx` doing?  uctx_swap() spends no time on telling that its target
 * runs: where all switches are compiled with UCTX_CHECK it does, elsewhere one
 * that went on by a swap is suspended, except to itself.
 *
 * Returns   its state.
 * Owner     nothing changes hands.
 * Threads   the answer is of use only if no other thread switches it.
 * Signals   async-signal-safe.
 * Cost      two loads.
 */
enum uctx_state uctx_state(const struct uctx *ctx);

/*
 * Unwind a suspended context: run the destructors of C++ and the cleanups of C
 * (in code compiled with -fexceptions) in its frames, innermost first, then it
 * is done.  One that is new is done at once; one that is done stays so.  A
 * catch (...) on the way runs and must rethrow; if it does not, and if a
 * function may not throw (noexcept), the program is aborted.
 *
 * Returns   0; or -1 with errno set:
 *           EBUSY   it is running, or somebody it resumed is, as far as
 *                   uctx_state() knows
 *           EAGAIN  it yielded in a cleanup; uctx_resume() lets it go on there,
 *                   and then the unwinding goes on
 * Owner     nothing changes hands: uctx_fini() or uctx_destroy() comes next.
 * Threads   as for uctx_resume().
 * Signals   not async-signal-safe: the unwinder is not.
 * Cost      that of an exception through as many frames.
 */
int uctx_cancel(struct uctx *ctx);

/*
 * Give `ctx` a name, for messages and debuggers; NULL takes it back.
 *
 * Returns   nothing.
 * Owner     the caller, of the string: it must live as long as the name does.
 * Threads   as for uctx_fini(), or in the context itself.
 * Signals   async-signal-safe.
 * Cost      one store.
 */
void uctx_set_name(struct uctx *ctx, const char *name);

/*
 * What is `ctx` called?
 *
 * Returns   its name; "" if it has none.
 * Owner     whoever named it.
 * Threads   as for uctx_set_name().
 * Signals   async-signal-safe.
 * Cost      one load.
 */
const char *uctx_name(const struct uctx *ctx);

/* ---- What the functions above become; not to be called by itself --------- */

void *uctx_watched_resume(struct uctx *ctx, void *value);
void *uctx_watched_yield(struct uctx *self, void *value);
void *uctx_watched_swap(struct uctx *from, struct uctx *to, void *value);
void *uctx_watched_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                           void *value);
void *uctx_checked_resume(struct uctx *ctx, void *value);
void *uctx_checked_yield(struct uctx *self, void *value);
void *uctx_checked_swap(struct uctx *from, struct uctx *to, void *value);
void *uctx_checked_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                           void *value);

/* Inlined even at -O0; the address is that of the library's function. */
#define UCTX_INLINE \
    extern __inline__ __attribute__((__gnu_inline__, __always_inline__))

#if defined UCTX_BUILDING
/* The library itself: it defines them. */
#elif defined UCTX_CHECK
UCTX_INLINE void *uctx_resume(struct uctx *ctx, void *value)
{
    return uctx_checked_resume(ctx, value);
}
UCTX_INLINE void *uctx_yield(struct uctx *self, void *value)
{
    return uctx_checked_yield(self, value);
}
UCTX_INLINE void *uctx_swap(struct uctx *from, struct uctx *to, void *value)
{
    return uctx_checked_swap(from, to, value);
}
UCTX_INLINE void *uctx_swap_on(struct uctx *from, struct uctx *to, uctx_on *on,
                               void *value)
{
    return uctx_checked_swap_on(from, to, on, value);
}
#elif !defined UCTX_NO_INLINE && defined __GNUC__
#if defined __x86_64__ && !defined __ILP32__ && defined __SSE2__
#include <uctx/arch/x86_64.h>
#elif defined __aarch64__ && !defined __ILP32__
#include <uctx/arch/aarch64.h>
#elif defined __riscv && __riscv_xlen == 64 && !defined __riscv_e
#include <uctx/arch/riscv.h>
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
