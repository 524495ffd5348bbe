/* The DIAS package round the extract: N5.122–126. */
#include "validate/validate_int.h"

#include <strings.h>

/* ---------------------------------------------------------------- files that must be there */

enum need { MUST, EXPECTED };
static const struct {
    const char *path;
    enum need need;
    bool aip;                     /* asked of an AIP only */
} needed[] = {
    {"dias-mets.xml", MUST, false},
    {"dias-mets.xsd", MUST, false},
    {"descriptive_metadata", MUST, false},
    {"administrative_metadata", MUST, false},
    {"administrative_metadata/dias-premis.xml", MUST, false},
    {"administrative_metadata/dias-premis.xsd", MUST, false},
    {"content", MUST, false},
    {"content/arkivstruktur.xml", MUST, false},
    {"content/arkivstruktur.xsd", MUST, false},
    {"content/metadatakatalog.xsd", MUST, false},
    {"content/endringslogg.xml", EXPECTED, false},
    {"content/endringslogg.xsd", EXPECTED, false},
    {"content/loependeJournal.xml", EXPECTED, false},
    {"content/loependeJournal.xsd", EXPECTED, false},
    {"content/offentligJournal.xml", EXPECTED, false},
    {"content/offentligJournal.xsd", EXPECTED, false},
    {"descriptive_metadata/ead.xml", EXPECTED, true},
    {"descriptive_metadata/ead.xsd", EXPECTED, true},
    {"descriptive_metadata/eac-cpf.xml", EXPECTED, true},
    {"descriptive_metadata/eac-cpf.xsd", EXPECTED, true},
    {"administrative_metadata/repository_operations", MUST, true},
    {"administrative_metadata/arkivuttrekk.xml", MUST, true},
    {"administrative_metadata/addml.xsd", MUST, true},
    {"content/systemhåndbok.pdf", EXPECTED, true},
};

static bool has(const struct run *r, const char *path)
{
    char folder[200];
    if (pack_find_in(r->pack, r->layout->root, str_of(path)))
        return true;
    (void)snprintf(folder, sizeof(folder), "%s%s/", r->layout->root, path);
    return pack_first(r->pack, folder) < pack_count(r->pack);
}

/* METS is called mets.xml in packages from before 2021. */
static const struct pack_entry *mets_file(const struct run *r)
{
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->root, STR("dias-mets.xml"));
    return e ? e : pack_find_in(r->pack, r->layout->root, STR("mets.xml"));
}

/* Names of before: mets.xml and mets.xsd until 2021, addml.xml. */
static bool has_former(const struct run *r, const char *path)
{
    if (strncmp(path, "dias-mets.", 10) == 0)
        return has(r, path + 5);
    return streq(path, "administrative_metadata/arkivuttrekk.xml") && has(r, "administrative_metadata/addml.xml");
}

static void look_for_needed(struct run *r, bool aip)
{
    for (size_t i = 0; i < COUNT_OF(needed); i++) {
        if ((needed[i].aip && !aip) || has(r, needed[i].path) || has_former(r, needed[i].path))
            continue;
        report(r, T_122, needed[i].need == MUST ? F_DIAS_MISSING : F_DIAS_ACCEPTABLE,
               SPOT(.place = str_of(needed[i].path)));
    }
}

/* ---------------------------------------------------------------- METS */

struct reading {
    struct run *r;
    uint8_t *listed;              /* members that METS names */
    struct idset ids;             /* what was described */
    struct pointer *pointers;     /* to what was not described before them, the last first */
    enum test_id test;
    const char *file;
    const char *package;          /* its identifier, as METS tells it */
    bool tar_told;                /* the description beside the tar names it */
};

struct pointer {
    struct pointer *next;
    const char *id;
    int64_t line;
};

/* ---------------------------------------------------------------- pointers within METS and PREMIS */

static void described(struct reading *m, struct str id)
{
    if (id.n)
        (void)idset_meet(&m->ids, id, EL_systemID, 0);
}

static void pointed(struct reading *m, const struct mets_file *f)
{
    struct arena *a = m->r->cx->arena;
    struct id there;
    if (idset_find(&m->ids, f->id, &there))
        return;
    struct pointer *p = arena_alloc(a, sizeof(*p));
    const char *id = arena_strndup(a, f->id.p, f->id.n);
    if (!p || !id)
        return;
    *p = (struct pointer){m->pointers, id, f->line};
    m->pointers = p;
}

