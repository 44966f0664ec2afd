/* SPDX-License-Identifier: MIT */
/*
 * A producer and a consumer share a small buffer.  Neither calls the other:
 * they swap when it is full or empty, and whoever is last swaps back to main.
 */
#include <stdio.h>
#include <uctx.h>

enum { ITEMS = 1000, ROOM = 8 };

static struct uctx here, *producer, *consumer;
static int buffer[ROOM], n_buffered, swaps;
static long sum;

static void *produce(struct uctx *self, void *value)
{
    for (int item = 1; item <= ITEMS; item++) {
        if (n_buffered == ROOM) {
            swaps++;
            uctx_swap(self, consumer, NULL);
        }
        buffer[n_buffered++] = item;
    }
    swaps++;
    uctx_swap(self, consumer, &here); /* that was all */
    return value;
}

static void *consume(struct uctx *self, void *finished)
{
    for (;;) {
        while (n_buffered > 0)
            sum += buffer[--n_buffered];
        swaps++;
        if (finished != NULL)
            uctx_swap(self, &here, NULL);
        finished = uctx_swap(self, producer, NULL);
    }
    return NULL;
}

int main(void)
{
    producer = uctx_create(0, produce);
    consumer = uctx_create(0, consume);
    if (producer == NULL || consumer == NULL)
        return 1;
    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, producer, NULL);
    uctx_destroy(producer);
    uctx_destroy(consumer);
    printf("%d items, sum %ld, %d swaps\n", ITEMS, sum, swaps);
    return sum != (long)ITEMS * (ITEMS + 1) / 2;
}
