/* SPDX-License-Identifier: MIT */
/*
 * May this process be tracked?  Only if our functions are the ones that it
 * calls, and libc's are the ones that we call.
 */
#include "posix/interpose.h"

#include <dlfcn.h>
#include <link.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

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
static pid_t starting; /* the thread that is */

#ifdef RTLD_DL_SYMENT
/* Does an object before ours define it, other than the program itself? */
static int is_preceded(const struct interposed *f)
{
    const struct link_map *l;
    Dl_info ours, found;
    void *program = dlopen(NULL, RTLD_LAZY | RTLD_NOLOAD);
    int preceded = 0;

    if (program == NULL || dladdr(f->ours, &ours) == 0 ||
        dlinfo(program, RTLD_DI_LINKMAP, &l) != 0)
        return 1;
    for (l = l->l_next; l != NULL && !preceded; l = l->l_next) {
        void *object;

        if ((void *)l->l_addr == ours.dli_fbase)
            break;
        object = dlopen(l->l_name, RTLD_LAZY | RTLD_NOLOAD);
        if (object == NULL)
            continue; /* the kernel's, which is not in the search */
        preceded = dladdr(dlsym(object, f->name), &found) != 0 &&
                   found.dli_fbase == (void *)l->l_addr;
        dlclose(object);
    }
    dlclose(program);
    return preceded;
}
#endif

/*
 * Is ours the definition that the process finds?  An executable that is not
 * position independent may have an entry of its own for a function whose
 * address it takes: that is no definition, and leads to the first one after it.
 * musl does not tell it from one.  Where nothing is found ours is in the
 * program, which exports nothing.
 */
static int is_first(const struct interposed *f)
{
    void *found = dlsym(RTLD_DEFAULT, f->name);
#ifdef RTLD_DL_SYMENT
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;

    if (found != NULL && found != f->ours)
        return dladdr1(found, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 &&
               symbol != NULL && symbol->st_shndx == SHN_UNDEF &&
               !is_preceded(f);
#endif
    return found == NULL || found == f->ours;
}

/* Does it belong to libc, or to the part of it that was libpthread? */
static int is_libc(void *function)
{
    Dl_info libc, info;

    return dladdr(ADDRESS(dlsym(RTLD_DEFAULT, "__libc_start_main")), &libc) !=
               0 &&
           dladdr(function, &info) != 0 &&
           (info.dli_fbase == libc.dli_fbase ||
            strstr(info.dli_fname, "/libpthread.so.0") != NULL);
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
    static const struct interposed switches[] = {
        {"getcontext", ADDRESS(uctx_posix_get), NULL},
        {"setcontext", ADDRESS(uctx_posix_set), NULL},
        {"swapcontext", ADDRESS(uctx_posix_swap), NULL},
    };

    if (has_sanitizer())
        return MASK_WHY_SANITIZER;
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (!is_first(&switches[i]))
            return MASK_WHY_NOT_FIRST;
    for (int i = 0; i < N_INTERPOSED; i++)
        if (*interposed[i].real != NULL &&
            (!is_first(&interposed[i]) || !is_libc(*interposed[i].real)))
            return MASK_WHY_NOT_FIRST;
    return MASK_WHY_DEFAULT;
}

/* The first to come starts; others wait for it.  It may come again itself: what
 * dlsym() calls may call us, and is then forwarded. */
void uctx_interpose_start(void)
{
    pid_t self, other = 0;
    int why;

    if (__atomic_load_n(&started, __ATOMIC_ACQUIRE))
        return;
    self = gettid();
    if (!__atomic_compare_exchange_n(&starting, &other, self, 0,
                                     __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        while (other != self && !__atomic_load_n(&started, __ATOMIC_ACQUIRE))
            sched_yield();
        return;
    }
    for (int i = 0; i < N_INTERPOSED; i++)
        *interposed[i].real = dlsym(RTLD_NEXT, interposed[i].name);
    why = why_not();
    uctx_mask_choose(why == MASK_WHY_DEFAULT ? MASK_TRACKED : MASK_EXACT, why);
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
}

void uctx_interpose_give_up(int why)
{
    if (uctx_mask_mode == MASK_TRACKED) {
        uctx_mask_mode = MASK_EXACT;
        uctx_mask_why = why;
        uctx_report_mode();
    }
    uctx_mask_store(0);
}
