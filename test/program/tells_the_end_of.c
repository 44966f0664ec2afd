/* SPDX-License-Identifier: MIT */
/* Runs its arguments, and says what a shell cannot tell apart: whether they
 * exited or were killed, and left a core. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int status;

    if (argc < 2)
        return 2;
    if (fork() == 0) {
        execv(argv[1], argv + 1);
        _exit(127);
    }
    wait(&status);
    if (WIFSIGNALED(status))
        printf("killed by %d%s\n", WTERMSIG(status),
               WCOREDUMP(status) ? ", core" : "");
    else
        printf("exited with %d\n", WEXITSTATUS(status));
    return 0;
}
