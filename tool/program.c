/* SPDX-License-Identifier: MIT */
/*
 * The loader ignores LD_PRELOAD without a word in programs that it does not
 * load, or does not trust.  Whoever ran `uctx run` would take the libc's
 * behaviour for ours; so we look first.
 */
#include "program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "tool.h"

#define SCRIPT_DEPTH 5 /* interpreters that are scripts; the kernel's limit */

/* What an ELF file says of how it is loaded. */
struct elf {
    ElfW(Ehdr) header;
    ElfW(Phdr) * segments;
    char interpreter[PATH_MAX]; /* empty: none */
    bool is_library;            /* it has a name of its own, DT_SONAME */
    char *runtimes;             /* see program_inspect() */
};

bool program_is_runtime(const char *name)
{
    static const char *const runtimes[] = {
        "libasan.so",       "libhwasan.so",     "liblsan.so",
        "libtsan.so",       "libclang_rt.asan", "libclang_rt.hwasan",
        "libclang_rt.lsan", "libclang_rt.tsan",
    };
    const char *slash = strrchr(name, '/');

    if (slash != NULL)
        name = slash + 1;
    for (size_t i = 0; i < sizeof runtimes / sizeof *runtimes; i++)
        if (strncmp(name, runtimes[i], strlen(runtimes[i])) == 0)
            return true;
    return false;
}

static bool is_executable(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return false;
    if (S_ISREG(st.st_mode))
        return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
    errno = EACCES;
    return false;
}

/* `dir`/`name`, where `dir` is `len` bytes long; none of them is ".". */
static char *join(const char *dir, size_t len, const char *name)
{
    char *path;

    if (asprintf(&path, "%.*s/%s", len == 0 ? 1 : (int)len,
                 len == 0 ? "." : dir, name) < 0)
        tool_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
    return path;
}

char *program_find(const char *name)
{
    const char *path = getenv("PATH");
    bool seen = false;

    if (strchr(name, '/') != NULL) {
        if (is_executable(name))
            return strdup(name);
        tool_die(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN, "%s: %s",
                 name, strerror(errno));
    }
    if (path == NULL)
        path = "/bin:/usr/bin";
    while (*name != '\0') {
        size_t len = strcspn(path, ":");
        char *file = join(path, len, name);

        if (is_executable(file))
            return file;
        if (errno == EACCES)
            seen = true;
        free(file);
        if (path[len] == '\0')
            break;
        path += len + 1;
    }
    if (seen)
        tool_die(EXIT_CANNOT_RUN, "%s: %s", name, strerror(EACCES));
    tool_die(EXIT_NOT_FOUND, "%s: not found", name);
}

static bool read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
    return offset <= (uint64_t)INT64_MAX - size &&
           pread(fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

/* The string at the address at which the loader would put it. */
static bool read_string(int fd, const struct elf *elf, ElfW(Addr) address,
                        char *string, size_t size)
{
    memset(string, 0, size);
    for (size_t i = 0; i < elf->header.e_phnum; i++) {
        const ElfW(Phdr) *segment = &elf->segments[i];
        ElfW(Addr) into = address - segment->p_vaddr;

        if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
            into >= segment->p_filesz)
            continue;
        if (size - 1 > segment->p_filesz - into)
            size = segment->p_filesz - into + 1;
        return read_at(fd, string, size - 1, segment->p_offset + into);
    }
    return false;
}

static void add_runtime(struct elf *elf, const char *name)
{
    const char *had = elf->runtimes != NULL ? elf->runtimes : "";
    char *all;

    if (asprintf(&all, "%s%s:", had, name) < 0)
        tool_die(EXIT_FAILURE, "%s", strerror(ENOMEM));
    free(elf->runtimes);
    elf->runtimes = all;
}

static void read_dynamic(int fd, struct elf *elf, const ElfW(Phdr) * segment)
{
    size_t n = segment->p_filesz / sizeof(ElfW(Dyn));
    ElfW(Addr) strings = 0;
    ElfW(Dyn) entry;
    char name[NAME_MAX + 1];

    for (size_t i = 0; i < n; i++) {
        if (!read_at(fd, &entry, sizeof entry,
                     segment->p_offset + i * sizeof entry))
            return;
        if (entry.d_tag == DT_STRTAB)
            strings = entry.d_un.d_ptr;
        if (entry.d_tag == DT_SONAME)
            elf->is_library = true;
    }
    for (size_t i = 0; i < n; i++) {
        if (!read_at(fd, &entry, sizeof entry,
                     segment->p_offset + i * sizeof entry))
            return;
        if (entry.d_tag == DT_NEEDED &&
            read_string(fd, elf, strings + entry.d_un.d_val, name,
                        sizeof name) &&
            program_is_runtime(name))
            add_runtime(elf, name);
    }
}

