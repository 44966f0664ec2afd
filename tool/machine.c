/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "json.h"
#include "tool.h"

char *machine_line(const char *file, const char *key)
{
    FILE *stream = fopen(file, "r");
    size_t size = 0, len = strlen(key);
    char *line = NULL, *value = NULL;

    while (stream != NULL && value == NULL &&
           getline(&line, &size, stream) > 0) {
        const char *rest = line + len;

        if (strncmp(line, key, len) != 0)
            continue;
        rest += strspn(rest, " \t");
        if (len != 0 && *rest++ != ':')
            continue;
        rest += strspn(rest, " \t");
        value = tool_text("%.*s", (int)strcspn(rest, "\n"), rest);
    }
    if (stream != NULL)
        fclose(stream);
    free(line);
    return value;
}

static char *libc(void)
{
#ifdef _CS_GNU_LIBC_VERSION
    char name[64];

    if (confstr(_CS_GNU_LIBC_VERSION, name, sizeof name) > 0)
        return tool_text("%s", name);
#endif
    return tool_text("another libc than glibc");
}

void machine_look(struct machine *machine)
{
    struct utsname name;

    if (uname(&name) != 0)
        memset(&name, 0, sizeof name);
    machine->cpu = machine_line("/proc/cpuinfo", "model name");
    if (machine->cpu == NULL)
        machine->cpu = tool_text("unknown");
    machine->architecture = tool_text("%s", UCTX_ARCH);
    machine->kernel = tool_text("%s %s", name.sysname, name.release);
    machine->libc = libc();
}

void machine_json(void)
{
    struct machine machine;

    machine_look(&machine);
    json_string("version", UCTX_VERSION);
    json_string("cpu", machine.cpu);
    json_string("architecture", machine.architecture);
    json_string("kernel", machine.kernel);
    json_string("libc", machine.libc);
}
