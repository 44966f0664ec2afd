/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <ucontext.h>

static ucontext_t consumer, producer;
static char stack[64 * 1024];
static int value;

static void squares(void)
{
    for (int i = 1; i <= 5; i++) {
        value = i * i;
        swapcontext(&producer, &consumer); /* yield */
    }
    value = 0;
}

int main(void)
{
    getcontext(&producer);
    producer.uc_stack.ss_sp = stack;
    producer.uc_stack.ss_size = sizeof stack;
    producer.uc_link = &consumer; /* resumed when squares() returns */
    makecontext(&producer, squares, 0);

    while (swapcontext(&consumer, &producer) == 0 && value != 0)
        printf("%d\n", value);
    return 0;
}
