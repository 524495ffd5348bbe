/*
 * Document files are read, hashed and looked at by threads of their own, while XML is read. Jobs wait
 * in a ring of fixed size: who puts waits when it is full. A digest that was once computed is kept, so
 * that METS of a DIAS package costs no second reading.
 */
#include "validate/validate_int.h"

#include <stdlib.h>
#include <unistd.h>

#include "inspect/inspect.h"

enum { RING = 256, THREADS_MOST = 4, DIGEST = 32, DIGEST_HEX = 2 * PACK_DIGEST_MAX + 1 };

struct hasher {
    struct run *run;
    struct run own;               /* as the threads see it: at no place of the extract */
    pthread_mutex_t lock;
    pthread_cond_t filled, emptied;
    struct job ring[RING];
    size_t first, n;
    bool last;                    /* nothing more will come */
    pthread_t threads[THREADS_MOST];
    int threads_n;
    unsigned char (*digests)[DIGEST]; /* by member of the package */
    uint8_t *known;
};

/* ---------------------------------------------------------------- one job */

static bool known_digest(struct hasher *h, size_t member, char hex[DIGEST_HEX])
{
    (void)pthread_mutex_lock(&h->lock);
    bool known = h->known[member] != 0;
    if (known)
        hex_encode(h->digests[member], DIGEST, hex);
    (void)pthread_mutex_unlock(&h->lock);
    return known;
}

static bool digest_of(struct hasher *h, struct cx *cx, const struct job *job, char hex[DIGEST_HEX])
{
    unsigned char digest[PACK_DIGEST_MAX];
    size_t n, member = (size_t)(job->entry - pack_entry(h->own.pack, 0));
    bool sha256 = job->algorithm[0] == '\0' || str_ieq(str_of(job->algorithm), "SHA-256") ||
                  str_ieq(str_of(job->algorithm), "SHA256");
    if (sha256 && known_digest(h, member, hex))
        return true;
    if (pack_digest(cx, h->own.pack, job->entry, sha256 ? "SHA-256" : job->algorithm, digest, &n) != RC_OK)
        return false;
    hex_encode(digest, n, hex);
    if (sha256) {
        (void)pthread_mutex_lock(&h->lock);
        memcpy(h->digests[member], digest, DIGEST);
        h->known[member] = 1;
        (void)pthread_mutex_unlock(&h->lock);
    }
    return true;
}

static void tell_checksum(struct run *r, const struct job *job, const char *hex)
{
    const char *within = job->test == T_30 ? r->layout->extract : job->test == T_126 ? "" : r->layout->root;
    struct str path = str_of(path_below(job->entry, within));
    if (str_ieq(str_of(job->checksum), hex))
        return;
    report(r, job->test, job->test == T_30 ? F_DOCUMENT_CHANGED : F_CHECKSUM_WRONG,
         SPOT(.file = job->file, .line = job->line, .place = path, .expected = str_of(job->checksum),
              .found = str_of(hex)));
}

