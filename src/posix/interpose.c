/* SPDX-License-Identifier: MIT */
/*
 * May this process be tracked?  Only if our functions are the ones that it
 * calls, and libc's are the ones that we call.
 */
#include "posix/interpose.h"

#include <dlfcn.h>
#include <link.h>
#include <stddef.h>

#define ADDRESS(function) ((void *)(uintptr_t)(function))

struct uctx_real uctx_real;

static const struct interposed {
    const char *name;
    void *ours;
    void **real;
} interposed[] = {
#define ROW(type, name, params) \
    {#name, ADDRESS(uctx_our_##name), (void **)&uctx_real.name},
    UCTX_INTERPOSED(ROW)
#undef ROW
};
enum { N_INTERPOSED = sizeof interposed / sizeof *interposed };

static int started;

/*
 * Is ours the definition that the process finds?  An executable that is not
 * position independent may have an entry of its own for a function whose
 * address it takes; that is no definition, and leads to the first one.
 */
static int is_first(const struct interposed *f)
{
    void *found = dlsym(RTLD_DEFAULT, f->name);
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;

    if (found == f->ours)
        return 1;
    return found != NULL &&
           dladdr1(found, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 &&
           symbol != NULL && symbol->st_shndx == SHN_UNDEF;
}

/* Does it belong to the same object as a function that only libc has? */
static int is_libc(void *function)
{
    Dl_info libc, info;

    return dladdr(ADDRESS(dlsym(RTLD_DEFAULT, "__libc_start_main")), &libc) !=
               0 &&
           dladdr(function, &info) != 0 && info.dli_fbase == libc.dli_fbase;
}

static int has_sanitizer(void)
{
    static const char *const init[] = {"__asan_init", "__tsan_init",
                                       "__msan_init", "__hwasan_init"};

    for (size_t i = 0; i < sizeof init / sizeof *init; i++)
        if (dlsym(RTLD_DEFAULT, init[i]) != NULL)
            return 1;
    return 0;
}

static int why_not(void)
{
    if (has_sanitizer())
        return MASK_WHY_SANITIZER;
    for (int i = 0; i < N_INTERPOSED; i++)
        if (*interposed[i].real != NULL &&
            (!is_first(&interposed[i]) || !is_libc(*interposed[i].real)))
            return MASK_WHY_NOT_FIRST;
    return MASK_WHY_DEFAULT;
}

void uctx_interpose_start(void)
{
    int why;

    if (__atomic_load_n(&started, __ATOMIC_ACQUIRE))
        return;
    for (int i = 0; i < N_INTERPOSED; i++)
        *interposed[i].real = dlsym(RTLD_NEXT, interposed[i].name);
    why = why_not();
    uctx_mask_choose(why == MASK_WHY_DEFAULT ? MASK_TRACKED : MASK_EXACT, why);
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
}

void uctx_interpose_give_up(int why)
{
    if (uctx_mask_mode == MASK_TRACKED) {
        uctx_mask_why = why; /* first: see interpose_handler.c */
        uctx_mask_mode = MASK_EXACT;
        uctx_report_mode();
    }
    uctx_mask_store(0);
}

__attribute__((constructor(102))) static void start(void)
{
    uctx_interpose_start();
}
