/* SPDX-License-Identifier: MIT */
#include "cpu.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined __x86_64__ || defined __i386__
#include <cpuid.h>
#endif

static void add(struct cpu *cpu, const char *name, bool is_there)
{
    size_t n = 0;

    while (cpu->vectors[n] != NULL)
        n++;
    if (is_there && n + 1 < sizeof cpu->vectors / sizeof *cpu->vectors)
        cpu->vectors[n] = name;
}

#if defined __x86_64__ || defined __i386__

/* Of arch_prctl(2), Linux 6.6. */
#ifndef ARCH_SHSTK_STATUS
#define ARCH_SHSTK_STATUS 0x5005
#endif

/* Intel SDM, CPUID leaf 7: CET_SS is ECX[7], CET_IBT is EDX[20]. */
static void look(struct cpu *cpu)
{
    unsigned a, b, c = 0, d = 0;
    unsigned long status = 0;

    __builtin_cpu_init();
    add(cpu, "SSE", __builtin_cpu_supports("sse"));
    add(cpu, "AVX", __builtin_cpu_supports("avx"));
    add(cpu, "AVX-512", __builtin_cpu_supports("avx512f"));
    cpu->kept = "none: the ABI's calls keep none";

    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0)
        c = d = 0;
    if ((c & 1u << 7) == 0)
        cpu->shadow_stack = "not on this CPU";
    else if (syscall(SYS_arch_prctl, ARCH_SHSTK_STATUS, &status) != 0)
        cpu->shadow_stack = "not with this kernel";
    else if (status == 0)
        cpu->shadow_stack = "off, as uctx needs it";
    else
        cpu->shadow_stack = "on, and uctx does not switch it";
    cpu->landing_pads = (d & 1u << 20) != 0
                            ? "in place; Linux does not enforce IBT"
                            : "in place; no IBT on this CPU";
}

#else

static bool has(unsigned long type, unsigned long bits)
{
    return (getauxval(type) & bits) != 0;
}

static void look(struct cpu *cpu)
{
    cpu->kept = "those that the ABI's calls keep";
    (void)add;
    (void)has;
#if defined __aarch64__
    cpu->kept = "d8 to d15: the ABI's calls keep these";
    add(cpu, "AdvSIMD", has(AT_HWCAP, HWCAP_ASIMD));
    add(cpu, "SVE", has(AT_HWCAP, HWCAP_SVE));
    cpu->shadow_stack = has(AT_HWCAP, HWCAP_PACA)
                            ? "none; this CPU can sign return addresses"
                            : "none; this CPU cannot sign return addresses";
    cpu->landing_pads = has(AT_HWCAP2, HWCAP2_BTI)
                            ? "in place; this CPU has BTI"
                            : "in place; no BTI on this CPU";
#elif defined __riscv
    add(cpu, "V", has(AT_HWCAP, 1ul << ('V' - 'A')));
#elif defined __powerpc__
    add(cpu, "AltiVec", has(AT_HWCAP, PPC_FEATURE_HAS_ALTIVEC));
    add(cpu, "VSX", has(AT_HWCAP, PPC_FEATURE_HAS_VSX));
#elif defined __s390__
    add(cpu, "VX", has(AT_HWCAP, HWCAP_S390_VXRS));
#elif defined __arm__
    add(cpu, "NEON", has(AT_HWCAP, HWCAP_ARM_NEON));
#endif
}

#endif

void cpu_look(struct cpu *cpu)
{
    *cpu = (struct cpu){
        .shadow_stack = "none",
        .landing_pads = "none",
    };
    look(cpu);
}
