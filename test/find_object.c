/* SPDX-License-Identifier: MIT */
/*
 * What the unwinder of a gcc that is made for glibc 2.35 and later asks the
 * libc: which object holds an address, and where its .eh_frame_hdr is.
 * Debian's gcc is one, and musl-gcc is that gcc.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>

struct dl_find_object { /* <dlfcn.h> of glibc */
    unsigned long long flags;
    void *start, *end;
    void *link_map;
    void *eh_frame;
    unsigned long long reserved[7];
};

__attribute__((visibility("default"))) int
_dl_find_object(void *pc, struct dl_find_object *result);

struct search {
    uintptr_t pc;
    struct dl_find_object *result;
};

static int look(struct dl_phdr_info *object, size_t size, void *data)
{
    struct search *search = data;
    uintptr_t base = object->dlpi_addr;
    const ElfW(Phdr) *hdr = NULL;
    int found = 0;

    (void)size;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &object->dlpi_phdr[i];

        if (p->p_type == PT_GNU_EH_FRAME)
            hdr = p;
        if (p->p_type != PT_LOAD ||
            search->pc - base - p->p_vaddr >= p->p_memsz)
            continue;
        found = 1;
        search->result->start = (void *)(base + p->p_vaddr);
        search->result->end = (void *)(base + p->p_vaddr + p->p_memsz);
    }
    if (!found || hdr == NULL)
        return 0;
    search->result->eh_frame = (void *)(base + hdr->p_vaddr);
    return 1;
}

int _dl_find_object(void *pc, struct dl_find_object *result)
{
    struct search search = {(uintptr_t)pc, result};

    memset(result, 0, sizeof *result);
    return dl_iterate_phdr(look, &search) == 1 ? 0 : -1;
}
