/* SPDX-License-Identifier: MIT */
/*
 * A scheduler over epoll: one thread, a context for each end of each of 2,000
 * loopback connections, all open at once.  Each client sends 10 messages and
 * checks the echo; it ends when all have.  The code of a connection reads as if
 * it blocked: wait_for() swaps to the scheduler until the socket is ready.
 *
 *     native_echo [connections]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uctx.h>

enum { MESSAGES = 10, SIZE = 64 };

static struct uctx scheduler;
static struct sockaddr_in address;
static int epoll, alive, open_now, open_most, echoed;

static void must(int ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void wait_for(struct uctx *self, int fd, unsigned events)
{
    struct epoll_event event = {.events = events | EPOLLONESHOT,
                                .data.ptr = self};

    must(epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0, "epoll_ctl");
    uctx_swap(self, &scheduler, NULL);
}

static void *bury(struct uctx *from, void *value)
{
    uctx_destroy(from);
    alive--;
    return value;
}

/* All of `size` bytes, or 0 at the end of the connection. */
static size_t read_all(struct uctx *self, int fd, char *data, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = read(fd, data + done, size - done);

        if (n == 0)
            return 0;
        must(n > 0 || errno == EAGAIN, "read");
        if (n < 0)
            wait_for(self, fd, EPOLLIN);
        else
            done += (size_t)n;
    }
    return done;
}

static void *serve(struct uctx *self, void *value)
{
    int fd = (int)(long)value;
    char data[SIZE];

    while (read_all(self, fd, data, SIZE) > 0)
        must(write(fd, data, SIZE) == SIZE, "write");
    close(fd);
    return uctx_swap_on(self, &scheduler, bury, NULL);
}

static void *ask(struct uctx *self, void *value)
{
    int fd = (int)(long)value;
    char sent[SIZE], back[SIZE];

    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        must(errno == EINPROGRESS, "connect");
        wait_for(self, fd, EPOLLOUT);
    }
    open_most = ++open_now > open_most ? open_now : open_most;
    for (int i = 0; i < MESSAGES; i++) {
        memset(sent, fd + i, SIZE);
        must(write(fd, sent, SIZE) == SIZE, "write");
        wait_for(self, fd, EPOLLIN); /* let the others go first */
        must(read_all(self, fd, back, SIZE) == SIZE, "echo");
        echoed += memcmp(sent, back, SIZE) == 0;
    }
    close(fd);
    open_now--;
    return uctx_swap_on(self, &scheduler, bury, NULL);
}

static void start(int fd, uctx_entry *entry)
{
    struct epoll_event event = {.events = EPOLLONESHOT};
    struct uctx *ctx = uctx_create(16384, entry);

    must(ctx != NULL && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0,
         "start");
    alive++;
    uctx_swap(&scheduler, ctx, (void *)(long)fd);
}

int main(int argc, char **argv)
{
    int connections = argc > 1 ? atoi(argv[1]) : 2000, started = 0;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), fd;
    struct epoll_event ready[256], event = {.events = EPOLLIN};
    struct rlimit files;
    socklen_t size = sizeof address;

    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur / 2 < (rlim_t)connections + 16)
        connections = (int)(files.rlim_cur / 2) - 16;
    uctx_init(&scheduler, NULL, NULL, 0);
    epoll = epoll_create1(0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
             getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
             listen(listener, 4096) == 0 &&
             epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) == 0,
         "listen");
    while (started < connections || alive > 0) {
        for (int i = 0; i < 64 && started < connections; i++, started++)
            start(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), ask);
        for (int i = 0, n = epoll_wait(epoll, ready, 256, 10); i < n; i++)
            if (ready[i].data.ptr != NULL)
                uctx_swap(&scheduler, ready[i].data.ptr, NULL);
            else
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
                    start(fd, serve);
    }
    printf("%d connections, %d open at once, %d messages echoed\n", connections,
           open_most, echoed);
    return echoed != connections * MESSAGES;
}
