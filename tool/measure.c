/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "place.h"
#include "tool.h"

/* In the child. */
static void start(const struct subject *subject, const char *path,
                  const char *library, char **argv)
{
    if (unsetenv("LD_PRELOAD") != 0 || unsetenv("UCTX_REPORT") != 0 ||
        unsetenv("UCTX_RUN") != 0 ||
        (library != NULL && setenv("LD_PRELOAD", library, 1) != 0) ||
        (subject->sigmask != NULL &&
         setenv("UCTX_SIGMASK", subject->sigmask, 1) != 0))
        _exit(EXIT_FAILURE);
    execv(path, argv);
    _exit(EXIT_CANNOT_RUN);
}

/* This libc may have no such functions, and then the program has ours. */
static bool exists(const struct subject *subject)
{
#ifdef UCTX_LIBC_HAS_CONTEXTS
    (void)subject;
    return true;
#else
    return subject->preloaded || strcmp(subject->program, "posix") != 0;
#endif
}

/*
 * Run it and read the lines that it prints, all of them in *text, which the
 * caller frees.  Returns its exit status, or -1.
 */
static int run(const struct subject *subject, char **argv, char **text)
{
    char *path = place_program(subject->program);
    char *library =
        subject->preloaded ? place_library("libuctx_posix.so") : NULL;
    size_t len = 0;
    int ends[2], status = -1;
    FILE *file;
    pid_t child;

    *text = NULL;
    if (path == NULL || !exists(subject))
        return -1;
    if (pipe(ends) != 0)
        tool_die(EXIT_FAILURE, "pipe: %s", strerror(errno));
    child = fork();
    if (child < 0)
        tool_die(EXIT_FAILURE, "fork: %s", strerror(errno));
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        start(subject, path, library, argv);
    }
    close(ends[1]);
    file = fdopen(ends[0], "r");
    if (file == NULL || getdelim(text, &len, '\0', file) < 0) {
        free(*text);
        *text = tool_text("%s", "");
    }
    if (file != NULL)
        fclose(file);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    free(path);
    free(library);
    return status;
}

char *measure_list(const struct subject *subject)
{
    char *argv[] = {(char *)subject->program, NULL}, *text;

    if (run(subject, argv, &text) == 0)
        return text;
    free(text);
    return NULL;
}

int measure(const struct subject *subject, const char *figure, int rounds,
            int microseconds, struct values *values)
{
    char *argv[] = {(char *)subject->program, (char *)figure,
                    tool_text("%d", rounds), tool_text("%d", microseconds),
                    NULL};
    char *text, *value, *end;
    int status = run(subject, argv, &text);

    free(argv[2]);
    free(argv[3]);
    if (status != 0) {
        free(text);
        return -1;
    }
    strtok(text, " "); /* the figure's name */
    value = strtok(NULL, " \n");
    if (value != NULL)
        snprintf(values->unit, sizeof values->unit, "%s", value);
    while (value != NULL && (value = strtok(NULL, " \n")) != NULL) {
        values->at = realloc(values->at, (values->n + 1) * sizeof *values->at);
        if (values->at == NULL)
            tool_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
        values->at[values->n] = strtod(value, &end);
        if (*end == '\0')
            values->n++;
    }
    free(text);
    return 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double measure_quantile(struct values *values, double part)
{
    qsort(values->at, values->n, sizeof *values->at, ascending);
    return values->at[(size_t)(part * (double)(values->n - 1) + 0.5)];
}
