/* SPDX-License-Identifier: MIT */
/*
 * Whoever looks into uc_mcontext, a garbage collector say, finds each
 * callee-saved register, the stack pointer and the program counter of the
 * suspended code under its REG_ name.
 *
 * Build: LINK static shared libc SOURCES clobber/${arch}.S
 * Build: NOT_UNDER asan valgrind
 */
#include "clobber/clobber.h"

#if defined(__x86_64__)
static const struct {
    const char *name;
    int reg;
} places[] = {
    {"rbx", REG_RBX}, {"rsp", REG_RSP}, {"rbp", REG_RBP}, {"r12", REG_R12},
    {"r13", REG_R13}, {"r14", REG_R14}, {"r15", REG_R15},
};
#define SAVED(uc, reg) ((uc)->uc_mcontext.gregs[reg])
#define PC             REG_RIP
#endif

#ifdef PC
static ucontext_t outer, inner, saved;
static struct clobber mine;

static void look(const ucontext_t *uc)
{
    size_t found = 0;

    for (size_t p = 0; p < sizeof places / sizeof *places; p++)
        for (int i = 0; clobber_registers[i].name != NULL; i++)
            if (strcmp(clobber_registers[i].name, places[p].name) == 0) {
                t_expect_eq(SAVED(uc, places[p].reg), mine.want[i], __FILE__,
                            __LINE__, places[p].name);
                found++;
            }
    EXPECT_EQ(found, sizeof places / sizeof *places);
    EXPECT_EQ(SAVED(uc, PC), (uintptr_t)clobber_return);
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
#else
TEST(saved_registers_lie_where_uc_mcontext_says)
{
    SKIP("this architecture's places are not in the table");
}
#endif
