/* SPDX-License-Identifier: MIT */
/*
 * longjmp() and siglongjmp() within one context work, also when it was
 * suspended and others ran between the setjmp() and the jump.
 *
 * Build: LINK static shared libc
 * Build: NOT_UNDER tsan
 * ThreadSanitizer forgets the jump buffers below the stack pointer of a later
 * setjmp(): here they are another context's.
 */
#include "t.h"

#include <setjmp.h>

enum { CONTEXTS = 3, ROUNDS = 500 };

static ucontext_t outer, context[CONTEXTS];
static jmp_buf plain[CONTEXTS];
static sigjmp_buf with_mask[CONTEXTS];
static int landed;

static __attribute__((noinline)) void dive(int me, int depth, int keep)
{
    volatile char frame[100];

    frame[depth] = (char)depth;
    if (depth > 0) {
        dive(me, depth - 1, keep);
        frame[depth]++;
        return;
    }
    swapcontext(&context[me], &outer);
    if (keep)
        siglongjmp(with_mask[me], me + 1);
    longjmp(plain[me], me + 1);
}

static void jump(int me)
{
    volatile int i;
    volatile uint64_t kept = t_random();

    for (i = 0; i < ROUNDS; i++) {
        int result;

        if (i % 2) {
            result = sigsetjmp(with_mask[me], 1);
        } else {
            result = setjmp(plain[me]);
        }
        if (result == 0) {
            kept = kept * 3 + 1;
            dive(me, 10, i % 2);
        }
        EXPECT_EQ(result, me + 1);
        landed++;
    }
    EXPECT(kept != 0);
}

static void make(int i)
{
    MUST(getcontext(&context[i]) == 0);
    context[i].uc_stack.ss_sp = malloc(64 * 1024);
    context[i].uc_stack.ss_size = 64 * 1024;
    context[i].uc_link = &outer;
    makecontext(&context[i], (void (*)(void))jump, 1, i);
}

TEST(longjmp_works_inside_a_context)
{
    for (int i = 0; i < CONTEXTS; i++)
        make(i);
    for (int i = 0; i < CONTEXTS * (ROUNDS + 1); i++)
        EXPECT_EQ(swapcontext(&outer, &context[i % CONTEXTS]), 0);
    EXPECT_EQ(landed, CONTEXTS * ROUNDS);
}
