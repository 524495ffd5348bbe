/*
 * bench – the measuring client of `make bench`; bench.py starts it and makes the table.
 *
 *   bench http HOST PORT CLIENTS MILLISECONDS METHOD PATHFILE AUTHORIZATION [BODY]
 *       HOST is a name of this machine. Each client keeps one connection and sends one request after
 *       the other; the paths of the file are taken in turn. {#} in BODY becomes a running number.
 *   bench sqlite FILE PLAN ROWS MILLISECONDS
 *       The baseline: a fresh database, WAL, synchronous=FULL, ROWS creates a transaction. PLAN is
 *       SQL text: statements that make the tables, a line "==", statements of one create, each ended
 *       by a line ";;". Statements of a create may use ?1 (a new row id) and ?2 (a new UUID-like text).
 *
 * One line of JSON: {"n", "errors", "seconds", "p50_us", "p99_us"}.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "http/test_client.h"

enum { SAMPLES = 2000000, PATHS = 100000, STATEMENTS = 64, REPLY = 1 << 20 };

struct samples {
    uint32_t *us;
    size_t n, errors;
};

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void *need(void *p)
{
    if (!p) {
        (void)fprintf(stderr, "bench: out of memory\n");
        exit(3);
    }
    return p;
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        (void)fprintf(stderr, "bench: cannot read %s\n", path);
        exit(3);
    }
    size_t n = 0, cap = 1 << 16;
    char *p = need(malloc(cap + 1));
    for (size_t got; (got = fread(p + n, 1, cap - n, f)) > 0;) {
        n += got;
        if (n == cap)
            p = need(realloc(p, (cap *= 2) + 1));
    }
    (void)fclose(f);
    p[n] = '\0';
    return p;
}

static int64_t number(const char *s)
{
    char *end;
    long long v = strtoll(s, &end, 10);
    if (*end || v < 0) {
        (void)fprintf(stderr, "bench: not a number: %s\n", s);
        exit(2);
    }
    return v;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void report(struct samples *s, int64_t us)
{
    qsort(s->us, s->n, sizeof(*s->us), by_size);
    uint32_t p50 = s->n ? s->us[s->n / 2] : 0, p99 = s->n ? s->us[s->n * 99 / 100] : 0;
    (void)printf("{\"n\": %zu, \"errors\": %zu, \"seconds\": %.3f, \"p50_us\": %" PRIu32
                 ", \"p99_us\": %" PRIu32 "}\n", s->n, s->errors, (double)us / 1e6, p50, p99);
}

/* ------------------------------------------------------------------ HTTP */

struct run {
    int port;
    const char *host, *method, *authorization, *body;
    char **paths;
    size_t paths_n;
    int64_t end;
    atomic_size_t turn;
};
struct client {
    struct run *run;
    pthread_t thread;
    struct samples samples;
};