static void pointers_done(struct reading *m)
{
    struct pointer *turned = NULL;
    struct id there;
    for (struct pointer *p = m->pointers, *next; p; p = next) {
        next = p->next;
        p->next = turned;
        turned = p;
    }
    for (struct pointer *p = turned; p; p = p->next)
        if (!idset_find(&m->ids, str_of(p->id), &there))
            report(m->r, m->test, F_POINTER_DANGLING, SPOT(.file = m->file, .line = p->line, .found = str_of(p->id)));
    m->r->v->failed |= !idset_free(&m->ids);
}

static bool climbs(struct str path)
{
    return str_starts(path, "/") || str_starts(path, "../") || memmem(path.p, path.n, "/../", 4) ||
           memmem(path.p, path.n, "://", 3);
}

static void compare_size(struct reading *m, const struct mets_file *f, int64_t size)
{
    char expected[24], found[24];
    (void)snprintf(expected, sizeof(expected), "%" PRId64, f->size);
    (void)snprintf(found, sizeof(found), "%" PRId64, size);
    if (f->size >= 0 && f->size != size)
        report(m->r, m->test, F_SIZE_WRONG, SPOT(.file = m->file, .line = f->line, .place = f->path,
                                               .expected = str_of(expected), .found = str_of(found)));
}

static void compare_checksum(struct reading *m, const struct mets_file *f, const struct pack_entry *e)
{
    struct job job = {.entry = e, .test = m->test, .line = f->line, .file = m->file};
    if (f->checksum.n == 0 || !pack_digest_md(f->algorithm)) {
        report(m->r, m->test, F_METS_NO_CHECKSUM, SPOT(.file = m->file, .line = f->line, .place = f->path,
                                                     .found = f->algorithm));
        return;
    }
    if (m->r->options->no_documents)
        return;
    (void)snprintf(job.checksum, sizeof(job.checksum), "%.*s", (int)f->checksum.n, f->checksum.p);
    (void)snprintf(job.algorithm, sizeof(job.algorithm), "%.*s", (int)f->algorithm.n, f->algorithm.p);
    hasher_put(m->r, &job);
}

static const struct pack_entry *find_in_root(const struct run *r, struct str path)
{
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->root, path);
    return e && e->kind == PACK_FILE ? e : NULL;
}

/* The path as an URL, with %20 for a space, or with the backslashes of other systems. */
static const struct pack_entry *find_decoded(const struct run *r, struct str path)
{
    struct arena *a = arena_new((size_t)KiB(16));
    struct str plain = path;
    const struct pack_entry *e = NULL;
    if (a && url_decode(a, path, false, &plain))
        e = find_in_root(r, plain);
    char *slashes = a && !e ? arena_strndup(a, plain.p, plain.n) : NULL;
    for (size_t i = 0; slashes && i < plain.n; i++)
        if (slashes[i] == '\\')
            slashes[i] = '/';
    if (slashes)
        e = find_in_root(r, (struct str){slashes, plain.n});
    arena_free(&a);
    return e;
}

static void on_mets_file(void *arg, const struct mets_file *f)
{
    struct reading *m = arg;
    if (f->pointer) {
        pointed(m, f);
        return;
    }
    const struct pack_entry *e = find_in_root(m->r, f->path);
    if (!e && !climbs(f->path))
        e = find_decoded(m->r, f->path);
    described(m, f->id);
    number_add(m->r, m->test, STR(""), 1);
    if (climbs(f->path)) {
        report(m->r, m->test, F_METS_UNSAFE, SPOT(.file = m->file, .line = f->line, .found = f->path));
    } else if (!e) {
        report(m->r, m->test, F_METS_DANGLING, SPOT(.file = m->file, .line = f->line, .place = f->id,
                                                    .found = f->path));
    } else {
        m->listed[e - pack_entry(m->r->pack, 0)] = 1;
        compare_size(m, f, e->size);
        compare_checksum(m, f, e);
    }
}

static void tell_unlisted(struct run *r, const uint8_t *listed, const struct pack_entry *mets)
{
    for (size_t i = 0; i < pack_count(r->pack); i++) {
        const struct pack_entry *e = pack_entry(r->pack, i);
        const char *path = path_below(e, r->layout->root);
        bool told = listed[i] || e == mets || (e->faults & (PACK_TWICE | PACK_CLIMBS | PACK_ABSOLUTE)); /* in N5.118 */
        bool beside = !r->layout->tar && path == e->path && r->layout->root[0];
        if (e->kind == PACK_FILE && !told && !beside)
            report(r, T_124, F_METS_UNLISTED, SPOT(.place = str_of(path)));
    }
}

