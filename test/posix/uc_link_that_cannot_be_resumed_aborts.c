/* SPDX-License-Identifier: MIT */
/*
 * A function that returns to a uc_link that is refused has nowhere to go: one
 * line on stderr says why, and the process gets SIGABRT.  glibc 2.36 exits
 * with status 255, or crashes.
 *
 * Build: NOT_UNDER asan
 */
#include "t.h"

static ucontext_t inner, refused;
static char stack[64 * 1024];

static void nothing(void)
{
}

static void link_to_refused(void)
{
    t_context(&inner, nothing, &refused);
    setcontext(&inner);
}

static void expect_abort(const char *reason)
{
    char out[512];
    int status = t_child(link_to_refused, out, sizeof out);

    EXPECT(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGABRT);
    if (strncmp(out, "uctx: ", 6) != 0 || strstr(out, reason) == NULL ||
        strchr(out, '\n') != out + strlen(out) - 1) {
        printf("printed '%s', not one line with '%s'\n", out, reason);
        t_failures++;
    }
}

TEST(uc_link_that_cannot_be_resumed_aborts)
{
    expect_abort("never saved"); /* all zeros */

    MUST(getcontext(&refused) == 0);
    refused.uc_stack.ss_sp = stack;
    refused.uc_stack.ss_size = 10;
    makecontext(&refused, nothing, 0);
    expect_abort("stack is too small");

    refused.uc_stack.ss_size = sizeof stack;
    makecontext(&refused, nothing, -1);
    expect_abort("makecontext refused it");
}
