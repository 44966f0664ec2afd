/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include <string.h>

#define ALONE(name)       \
    {                     \
        name, false, NULL \
    }
#define POSIX(sigmask)                      \
    {                                       \
        "posix", (sigmask) != NULL, sigmask \
    }

/* More contexts than that take the likes of these too long to make. */
#define MANY 100000
#define ANY  1000000

const struct row figure_rows[N_ROWS + 1] = {
    {"libc", "libc", POSIX(NULL), NULL, MANY},
    {"exact", "uctx, masks exact", POSIX("exact"), NULL, MANY},
    {"tracked", "uctx, masks tracked", POSIX("tracked"), NULL, MANY},
    {"ignore", "uctx, masks ignored", POSIX("ignore"), NULL, MANY},
    {"pcl", "libpcl", ALONE("pcl"), "libpcl1-dev", MANY},
    {"pth", "GNU Pth", ALONE("pth"), "libpth-dev", MANY},
    {"st", "State Threads", ALONE("st"), "libst-dev", MANY},
    {"fiber", "Boost fiber", ALONE("fiber"), "libboost-context-dev", MANY},
    {"fcontext", "Boost fcontext", ALONE("fcontext"), "libboost-context-dev",
     ANY},
    {"swap_called", "uctx_swap, called", ALONE("swap_called"), NULL, ANY},
    {"native_called", "resume/yield, called", ALONE("native_called"), NULL,
     ANY},
    {"swap", "uctx_swap", ALONE("swap"), NULL, ANY},
    {"native", "uctx_resume/yield", ALONE("native"), NULL, ANY},
    {"prefetch", "with uctx_prefetch", ALONE("prefetch"), NULL, ANY},
    {"call", "call and return", ALONE("call"), NULL, ANY},
    {"mmap", "mmap, mprotect", ALONE("mmap"), NULL, ANY},
    {NULL, NULL, ALONE(NULL), NULL, 0},
};

const struct group figure_groups[N_GROUPS] = {
    [GROUP_SWITCH] =
        {
            "switch",
            "A switch, and so many calls and returns: ns",
            {"libc", "exact", "tracked", "ignore", "pcl", "pth", "st", "fiber",
             "fcontext", "swap_called", "native_called", "swap", "native",
             "call"},
            {{"0", "switch"},
             {"2", "deep/2"},
             {"8", "deep/8"},
             {"16", "deep/16"}},
        },
    {
        "posix",
        "swapcontext by four in one function, and getcontext: ns",
        {"libc", "exact", "tracked", "ignore"},
        {{"four", "yield"}, {"getcontext", "get"}},
    },
    {
        "life",
        "Make a context, let it run and end, by kind of stack: ns",
        {"libc", "exact", "tracked", "ignore", "pcl", "pth", "st", "fiber",
         "fcontext", "native"},
        {{"there", "life"}, {"pooled", "pooled"}, {"guarded", "guarded"}},
    },
    [GROUP_MANY] =
        {
            "many",
            "A switch among so many contexts, in turn: ns",
            {"libc", "tracked", "fiber", "fcontext", "native", "prefetch"},
            {{"2", "many/2"},
             {"100", "many/100"},
             {"1k", "many/1000"},
             {"10k", "many/10000"},
             {"100k", "many/100000"},
             {"1M", "many/1000000"}},
        },
    {
        "idle",
        "An idle context with a guard, among 10,000",
        {"libc", "fiber", "native"},
        {{"bytes", "resident/10000"},
         {"of tables", "tables/10000"},
         {"mappings", "maps/10000"}},
    },
    {
        "stack",
        "A guarded stack of 64 KiB, used before, or new: ns",
        {"mmap", "native"},
        {{"again", "again"}, {"new", "new"}},
    },
};

const struct row *figure_row(const struct group *group, int i)
{
    const struct row *row = figure_rows;

    if (i == MAX_ROWS || group->rows[i] == NULL)
        return NULL;
    while (strcmp(row->name, group->rows[i]) != 0)
        row++;
    return row;
}
