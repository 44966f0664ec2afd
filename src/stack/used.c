/* SPDX-License-Identifier: MIT */
/*
 * How far down a stack was ever used, and giving back what is below.
 */
#include "stack/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

/* More than the red zone of any ABI below a suspended stack pointer. */
#define BELOW_SP 512

/* /proc/self/pagemap: a word a page. */
#define PAGE_PRESENT ((uint64_t)1 << 63)
#define PAGE_SWAPPED ((uint64_t)1 << 62)

/*
 * How many pages from `start` on have no memory.  Without /proc none is known
 * to, and reading will tell, slower: it maps the zero page to each.
 */
static size_t count_untouched(uintptr_t start, size_t n_pages, size_t page)
{
    uint64_t words[32];
    size_t done = 0;
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

    while (fd >= 0 && done < n_pages) {
        off_t at = (off_t)((start / page + done) * sizeof *words);
        ssize_t got = pread(fd, words, sizeof words, at);

        if (got < (ssize_t)sizeof *words)
            break;
        for (size_t i = 0; i < (size_t)got / sizeof *words; i++, done++)
            if (done == n_pages || words[i] & (PAGE_PRESENT | PAGE_SWAPPED))
                goto out;
    }
out:
    if (fd >= 0)
        close(fd);
    return done;
}

/* Frames have holes that ASan guards; they are of interest here. */
__attribute__((no_sanitize("address", "thread"))) static const char *
skip_zeros(const char *at, const char *end)
{
    typedef uintptr_t __attribute__((may_alias)) word;

    while (at < end && (uintptr_t)at % sizeof(word) != 0 && READ(*at) == 0)
        at++;
    if ((uintptr_t)at % sizeof(word) == 0)
        while ((size_t)(end - at) >= sizeof(word) &&
               READ(*(const word *)at) == 0)
            at += sizeof(word);
    while (at < end && READ(*at) == 0)
        at++;
    return at;
}

EXPORT size_t uctx_stack_used(const struct uctx_stack *stack)
{
    const char *at = stack->base, *end = at + stack->size;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int err = errno;

    while (at < end) {
        uintptr_t next = ((uintptr_t)at + page) & -page;
        const char *stop = (uintptr_t)end < next ? end : (const char *)next;

        if ((uintptr_t)at % page == 0) {
            size_t n_pages = (size_t)(end - at + (ptrdiff_t)page - 1) / page;
            size_t n = count_untouched((uintptr_t)at, n_pages, page);

            if (n > 0) {
                at = n == n_pages ? end : at + n * page;
                continue;
            }
        }
        at = skip_zeros(at, stop);
        if (at < stop)
            break;
    }
    errno = err;
    return (size_t)(end - at);
}

EXPORT int uctx_stack_trim(const struct uctx_stack *stack, const void *sp)
{
    uintptr_t base = (uintptr_t)stack->base, at = (uintptr_t)sp;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (base + page - 1) & -page;

    if (at < base || at - base > stack->size) {
        errno = EINVAL;
        return -1;
    }
    if (at - base < BELOW_SP)
        return 0;
    at = (at - BELOW_SP) & -page;
    if (at <= from)
        return 0;
    return madvise((void *)from, at - from, MADV_DONTNEED);
}
