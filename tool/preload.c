/* SPDX-License-Identifier: MIT */
#include "preload.h"

#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "tool.h"

char *preload_list(const char *runtimes, const char *library)
{
    const char *users = getenv("LD_PRELOAD");
    char *first = tool_text("%s", runtimes);
    char *rest = tool_text("%s", "");
    char *copy, *entry, *state = NULL;

    if (strpbrk(library, ": ") != NULL)
        tool_die(EXIT_FAILURE, "%s: LD_PRELOAD takes no colon or space",
                 library);
    copy = tool_text("%s", users != NULL ? users : "");
    for (entry = strtok_r(copy, ": ", &state); entry != NULL;
         entry = strtok_r(NULL, ": ", &state)) {
        char **list = program_is_runtime(entry) ? &first : &rest;
        char *longer = list == &first ? tool_text("%s%s:", *list, entry)
                                      : tool_text("%s:%s", *list, entry);

        free(*list);
        *list = longer;
    }
    free(copy);
    entry = tool_text("%s%s%s", first, library, rest);
    free(first);
    free(rest);
    return entry;
}
