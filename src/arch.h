/* SPDX-License-Identifier: MIT */
/*
 * What a port provides, and what it may call.  PORTING.md walks through it.
 *
 * src/arch/<arch>/posix.S   getcontext, setcontext, swapcontext, uctx_start,
 *                           and the ledger's three accessors
 * src/arch/<arch>/vfork.S   vfork, for the shared library only
 * src/arch/<arch>/make.c    makecontext
 * src/arch/<arch>/native.S  the native switch out of line, and where one starts
 * src/arch/<arch>/layout.h  the numbers that all share, each asserted
 *
 * The first three return twice or not at all, so they cannot be wrapped in C:
 * a wrapper's frame would be gone when the saved context is resumed.  A port
 * saves the registers as the caller has them before any C runs, touches
 * neither errno nor the heap on success, and is async-signal-safe throughout.
 */
#ifndef UCTX_ARCH_H
#define UCTX_ARCH_H

#include <stdint.h>
#include <ucontext.h>

#define UCTX_HIDDEN __attribute__((visibility("hidden")))
#define UCTX_EXPORT __attribute__((visibility("default")))

/* ---- A port provides ---------------------------------------------------- */

/*
 * Where a context that was made begins.  Calls its function; when that returns,
 * resumes uc_link, or calls uctx_posix_end() if there is none.  Unwinding ends
 * here: return address undefined, frame pointer 0, stack aligned as at a call.
 */
UCTX_HIDDEN void uctx_start(void);

/* Three of the four, under names that nobody can interpose. */
UCTX_HIDDEN int uctx_posix_get(ucontext_t *ucp);
UCTX_HIDDEN int uctx_posix_set(const ucontext_t *ucp);
UCTX_HIDDEN int uctx_posix_swap(ucontext_t *oucp, const ucontext_t *ucp);

/*
 * The calling thread's word of the mask ledger (src/posix/mask.h): read it,
 * write it, and replace `word`, and nothing else, by another: returns whether
 * it has.  Each is one access, on the thread that makes it: the port must not
 * let the address be computed on one thread and used on another.
 */
UCTX_HIDDEN uint64_t uctx_mask_load(void);
UCTX_HIDDEN void uctx_mask_store(uint64_t word);
UCTX_HIDDEN int uctx_mask_replace(uint64_t word, uint64_t by);

/* Not 0 once getcontext has saved into a struct that was not ours before, or a
 * signal handler's context was resumed: no program gets by without either.
 * Where it may be written often it is tested first: threads share its line. */
UCTX_HIDDEN extern unsigned char uctx_posix_used;

/* ---- A port provides, for native contexts -------------------------------- */

/*
 * In include/uctx/arch/<arch>.h, if it can: the four switches of
 * <uctx/context.h> as inline assembly.  In native.S: the same four out of line.
 * Both jump to uctx_watched_...() if link_sp of their first argument is odd,
 * or if link_pc of the target of a swap is NULL; each may resume what the
 * other stopped.
 *
 * A resume saves sp, fp, pc and base in the link and sets the context's pc to
 * NULL; a yield saves them in the context and sets link_pc to NULL; a swap
 * saves them in the context.  Then they load the other side's and jump.  Each
 * pc has a second way in, which the port places: there the arriving side
 * calls on(from, value) and goes on with what that returns.
 */
struct uctx;

/* The switches, whatever link_sp says, which stays odd if it is; the second
 * way in. */
UCTX_HIDDEN void *uctx_native_resume(struct uctx *ctx, void *value,
                                     void *(*on)(struct uctx *, void *),
                                     struct uctx *from);
UCTX_HIDDEN void *uctx_native_yield(struct uctx *self, void *value,
                                    void *(*on)(struct uctx *, void *),
                                    struct uctx *from);
UCTX_HIDDEN void *uctx_native_swap(struct uctx *from, struct uctx *to,
                                   void *(*on)(struct uctx *, void *),
                                   void *value);

/* Go to the link of ctx, the second way; save nothing. */
UCTX_HIDDEN _Noreturn void uctx_native_jump(struct uctx *ctx, void *value,
                                            void *(*on)(struct uctx *, void *),
                                            struct uctx *from);

/*
 * A new context starts at uctx_native_begin, which lies in the function from
 * uctx_native_start to uctx_native_start_end, with sp at the top of its stack
 * and fp = &ctx->link_fp: a frame record, and all that the unwinder needs to
 * find the frame above in the link.  Sets pc to NULL, calls uctx_native_enter()
 * if link_sp is odd, then the entry; when that returns, marks the context as
 * done (sp and pc are NULL) and goes to the link, by uctx_native_leave() if
 * link_sp is odd or nobody is there: link_pc is uctx_native_nobody, where all
 * walks end.  Its personality is
 * uctx_native_personality(), which sends an exception to uctx_native_landing,
 * and that calls uctx_native_caught().
 */
UCTX_HIDDEN extern const char uctx_native_start[], uctx_native_start_end[],
    uctx_native_begin[], uctx_native_landing[];
UCTX_HIDDEN extern void *const uctx_native_nobody;

/* The control words of the floating-point units, in one word. */
UCTX_HIDDEN unsigned long uctx_native_fenv(void);
UCTX_HIDDEN void uctx_native_fenv_set(unsigned long words);

/* ---- A port may call (src/posix/) --------------------------------------- */

/* Set errno and return -1.  Reached by a jump, from where the call returns. */
UCTX_HIDDEN int uctx_posix_fail(int err);

/* The function of a context without uc_link returned: end the thread. */
UCTX_HIDDEN _Noreturn void uctx_posix_end(void);

/* uc_link could not be resumed: say so and abort. */
UCTX_HIDDEN _Noreturn void uctx_posix_bad_link(void);

/* The report's hooks; only its own library has them (src/posix/report.c). */
#ifdef UCTX_REPORT
UCTX_HIDDEN void uctx_report_get(ucontext_t *ucp);
UCTX_HIDDEN void uctx_report_set(const ucontext_t *ucp);
UCTX_HIDDEN void uctx_report_swap(ucontext_t *oucp, const ucontext_t *ucp);
UCTX_HIDDEN void uctx_report_make(ucontext_t *ucp);
UCTX_HIDDEN void uctx_report_mode(void);
#else
#define uctx_report_make(ucp) ((void)(ucp))
#define uctx_report_mode()    ((void)0)
#endif

#endif
