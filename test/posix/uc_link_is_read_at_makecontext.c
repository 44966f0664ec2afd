/* SPDX-License-Identifier: MIT */
/*
 * The successor is what uc_link held when makecontext() was called: the field,
 * and the whole struct, may change or go away before the function returns.
 *
 * Build: LINK static shared libc
 */
#include "t.h"

#include <sys/mman.h>

static ucontext_t outer, wrong;
static char stack[64 * 1024];
static ucontext_t *inner;
static size_t size;
static int way;

static void never(void)
{
    printf("the link of after makecontext was taken\n");
    _exit(1);
}

static void spoil_the_struct(void)
{
    if (way == 1)
        inner->uc_link = &wrong;
    if (way == 2)
        memset(inner, 0xa5, sizeof *inner);
    if (way == 3)
        MUST(munmap(inner, size) == 0);
}

TEST(uc_link_is_read_at_makecontext)
{
    size = (sizeof *inner / sysconf(_SC_PAGESIZE) + 1) * sysconf(_SC_PAGESIZE);
    t_context(&wrong, never, NULL);
    for (way = 0; way < 4; way++) {
        inner = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        MUST(inner != MAP_FAILED);
        getcontext(inner);
        inner->uc_stack.ss_sp = stack;
        inner->uc_stack.ss_size = sizeof stack;
        inner->uc_link = &outer;
        makecontext(inner, spoil_the_struct, 0);
        if (way == 0)
            inner->uc_link = &wrong;
        EXPECT_EQ(swapcontext(&outer, inner), 0);
    }
}
