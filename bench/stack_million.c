/* SPDX-License-Identifier: MIT */
/*
 * A million live contexts in one process, each with a guarded stack of 64 KiB
 * and suspended in its entry: what they take of time, of memory and of
 * /proc/self/maps, whether the guards of 1,000 of them work, and what is left
 * when all have been destroyed.
 *
 *     stack_million [n]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uctx.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The size of `key` in /proc/self/status, in bytes. */
static double status(const char *key)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    double bytes = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            bytes = atof(line + strlen(key)) * 1024;
    if (file != NULL)
        fclose(file);
    return bytes;
}

static int count_maps(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    int n = 0, c;

    while (file != NULL && (c = getc(file)) != EOF)
        n += c == '\n';
    if (file != NULL)
        fclose(file);
    return n;
}

static void *entry(struct uctx *self, void *value)
{
    return uctx_yield(self, value);
}

static int count(struct uctx *ctx, void *arg)
{
    *(long *)arg += uctx_state(ctx) == UCTX_SUSPENDED;
    return 0;
}

/* The kernel tries to read the byte: EFAULT if it may not. */
static int readable(int pipe_end, const void *at)
{
    return write(pipe_end, at, 1) == 1 || errno != EFAULT;
}

int main(int argc, char **argv)
{
    long n = argc > 1 ? atol(argv[1]) : 1000000, suspended = 0, good = 0;
    struct uctx **ctxs = malloc((size_t)n * sizeof *ctxs);
    struct uctx_pool_stats stats;
    double rss, tables, start;
    clock_t busy;
    int maps, ends[2];

    if (ctxs == NULL || pipe(ends) != 0)
        return 1;
    memset(ctxs, 1, (size_t)n * sizeof *ctxs); /* resident before we count */
    maps = count_maps();
    rss = status("VmRSS:");
    tables = status("VmPTE:");

    start = now();
    busy = clock();
    for (long i = 0; i < n; i++) {
        ctxs[i] = uctx_create(65536, entry);
        if (ctxs[i] == NULL) {
            perror("uctx_create");
            return 1;
        }
        uctx_resume(ctxs[i], NULL);
    }
    printf("created and started    %8.2f s, %.2f s of it on a processor\n",
           now() - start, (double)(clock() - busy) / CLOCKS_PER_SEC);
    printf("lines in maps          %8d more\n", count_maps() - maps);
    printf("resident per context   %8.0f bytes, of which a page %ld\n",
           (status("VmRSS:") - rss) / (double)n, sysconf(_SC_PAGESIZE));
    printf("page tables each       %8.0f bytes\n",
           (status("VmPTE:") - tables) / (double)n);
    uctx_each(count, &suspended);
    printf("live in uctx_each()    %8ld\n", suspended);
    for (long i = 0; i < 1000; i++) {
        struct uctx *ctx = ctxs[i * (n / 1000) + i % (n / 1000)];
        struct uctx_addr_info info;

        uctx_addr_info(ctx, &info);
        good += info.owner == ctx && readable(ends[1], info.stack.base) &&
                !readable(ends[1], (char *)info.stack.base - 1) &&
                !readable(ends[1], (char *)info.stack.base - 4096);
    }
    printf("guards that work       %8ld of 1000\n", good);

    start = now();
    for (long i = 0; i < n; i++)
        uctx_destroy(ctxs[i]);
    printf("destroyed              %8.2f s\n", now() - start);
    printf("resident then          %8.0f KiB more\n",
           (status("VmRSS:") - rss) / 1024);
    uctx_pool_trim();
    printf("after uctx_pool_trim() %8.0f KiB more, page tables %.0f KiB more\n",
           (status("VmRSS:") - rss) / 1024, (status("VmPTE:") - tables) / 1024);
    uctx_pool_stats(&stats);
    printf("left                   %8zu live, %zu idle, %zu mappings\n",
           stats.live, stats.idle, stats.mappings);
    return good != 1000 || suspended != n || stats.live != 0;
}
