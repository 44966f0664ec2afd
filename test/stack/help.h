/* SPDX-License-Identifier: MIT */
/* What the tests of stacks ask the kernel. */
#ifndef STACK_HELP_H
#define STACK_HELP_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <uctx/stack.h>

#include "t.h"

/* May the byte at `at` be read?  The kernel tries; a guard is EFAULT. */
T_UNUSED static int readable(const void *at)
{
    static int fd = -1;
    char byte;

    if (fd < 0) {
        int ends[2];

        MUST(pipe(ends) == 0);
        MUST(dup2(ends[0], ends[1] + 1) >= 0);
        fd = ends[1];
    }
    if (write(fd, at, 1) != 1)
        return 0;
    MUST(read(fd + 1, &byte, 1) == 1);
    return 1;
}

/* A number from /proc/self/status, in KiB. */
T_UNUSED static long status_kib(const char *key)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long value = -1;

    MUST(file != NULL);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            value = atol(line + strlen(key) + 1);
    fclose(file);
    MUST(value >= 0);
    return value;
}

T_UNUSED static int count_maps(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    int n = 0, c;

    MUST(file != NULL);
    while ((c = getc(file)) != EOF)
        n += c == '\n';
    fclose(file);
    return n;
}

T_UNUSED static int kernel_has_light_guards(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int has = madvise(page, size, 102 /* MADV_GUARD_INSTALL */) == 0;

    has = has && madvise(page, size, -1) != 0; /* qemu-user takes any advice */
    munmap(page, size);
    return has;
}

T_UNUSED static size_t count_live(void)
{
    struct uctx_pool_stats stats;

    uctx_pool_stats(&stats);
    return stats.live;
}

/* Run f(arg) in a child; its stderr goes to `text`.  Returns the wait
 * status. */
T_UNUSED static int run_child(void (*f)(int arg), int arg, char *text,
                              size_t size)
{
    int ends[2], status;
    size_t n = 0;
    ssize_t got;
    pid_t pid;

    fflush(stdout);
    MUST(pipe(ends) == 0);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        f(arg);
        _exit(t_failures != 0);
    }
    close(ends[1]);
    while ((got = read(ends[0], text + n, size - 1 - n)) > 0)
        n += (size_t)got;
    text[n] = '\0';
    close(ends[0]);
    MUST(waitpid(pid, &status, 0) == pid);
    return status;
}

/* A random number, the same in each run. */
T_UNUSED static unsigned next_random(unsigned *state)
{
    *state = *state * 1103515245u + 12345u;
    return *state >> 8;
}

#endif
