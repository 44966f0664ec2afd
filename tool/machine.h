/* SPDX-License-Identifier: MIT */
#ifndef UCTX_TOOL_MACHINE_H
#define UCTX_TOOL_MACHINE_H

/* What figures are to be read with, and what each is called. */
struct machine {
    char *cpu;
    char *architecture;
    char *kernel;
    char *libc;
};

void machine_look(struct machine *machine);

/* As members of the JSON object that is open, with the version of uctx. */
void machine_json(void);

/* A line of a file in /proc: what follows `key` and a colon, or the whole line
 * if key is ""; NULL if there is none.  The caller frees it. */
char *machine_line(const char *file, const char *key);

#endif
