/* The client of clamd against one of a few lines that speaks its protocol, and looks for the test virus of EICAR. */
#include "base/test.h"
#include "inspect/clamd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Put together when it runs: the test's own file must not be taken for a virus. */
static const char *const eicar[] = {"X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"};

struct daemon {
    pthread_t thread;
    int fd;
    char address[32];
    const char *answer;      /* instead of its own; "" for none */
    char seen[1 << 16];
    size_t n;
};

static bool take(int s, void *p, size_t n)
{
    return recv(s, p, n, MSG_WAITALL) == (ssize_t)n;
}

static void *serve(void *arg)
{
    struct daemon *d = arg;
    char command[sizeof("zINSTREAM")], whole[80];
    uint32_t length;
    int s = accept(d->fd, NULL, NULL);
    bool fine = take(s, command, sizeof(command)) && strcmp(command, "zINSTREAM") == 0;
    while (fine && take(s, &length, sizeof(length)) && (length = ntohl(length)) > 0 && d->n + length < sizeof(d->seen)) {
        fine = take(s, d->seen + d->n, length);
        d->n += length;
    }
    (void)snprintf(whole, sizeof(whole), "%s%s%s", eicar[0], eicar[1], eicar[2]);
    const char *answer = d->answer ? d->answer : memmem(d->seen, d->n, whole, strlen(whole)) ? "stream: Eicar-Signature FOUND"
                                                                                            : "stream: OK";
    if (fine && *answer)
        (void)!write(s, answer, strlen(answer) + 1);
    close(s);
    return NULL;
}

static void start(struct daemon *d, const char *answer)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(a);
    *d = (struct daemon){.fd = socket(AF_INET, SOCK_STREAM, 0), .answer = answer};
    assert_int_equal(bind(d->fd, (struct sockaddr *)&a, sizeof(a)), 0);
    assert_int_equal(listen(d->fd, 1), 0);
    assert_int_equal(getsockname(d->fd, (struct sockaddr *)&a, &n), 0);
    (void)snprintf(d->address, sizeof(d->address), "127.0.0.1:%d", ntohs(a.sin_port));
    assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
}

static enum clamd_answer scanned(struct daemon *d, const char *first, const char *second, const char *third)
{
    char path[] = "/tmp/samdrift-clamd-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(dprintf(fd, "%40000d%s%s%s", 1, first, second, third) > 0, 1);
    enum clamd_answer answer = clamd_scan(d->address, fd);
    pthread_join(d->thread, NULL);
    close(d->fd);
    close(fd);
    unlink(path);
    return answer;
}

static void clean_and_not(void **state)
{
    static struct daemon d;
    (void)state;
    start(&d, NULL);
    assert_int_equal(scanned(&d, "ikke", " noe ", "virus"), CLAMD_CLEAN);
    assert_int_equal(d.n, 40000 + strlen("ikke noe virus"));
    start(&d, NULL);
    assert_int_equal(scanned(&d, eicar[0], eicar[1], eicar[2]), CLAMD_VIRUS);
}

static void no_answer(void **state)
{
    static const char *const answers[] = {"", "stream: ", "INSTREAM size limit exceeded. ERROR", "OK", " FOUND",
                                          "stream: OK FOUNDER"};
    static struct daemon d;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        start(&d, answers[i]);
        assert_int_equal(scanned(&d, "a", "b", "c"), CLAMD_AWAY);
    }
    int fd = open("/dev/null", O_RDONLY);
    static const char *const nowhere[] = {"/finnes/ikke", "127.0.0.1:1", "127.0.0.1", "clamd.example:3310",
                                          "127.0.0.1:99999", ""};
    for (size_t i = 0; i < COUNT_OF(nowhere); i++)
        assert_int_equal(clamd_scan(nowhere[i], fd), CLAMD_AWAY);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(clean_and_not), cmocka_unit_test(no_answer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
