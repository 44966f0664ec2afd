/* SPDX-License-Identifier: MIT */
/*
 * The C ends of the four functions: how they fail, and how a context ends.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch.h"

unsigned char uctx_posix_used;

int uctx_posix_fail(int err)
{
    errno = err;
    return -1;
}

/*
 * XSH: "If the uc_link member ... is equal to 0, then ... the thread shall exit
 * when this context returns."  The end of the initial thread's main context is
 * that of main().
 */
void uctx_posix_end(void)
{
    if (gettid() == getpid())
        exit(EXIT_SUCCESS);
    pthread_exit(NULL);
}

void uctx_posix_bad_link(void)
{
    static const char message[] =
        "uctx: a context returned to a uc_link that cannot be resumed: ";
    const char *reason = errno == ENOMEM ? "its stack is too small\n"
                         : errno == EINVAL
                             ? "it was never saved, or makecontext refused it\n"
                             : "its signal mask was refused\n";

    if (write(STDERR_FILENO, message, sizeof message - 1) >= 0 &&
        write(STDERR_FILENO, reason, strlen(reason)) >= 0)
        abort();
    abort();
}
