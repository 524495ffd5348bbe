/* The client of clamd: "zINSTREAM", chunks with their length before them, an empty one at the end, one line as answer. */
#include "inspect/clamd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { SECONDS_MAX = 30, CHUNK = 8 << 10, ANSWER_MAX = 512 };

/* ------------------------------------------------------------------ connecting */

static int connected(int s, const struct sockaddr *a, socklen_t n)
{
    const struct timeval limit = {.tv_sec = SECONDS_MAX};
    if (s < 0)
        return -1;
    if (setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
        setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 && connect(s, a, n) == 0)
        return s;
    (void)close(s);
    return -1;
}

static int connect_file(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(a.sun_path))
        return -1;
    memcpy(a.sun_path, path, strlen(path));
    return connected(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&a, sizeof(a));
}

static int connect_port(const char *address)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    struct str rest = str_of(address), host = str_cut(&rest, ':');
    char text[INET_ADDRSTRLEN];
    int64_t port;
    (void)snprintf(text, sizeof(text), "%.*s", (int)(host.n < sizeof(text) ? host.n : 0), host.p);
    if (inet_pton(AF_INET, text, &a.sin_addr) != 1 || !str_int(rest, &port) || port < 1 || port > UINT16_MAX)
        return -1;
    a.sin_port = htons((uint16_t)port);
    return connected(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&a, sizeof(a));
}

/* ------------------------------------------------------------------ speaking */

static bool send_all(int s, const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t sent = send(s, at, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool send_file(int s, int fd)
{
    char chunk[CHUNK];
    int64_t at = 0;
    ssize_t n;
    uint32_t length;
    if (!send_all(s, "zINSTREAM", sizeof("zINSTREAM")))
        return false;
    do {
        n = pread(fd, chunk + sizeof(length), sizeof(chunk) - sizeof(length), at);
        if (n < 0)
            return false;
        length = htonl((uint32_t)n);
        memcpy(chunk, &length, sizeof(length));
        at += n;
    } while (send_all(s, chunk, sizeof(length) + (size_t)n) && n > 0);
    return n == 0;
}

/* "stream: OK" or "stream: Eicar-Signature FOUND", up to a zero byte. The name of the virus is not told on. */
static enum clamd_answer read_answer(int s)
{
    static const char clean[] = "stream: OK", found[] = " FOUND";
    char answer[ANSWER_MAX];
    size_t n = 0;
    ssize_t got = 1;
    while (got > 0 && n < sizeof(answer) - 1 && !memchr(answer, '\0', n)) {
        got = recv(s, answer + n, sizeof(answer) - 1 - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    answer[n] = '\0';
    size_t length = strlen(answer);
    if (length == n) /* cut off */
        return CLAMD_AWAY;
    if (streq(answer, clean))
        return CLAMD_CLEAN;
    bool virus = str_starts(str_of(answer), "stream: ") && length > sizeof(found) &&
                 streq(answer + length - (sizeof(found) - 1), found);
    return virus ? CLAMD_VIRUS : CLAMD_AWAY;
}

/* A file larger than clamd takes is answered while it is being sent. */
enum clamd_answer clamd_scan(const char *address, int fd)
{
    int s = address[0] == '/' ? connect_file(address) : connect_port(address);
    if (s < 0)
        return CLAMD_AWAY;
    enum clamd_answer answer = send_file(s, fd) ? read_answer(s) : CLAMD_AWAY;
    (void)close(s);
    return answer;
}
