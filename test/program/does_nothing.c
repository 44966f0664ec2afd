/* SPDX-License-Identifier: MIT */
/* Uses no context.  does_nothing [fork|close|daemon] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";

    if (strcmp(how, "fork") == 0) {
        if (fork() == 0)
            exit(0);
        wait(NULL);
        if (_Fork() == 0) /* which runs no handlers of pthread_atfork() */
            exit(0);
        wait(NULL);
    }
    if (strcmp(how, "close") == 0)
        close(STDERR_FILENO);
    if (strcmp(how, "daemon") == 0 && fork() == 0) {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        sleep(15);
        _exit(0);
    }
    return 0;
}