static size_t request(const struct run *r, size_t turn, char *out, size_t size)
{
    char body[4096] = "", length[128] = "";
    if (*r->body) {
        const char *at = strstr(r->body, "{#}");
        int head = at ? (int)(at - r->body) : (int)strlen(r->body);
        (void)snprintf(body, sizeof(body), "%.*s%zu%s", head, r->body, turn, at ? at + 3 : "");
        (void)snprintf(length, sizeof(length), "Content-Type: application/vnd.noark5+json\r\nContent-Length: %zu\r\n",
                       strlen(body));
    }
    int n = snprintf(out, size, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\n%s\r\n%s", r->method,
                     r->paths[turn % r->paths_n], r->host, r->authorization, length, body);
    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* Reads one reply with a Content-Length. -> status, 0 when the connection broke. */
static int reply(int fd, char *buf)
{
    size_t n = 0, head = 0, want = SIZE_MAX;
    int status = 0;
    while (n < want) {
        ssize_t k = recv(fd, buf + n, REPLY - 1 - n, 0);
        if (k <= 0)
            return 0;
        n += (size_t)k;
        buf[n] = '\0';
        if (head)
            continue;
        char *end = strstr(buf, "\r\n\r\n");
        if (!end)
            continue;
        head = (size_t)(end - buf) + 4;
        char *length = strcasestr(buf, "\r\nContent-Length:");
        if (!length || length > end)
            return 0;
        status = (int)strtol(buf + 9, NULL, 10);
        want = head + (size_t)strtoul(length + 17, NULL, 10);
        if (want >= REPLY)
            return 0;
    }
    return status;
}

static void *client_main(void *arg)
{
    struct client *c = arg;
    struct run *r = c->run;
    char *buf = need(malloc(REPLY)), text[8192];
    int fd = -1;
    for (int64_t begun = now_us(); begun < r->end; begun = now_us()) {
        if (fd < 0 && (fd = dial(r->port)) < 0) {
            c->samples.errors++;
            break;
        }
        size_t n = request(r, atomic_fetch_add(&r->turn, 1), text, sizeof(text));
        int status = put(fd, text, n) ? reply(fd, buf) : 0;
        if (status == 0) {
            (void)close(fd);
            fd = -1;
        }
        if (status < 200 || status > 299)
            c->samples.errors++;
        else if (c->samples.n < SAMPLES)
            c->samples.us[c->samples.n++] = (uint32_t)(now_us() - begun);
    }
    if (fd >= 0)
        (void)close(fd);
    free(buf);
    return NULL;
}

static size_t split_lines(char *text, char **out, size_t max)
{
    size_t n = 0;
    for (char *save = NULL, *line = strtok_r(text, "\n", &save); line && n < max; line = strtok_r(NULL, "\n", &save))
        out[n++] = line;
    return n;
}

static int bench_http(int argc, char **argv)
{
    if (argc < 7)
        return 2;
    struct run r = {.port = (int)number(argv[1]), .host = argv[0], .method = argv[4], .authorization = argv[6],
                    .body = argc > 7 ? argv[7] : ""};
    r.paths = need(calloc(PATHS, sizeof(*r.paths)));
    r.paths_n = split_lines(read_file(argv[5]), r.paths, PATHS);
    if (r.paths_n == 0)
        return 2;
    size_t clients = (size_t)number(argv[2]);
    struct client *all = need(calloc(clients, sizeof(*all)));
    int64_t begun = now_us();
    r.end = begun + number(argv[3]) * 1000;
    for (size_t i = 0; i < clients; i++) {
        all[i].run = &r;
        all[i].samples.us = need(calloc(SAMPLES, sizeof(uint32_t)));
        if (pthread_create(&all[i].thread, NULL, client_main, &all[i]) != 0)
            return 3;
    }
    struct samples sum = {.us = need(calloc(SAMPLES * clients, sizeof(uint32_t)))};
    for (size_t i = 0; i < clients; i++) {
        (void)pthread_join(all[i].thread, NULL);
        memcpy(sum.us + sum.n, all[i].samples.us, all[i].samples.n * sizeof(*sum.us));
        sum.n += all[i].samples.n;
        sum.errors += all[i].samples.errors;
    }
    report(&sum, now_us() - begun);
    return 0;
}

/* ------------------------------------------------------------------ SQLite */

static void check(sqlite3 *db, int rc, const char *what)
{
    if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
        return;
    (void)fprintf(stderr, "bench: %s: %s\n", what, sqlite3_errmsg(db));
    exit(3);
}

static size_t prepare_plan(sqlite3 *db, char *plan, sqlite3_stmt **out)
{
    char *creates = strstr(plan, "\n==\n");
    if (!creates)
        exit(2);
    *creates = '\0';
    check(db, sqlite3_exec(db, plan, NULL, NULL, NULL), "plan");
    size_t n = 0;
    for (char *p = creates + 4, *end; n < STATEMENTS && (end = strstr(p, "\n;;\n")) != NULL; p = end + 4) {
        *end = '\0';
        check(db, sqlite3_prepare_v2(db, p, -1, &out[n++], NULL), p);
    }
    return n;
}

static void create_one(sqlite3 *db, sqlite3_stmt **st, size_t n, int64_t id)
{
    char uuid[64];
    (void)snprintf(uuid, sizeof(uuid), "019aaaaa-%04x-7000-8000-%012" PRIx64, (unsigned)(id >> 16) & 0xFFFF,
                   (uint64_t)id);
    for (size_t i = 0; i < n; i++) {
        int most = sqlite3_bind_parameter_count(st[i]);
        if (most >= 1)
            check(db, sqlite3_bind_int64(st[i], 1, id), "bind");
        if (most >= 2)
            check(db, sqlite3_bind_text(st[i], 2, uuid, -1, SQLITE_TRANSIENT), "bind");
        check(db, sqlite3_step(st[i]), sqlite3_sql(st[i]));
        check(db, sqlite3_reset(st[i]), "reset");
    }
}

static int bench_sqlite(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    sqlite3 *db;
    check(NULL, sqlite3_open(argv[0], &db), "open");
    check(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", NULL, NULL, NULL), "pragma");
    sqlite3_stmt *st[STATEMENTS];
    size_t n = prepare_plan(db, read_file(argv[1]), st);
    int64_t rows = number(argv[2]), begun = now_us(), end = begun + number(argv[3]) * 1000, id = 1000000;
    struct samples s = {.us = need(calloc(SAMPLES, sizeof(uint32_t)))};
    for (int64_t at = begun; at < end && s.n + (size_t)rows < SAMPLES; at = now_us()) {
        check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), "begin");
        for (int64_t i = 0; i < rows; i++)
            create_one(db, st, n, id++);
        check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "commit");
        for (int64_t i = 0; i < rows; i++)
            s.us[s.n++] = (uint32_t)(now_us() - at);
    }
    report(&s, now_us() - begun);
    for (size_t i = 0; i < n; i++)
        (void)sqlite3_finalize(st[i]);
    (void)sqlite3_close(db);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 2;
    if (argc > 2 && strcmp(argv[1], "http") == 0)
        status = bench_http(argc - 2, argv + 2);
    else if (argc > 2 && strcmp(argv[1], "sqlite") == 0)
        status = bench_sqlite(argc - 2, argv + 2);
    if (status == 2)
        (void)fprintf(stderr, "bench: see the head of bench/bench.c\n");
    return status;
}
