/* SPDX-License-Identifier: MIT */
/*
 * Where ucontext_t keeps each register: bytes from its start.  This is the
 * libc's ABI, and up to and including UC_SIGMASK's first two words it is also
 * the kernel's signal frame (asm/ucontext.h, asm/sigcontext.h); it never
 * changes.
 *
 * Above the fence only macros: assembly includes this too.  The REG_ names
 * below it need _GNU_SOURCE.
 */
#ifndef UCTX_ARCH_LAYOUT_H
#define UCTX_ARCH_LAYOUT_H

/* The build takes the one folder whose layout.h the compiler accepts. */
#if !defined(__i386__)
#error "this is not i386"
#endif

#define LANDING_PAD endbr32

#ifdef __ASSEMBLER__ /* clang-format off */
/* psABI, "Program Property": NT_GNU_PROPERTY_TYPE_0 is 5, X86_FEATURE_1_AND
 * IBT.  We do not switch shadow stacks, so we do not claim SHSTK. */
        .macro  PROPERTY_NOTE
        .section .note.gnu.property, "a"
        .p2align 2
        .long   4, 12, 5
        .asciz  "GNU"
        .long   0xc0000002, 4
        .long   1
        .endm

/* Put the address of the global offset table into `reg`, as compilers do: by
 * a call that returns, which does not mislead the prediction of returns.  gdb
 * takes the frame of a switch for corrupt, which calls this while the frame
 * above is the target's, unless this one is marked as a signal's; and at a
 * plain ret it believes no table. */
        .macro  GOT reg
        call    uctx_pc_\reg
        addl    $_GLOBAL_OFFSET_TABLE_, %\reg
        .endm

        .macro  PC_THUNK reg
        .section .text.uctx_pc_\reg, "axG", %progbits, uctx_pc_\reg, comdat
        .globl  uctx_pc_\reg
        .hidden uctx_pc_\reg
        .type   uctx_pc_\reg, %function
uctx_pc_\reg:
        .cfi_startproc
        .cfi_signal_frame
        movl    (%esp), %\reg
        rep ret
        .cfi_endproc
        .size   uctx_pc_\reg, . - uctx_pc_\reg
        .text
        .endm

#define SSE_ABSENT 1  /* a value of `sse`; 0: not yet known, 2: present */
#define CPUID_SSE  25 /* bit of edx, leaf 1                             */

/* Go to `none` if this CPU has no SSE unit.  The file says SSE_FINDER, which
 * looks that up once, unless the compiler may use that unit itself.  Clobbers
 * ecx. */
        .macro  NEED_SSE none
#ifndef __SSE__
        GOT     ecx
        cmpb    $SSE_ABSENT, sse@GOTOFF(%ecx)
        ja      .Lsse\@
        je      \none
        call    find_sse
        cmpb    $SSE_ABSENT, sse@GOTOFF(%ecx)
        je      \none
.Lsse\@:
#endif
        .endm

        .macro  SSE_FINDER
#ifndef __SSE__
        .local  sse
        .comm   sse, 1
        .p2align 5
        .type   find_sse, %function
find_sse:
        .cfi_startproc                  # in: ecx = the global offset table
        .irp    reg, eax, ebx, ecx, edx
        pushl   %\reg
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset %\reg, 0
        .endr
        movl    $1, %eax
        cpuid
        movl    4(%esp), %ecx
        movb    $SSE_ABSENT, %al
        btl     $CPUID_SSE, %edx
        adcb    $0, %al
        movb    %al, sse@GOTOFF(%ecx)
        .irp    reg, edx, ecx, ebx, eax
        popl    %\reg
        .cfi_adjust_cfa_offset -4
        .cfi_restore %\reg
        .endr
        ret
        .cfi_endproc
        .size   find_sse, . - find_sse
#endif
        .endm
#endif /* clang-format on */

#define UC_FLAGS    0x000
#define UC_LINK     0x004
#define UC_SS_SP    0x008
#define UC_SS_FLAGS 0x00c
#define UC_SS_SIZE  0x010
#define UC_GS       0x014
#define UC_FS       0x018
#define UC_ES       0x01c
#define UC_DS       0x020
#define UC_EDI      0x024
#define UC_ESI      0x028
#define UC_EBP      0x02c
#define UC_ESP      0x030
#define UC_EBX      0x034
#define UC_EDX      0x038
#define UC_ECX      0x03c
#define UC_EAX      0x040
#define UC_TRAPNO   0x044
#define UC_ERR      0x048
#define UC_EIP      0x04c
#define UC_CS       0x050
#define UC_EFL      0x054
#define UC_UESP     0x058 /* the stack pointer once more              */
#define UC_SS       0x05c
#define UC_FPREGS   0x060 /* pointer to the x87 save area             */
#define UC_OLDMASK  0x064
#define UC_CR2      0x068
#define UC_SIGMASK  0x06c
#define UC_FPMEM    0x0ec /* our save area, inside the struct         */
#define UC_SIZE     0x15c /* without __ssp: musl and old glibc end here */