/* Words for formats in use, and the media type that their content has. A word that is not known fits. */
static bool mime_fits(const char *told, const char *mime)
{
    static const char *const rows[][2] = {
        {"pdf", "application/pdf"}, {"RA-PDF", "application/pdf"}, {"jpg", "image/jpeg"}, {"jpeg", "image/jpeg"},
        {"RA-JPEG", "image/jpeg"}, {"tif", "image/tiff"}, {"tiff", "image/tiff"}, {"RA-TIFF6", "image/tiff"},
        {"png", "image/png"}, {"jp2", "image/jp2"}, {"mp3", "audio/mpeg"}, {"mp4", "video/mp4"}, {"wav", "audio/x-wav"},
        {"flac", "audio/flac"}, {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
        {"odt", "application/vnd.oasis.opendocument.text"}, {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
        {"odp", "application/vnd.oasis.opendocument.presentation"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (str_ieq(str_of(told), rows[i][0]))
            return streq(mime, rows[i][1]);
    return true;
}

/* Text is many things to a signature; but no picture, sound or PDF. */
static bool text_fits(const char *told, const char *mime)
{
    static const char *const words[] = {"txt", "text", "xml", "csv", "html", "htm", "json"};
    static const char *const others[] = {"image/", "audio/", "video/", "application/pdf", "application/vnd.", "application/zip"};
    bool text = false, other = false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        text |= str_ieq(str_of(told), words[i]);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        other |= str_starts(str_of(mime), others[i]) && !streq(mime, "image/svg+xml");
    return !text || !other;
}

/* Does the format told, if it is a PRONOM id or a word that is known, fit what was found? */
static bool format_fits(const char *told, const struct inspect_facts *f)
{
    if (strncmp(told, "fmt/", 4) == 0 || strncmp(told, "x-fmt/", 6) == 0 || strncmp(told, "av/", 3) == 0)
        return streq(told, f->pronom) || streq(f->pronom, "av/0");
    return mime_fits(told, f->mime) && text_fits(told, f->mime);
}

static void look_at_format(struct hasher *h, struct cx *cx, const struct job *job, unsigned char *scratch)
{
    struct run *r = &h->own;
    struct inspect_facts f;
    struct pack_stream s;
    struct str path = str_of(job->entry->path + strlen(r->layout->extract));
    char found[300];
    if (job->entry->size == 0 || pack_stream_open(cx, r->pack, job->entry, &s) != RC_OK)
        return;
    bool looked = inspect_signature(s.fd, s.at, s.size, scratch, &f);
    pack_stream_close(&s);
    if (!looked)
        return;
    (void)snprintf(found, sizeof(found), "%s (%s)", f.name, f.pronom);
    number_add(r, T_106, str_of(found), 1);
    if (!f.archive_format)
        report(r, T_106, F_FORMAT_UNAPPROVED, SPOT(.file = job->file, .line = job->line, .place = path,
                                                 .found = str_of(found), .group = str_of(found)));
    else if (!format_fits(job->format, &f))
        report(r, T_106, F_FORMAT_CONTENT, SPOT(.file = job->file, .line = job->line, .place = path,
                                              .expected = str_of(job->format), .found = str_of(found)));
}

static void do_job(struct hasher *h, const struct job *job, unsigned char *scratch)
{
    struct cx cx;
    char hex[DIGEST_HEX];
    cx_open(&cx, (size_t)MiB(4));
    if (digest_of(h, &cx, job, hex))
        tell_checksum(&h->own, job, hex);
    else
        report(&h->own, job->test, F_DOCUMENT_UNREADABLE, SPOT(.file = job->file, .line = job->line,
                                                            .place = str_of(job->entry->path)));
    if (job->look)
        look_at_format(h, &cx, job, scratch);
    cx_close(&cx);
}

/* ---------------------------------------------------------------- the ring */

static bool take(struct hasher *h, struct job *ret)
{
    (void)pthread_mutex_lock(&h->lock);
    while (h->n == 0 && !h->last)
        (void)pthread_cond_wait(&h->filled, &h->lock);
    bool got = h->n > 0;
    if (got) {
        *ret = h->ring[h->first];
        h->first = (h->first + 1) % RING;
        h->n--;
        (void)pthread_cond_signal(&h->emptied);
    }
    (void)pthread_mutex_unlock(&h->lock);
    return got;
}

static void *work(void *arg)
{
    struct hasher *h = arg;
    struct job job;
    unsigned char *scratch = mem_new(INSPECT_SCRATCH);
    while (take(h, &job))
        do_job(h, &job, scratch);
    mem_free(scratch);
    return NULL;
}

/* Waits a fifth of a second at most, so that the progress goes on. */
static void wait_for_room(struct hasher *h)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    (void)pthread_cond_timedwait(&h->emptied, &h->lock, &until);
}

void hasher_put(struct run *r, const struct job *job)
{
    struct hasher *h = r->hasher;
    (void)pthread_mutex_lock(&h->lock);
    while (h->n == RING && !r->stopped) {
        wait_for_room(h);
        (void)pthread_mutex_unlock(&h->lock);
        run_progress(r);
        (void)pthread_mutex_lock(&h->lock);
    }
    if (!r->stopped)
        h->ring[(h->first + h->n++) % RING] = *job;
    (void)pthread_cond_signal(&h->filled);
    (void)pthread_mutex_unlock(&h->lock);
}

/* One core is left to the reader of XML. */
static int threads_wanted(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores <= 2 ? 1 : cores - 1 > THREADS_MOST ? THREADS_MOST : (int)cores - 1;
}

enum rc hasher_start(struct run *r)
{
    size_t members = pack_count(r->pack) + 1;
    struct hasher *h = mem_new(sizeof(*h));
    r->hasher = h;
    h->own = *r;
    h->own.part = -1;
    h->run = r;
    (void)pthread_mutex_init(&h->lock, NULL);
    (void)pthread_cond_init(&h->filled, NULL);
    (void)pthread_cond_init(&h->emptied, NULL);
    h->known = calloc(members, 1);
    h->digests = calloc(members, DIGEST);
    if (!h->known || !h->digests)
        return cx_nomem(r->cx);
    int wanted = threads_wanted();
    while (h->threads_n < wanted && pthread_create(&h->threads[h->threads_n], NULL, work, h) == 0)
        h->threads_n++;
    return h->threads_n > 0 ? RC_OK : err_secret(r->cx, RC_NOMEM, "validate: no thread");
}

static void drain(struct hasher *h)
{
    (void)pthread_mutex_lock(&h->lock);
    h->last = true;
    (void)pthread_cond_broadcast(&h->filled);
    while (h->n > 0) {
        wait_for_room(h);
        (void)pthread_mutex_unlock(&h->lock);
        run_progress(h->run);
        (void)pthread_mutex_lock(&h->lock);
        if (h->run->stopped)
            h->n = 0;
    }
    (void)pthread_mutex_unlock(&h->lock);
}

void hasher_finish(struct run *r)
{
    struct hasher *h = r->hasher;
    if (!h)
        return;
    drain(h);
    for (int i = 0; i < h->threads_n; i++)
        (void)pthread_join(h->threads[i], NULL);
    (void)pthread_mutex_destroy(&h->lock);
    (void)pthread_cond_destroy(&h->filled);
    (void)pthread_cond_destroy(&h->emptied);
    free(h->known);
    free(h->digests);
    mem_free(h);
    r->hasher = NULL;
}