static void compare_name(struct run *r, const struct mets_head *head, struct str name)
{
    if (name.n > 0 && head->object_id[0] && !str_ieq(name, head->object_id))
        report(r, T_123, F_OBJECT_ID, SPOT(.file = "dias-mets.xml", .expected = str_of(head->object_id), .found = name));
}

/* <uuid>/ and <uuid>.tar ought to be named after OBJID; the folder that was given only when it is named by a UUID at all. */
static void compare_names(struct run *r, const struct mets_head *head)
{
    const struct pack_layout *l = r->layout;
    const char *slash = strrchr(l->path, '/'), *last = slash ? slash + 1 : l->path;
    size_t root = strlen(l->root), n = strlen(last);
    struct str name = {last, l->tar && n > 4 ? n - 4 : n};
    compare_name(r, head, (struct str){l->root, root ? root - 1 : 0});
    if (l->tar || (root == 0 && uuid_valid(name)))
        compare_name(r, head, name);
}

static void read_mets(struct run *r, const struct pack_entry *e, struct mets_head *head)
{
    struct pack_stream s;
    struct reading m = {.r = r, .test = T_123, .file = path_below(e, r->layout->root)};
    r->v->results[T_124].skipped = true;
    m.listed = arena_alloc(r->cx->arena, pack_count(r->pack));
    if (!m.listed || pack_stream_open(r->cx, r->pack, e, &s) != RC_OK) {
        report_unreadable(r, T_123, F_METS_BROKEN, m.file);
        return;
    }
    enum rc rc = mets_read(r->cx, &s, on_mets_file, &m, head);
    pack_stream_close(&s);
    pointers_done(&m);
    if (rc != RC_OK) {
        report_unreadable(r, T_123, F_METS_BROKEN, m.file);
        return;
    }
    r->v->results[T_124].skipped = false;
    compare_names(r, head);
    tell_unlisted(r, m.listed, e);
}

/* ---------------------------------------------------------------- PREMIS */

static struct str without_scheme(struct str s)
{
    if (str_starts(s, "file:"))
        s = (struct str){s.p + 5, s.n - 5};
    if (str_starts(s, "./"))
        s = (struct str){s.p + 2, s.n - 2};
    return s;
}

/* By the path in the package, or the path that begins with the package itself. */
static const struct pack_entry *premis_file(const struct run *r, struct str path)
{
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->root, path);
    e = e ? e : pack_find_in(r->pack, "", path);
    return e && e->kind == PACK_FILE ? e : NULL;
}

static bool is_package(const struct reading *m, struct str id)
{
    const char *root = m->r->layout->root;
    size_t n = strlen(root);
    if (id.n > 5 && str_ieq((struct str){id.p, 5}, "UUID:"))
        id = (struct str){id.p + 5, id.n - 5};
    return str_ieq(id, m->package) || (n > 1 && id.n == n - 1 && strncasecmp(id.p, root, n - 1) == 0);
}

/* An object is a file by its path or, as in log.xml, the package itself. */
static void on_premis_object(void *arg, const struct mets_file *f)
{
    struct reading *m = arg;
    if (f->pointer) {
        pointed(m, f);
        return;
    }
    struct mets_file named = *f;
    named.path = without_scheme(f->id);
    const struct pack_entry *e = premis_file(m->r, named.path);
    described(m, f->id);
    number_add(m->r, m->test, STR(""), 1);
    if (e) {
        compare_size(m, &named, e->size);
        if (f->checksum.n > 0)
            compare_checksum(m, &named, e);
    } else if (m->package[0] && !is_package(m, f->id)) {
        bool path = memchr(f->id.p, '/', f->id.n) || memchr(f->id.p, '.', f->id.n);
        report(m->r, m->test, path ? F_PREMIS_DANGLING : F_PREMIS_OTHER,
               SPOT(.file = m->file, .line = f->line, .found = f->id,
                    .expected = str_of(path ? "" : m->package)));
    }
}

