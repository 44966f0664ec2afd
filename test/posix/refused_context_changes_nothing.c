/* SPDX-License-Identifier: MIT */
/*
 * A context that cannot run - no stack, an impossible one, a negative number of
 * arguments, no function, never saved at all - is refused with EINVAL, and
 * *oucp, the mask and the FP state are as before; the registers are in
 * failed_switch_changes_no_callee_saved_register.  glibc 2.36 runs them.
 *
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"
#include "places.h"

static char stack[64 * 1024];

static void never(void)
{
    printf("a refused context ran\n");
    _exit(1);
}

static ucontext_t *good(void)
{
    static ucontext_t uc;

    MUST(getcontext(&uc) == 0);
    uc.uc_stack.ss_sp = stack;
    uc.uc_stack.ss_size = sizeof stack;
    uc.uc_link = NULL;
    /* A mask unlike ours, to be seen if it were installed. */
    sigfillset(&uc.uc_sigmask);
    return &uc;
}

static void expect_refusal(const ucontext_t *uc, const char *what)
{
    static ucontext_t old, old_before, uc_before;
    uint64_t mask = t_kernel_mask();
    int before = t_failures;

    memset(&old, 0x3c, sizeof old);
    old_before = old;
    uc_before = *uc;
    for (int by_set = 0; by_set < 2; by_set++) {
#ifdef FP_WORDS
        static const struct fp_words words = {0x0b7f, 0x21, 0x7f90};
        struct fp_words now;

        fp_write(words);
#endif
        errno = 0;
        EXPECT_EQ(by_set ? setcontext(uc) : swapcontext(&old, uc), -1);
#ifdef FP_WORDS
        now = fp_read();
        fp_reset();
        EXPECT_FP(now, words);
#endif
        EXPECT_EQ(errno, EINVAL);
        EXPECT_EQ(t_kernel_mask(), mask);
        EXPECT(memcmp(&old, &old_before, sizeof old) == 0);
        EXPECT(memcmp(uc, &uc_before, sizeof *uc) == 0);
    }
    if (t_failures != before)
        printf("that was: %s\n", what);
}

TEST(refused_context_changes_nothing)
{
    static ucontext_t zeroed, random;
    ucontext_t *uc;

    t_set_mask(T_SIGBIT(SIGUSR1) | T_SIGBIT(SIGRTMIN + 3));

    uc = good();
    uc->uc_stack.ss_sp = NULL;
    makecontext(uc, never, 0);
    expect_refusal(uc, "ss_sp is NULL");

    uc = good();
    uc->uc_stack.ss_size = SIZE_MAX;
    makecontext(uc, never, 0);
    expect_refusal(uc, "the stack wraps around");

    uc = good();
    makecontext(uc, never, -1);
    expect_refusal(uc, "argc is -1");
    makecontext(uc, never, INT32_MIN);
    expect_refusal(uc, "argc is INT_MIN");

    uc = good();
    makecontext(uc, NULL, 0);
    expect_refusal(uc, "no function");

    expect_refusal(&zeroed, "all zeros");
    zeroed.uc_stack.ss_sp = stack;
    zeroed.uc_stack.ss_size = sizeof stack;
    makecontext(&zeroed, never, 0);
    expect_refusal(&zeroed, "makecontext without getcontext");

    for (int i = 0; i < 1000; i++) {
        unsigned char *bytes = (unsigned char *)&random;

        for (size_t b = 0; b < sizeof random; b++)
            bytes[b] = t_random();
        random.uc_flags |= 8; /* no kernel sets that */
        expect_refusal(&random, "random bytes");
        random.uc_stack.ss_sp = stack;
        random.uc_stack.ss_size = sizeof stack;
        makecontext(&random, never, 0);
        expect_refusal(&random, "makecontext on random bytes");
        random.uc_flags = t_random() & 7; /* as if a kernel had */
#ifdef PLACES_NO_KERNEL
        PLACES_NO_KERNEL(&random);
#endif
        expect_refusal(&random, "a kernel's flags on random bytes");
    }
}
