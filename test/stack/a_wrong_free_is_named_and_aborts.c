/* SPDX-License-Identifier: MIT */
/*
 * A stack freed twice, made up, or with another base or size: a message and
 * abort().  With UCTX_CHECK also where nothing is mapped.
 *
 * Build: FLAGS -DUCTX_CHECK
 */
#include "stack/help.h"

static const char *const expected[] = {
    "not in use",
    "not in use",
    "not one of the pool's",
    "not one of the pool's",
    "not one of the pool's",
    "not one of the pool's",
};

static char own[65536];

static void wrong_free(int how)
{
    struct uctx_stack stack, copy;

    MUST(uctx_stack_alloc(&stack, 0) == 0);
    copy = stack;
    switch (how) {
    case 0: /* twice */
        uctx_stack_free(&stack);
        break;
    case 1: /* twice, and its memory is gone */
        uctx_stack_free(&stack);
        MUST(uctx_stack_alloc(&stack, 0) == 0);
        MUST(uctx_stack_alloc(&stack, 0) == 0);
        uctx_stack_free(&copy);
        copy = stack;
        uctx_stack_free(&stack);
        MUST(madvise((char *)copy.base + 4096, copy.size & ~(size_t)4095,
                     MADV_DONTNEED) == 0);
        break;
    case 2: /* not ours */
        copy.base = own;
        copy.size = sizeof own - 4096;
        break;
    case 3: /* nobody's */
        copy.base = (void *)(uintptr_t)4096;
        break;
    case 4:
        copy.base = (char *)copy.base + 16;
        copy.size -= 16;
        break;
    case 5:
        copy.size -= 64;
        break;
    }
    uctx_stack_free(&copy);
}

TEST(a_wrong_free_is_named_and_aborts)
{
    for (int how = 0; how < 6; how++) {
        char text[512];
        int status = run_child(wrong_free, how, text, sizeof text);

        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        if (!EXPECT(strstr(text, expected[how]) != NULL))
            printf("case %d: \"%s\"\n", how, text);
    }
}
