/* SPDX-License-Identifier: MIT */
/* For every address in and around stacks of all sizes, before and after. */
#include "stack/help.h"

static enum uctx_addr ask(const void *at, struct uctx_addr_info *info)
{
    enum uctx_addr kind;

    memset(info, 0xee, sizeof *info);
    errno = 4711;
    kind = uctx_addr_info(at, info);
    EXPECT_EQ(errno, 4711);
    EXPECT_EQ(info->kind, kind);
    return kind;
}

static void check(void)
{
    struct uctx_stack stacks[100];
    struct uctx_addr_info info;
    unsigned random = 11;
    char name[40] = "";

    EXPECT_EQ(ask(name, &info), UCTX_ADDR_OTHER);
    EXPECT(info.stack.base == NULL && info.owner == NULL && info.below == 0);
    for (int i = 0; i < 100; i++) {
        MUST(uctx_stack_alloc(&stacks[i], UCTX_STACK_MIN << i % 18) == 0);
        ask(stacks[i].base, &info);
        EXPECT_EQ(info.name[0], 0); /* not the one before */
        snprintf(name, sizeof name, "stack number %d", i);
        uctx_stack_set_name(&stacks[i], name);
    }
    for (int i = 0; i < 100; i++) {
        char *base = stacks[i].base;
        size_t in = next_random(&random) % stacks[i].size;
        size_t below = 1 + next_random(&random) % 16384;

        snprintf(name, sizeof name, "stack number %d", i);
        EXPECT_EQ(ask(base + in, &info), UCTX_ADDR_STACK);
        EXPECT(info.stack.base == base && info.stack.size == stacks[i].size);
        EXPECT_EQ(strcmp(info.name, name), 0);
        EXPECT_EQ(info.below, 0);
        EXPECT_EQ(ask(base - below, &info), UCTX_ADDR_GUARD);
        EXPECT(info.stack.base == base);
        EXPECT_EQ(info.below, below);
    }
    uctx_stack_set_name(&stacks[0], "a name that is too long for it");
    ask(stacks[0].base, &info);
    EXPECT_EQ(strcmp(info.name, "a name that is too"), 0);
    for (int i = 0; i < 100; i++) {
        char *base = stacks[i].base;

        uctx_stack_free(&stacks[i]);
        EXPECT(ask(base, &info) == UCTX_ADDR_IDLE ||
               info.kind == UCTX_ADDR_OTHER);
        EXPECT(info.stack.base == NULL);
    }
}

TEST(addr_info_tells_whose_an_address_is)
{
    check();
    check(); /* the same stacks, in part */
}
