/* SPDX-License-Identifier: MIT */
/*
 * With UCTX_CHECK each mistake ends in a message that names the context and the
 * mistake, and in abort().
 *
 * Build: FLAGS -DUCTX_CHECK
 */
#include "t.h"
#include <pthread.h>
#include <sys/wait.h>
#include <uctx.h>

static struct uctx *ctx, *other, zero, here;

static void *yielder(struct uctx *self, void *value)
{
    for (;;)
        value = uctx_yield(self, value);
    return NULL;
}

static void *once(struct uctx *self, void *value)
{
    (void)self;
    return value;
}

static void *resume_self(struct uctx *self, void *value)
{
    return uctx_resume(self, value);
}

static void *yield_other(struct uctx *self, void *value)
{
    (void)self;
    return uctx_yield(other, value);
}

static void *resume_value(struct uctx *self, void *value)
{
    (void)self;
    return uctx_resume((struct uctx *)value, NULL);
}

static struct uctx *named(uctx_entry *entry)
{
    struct uctx *made = uctx_create(0, entry);

    uctx_set_name(made, "wally");
    return made;
}

static void twice(void)
{
    uctx_resume(named(resume_self), NULL);
}

static void done(void)
{
    ctx = named(once);
    uctx_resume(ctx, NULL);
    uctx_resume(ctx, NULL);
}

static void destroyed(void)
{
    static char memory[8192];
    struct uctx_stack stack = {memory, sizeof memory};
    static struct uctx gone;

    uctx_init(&gone, &stack, yielder, 0);
    uctx_resume(&gone, NULL);
    uctx_fini(&gone);
    uctx_resume(&gone, NULL);
}

static void never(void)
{
    uctx_resume(&zero, NULL);
}

static void null(void)
{
    uctx_resume(NULL, NULL);
}

static void outside(void)
{
    ctx = named(yielder);
    uctx_resume(ctx, NULL);
    uctx_yield(ctx, NULL);
}

static void wrong_self(void)
{
    other = named(resume_value);
    ctx = uctx_create(0, yield_other);
    uctx_resume(other, ctx);
}

static void unlinked(void)
{
    ctx = named(yielder);
    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, ctx, NULL);
}

static void return_unlinked(void)
{
    ctx = named(once);
    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, ctx, NULL);
}

static void swap_not_running(void)
{
    ctx = named(yielder);
    other = uctx_create(0, yielder);
    uctx_swap(ctx, other, NULL);
}

static void *resume_other(struct uctx *self, void *value)
{
    uctx_swap(self, &here, value);
    return uctx_resume(other, self);
}

/* Only a checked swap tells that its target runs. */
static void after_swap(void)
{
    ctx = named(resume_other);
    other = uctx_create(0, resume_value);
    uctx_init(&here, NULL, NULL, 0);
    uctx_swap(&here, ctx, NULL);
    uctx_swap(&here, ctx, NULL);
}

static void *resume_in_thread(void *value)
{
    uctx_resume(value, NULL);
    return NULL;
}

static void *spawn(struct uctx *self, void *value)
{
    pthread_t thread;

    pthread_create(&thread, NULL, resume_in_thread, self);
    pthread_join(thread, NULL);
    return value;
}

static void elsewhere(void)
{
    uctx_resume(named(spawn), NULL);
}

static const struct {
    void (*mistake)(void);
    const char *says;
} cases[] = {
    {twice, "uctx: resume of 'wally': it is running already\n"},
    {done, "uctx: resume of 'wally': it is done\n"},
    {destroyed, ": it has been destroyed\n"},
    {never, ": it was never initialised, or has been destroyed\n"},
    {null, "uctx: resume of context 0x0: there is no context at NULL\n"},
    {outside, "uctx: yield of 'wally': it is not running\n"},
    {wrong_self, "uctx: yield of 'wally': it is not the caller\n"},
    {unlinked, "uctx: yield of 'wally': nobody resumed it\n"},
    {return_unlinked, "uctx: return of 'wally': nobody resumed it\n"},
    {swap_not_running, "uctx: swap from 'wally': it is not running\n"},
    {after_swap, "uctx: resume of 'wally': it is running already\n"},
    {elsewhere, "uctx: resume of 'wally': it is running on another thread\n"},
};

TEST(mistakes_are_named_in_checked_builds)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        ssize_t size, length = 0;
        int ends[2], status;
        pid_t child;

        MUST(pipe(ends) == 0);
        MUST((child = fork()) >= 0);
        if (child == 0) {
            dup2(ends[1], STDERR_FILENO);
            cases[i].mistake();
            _exit(0);
        }
        close(ends[1]);
        while ((size = read(ends[0], text + length,
                            sizeof text - 1 - (size_t)length)) > 0)
            length += size;
        text[length] = '\0';
        close(ends[0]);
        waitpid(child, &status, 0);
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
        if (!EXPECT(strstr(text, cases[i].says) != NULL))
            printf("  it says: %s  expected: %s", text, cases[i].says);
    }
}
