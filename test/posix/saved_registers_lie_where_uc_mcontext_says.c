/* SPDX-License-Identifier: MIT */
/*
 * Whoever looks into uc_mcontext, a garbage collector say, finds each
 * callee-saved register, the stack pointer and the program counter of the
 * suspended code in its place.
 *
 * Build: LINK static shared libc SOURCES arch/${arch}/clobber.S
 * Build: NOT_UNDER asan valgrind
 */
#include "clobber.h"
#include "places.h"

static ucontext_t outer, inner, saved;
static struct clobber mine;

static void look(const ucontext_t *uc)
{
    size_t found = 0;

    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (int i = 0; clobber_registers[i].name != NULL; i++)
            if (strcmp(clobber_registers[i].name, places[p].name) == 0) {
                t_expect_eq(places_at(uc, places[p].at), mine.want[i], __FILE__,
                            __LINE__, places[p].name);
                found++;
            }
    EXPECT_EQ(found, sizeof places / sizeof *places);
    EXPECT_EQ(places_at(uc, PLACES_PC), (uintptr_t)clobber_return);
}

static void look_at_outer(void)
{
    for (;;) {
        look(&outer);
        EXPECT_EQ(swapcontext(&inner, &outer), 0);
    }
}

TEST(saved_registers_lie_where_uc_mcontext_says)
{
    t_context(&inner, look_at_outer, NULL);
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(clobber_run(&mine, swapcontext, &outer, &inner), 0);
        EXPECT_EQ(clobber_run(&mine, getcontext, &saved, NULL), 0);
        look(&saved);
    }
}
