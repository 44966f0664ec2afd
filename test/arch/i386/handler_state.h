/* SPDX-License-Identifier: MIT */
/*
 * What handler.S fills and looks at, and how it is compared: for handler.h,
 * which includes this.
 */
#ifndef HANDLER_STATE_H
#define HANDLER_STATE_H

#include <cpuid.h>

extern struct handler_state {
    uint32_t gpr[8]; /* in the order of their encoding; esp only in found */
    uint32_t flags;
    uint32_t padding[7];
    uint8_t xsave[4096];
} handler_wanted, handler_found;
extern uint32_t handler_xsave_mask;

_Static_assert(offsetof(struct handler_state, flags) == 32, "STATE_FLAGS");
_Static_assert(offsetof(struct handler_state, xsave) == 64, "STATE_XSAVE");
_Static_assert(sizeof(struct handler_state) == 64 + 4096, "STATE_SIZE");

/* The parts of an XSAVE area, by their number; 0 and 1 are the legacy area. */
static const struct {
    const char *name;
    int number;
    int n;    /* registers           */
    int size; /* bytes of one        */
} handler_part[] = {
    {"the high half of ymm", 2, 8, 16},
    {"k", 5, 8, 8},
    {"the high half of zmm", 6, 8, 32},
};
enum { N_PARTS = sizeof handler_part / sizeof *handler_part };

static unsigned handler_part_offset(int number)
{
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

    __cpuid_count(0xd, number, eax, ebx, ecx, edx);
    return ebx;
}

static int handler_check(void)
{
    const struct handler_state *found = &handler_found;
    const struct handler_state *wanted = &handler_wanted;
    int n = 0;

    for (int i = 0; i < 8; i++)
        if (i != 4)
            n += handler_differ("register ", i, &found->gpr[i], &wanted->gpr[i],
                                4);
    n += handler_differ("eflags", -1, &found->flags, &wanted->flags, 4);
    n += handler_differ("x87 control", -1, found->xsave, wanted->xsave, 2);
    n += handler_differ("x87 status", -1, found->xsave + 2, wanted->xsave + 2,
                        2);
    n += handler_differ("x87 tags", -1, found->xsave + 4, wanted->xsave + 4, 1);
    n += handler_differ("mxcsr", -1, found->xsave + 24, wanted->xsave + 24, 4);
    for (int i = 0; i < 8; i++)
        n += handler_differ("st", i, found->xsave + 32 + 16 * i,
                            wanted->xsave + 32 + 16 * i, 10);
    for (int i = 0; i < 8; i++)
        n += handler_differ("xmm", i, found->xsave + 160 + 16 * i,
                            wanted->xsave + 160 + 16 * i, 16);
    for (int i = 0; i < N_PARTS; i++) {
        unsigned at = handler_part_offset(handler_part[i].number);

        if (!(handler_xsave_mask >> handler_part[i].number & 1))
            continue;
        for (int j = 0; j < handler_part[i].n; j++, at += handler_part[i].size)
            n += handler_differ(handler_part[i].name, j, found->xsave + at,
                                wanted->xsave + at, handler_part[i].size);
    }
    return n;
}

/* Fill with patterns, and see that the computation keeps them by itself. */
static void handler_fill(void)
{
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
    uint64_t *word = (uint64_t *)&handler_wanted;
    uint8_t *area = handler_wanted.xsave;
    uint16_t control = 0x27f, status = 0;
    uint32_t mxcsr = 0x5fbf; /* all masked, rounding up, all flags */

    __cpuid(1, eax, ebx, ecx, edx);
    if (!(ecx & bit_OSXSAVE))
        SKIP("this CPU has no XSAVE");
    __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
    handler_xsave_mask = eax & 0xe7;
    __cpuid_count(0xd, 0, eax, ebx, ecx, edx);
    MUST(ebx <= sizeof handler_wanted.xsave);

    for (size_t i = 0; i < sizeof handler_wanted / sizeof *word; i++)
        word[i] = handler_random();
    handler_wanted.gpr[3] = (uint32_t)(uintptr_t)&handler_wanted;
    handler_wanted.flags = 0x202 | (handler_random() & 0xcd5);

    for (int i = 0; i < 8; i++) { /* an explicit integer bit, 48 unused */
        area[32 + 16 * i + 7] |= 0x80;
        area[32 + 16 * i + 9] &= 0x3f;
        memset(area + 32 + 16 * i + 10, 0, 6);
    }
    memset(area, 0, 32);
    memcpy(area, &control, sizeof control);
    memcpy(area + 2, &status, sizeof status);
    area[4] = 0xff; /* all eight are in use */
    memcpy(area + 24, &mxcsr, sizeof mxcsr);
    memset(area + 512, 0, 64);
    memcpy(area + 512, &handler_xsave_mask, sizeof handler_xsave_mask);

    handler_stop();
    memset(&handler_found, 0, sizeof handler_found);
    handler_spin();
    MUST(handler_check() == 0); /* by itself it keeps them all */
    handler_next = handler_loop;
}

#endif
