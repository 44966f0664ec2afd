/* SPDX-License-Identifier: MIT */
/* Goes back by getcontext and setcontext, and makes no context. */
#include <stdlib.h>
#include <ucontext.h>

int main(void)
{
    ucontext_t *ctx = calloc(1, sizeof *ctx);
    volatile int n = 0;

    if (ctx == NULL || getcontext(ctx) != 0)
        return 1;
    if (n++ < 3)
        setcontext(ctx);
    free(ctx);
    return n != 4;
}
