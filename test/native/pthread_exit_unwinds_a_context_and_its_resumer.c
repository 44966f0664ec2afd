/* SPDX-License-Identifier: MIT */
/*
 * pthread_exit() in a context unwinds it and then whoever waits for it, to the
 * thread's start: each cleanup runs once, innermost first.  Where nobody waits
 * only the context is unwound.  Either way the thread ends, with its value.
 *
 * musl's pthread_exit() unwinds nothing.
 *
 * Build: FLAGS -fexceptions NOT_UNDER musl
 */
#include "t.h"
#include <pthread.h>
#include <uctx.h>

static struct uctx here;
static char trace[16];

static void clean(const char *letter)
{
    size_t n = strlen(trace);

    if (n < sizeof trace - 1)
        trace[n] = *letter;
}

#define CLEAN(letter) \
    __attribute__((unused, cleanup(clean))) const char mine = letter

static void pop(void *letter)
{
    clean(letter);
}

static void *leave(struct uctx *self, void *value)
{
    CLEAN('a');

    if (value != NULL)
        uctx_yield(self, NULL); /* once more, then */
    pthread_cleanup_push(pop, "p");
    pthread_exit(trace);
    pthread_cleanup_pop(0);
    return NULL;
}

static void *between(struct uctx *self, void *value)
{
    struct uctx *inner = uctx_create(0, leave);
    CLEAN('b');

    (void)self;
    uctx_resume(inner, value);
    uctx_resume(inner, NULL);
    return NULL;
}

static void *resume(void *value)
{
    CLEAN('r');

    uctx_resume(uctx_create(0, between), value);
    return NULL;
}

static void *swap(void *value)
{
    CLEAN('s');

    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, uctx_create(0, leave), value);
    return NULL;
}

static void expect(void *(*start)(void *), void *value, const char *cleaned)
{
    pthread_t thread;
    void *result = NULL;

    memset(trace, 0, sizeof trace);
    MUST(pthread_create(&thread, NULL, start, value) == 0);
    pthread_join(thread, &result);
    EXPECT(result == trace);
    if (!EXPECT(strcmp(trace, cleaned) == 0))
        printf("  cleaned: %s\n", trace);
}

TEST(pthread_exit_unwinds_a_context_and_its_resumer)
{
    for (int i = 0; i < 100; i++) {
        expect(resume, NULL, "pabr");
        expect(resume, trace, "pabr");
        expect(swap, NULL, "pa");
    }
}
