/* SPDX-License-Identifier: MIT */
/*
 * Two contexts that hand over to each other, each with arguments, and a chain
 * of uc_link that brings the program back to main() when they return.
 */
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define STACK_SIZE (64 * 1024)

static ucontext_t home, ping, pong;

static void speak(int is_ping, int n_times)
{
    ucontext_t *self = is_ping ? &ping : &pong;
    ucontext_t *other = is_ping ? &pong : &ping;

    for (int i = 1; i <= n_times; i++) {
        printf("%s %d\n", is_ping ? "ping" : "pong", i);
        if (swapcontext(self, other) != 0)
            abort();
    }
    printf("%s returns\n", is_ping ? "ping" : "pong");
}

static void make(ucontext_t *ctx, ucontext_t *link, int is_ping)
{
    if (getcontext(ctx) != 0)
        abort();
    ctx->uc_stack.ss_sp = malloc(STACK_SIZE);
    ctx->uc_stack.ss_size = STACK_SIZE;
    ctx->uc_link = link;
    if (ctx->uc_stack.ss_sp == NULL)
        abort();
    makecontext(ctx, (void (*)(void))speak, 2, is_ping, 3);
}

int main(void)
{
    make(&ping, &pong, 1); /* ping's end resumes pong, */
    make(&pong, &home, 0); /* and pong's end resumes us */

    if (swapcontext(&home, &ping) != 0)
        abort();
    puts("home again");
    free(ping.uc_stack.ss_sp);
    free(pong.uc_stack.ss_sp);
    return 0;
}
