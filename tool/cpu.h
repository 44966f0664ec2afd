/* SPDX-License-Identifier: MIT */
/*
 * What this processor, under this kernel, has that a switch of contexts meets.
 * All texts are static.
 */
#ifndef UCTX_TOOL_CPU_H
#define UCTX_TOOL_CPU_H

struct cpu {
    const char *vectors[8];   /* extensions with registers; NULL-terminated */
    const char *kept;         /* which of those registers a switch keeps */
    const char *shadow_stack; /* what becomes of return addresses        */
    const char *landing_pads; /* and of indirect branches                */
};

void cpu_look(struct cpu *cpu);

#endif