/* Fill *elf from an open file; false if it is no ELF file of any machine. */
static bool read_elf(int fd, struct elf *elf, const ElfW(Ehdr) * ours)
{
    ElfW(Ehdr) *header = &elf->header;
    size_t size;

    memset(elf, 0, sizeof *elf);
    if (!read_at(fd, header, sizeof *header, 0) ||
        memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return false;
    if (ours != NULL &&
        (memcmp(header->e_ident, ours->e_ident, EI_VERSION) != 0 ||
         header->e_machine != ours->e_machine))
        return true; /* the rest of the header may be laid out otherwise */
    size = header->e_phnum * sizeof *elf->segments;
    elf->segments = malloc(size + 1);
    if (header->e_phentsize != sizeof *elf->segments || elf->segments == NULL ||
        !read_at(fd, elf->segments, size, header->e_phoff))
        header->e_phnum = 0;
    for (size_t i = 0; i < header->e_phnum; i++) {
        const ElfW(Phdr) *segment = &elf->segments[i];

        if (segment->p_type == PT_INTERP &&
            segment->p_filesz < sizeof elf->interpreter &&
            !read_at(fd, elf->interpreter, segment->p_filesz,
                     segment->p_offset))
            elf->interpreter[0] = '\0';
        if (segment->p_type == PT_DYNAMIC)
            read_dynamic(fd, elf, segment);
    }
    free(elf->segments);
    elf->segments = NULL;
    return true;
}

/*
 * Will the kernel run it with other rights than ours?  Then AT_SECURE tells the
 * loader to ignore LD_PRELOAD.  capabilities(7), getauxval(3).
 */
static void expect_no_new_rights(const char *path)
{
    struct statvfs fs;
    struct stat st;

    if (stat(path, &st) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
        (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOSUID) != 0))
        return;
    if (((st.st_mode & S_ISUID) != 0 && st.st_uid != getuid()) ||
        ((st.st_mode & S_ISGID) != 0 && (st.st_mode & S_IXGRP) != 0 &&
         st.st_gid != getgid()))
        tool_die(EXIT_USAGE,
                 "%s is set-%s-ID: the loader ignores LD_PRELOAD there", path,
                 st.st_mode & S_ISUID ? "user" : "group");
    if (getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0)
        tool_die(
            EXIT_USAGE,
            "%s has file capabilities: the loader ignores LD_PRELOAD there",
            path);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* Compare with this very program, which was built as the library was. */
static void expect_same_kind(const char *path, const struct elf *elf,
                             const struct elf *self)
{
    if (memcmp(elf->header.e_ident, self->header.e_ident, EI_VERSION) != 0 ||
        elf->header.e_machine != self->header.e_machine)
        tool_die(EXIT_USAGE,
                 "%s is for another machine: ELF class %d, data %d, machine %d",
                 path, elf->header.e_ident[EI_CLASS],
                 elf->header.e_ident[EI_DATA], elf->header.e_machine);
    if (elf->interpreter[0] == '\0') {
        if (elf->is_library)
            return; /* the loader itself, which someone runs by hand */
        tool_die(EXIT_USAGE,
                 "%s is statically linked: nothing can be put in front of it",
                 path);
    }
    if (strcmp(file_name(elf->interpreter), file_name(self->interpreter)) != 0)
        tool_die(EXIT_USAGE, "%s is for another libc: %s loads it, not %s",
                 path, elf->interpreter, self->interpreter);
}

/* The interpreter that a script's first line names, or false. */
static bool read_script(int fd, char *interpreter, size_t size)
{
    ssize_t len = pread(fd, interpreter, size - 1, 0);
    char *name;

    if (len < 2 || memcmp(interpreter, "#!", 2) != 0)
        return false;
    interpreter[len] = '\0';
    name = interpreter + 2 + strspn(interpreter + 2, " \t");
    len = (ssize_t)strcspn(name, " \t\n");
    memmove(interpreter, name, (size_t)len);
    interpreter[len] = '\0';
    return len > 0;
}

char *program_inspect(const char *path)
{
    char interpreter[PATH_MAX];
    struct elf self, elf;
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    if (fd < 0 || !read_elf(fd, &self, NULL))
        tool_die(EXIT_FAILURE, "cannot read /proc/self/exe: %s",
                 strerror(errno));
    close(fd);
    free(self.runtimes);

    for (int depth = 0; depth < SCRIPT_DEPTH; depth++) {
        bool is_elf;

        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) { /* it need not be readable to be run */
            expect_no_new_rights(path);
            return NULL;
        }
        is_elf = read_elf(fd, &elf, &self.header);
        if (is_elf) {
            close(fd);
            expect_same_kind(path, &elf, &self);
            expect_no_new_rights(path);
            return elf.runtimes;
        }
        if (!read_script(fd, interpreter, sizeof interpreter)) {
            close(fd);
            return NULL; /* exec knows what it is, or says that it does not */
        }
        close(fd);
        path = interpreter;
    }
    return NULL;
}
