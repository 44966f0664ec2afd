/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define BENCH "/uctx/bench"

/* The folder above that of this program: .../bin/uctx. */
static char *top_folder(void)
{
    char self[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    if (len < 0)
        tool_die(EXIT_FAILURE, "/proc/self/exe: %s", strerror(errno));
    for (int up = 0; up < 2; up++) {
        while (len > 0 && self[len - 1] != '/')
            len--;
        if (len > 0)
            len--;
    }
    self[len] = '\0';
    return tool_text("%s", self);
}

/* `beside`: folders in the one above ours; then `full`. */
static char *find(const char *const beside[2], const char *full,
                  const char *name, int mode)
{
    char *top = top_folder(), *file;

    for (int i = 0; i < 2; i++) {
        if (beside[i][0] == '/')
            continue;
        file = tool_text("%s/%s/%s", top, beside[i], name);
        if (access(file, mode) == 0)
            goto found;
        free(file);
    }
    file = tool_text("%s/%s", full, name);
    if (access(file, mode) != 0) {
        free(file);
        file = NULL;
    }
found:
    free(top);
    return file;
}

char *place_library(const char *name)
{
    static const char *const beside[] = {"lib", UCTX_LIBDIR};
    char *versioned = tool_text("%s." UCTX_SOVERSION, name);
    char *file = find(beside, UCTX_FULL_LIBDIR, versioned, R_OK);

    if (file == NULL)
        tool_die(EXIT_FAILURE, "%s is neither in %s/lib nor in %s", versioned,
                 top_folder(), UCTX_FULL_LIBDIR);
    free(versioned);
    return file;
}

char *place_program(const char *name)
{
    static const char *const beside[] = {"libexec" BENCH,
                                         UCTX_LIBEXECDIR BENCH};

    return find(beside, UCTX_FULL_LIBEXECDIR BENCH, name, X_OK);
}
