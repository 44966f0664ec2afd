/* SPDX-License-Identifier: MIT */
/*
 * In a context that was made, a backtrace, the chain of frame pointers (which
 * perf and eBPF walk) and a forced unwind all go up to its start and end there.
 * The scripts beside this file run it under gdb and valgrind.
 *
 * Build: FLAGS -fno-omit-frame-pointer -fno-optimize-sibling-calls
 * Build: NOT_UNDER asan tsan
 */
#include <pthread.h>
#include <unwind.h>

#include "places.h"
#include "t.h"

#define DEPTH 4

static ucontext_t outer, inner;
static int n_cleanups;

/* For a debugger: where to break, and which of several getcontext() we have. */
void break_here(void);
extern void *const functions[];
void *const functions[] = {
    (void *)getcontext,
    (void *)setcontext,
    (void *)swapcontext,
    (void *)makecontext,
};
__attribute__((noinline)) void break_here(void)
{
    __asm__ volatile("" ::: "memory");
}

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *frame, void *n)
{
    if (_Unwind_GetIP(frame) != 0) /* as backtrace(3) does */
        ++*(int *)n;
    return *(int *)n < 64 ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static __attribute__((noinline)) void check_backtrace(void)
{
    int n = 0;

    /* This function, DEPTH times dive(), the entry, and the start if the
     * unwinder shows what it cannot unwind. */
    _Unwind_Backtrace(count_frame, &n);
#ifdef __ARM_EABI_UNWINDER__
    EXPECT_EQ(n, DEPTH + 2);
#else
    EXPECT_EQ(n, DEPTH + 3);
#endif
}

#ifdef PLACES_RECORD
static __attribute__((noinline)) void check_frame_pointers(void)
{
    uintptr_t *frame = PLACES_RECORD(__builtin_frame_address(0));
    uintptr_t bottom = (uintptr_t)inner.uc_stack.ss_sp;
    int n = 0;

    /* A frame record is the caller's, and the return address. */
    for (; frame != NULL && n < 64; n++) {
        uintptr_t *up = frame[0] != 0 ? PLACES_RECORD(frame[0]) : NULL;

        if (!EXPECT((uintptr_t)frame - bottom <=
                    inner.uc_stack.ss_size - 2 * sizeof *frame) ||
            !EXPECT(up == NULL || up > frame))
            return;
        frame = up;
    }
    EXPECT_EQ(n, DEPTH + 2);
}
#else
static void check_frame_pointers(void)
{
    /* The ABI has no frame records. */
}
#endif

static void count(void *unused)
{
    (void)unused;
    n_cleanups++;
}

static __attribute__((noinline)) void dive(int depth, void (*last)(void))
{
    pthread_cleanup_push(count, NULL);
    if (depth > 1)
        dive(depth - 1, last);
    else
        last();
    pthread_cleanup_pop(0);
}

static void leave_thread(void)
{
    pthread_exit(&n_cleanups);
}

static void entry(void)
{
    if (getenv("ABORT_INSIDE") != NULL)
        dive(DEPTH, abort);
    dive(DEPTH, check_backtrace);
    dive(DEPTH, check_frame_pointers);
    dive(DEPTH, break_here);
    EXPECT_EQ(swapcontext(&inner, &outer), 0);
    /* And once more, now that it was resumed. */
    dive(DEPTH, check_backtrace);
    dive(DEPTH, check_frame_pointers);
    break_here();
}

static void entry_that_exits(void)
{
    dive(DEPTH, leave_thread);
}

static void *run(void *unused)
{
    (void)unused;
    t_context(&inner, entry_that_exits, NULL);
    swapcontext(&outer, &inner);
    return NULL;
}

TEST(backtrace_in_a_made_context_is_complete_and_finite)
{
    pthread_t thread;
    void *result = NULL;

    t_context(&inner, entry, &outer);
    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    EXPECT_EQ(swapcontext(&outer, &inner), 0);
    EXPECT_EQ(n_cleanups, 0);

    MUST(pthread_create(&thread, NULL, run, NULL) == 0);
    MUST(pthread_join(thread, &result) == 0);
    EXPECT(result == &n_cleanups);
    EXPECT_EQ(n_cleanups, DEPTH);
}
