/* SPDX-License-Identifier: MIT */
/*
 * on_a_terminal <program> <argument>...
 *
 * Runs it on a terminal of its own, types Ctrl-C when it has said "ready", and
 * copies what it says to stdout.  Exits with its status.
 */
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char said[4096] = "";
    size_t n = 0;
    ssize_t more;
    int terminal, status, typed = 0;
    pid_t pid = argc > 1 ? forkpty(&terminal, NULL, NULL, NULL) : -1;

    if (pid < 0) {
        fprintf(stderr, "on_a_terminal: there is none, or no program\n");
        return 99;
    }
    if (pid == 0) {
        /* A shell's background job ignores it, and so would all below it. */
        signal(SIGINT, SIG_DFL);
        execvp(argv[1], argv + 1);
        _exit(98);
    }
    while (n < sizeof said - 1 &&
           (more = read(terminal, said + n, sizeof said - 1 - n)) > 0) {
        n += (size_t)more;
        said[n] = '\0';
        if (!typed && strstr(said, "ready") != NULL)
            typed = write(terminal, "\003", 1) == 1;
    }
    fputs(said, stdout);
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return 97;
    return WEXITSTATUS(status);
}
