/* SPDX-License-Identifier: MIT */
/*
 * What handler.S fills and looks at, and how it is compared: for handler.h,
 * which includes this.
 */
#ifndef HANDLER_STATE_H
#define HANDLER_STATE_H

extern struct handler_state {
    uint64_t x[32]; /* found: sp, gp and tp, too */
    uint64_t f[32];
    uint64_t fcsr;
} handler_wanted, handler_found;

_Static_assert(offsetof(struct handler_state, f) == 256, "STATE_F");
_Static_assert(offsetof(struct handler_state, fcsr) == 512, "STATE_FCSR");

static int handler_check(void)
{
    const struct handler_state *found = &handler_found;
    const struct handler_state *wanted = &handler_wanted;
    int n = 0;

    for (int i = 1; i < 32; i++)
        if (i != 2 && i != 4 && i != 5)
            n += handler_differ("x", i, &found->x[i], &wanted->x[i], 8);
    for (int i = 0; i < 32; i++)
        n += handler_differ("f", i, &found->f[i], &wanted->f[i], 8);
    n += handler_differ("fcsr", -1, &found->fcsr, &wanted->fcsr, 4);
    return n;
}

/* Fill with patterns, and see that the computation keeps them by itself. */
static void handler_fill(void)
{
    uint64_t *word = (uint64_t *)&handler_wanted;

    for (size_t i = 0; i < sizeof handler_wanted / sizeof *word; i++)
        word[i] = handler_random();
    handler_wanted.fcsr = 0x7f; /* rounding up, all flags */
    __asm__("mv %0, gp" : "=r"(handler_wanted.x[3]));

    handler_stop();
    memset(&handler_found, 0, sizeof handler_found);
    handler_spin();
    MUST(handler_check() == 0); /* by itself it keeps them all */
    handler_next = handler_loop;
}

#endif
