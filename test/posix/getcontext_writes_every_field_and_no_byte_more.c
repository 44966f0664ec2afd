/* SPDX-License-Identifier: MIT */
/*
 * A ucontext_t that held garbage holds none after getcontext(): every public
 * field is written, all 128 bytes of uc_sigmask among them.  What lies behind
 * the struct is not, nor is __ssp, which a program compiled against an old
 * glibc has no room for.  glibc 2.36 leaves uc_link, uc_stack and most of
 * uc_sigmask as they were.
 */
#include "places.h"
#include "t.h"

#define GARBAGE 0xa5

static struct {
    unsigned char before[256];
    ucontext_t uc;
    unsigned char after[256];
} saved, again;
static ucontext_t inner;

static int is_garbage(const void *start, size_t size)
{
    const unsigned char *bytes = (const unsigned char *)start;

    for (size_t i = 0; i < size; i++)
        if (bytes[i] != GARBAGE)
            return 0;
    return 1;
}

/* Save twice over different garbage: what differs was not written. */
static void expect_written(size_t offset, size_t size, const char *what)
{
    const unsigned char *a = (unsigned char *)&saved.uc + offset;
    const unsigned char *b = (unsigned char *)&again.uc + offset;

    for (size_t i = 0; i < size; i++)
        if (a[i] == GARBAGE && b[i] == (unsigned char)~GARBAGE) {
            printf("byte %zu of %s was not written\n", i, what);
            t_failures++;
        }
}

#define EXPECT_WRITTEN(member)                   \
    expect_written(offsetof(ucontext_t, member), \
                   sizeof(((ucontext_t *)0)->member), #member)

static void check(void)
{
    sigset_t mask;

    EXPECT_WRITTEN(uc_flags);
    EXPECT_WRITTEN(uc_link);
    EXPECT_WRITTEN(uc_stack.ss_sp);
    EXPECT_WRITTEN(uc_stack.ss_flags);
    EXPECT_WRITTEN(uc_stack.ss_size);
    EXPECT_WRITTEN(uc_sigmask);
    EXPECT_WRITTEN(uc_mcontext);
    EXPECT(saved.uc.uc_link == NULL);
    EXPECT(saved.uc.uc_stack.ss_sp == NULL);
    EXPECT_EQ(saved.uc.uc_stack.ss_flags, 0);
    EXPECT_EQ(saved.uc.uc_stack.ss_size, 0);
    memset(&mask, 0, sizeof mask);
    sigaddset(&mask, SIGUSR2);
    sigaddset(&mask, SIGRTMIN + 5);
    EXPECT(memcmp(&mask, &saved.uc.uc_sigmask, sizeof mask) == 0);
}

static void check_edges(void)
{
    EXPECT(is_garbage(saved.before, sizeof saved.before));
    EXPECT(is_garbage(saved.after, sizeof saved.after));
#if defined(__x86_64__) && defined(__GLIBC__)
    EXPECT_EQ(sizeof saved.uc, 968);
    EXPECT(is_garbage((char *)&saved.uc + 936, 968 - 936));
#endif
}

static void come_back(void)
{
    for (;;)
        swapcontext(&inner, &saved.uc);
}

TEST(getcontext_writes_every_field_and_no_byte_more)
{
    t_set_mask(T_SIGBIT(SIGUSR2) | T_SIGBIT(SIGRTMIN + 5));
    memset(&saved, GARBAGE, sizeof saved);
    memset(&again, ~GARBAGE, sizeof again);
    EXPECT_EQ(getcontext(&saved.uc), 0);
    EXPECT_EQ(getcontext(&again.uc), 0);
    check();
    check_edges();

    /* swapcontext need only save what a resume takes, and writes as little. */
    memset(&saved, GARBAGE, sizeof saved);
    t_context(&inner, come_back, NULL);
    EXPECT_EQ(swapcontext(&saved.uc, &inner), 0);
    check_edges();

    /* Nor does makecontext reach beyond. */
    memset(&saved, GARBAGE, sizeof saved);
    t_context(&saved.uc, come_back, NULL);
    check_edges();
}
