/* SPDX-License-Identifier: MIT */
/*
 * Whichever of the pool's system calls is refused, the n-th for all n: a stack
 * is handed out with its guard, or refused with ENOMEM; nothing is lost, and
 * nothing leaks.
 *
 * Build: LABELS long LINK static
 * Build: LIBS -Wl,--wrap=mmap,--wrap=munmap,--wrap=madvise
 * Build: -Wl,--wrap=mprotect,--wrap=prctl,--wrap=mincore,--wrap=sigaltstack
 * Build: -Wl,--wrap=sigaction
 * Build: NOT_UNDER asan
 */
#include "stack/help.h"

#include <sys/prctl.h>

static int countdown, until_end;

/* Is this call the one to refuse, or one after it that must fail too? */
static int refused(void)
{
    countdown--;
    if (countdown == 0 || (countdown < 0 && until_end)) {
        errno = ENOMEM;
        return 1;
    }
    return 0;
}

#define WRAP(type, name, params, args)                    \
    type __real_##name params;                            \
    type __wrap_##name params;                            \
    type __wrap_##name params                             \
    {                                                     \
        return refused() ? (type)-1 : __real_##name args; \
    }

WRAP(void *, mmap,
     (void *at, size_t size, int prot, int flags, int fd, off_t offset),
     (at, size, prot, flags, fd, offset))
WRAP(int, munmap, (void *at, size_t size), (at, size))
WRAP(int, madvise, (void *at, size_t size, int advice), (at, size, advice))
WRAP(int, mprotect, (void *at, size_t size, int prot), (at, size, prot))
WRAP(int, mincore, (void *at, size_t size, unsigned char *vec), (at, size, vec))
WRAP(int, prctl,
     (int op, unsigned long a, unsigned long b, unsigned long c,
      unsigned long d),
     (op, a, b, c, d))
WRAP(int, sigaltstack, (const stack_t *ss, stack_t *before), (ss, before))
WRAP(int, sigaction,
     (int sig, const struct sigaction *act, struct sigaction *before),
     (sig, act, before))

enum { N = 300 };

static struct uctx_stack stacks[N];
static size_t sizes[] = {0, 8192, (size_t)100 << 20};

/* Everything that the pool can be asked; some of it more than once. */
static void work(void)
{
    struct uctx_stack *stack;

    for (int i = 0; i < N; i++) {
        size_t size = sizes[i % 7 == 0 ? 2 : i % 2];

        stack = &stacks[i];
        errno = 0;
        if (uctx_stack_alloc_flags(stack, size,
                                   i % 5 == 0 ? UCTX_STACK_ZERO : 0) != 0) {
            EXPECT_EQ(errno, ENOMEM);
            EXPECT(stack->base == NULL);
            continue;
        }
        EXPECT(stack->size >= size);
        EXPECT(!readable((char *)stack->base - 1));
        if (i % 5 == 0)
            EXPECT_EQ(((char *)stack->base)[stack->size - 100], 0);
        memset((char *)stack->base + stack->size - 200, 0x77, 200);
    }
    for (int i = 0; i < N; i++) {
        stack = &stacks[i];
        if (stack->base == NULL)
            continue;
        EXPECT_EQ(((char *)stack->base)[stack->size - 200], 0x77);
        uctx_stack_trim(stack, (char *)stack->base + stack->size);
        uctx_stack_free(stack);
    }
    if (uctx_overflow_report(1) != 0)
        EXPECT_EQ(errno, ENOMEM);
    uctx_overflow_report(0);
    uctx_pool_trim();
}

static size_t check_nothing_is_left(void)
{
    struct uctx_pool_stats stats;

    uctx_pool_trim();
    uctx_pool_stats(&stats);
    EXPECT_EQ(stats.live, 1); /* the alternate stack */
    EXPECT_EQ(stats.idle, 0);
    return stats.mappings;
}

TEST(any_refused_call_leaves_the_pool_whole)
{
    int n_calls, maps;

    uctx_pool_limit(1 << 20);
    for (until_end = 0; until_end < 2; until_end++) {
        countdown = INT32_MAX; /* refuse none */
        work();
        n_calls = INT32_MAX - countdown;
        EXPECT(n_calls > 300);
        check_nothing_is_left();
        maps = count_maps();
        for (int n = 1; n <= n_calls; n++) {
            countdown = n;
            work();
            countdown = INT32_MAX;
            EXPECT_EQ(check_nothing_is_left(), 1);
            EXPECT(count_maps() <= maps + 2);
            if (t_failures != 0) {
                printf("with call %d of %d refused%s\n", n, n_calls,
                       until_end ? " and all after" : "");
                return;
            }
        }
    }
}
