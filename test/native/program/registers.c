/* SPDX-License-Identifier: MIT */
/*
 * All registers that the compiler may use hold values that are live across a
 * switch, while the other side fills each of them with something else.  Run by
 * every_register_is_kept_across_the_inline_switch.sh; exit status 1 if a value
 * comes back changed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uctx.h>

#ifdef __AVX512F__
#define N_VECTORS 32
#define V         "v"
typedef double vector __attribute__((vector_size(64)));
#elif defined __AVX__
#define N_VECTORS 16
#define V         "x"
typedef double vector __attribute__((vector_size(32)));
#else
#define N_VECTORS 16
#define V         "x"
typedef double vector __attribute__((vector_size(16)));
#endif

#define EACH_INT(_) _(0) _(1) _(2) _(3) _(4) _(5) _(6) _(7) _(8) _(9) _(10)
#define EACH_16(_)  EACH_INT(_) _(11) _(12) _(13) _(14) _(15)
#if N_VECTORS == 32
#define EACH_VECTOR(_) \
    EACH_16(_)         \
    _(16)              \
    _(17)              \
    _(18)              \
    _(19)              \
    _(20) _(21) _(22) _(23) _(24) _(25) _(26) _(27) _(28) _(29) _(30) _(31)
#else
#define EACH_VECTOR EACH_16
#endif
#define EACH_MASK(_) _(0) _(1) _(2) _(3) _(4) _(5) _(6)
#define EACH_X87(_)  EACH_MASK(_) _(7)

#if defined UCTX_CHECK || defined UCTX_NO_INLINE
#define INLINE 0 /* a call, which writes below sp */
#else
#define INLINE 1
#endif

static struct uctx *ctx, here, peer;
static volatile unsigned long seed = 1;
static int failures;

/* The other side: every register gets another value. */
__attribute__((noinline)) static void trash(void)
{
    __asm__ volatile("movq $-1, %%rax\n\tmovq %%rax, %%rcx\n\t"
                     "movq %%rax, %%rdx\n\tmovq %%rax, %%rbx\n\t"
                     "movq %%rax, %%rsi\n\tmovq %%rax, %%rdi\n\t"
                     "movq %%rax, %%r8\n\tmovq %%rax, %%r9\n\t"
                     "movq %%rax, %%r10\n\tmovq %%rax, %%r11\n\t"
                     "movq %%rax, %%r12\n\tmovq %%rax, %%r13\n\t"
                     "movq %%rax, %%r14\n\tmovq %%rax, %%r15\n\t" ::
                         : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
                           "r10", "r11", "r12", "r13", "r14", "r15", "memory");
#define TRASH_X87(n) "fldz\n\t"
#define DROP_X87(n)  "fstp %%st(0)\n\t"
    __asm__ volatile(EACH_X87(TRASH_X87) EACH_X87(DROP_X87)::: "memory");
#ifdef __AVX512F__
#define TRASH_V(n) "vpternlogd $255, %%zmm" #n ", %%zmm" #n ", %%zmm" #n "\n\t"
#define TRASH_K(n) "kxnorw %%k" #n ", %%k" #n ", %%k" #n "\n\t"
    __asm__ volatile(EACH_MASK(TRASH_K) TRASH_K(7)::: "memory");
#elif defined __AVX__
#define TRASH_V(n) "vpxor %%xmm" #n ", %%xmm" #n ", %%xmm" #n "\n\t"
#else
#define TRASH_V(n) "pcmpeqd %%xmm" #n ", %%xmm" #n "\n\t"
#endif
    __asm__ volatile(EACH_VECTOR(TRASH_V)::: "memory");
}

static void *yielder(struct uctx *self, void *value)
{
    for (;;) {
        trash();
        value = uctx_yield(self, value);
    }
    return NULL;
}

static void *swapper(struct uctx *self, void *value)
{
    for (;;) {
        trash();
        value = uctx_swap(self, &here, value);
    }
    return NULL;
}

static void *nothing(struct uctx *from, void *value)
{
    (void)from;
    trash();
    return value;
}

static void *on_swapper(struct uctx *self, void *value)
{
    for (;;) {
        trash();
        value = uctx_swap_on(self, &here, nothing, value);
    }
    return NULL;
}

static void check(const char *what, int n, const void *a, const void *b,
                  size_t size)
{
    if (memcmp(a, b, size) != 0) {
        printf("%s %d changed\n", what, n);
        failures++;
    }
}

