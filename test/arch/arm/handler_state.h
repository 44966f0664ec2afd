/* SPDX-License-Identifier: MIT */
/*
 * What handler.S fills and looks at, and how it is compared: for handler.h,
 * which includes this.
 */
#ifndef HANDLER_STATE_H
#define HANDLER_STATE_H

extern struct handler_state {
    uint32_t gpr[15]; /* r13, the stack pointer, aside */
    uint32_t flags;
    uint64_t vfp[16];
    uint32_t fpscr, padding;
} handler_wanted, handler_found;

_Static_assert(offsetof(struct handler_state, flags) == 60, "STATE_FLAGS");
_Static_assert(offsetof(struct handler_state, vfp) == 64, "STATE_VFP");
_Static_assert(sizeof(struct handler_state) == 200, "STATE_SIZE");

static int handler_check(void)
{
    const struct handler_state *found = &handler_found;
    const struct handler_state *wanted = &handler_wanted;
    int n = 0;

    for (int i = 0; i < 15; i++)
        if (i != 13)
            n += handler_differ("r", i, &found->gpr[i], &wanted->gpr[i], 4);
    n += handler_differ("flags", -1, &found->flags, &wanted->flags, 4);
    for (int i = 0; i < 16; i++)
        n += handler_differ("d", i, &found->vfp[i], &wanted->vfp[i], 8);
    n += handler_differ("fpscr", -1, &found->fpscr, &wanted->fpscr, 4);
    return n;
}

/* Fill with patterns, and see that the computation keeps them by itself. */
static void handler_fill(void)
{
    uint32_t *word = (uint32_t *)&handler_wanted;

    for (size_t i = 0; i < sizeof handler_wanted / sizeof *word; i++)
        word[i] = (uint32_t)(handler_random() >> 16);
    handler_wanted.gpr[0] = (uint32_t)(uintptr_t)&handler_wanted;
    handler_wanted.flags &= 0xf80f0000; /* N Z C V Q and GE           */
    handler_wanted.fpscr &= 0xfbc0009f; /* but length and stride, traps */

    handler_stop();
    memset(&handler_found, 0, sizeof handler_found);
    handler_spin();
    MUST(handler_check() == 0); /* by itself it keeps them all */
    handler_next = handler_loop;
}

#endif
