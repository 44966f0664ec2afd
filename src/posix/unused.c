/* SPDX-License-Identifier: MIT */
/*
 * A program that was run by `uctx run` and never used a context is told so at
 * its exit: whoever ran it may be measuring the wrong one.  UCTX_RUN is the
 * process that this is about; its children go unmentioned.
 *
 * Nothing refers to this file, so the static library links it into nobody.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch.h"

/* Above all that a program gets by asking for the lowest one. */
#define HIGH_FD 512

static pid_t told;
static int fd = -1;
static struct stat opened;

static int is_still_open(void)
{
    struct stat now;

    return fd >= 0 && fstat(fd, &now) == 0 && now.st_dev == opened.st_dev &&
           now.st_ino == opened.st_ino;
}

static void close_in_child(void)
{
    if (is_still_open())
        close(fd);
    fd = -1;
}

/* Many a program closes its standard error on the way out: keep another. */
__attribute__((constructor)) static void prepare(void)
{
    const char *run = secure_getenv("UCTX_RUN");
    int saved = errno;

    if (run == NULL || strtol(run, NULL, 10) != getpid())
        return;
    told = getpid();
    fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, HIGH_FD);
    if (fd >= 0 && fstat(fd, &opened) == 0)
        pthread_atfork(NULL, NULL, close_in_child);
    errno = saved;
}

__attribute__((destructor)) static void tell(void)
{
    static const char before[] = "uctx: ";
    static const char after[] =
        " never called getcontext: uctx changed nothing in it\n";
    char line[256];

    if (uctx_posix_used || told != getpid() || !is_still_open())
        return;
    strcpy(line, before);
    strncat(line, program_invocation_short_name,
            sizeof line - sizeof before - sizeof after);
    strcat(line, after);
    if (write(fd, line, strlen(line)) < 0)
        return; /* nobody is left to tell */
}
