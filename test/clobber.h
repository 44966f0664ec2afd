/* SPDX-License-Identifier: MIT */
/*
 * A call with every register full that the callee must preserve.
 * arch/<arch>/clobber.S implements it; its list of registers is typed from the
 * ABI.
 */
#ifndef CLOBBER_H
#define CLOBBER_H

#include "t.h"

#define CLOBBER_MAX 72 /* registers, at most */

/* The assembly knows these offsets: all words but the pointers are 64 bits. */
struct clobber {
    uint64_t want[CLOBBER_MAX];      /* loaded before the call             */
    uint64_t got[CLOBBER_MAX];       /* what they hold after it            */
    uint64_t result;                 /* of the call                        */
    void *function;                  /* what to call, with                 */
    void *arg[2];                    /* these                              */
    void (*after)(struct clobber *); /* called whenever it returns    */
};

/* The registers, in the order of want[] and got[]; a name of NULL ends them.
 * Of a register only the bits in `vary` may take any value; the stack pointer
 * has none, and clobber_call() writes its want[] itself. */
struct clobber_register {
    const char *name;
    uint64_t vary, fixed;
};
extern const struct clobber_register clobber_registers[];

/* Load want[], call function(arg[0], arg[1]), store got[] and result, and call
 * after(), each time that the function returns while this call lasts. */
void clobber_call(struct clobber *c);

/* Where the function returns to. */
extern const char clobber_return[];

T_UNUSED static void clobber_fill(struct clobber *c)
{
    for (int i = 0; clobber_registers[i].name != NULL; i++)
        c->want[i] = (t_random() & clobber_registers[i].vary) |
                     clobber_registers[i].fixed;
}

/* An after() that fails the test unless each register has kept its value. */
T_UNUSED static void clobber_check(struct clobber *c)
{
    for (int i = 0; clobber_registers[i].name != NULL; i++)
        t_expect_eq(c->got[i], c->want[i], __FILE__, __LINE__,
                    clobber_registers[i].name);
}

/* Fill the registers anew and call.  The int that the function returned. */
T_UNUSED static int clobber_run(struct clobber *c, void *function, void *arg0,
                                void *arg1)
{
    clobber_fill(c);
    c->function = function;
    c->arg[0] = arg0;
    c->arg[1] = arg1;
    if (c->after == NULL)
        c->after = clobber_check;
    clobber_call(c);
    return (int)c->result;
}

#endif
