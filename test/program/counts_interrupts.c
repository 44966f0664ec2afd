/* SPDX-License-Identifier: MIT */
/* Waits for SIGINT, and half a second longer: does it come once more? */
#include <signal.h>
#include <stdio.h>
#include <time.h>

int main(void)
{
    struct timespec half = {0, 500000000};
    sigset_t set;
    int n = 1;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    puts("ready");
    fflush(stdout);
    sigwaitinfo(&set, NULL);
    while (sigtimedwait(&set, NULL, &half) == SIGINT)
        n++;
    printf("interrupts: %d.\n", n);
    return 0;
}