static void read_premis(struct run *r, const char *path, const struct mets_head *head)
{
    struct pack_stream s;
    struct reading m = {.r = r, .test = T_125, .file = path, .package = head->object_id};
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->root, str_of(path));
    if (!e)
        return;
    if (pack_stream_open(r->cx, r->pack, e, &s) != RC_OK) {
        report_unreadable(r, T_125, F_METS_BROKEN, path);
        return;
    }
    enum rc rc = premis_read(r->cx, &s, on_premis_object, &m);
    pack_stream_close(&s);
    if (rc != RC_OK)
        report_unreadable(r, T_125, F_METS_BROKEN, path);
    pointers_done(&m);
}

/* ---------------------------------------------------------------- the description beside the tar */

/* The tar itself, which is no member of anything. */
static void compare_tar(struct reading *m, const struct mets_file *f)
{
    struct run *r = m->r;
    struct pack_stream tar;
    char sum[SHA256_HEX_MAX];
    if (pack_stream_file(r->cx, r->layout->path, &tar) != RC_OK) {
        err_clear(r->cx);
        return;
    }
    compare_size(m, f, tar.size);
    bool sha256 = str_ieq(f->algorithm, "SHA-256") || str_ieq(f->algorithm, "SHA256");
    if (!sha256 || f->checksum.n == 0)
        report(r, m->test, F_METS_NO_CHECKSUM, SPOT(.file = m->file, .line = f->line, .place = f->path, .found = f->algorithm));
    bool hash = !r->options->no_documents && sha256 && f->checksum.n > 0;
    if (hash && pack_stream_hash(r->cx, &tar) == RC_OK && pack_stream_digest(r->cx, &tar, sum) == RC_OK &&
        !str_ieq(f->checksum, sum))
        report(r, m->test, F_CHECKSUM_WRONG, SPOT(.file = m->file, .line = f->line, .place = f->path,
                                                .expected = f->checksum, .found = str_of(sum)));
    err_clear(r->cx);
    pack_stream_close(&tar);
}

static void on_beside_file(void *arg, const struct mets_file *f)
{
    struct reading *m = arg;
    if (f->pointer)
        return;
    const char *slash = strrchr(m->r->layout->path, '/');
    const struct pack_entry *e = pack_find_in(m->r->pack, "", f->path);
    number_add(m->r, m->test, STR(""), 1);
    if (str_is(f->path, slash ? slash + 1 : m->r->layout->path)) {
        m->tar_told = true;
        compare_tar(m, f);
    } else if (e && e->kind == PACK_FILE) {
        compare_size(m, f, e->size);
        compare_checksum(m, f, e);
    } else {
        report(m->r, m->test, F_METS_DANGLING, SPOT(.file = m->file, .line = f->line, .found = f->path));
    }
}

static void read_beside(struct run *r)
{
    struct pack_stream s;
    struct mets_head head;
    struct reading m = {.r = r, .test = T_126};
    if (!r->layout->beside) {
        report(r, T_126, F_BESIDE_NONE, SPOT(.expected = STR("<uuid>.xml")));
        return;
    }
    const char *slash = strrchr(r->layout->beside, '/');
    m.file = slash ? slash + 1 : r->layout->beside;
    if (pack_stream_file(r->cx, r->layout->beside, &s) != RC_OK) {
        report_unreadable(r, T_126, F_METS_BROKEN, m.file);
        return;
    }
    enum rc rc = mets_read(r->cx, &s, on_beside_file, &m, &head);
    pack_stream_close(&s);
    const char *tar = strrchr(r->layout->path, '/');
    if (rc != RC_OK)
        report_unreadable(r, T_126, F_METS_BROKEN, m.file);
    else if (!m.tar_told)
        report(r, T_126, F_METS_UNLISTED, SPOT(.file = m.file, .place = str_of(tar ? tar + 1 : r->layout->path)));
}

void test_dias(struct run *r)
{
    static const enum test_id all[] = {T_122, T_123, T_124, T_125};
    struct mets_head head = {"", "", ""};
    const struct pack_entry *mets = mets_file(r);
    for (size_t i = 0; i < COUNT_OF(all); i++)
        r->v->results[all[i]].skipped = !r->layout->dias;
    r->v->results[T_126].skipped = !r->layout->tar;
    if (r->layout->dias) {
        if (mets)
            read_mets(r, mets, &head);
        look_for_needed(r, streq(head.type, "AIP"));
        read_premis(r, "administrative_metadata/dias-premis.xml", &head);
        read_premis(r, "log.xml", &head);
        r->v->results[T_123].skipped = !mets;
        r->v->results[T_124].skipped |= !mets;
    }
    if (r->layout->tar)
        read_beside(r);
}