/* A statement that needs all of them in registers before and after SWITCH. */
#define FILL_INT(n) unsigned long i##n = seed * 3 + n;
#define HOLD_INT(n) __asm__ volatile("" : "+r"(i##n));
#define CHECK_INT(n)          \
    if (i##n != seed * 3 + n) \
        check("integer", n, "a", "b", 1);
#define FILL_V(n) vector v##n = (vector){0} + (double)(seed * 5 + n);
#define HOLD_V(n) __asm__ volatile("" : "+" V(v##n));
#define CHECK_V(n)                                                 \
    {                                                              \
        vector e = (vector){0} + (double)(seed * 5 + n), x = v##n; \
        check("vector", n, &x, &e, sizeof e);                      \
    }
#define FILL_X87(n) long double x##n = (long double)seed / (n + 3);
#define CHECK_X87(n)                         \
    if (x##n != (long double)seed / (n + 3)) \
        check("x87", n, "a", "b", 1);
#define FILL_K(n) unsigned short k##n = (unsigned short)(seed * 7 + n);
#define HOLD_K(n) __asm__ volatile("" : "+Yk"(k##n));
#define CHECK_K(n)                              \
    if (k##n != (unsigned short)(seed * 7 + n)) \
        check("mask", n, "a", "b", 1);

#define FUNCTIONS(name, SWITCH)                                 \
    __attribute__((noinline)) static void integers_##name(void) \
    {                                                           \
        EACH_INT(FILL_INT) EACH_INT(HOLD_INT) SWITCH;           \
        EACH_INT(HOLD_INT) EACH_INT(CHECK_INT)                  \
    }                                                           \
    __attribute__((noinline)) static void vectors_##name(void)  \
    {                                                           \
        EACH_VECTOR(FILL_V) EACH_VECTOR(HOLD_V) SWITCH;         \
        EACH_VECTOR(HOLD_V) EACH_VECTOR(CHECK_V)                \
    }                                                           \
    __attribute__((noinline)) static void x87_##name(void)      \
    {                                                           \
        EACH_X87(FILL_X87) SWITCH;                              \
        EACH_X87(CHECK_X87)                                     \
    }                                                           \
    MASKS(name, SWITCH)                                         \
    static void all_##name(void)                                \
    {                                                           \
        integers_##name();                                      \
        vectors_##name();                                       \
        x87_##name();                                           \
        RUN_MASKS(name);                                        \
    }
#ifdef __AVX512F__
#define MASKS(name, SWITCH)                                  \
    __attribute__((noinline)) static void masks_##name(void) \
    {                                                        \
        EACH_MASK(FILL_K) EACH_MASK(HOLD_K) SWITCH;          \
        EACH_MASK(HOLD_K) EACH_MASK(CHECK_K)                 \
    }
#define RUN_MASKS(name) masks_##name()
#else
#define MASKS(name, SWITCH)
#define RUN_MASKS(name) (void)0
#endif

FUNCTIONS(resume, uctx_resume(ctx, NULL))
FUNCTIONS(swap, uctx_swap(&here, &peer, NULL))
FUNCTIONS(swap_on, uctx_swap_on(&here, &peer, nothing, NULL))

/* The same from inside a context: the yield keeps them. */
FUNCTIONS(yield, uctx_yield(ctx, NULL))

static void *checker(struct uctx *self, void *value)
{
    for (;;) {
        all_yield();
        uctx_yield(self, value);
        seed++;
    }
    return NULL;
}

/* 120 bytes below sp are a leaf function's own, whatever happens on the stack
 * of the other side; the switch writes nothing there. */
__attribute__((noinline)) static long red_zone(void)
{
    long sum = 0;

    __asm__ volatile("movq $1, -8(%%rsp)\n\tmovq $2, -16(%%rsp)\n\t"
                     "movq $4, -64(%%rsp)\n\tmovq $8, -120(%%rsp)\n\t"
                     "movq $16, -128(%%rsp)" ::
                         : "memory");
    uctx_swap(&here, &peer, NULL);
    __asm__ volatile("movq -8(%%rsp), %0\n\taddq -16(%%rsp), %0\n\t"
                     "addq -64(%%rsp), %0\n\taddq -120(%%rsp), %0\n\t"
                     "addq -128(%%rsp), %0"
                     : "=r"(sum)::"memory");
    return sum;
}

/* What a compiler makes of a leaf with data: the array is in its red zone if
 * it takes the function for one. */
__attribute__((noinline)) static long leaf(struct uctx *to)
{
    volatile long data[8];

    for (int i = 0; i < 8; i++)
        data[i] = (long)seed + i;
    uctx_swap(&here, to, NULL);
    for (int i = 0; i < 8; i++)
        if (data[i] != (long)seed + i)
            return 0;
    return 1;
}

/* Over-aligned and of variable size: here LLVM addresses locals by rbx. */
__attribute__((noinline)) static int aligned(int n)
{
    _Alignas(128) volatile char fixed[128];
    volatile char *variable = __builtin_alloca((size_t)n);
    int wrong = 0;

    for (int i = 0; i < n; i++)
        fixed[i % 128] = variable[i] = (char)i;
    uctx_resume(ctx, NULL);
    for (int i = 0; i < n; i++)
        wrong += variable[i] != (char)i || fixed[i % 128] != (char)(i | n >> 8);
    return wrong;
}

int main(void)
{
    char *memory = malloc(65536), *memory2 = malloc(65536);
    struct uctx_stack stack = {memory, 65536}, stack2 = {memory2, 65536};
    static struct uctx inner;

    ctx = &inner;
    uctx_init(&here, NULL, NULL, 0);
    for (; seed < 50; seed++) {
        uctx_init(&inner, &stack, yielder, 0);
        uctx_resume(ctx, NULL);
        all_resume();
        if (aligned(128 - (int)seed) != 0)
            check("aligned", (int)seed, "a", "b", 1);
        uctx_init(&peer, &stack2, swapper, 0);
        all_swap();
        all_swap_on();
        if (INLINE && red_zone() != 31)
            check("red zone", 0, "a", "b", 1);
        if (!leaf(&peer))
            check("leaf", 0, "a", "b", 1);
        uctx_init(&peer, &stack2, on_swapper, 0);
        all_swap();
        all_swap_on();
        uctx_init(&inner, &stack, checker, 0);
        for (int i = 0; i < 5; i++) { /* integers, vectors, x87, masks, end */
            trash();
            uctx_resume(ctx, NULL);
        }
    }
    return failures != 0;
}
