/* SPDX-License-Identifier: MIT */
/*
 * Rounding, precision, exception masks, sticky flags and what is pending, of
 * the x87 and of the SSE unit, stay with their context on every way into one:
 * swapcontext, setcontext, and a return to uc_link.  The states are drawn from
 * few values, so that contexts often agree in one word and not in another.
 * Not true of glibc 2.36, whose setcontext() raises what is pending.
 *
 * Build: NOT_UNDER valgrind
 */
#include "fp.h"

#ifdef FP_WORDS
enum { CONTEXTS = 6, STEPS = 20000 };

static ucontext_t context[CONTEXTS];
static char stack[CONTEXTS][16 * 1024];
static int current, steps, returned;

static struct fp_words draw(void)
{
    static const uint16_t controls[] = {X87_DEFAULT, 0x0f7f, 0x077f, X87_SINGLE,
                                        0x0b7b,      0x0340, 0x027e};
    static const uint16_t flags[] = {0, 0, X87_ZERO, X87_INVALID, 0x20, 0x3f};
    static const uint32_t mxcsrs[] = {MXCSR_DEFAULT, 0x1fbf, 0x7fa0,
                                      0xffc4,        0x3f80, 0x0000};
    struct fp_words w = {controls[t_random() % 7], flags[t_random() % 6],
                         mxcsrs[t_random() % 6]};

    if (w.status & ~w.control)
        w.status |= X87_SUMMARY;
    return w;
}

static void keep_words(void);

static void make(int i)
{
    MUST(getcontext(&context[i]) == 0);
    context[i].uc_stack.ss_sp = stack[i];
    context[i].uc_stack.ss_size = sizeof stack[i];
    context[i].uc_link = &context[0];
    makecontext(&context[i], keep_words, 0);
}

/* Go to another context in one of the ways; come back with these words. */
static void go(int me)
{
    struct fp_words mine = draw(), now;
    volatile int saved = 0;

    current = t_random() % CONTEXTS;
    fp_write(mine);
    if (t_random() % 2) {
        swapcontext(&context[me], &context[current]);
    } else {
        getcontext(&context[me]);
        if (!saved) {
            saved = 1;
            setcontext(&context[current]);
        }
    }
    now = fp_read();
    fp_reset();
    EXPECT_FP(now, mine);
    if (returned) {
        make(returned);
        returned = 0;
    }
    EXPECT_EQ(current, me);
}

static void keep_words(void)
{
    int me = current;

    while (steps++ < STEPS && t_failures < 20) {
        go(me);
        if (me != 0 && t_random() % 8 == 0) {
            returned = me; /* main makes us again */
            break;
        }
    }
    current = 0;
    fp_write(draw());
}

TEST(switch_keeps_every_fp_word_per_context)
{
    for (int i = 1; i < CONTEXTS; i++)
        make(i);
    keep_words();
    fp_reset();
    EXPECT(steps > STEPS);
}
#else
TEST(switch_keeps_every_fp_word_per_context)
{
    SKIP("this architecture has no x87 and SSE words");
}
#endif
