/* SPDX-License-Identifier: MIT */
/*
 * What handler.S fills and looks at, and how it is compared: for handler.h,
 * which includes this.
 */
#ifndef HANDLER_STATE_H
#define HANDLER_STATE_H

#include <sys/auxv.h>
#include <sys/prctl.h>

enum { MAX_VL = 256 }; /* bytes of a z register, at most */

extern struct handler_state {
    uint64_t x[32]; /* x30 and sp only in found */
    uint64_t nzcv, fpcr, fpsr, padding;
    uint8_t v[32 * MAX_VL];     /* with SVE one z register after the other */
    uint8_t p[17 * MAX_VL / 8]; /* the last one is ffr */
} handler_wanted, handler_found;

/* Bytes of a z register, 0 without SVE. */
extern uint64_t handler_vl;

_Static_assert(offsetof(struct handler_state, nzcv) == 256, "STATE_NZCV");
_Static_assert(offsetof(struct handler_state, v) == 288, "STATE_V");
_Static_assert(offsetof(struct handler_state, p) == 288 + 32 * 256, "STATE_P");
_Static_assert(sizeof(struct handler_state) == 9024, "STATE_SIZE");

static int handler_check(void)
{
    const struct handler_state *found = &handler_found;
    const struct handler_state *wanted = &handler_wanted;
    size_t size = handler_vl != 0 ? handler_vl : 16;
    int n = 0;

    for (int i = 0; i < 30; i++)
        n += handler_differ("x", i, &found->x[i], &wanted->x[i], 8);
    n += handler_differ("nzcv", -1, &found->nzcv, &wanted->nzcv, 8);
    n += handler_differ("fpcr", -1, &found->fpcr, &wanted->fpcr, 8);
    n += handler_differ("fpsr", -1, &found->fpsr, &wanted->fpsr, 8);
    for (int i = 0; i < 32; i++)
        n += handler_differ(handler_vl != 0 ? "z" : "v", i, found->v + i * size,
                            wanted->v + i * size, size);
    for (int i = 0; handler_vl != 0 && i < 17; i++)
        n += handler_differ("p", i, found->p + i * size / 8,
                            wanted->p + i * size / 8, size / 8);
    return n;
}

/* Fill with patterns, and see that the computation keeps them by itself. */
static void handler_fill(void)
{
    uint64_t *word = (uint64_t *)&handler_wanted;

    for (size_t i = 0; i < sizeof handler_wanted / sizeof *word; i++)
        word[i] = handler_random();
    handler_wanted.nzcv &= 0xf0000000;
    handler_wanted.fpcr = 0x00c00000; /* rounding towards zero */
    handler_wanted.fpsr = 0x0800009f; /* all flags             */
#ifdef HWCAP_SVE
    if (getauxval(AT_HWCAP) & HWCAP_SVE) {
        handler_vl = prctl(PR_SVE_GET_VL) & PR_SVE_VL_LEN_MASK;
        MUST(handler_vl <= MAX_VL);
        /* The first-fault register holds ones, and then zeros. */
        memset(handler_wanted.p + 16 * handler_vl / 8, 0, handler_vl / 8);
        handler_wanted.p[16 * handler_vl / 8] = 0x1f;
    }
#endif

    handler_stop();
    memset(&handler_found, 0, sizeof handler_found);
    handler_spin();
    MUST(handler_check() == 0); /* by itself it keeps them all */
    handler_next = handler_loop;
}

#endif
