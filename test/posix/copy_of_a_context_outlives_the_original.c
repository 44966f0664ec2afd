/* SPDX-License-Identifier: MIT */
/*
 * A ucontext_t copied by value, or moved, is a context of its own: no pointer
 * in it leads back to the original, which is unmapped here.  Saved, suspended
 * and made contexts, and one that was moved between getcontext() and
 * makecontext().  glibc 2.36 follows fpregs into the original and crashes.
 *
 * Build: LIBS m
 */
#include "t.h"

#include <fenv.h>
#include <sys/mman.h>

static ucontext_t outer, copy;
static char stack[64 * 1024];
static size_t size;
static volatile int runs;

static ucontext_t *map(void)
{
    void *page;

    feclearexcept(FE_ALL_EXCEPT);
    size = (sizeof copy / sysconf(_SC_PAGESIZE) + 1) * sysconf(_SC_PAGESIZE);
    page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                -1, 0);
    MUST(page != MAP_FAILED);
    return (ucontext_t *)page;
}

static void move(ucontext_t *original)
{
    copy = *original;
    MUST(munmap(original, size) == 0);
    feraiseexcept(FE_ALL_EXCEPT); /* so that all FP words are loaded */
}

static void take_eight(int a, int b, int c, int d, int e, int f, int g, int h)
{
    EXPECT_EQ(a + b + c + d + e + f + 10 * g + 100 * h, 21 + 70 + 800);
    runs++;
}

static void make(ucontext_t *uc)
{
    uc->uc_stack.ss_sp = stack;
    uc->uc_stack.ss_size = sizeof stack;
    uc->uc_link = &outer;
    makecontext(uc, (void (*)(void))take_eight, 8, 1, 2, 3, 4, 5, 6, 7, 8);
}

static void resume_a_saved_copy(void)
{
    ucontext_t *volatile original = map();
    volatile int returns = 0;

    EXPECT_EQ(getcontext(original), 0);
    if (returns++ == 0)
        move(original);
    if (returns < 4)
        setcontext(&copy);
    EXPECT_EQ(returns, 4);
}

static void run_a_made_copy(void)
{
    ucontext_t *original = map();

    EXPECT_EQ(getcontext(original), 0);
    make(original);
    move(original);
    runs = 0;
    EXPECT_EQ(swapcontext(&outer, &copy), 0);
    EXPECT_EQ(swapcontext(&outer, &copy), 0);
    EXPECT_EQ(runs, 2);
}

static void make_a_moved_one(void)
{
    ucontext_t *original = map();

    EXPECT_EQ(getcontext(original), 0);
    move(original);
    make(&copy);
    runs = 0;
    EXPECT_EQ(swapcontext(&outer, &copy), 0);
    EXPECT_EQ(runs, 1);
}

static ucontext_t *suspended;

static void suspend(void)
{
    EXPECT_EQ(swapcontext(suspended, &outer), 0);
    runs++;
}

static void resume_a_suspended_copy(void)
{
    suspended = map();
    EXPECT_EQ(getcontext(suspended), 0);
    suspended->uc_stack.ss_sp = stack;
    suspended->uc_stack.ss_size = sizeof stack;
    suspended->uc_link = &outer;
    makecontext(suspended, suspend, 0);
    EXPECT_EQ(swapcontext(&outer, suspended), 0);
    move(suspended);
    runs = 0;
    EXPECT_EQ(swapcontext(&outer, &copy), 0);
    EXPECT_EQ(runs, 1);
}

TEST(copy_of_a_context_outlives_the_original)
{
    resume_a_saved_copy();
    run_a_made_copy();
    make_a_moved_one();
    resume_a_suspended_copy();
}
