/* SPDX-License-Identifier: MIT */
/*
 * A NULL context is refused with EFAULT by each of the three that can fail.
 * glibc 2.36 crashes in getcontext and in swapcontext(NULL, ...).
 *
 * Build: FLAGS -Wno-nonnull
 * Build: NOT_UNDER asan
 */
#include "t.h"

static void never(void)
{
    printf("swapcontext(NULL, ...) switched\n");
    _exit(1);
}

TEST(null_context_is_efault)
{
    static ucontext_t uc, inner, before;
    static ucontext_t *volatile null = NULL;

    t_context(&inner, never, NULL);
    memset(&uc, 0x3c, sizeof uc);
    before = uc;

#define EXPECT_EFAULT(call)       \
    do {                          \
        errno = 0;                \
        EXPECT_EQ(call, -1);      \
        EXPECT_EQ(errno, EFAULT); \
    } while (0)
    EXPECT_EFAULT(getcontext(null));
    EXPECT_EFAULT(setcontext(null));
    EXPECT_EFAULT(swapcontext(null, &inner));
    EXPECT_EFAULT(swapcontext(&uc, null));
    EXPECT_EFAULT(swapcontext(null, null));
    EXPECT(memcmp(&uc, &before, sizeof uc) == 0);
}