/* By the names that the layers above use. */
#define UC_PC UC_EIP
#define UC_SP UC_ESP

/* The save area begins with what fldenv reads.  Then come the x87 registers,
 * all empty in a context that we saved: mxcsr, for which this area has no
 * place, is where the first of them would be. */
#define FP_CW    0
#define FP_SW    4
#define FP_TAG   8
#define FP_MXCSR 28
#define FP_SIZE  32 /* of what we use */

/* The x87 status word's low byte: six exceptions, stack fault, summary. */
#define FP_SW_PENDING \
    0x80 /* an unmasked exception waits for the next x87 instruction */

#define UC_KERNEL_SIZE  0x74 /* sizeof(struct ucontext) in a signal frame */
#define UC_KERNEL_FLAGS 0x7  /* all that a kernel puts into uc_flags       */

/*
 * The frame of a signal whose handler takes three arguments, from above its
 * return address: those arguments, siginfo_t, ucontext_t.
 */
#define FRAME_UCONTEXT (12 + 128)

/*
 * uc_flags of a context that we saved; no kernel has these bits.  The low byte
 * is 0, or the errno with which makecontext() marked it as one that cannot run.
 */
#define UC_OURS       -0x3a8b8700
#define UC_OURS_ERRNO 0xff

/* What a new context's stack holds at least below its arguments: what the
 * switch writes there, and one small frame. */
#define FRAME_MIN 256

/* SIGSTOP, and how .eh_frame refers to a personality routine: 0x1b, four bytes
 * relative to where they stand. */
#define NR_SIGSTOP           19
#define PERSONALITY_ENCODING 0x1b

/* Where a new context starts: bytes from uctx_start.  Where a native one does,
 * its stack holds this many bytes for the arguments of calls. */
#define START_ENTRY 1
#define START_FRAME 16

#ifndef __ASSEMBLER__ /* ---------------- the fence: C only below -------- */

#include <stddef.h>
#include <ucontext.h>

#define UCTX_CHECK(member, macro)                           \
    _Static_assert(offsetof(ucontext_t, member) == (macro), \
                   #macro " is not the offset of " #member)

          UCTX_CHECK(uc_flags, UC_FLAGS);
UCTX_CHECK(uc_link, UC_LINK);
UCTX_CHECK(uc_stack.ss_sp, UC_SS_SP);
UCTX_CHECK(uc_stack.ss_flags, UC_SS_FLAGS);
UCTX_CHECK(uc_stack.ss_size, UC_SS_SIZE);
UCTX_CHECK(uc_mcontext.gregs[REG_GS], UC_GS);
UCTX_CHECK(uc_mcontext.gregs[REG_FS], UC_FS);
UCTX_CHECK(uc_mcontext.gregs[REG_ES], UC_ES);
UCTX_CHECK(uc_mcontext.gregs[REG_DS], UC_DS);
UCTX_CHECK(uc_mcontext.gregs[REG_EDI], UC_EDI);
UCTX_CHECK(uc_mcontext.gregs[REG_ESI], UC_ESI);
UCTX_CHECK(uc_mcontext.gregs[REG_EBP], UC_EBP);
UCTX_CHECK(uc_mcontext.gregs[REG_ESP], UC_ESP);
UCTX_CHECK(uc_mcontext.gregs[REG_EBX], UC_EBX);
UCTX_CHECK(uc_mcontext.gregs[REG_EDX], UC_EDX);
UCTX_CHECK(uc_mcontext.gregs[REG_ECX], UC_ECX);
UCTX_CHECK(uc_mcontext.gregs[REG_EAX], UC_EAX);
UCTX_CHECK(uc_mcontext.gregs[REG_TRAPNO], UC_TRAPNO);
UCTX_CHECK(uc_mcontext.gregs[REG_ERR], UC_ERR);
UCTX_CHECK(uc_mcontext.gregs[REG_EIP], UC_EIP);
UCTX_CHECK(uc_mcontext.gregs[REG_CS], UC_CS);
UCTX_CHECK(uc_mcontext.gregs[REG_EFL], UC_EFL);
UCTX_CHECK(uc_mcontext.gregs[REG_UESP], UC_UESP);
UCTX_CHECK(uc_mcontext.gregs[REG_SS], UC_SS);
UCTX_CHECK(uc_mcontext.gregs[REG_EIP], UC_PC);
UCTX_CHECK(uc_mcontext.gregs[REG_ESP], UC_SP);
UCTX_CHECK(uc_mcontext.fpregs, UC_FPREGS);
UCTX_CHECK(uc_mcontext.oldmask, UC_OLDMASK);
UCTX_CHECK(uc_mcontext.cr2, UC_CR2);
UCTX_CHECK(uc_sigmask, UC_SIGMASK);
UCTX_CHECK(__fpregs_mem, UC_FPMEM);
_Static_assert(offsetof(ucontext_t, __fpregs_mem) +
                       sizeof(((ucontext_t *)0)->__fpregs_mem) ==
                   UC_SIZE,
               "UC_SIZE is not where the FP save area ends");

#endif
#endif
