/*
 * Documents: N5.28–34, 64, 106–108. What can be told without reading a document is told here; its
 * content goes to the hasher (hash.c).
 */
#include "validate/validate_int.h"

static struct str trimmed(struct str s)
{
    if (str_starts(s, "./"))
        s = (struct str){s.p + 2, s.n - 2};
    return s;
}

/* The member a reference names; other systems write backslashes. Only files of the document folder count. */
static const struct pack_entry *referenced(struct run *r, struct str to)
{
    char path[2048];
    const char *folder = r->layout->documents;
    to = trimmed(to);
    if (to.n == 0 || to.n >= sizeof(path))
        return NULL;
    for (size_t i = 0; i < to.n; i++)
        path[i] = to.p[i] == '\\' ? '/' : to.p[i];
    path[to.n] = '\0';
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->extract, (struct str){path, to.n});
    return e && e->kind == PACK_FILE && folder[0] && strncmp(path, folder, strlen(folder)) == 0 ? e : NULL;
}

static void mention(struct run *r, const struct pack_entry *e)
{
    uint8_t *n = &r->mentions[e - pack_entry(r->pack, 0)];
    if (*n < UINT8_MAX)
        ++*n;
}

/* ---------------------------------------------------------------- a dokumentobjekt */

static bool alike(struct str a, const char *b)
{
    static const char *const pairs[][2] = {{"jpeg", "jpg"}, {"tiff", "tif"}, {"html", "htm"}, {"mpeg", "mpg"},
                                            {"text", "txt"}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if ((str_ieq(a, pairs[i][0]) && streq(b, pairs[i][1])) || (str_ieq(a, pairs[i][1]) && streq(b, pairs[i][0])))
            return true;
    return str_ieq(a, b);
}

/* Codes do not look like endings: "RA-PDF", "fmt/95", "PDF/A". Those are judged by content (N5.106). */
static bool is_ending(const struct run *r, struct str format)
{
    if (r->options->arkade)
        return true;
    for (size_t i = 0; i < format.n; i++)
        if (!((format.p[i] | 32) >= 'a' && (format.p[i] | 32) <= 'z') && !(format.p[i] >= '0' && format.p[i] <= '9'))
            return false;
    return format.n <= 5;
}

static void lower(struct str s, char *out, size_t n)
{
    size_t i = 0;
    for (; i < s.n && i + 1 < n; i++)
        out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32) : s.p[i];
    out[i] = '\0';
}

static struct str ending(struct str path)
{
    for (size_t i = path.n; i > 0 && path.p[i - 1] != '/' && path.p[i - 1] != '\\'; i--)
        if (path.p[i - 1] == '.')
            return (struct str){path.p + i, path.n - i};
    return STR("");
}

static void format(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    char name[64];
    struct str told = node_value(n, EL_format), path = node_value(n, EL_referanseDokumentfil);
    if (told.n == 0)
        return;
    lower(told, name, sizeof(name));
    number_add(r, t, str_of(name), 1);
    struct str end = ending(path);
    if (is_ending(r, told) && !(r->options->arkade ? str_ieq(end, name) : alike(end, name)))
        report(r, t, F_FORMAT_NAME, SPOT(.file = r->file, .line = n->line, .place = node_id(n), .expected = told,
                                       .found = path, .group = str_of(name)));
}

static int64_t parts_with_numbers(const struct result *result)
{
    int64_t n = 0;
    for (size_t i = 0; i < result->numbers.n; i++) {
        size_t before = 0;
        while (result->numbers.v[before].tag != result->numbers.v[i].tag)
            before++;
        n += before == i && result->numbers.v[i].tag >= 0;
    }
    return n;
}

/* Arkade makes an error row of each format and of the total too, and of each arkivdel with results when there are several. */
static void format_totals(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    const struct result *result = &r->v->results[t];
    if (result->count[SEVERITY_ERROR] > 0)
        arkade_extra(r, t, (int64_t)result->groups.n + 1 + (r->v->parts_n > 1 ? parts_with_numbers(result) : 0));
}

static void exists(struct run *r, enum test_id t, struct node *n, struct str text)
{
    const struct pack_entry *e = referenced(r, text);
    if (n->el != EL_dokumentobjekt)
        return;
    number_add(r, t, STR(""), 1);
    if (e)
        mention(r, e);
    else
        report(r, t, F_DOCUMENT_MISSING, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .found = text));
}

/* By the algorithm told, as far as it is known; that it ought to be SHA-256 is N5.108. Arkade takes SHA-256 whatever is told. */
static void checksum(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    struct str path = node_value(n, EL_referanseDokumentfil), sum = stripped(node_value(n, EL_sjekksum)), id = node_id(n);
    struct str name = node_value(n, EL_format), algorithm = node_value(n, EL_sjekksumAlgoritme);
    const struct pack_entry *e = referenced(r, path);
    if (r->options->no_documents)
        return;
    number_add(r, t, STR(""), 1);
    if (!e || sum.n == 0) {
        report(r, t, F_DOCUMENT_NO_DATA, SPOT(.file = r->file, .line = n->line, .place = id, .found = path));
        return;
    }
    struct job job = {.entry = e, .test = t, .line = n->line, .file = r->file, .look = true};
    (void)snprintf(job.id, sizeof(job.id), "%.*s", (int)id.n, id.p);
    (void)snprintf(job.checksum, sizeof(job.checksum), "%.*s", (int)sum.n, sum.p);
    (void)snprintf(job.format, sizeof(job.format), "%.*s", (int)name.n, name.p);
    if (!r->options->arkade && pack_digest_md(algorithm))
        (void)snprintf(job.algorithm, sizeof(job.algorithm), "%.*s", (int)algorithm.n, algorithm.p);
    hasher_put(r, &job);
}

static void size(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    int64_t told = -1;
    char found[24];
    struct str path = node_value(n, EL_referanseDokumentfil), value = node_value(n, EL_filstoerrelse);
    const struct pack_entry *e = referenced(r, path);
    if (!str_int(stripped(value), &told) || told < 0) {
        report(r, t, F_SIZE_UNTOLD, SPOT(.file = r->file, .line = n->line, .place = node_id(n), .found = value));
        return;
    }
    if (!e || e->size == told)
        return;
    (void)snprintf(found, sizeof(found), "%" PRId64, e->size);
    report(r, t, F_SIZE_WRONG, SPOT(.file = r->file, .line = n->line, .place = path, .expected = value,
                                  .found = str_of(found)));
}

static void algorithm(struct run *r, enum test_id t, struct node *n, struct str text)
{
    number_add(r, t, text, 1);
    if (!str_ieq(text, "SHA-256") && !str_ieq(text, "SHA256"))
        report(r, t, F_ALGORITHM_OTHER, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .found = text,
                                             .group = text));
}

/* Arkade counts a file as empty when its size is told to be 0 too. */
static void empty_file(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    const struct pack_entry *e = referenced(r, node_value(n, EL_referanseDokumentfil));
    if (!e || e->size != 0 || (r->options->arkade && !node_is(n, EL_filstoerrelse, "0")))
        return;
    hold(r, HELD_FILE, n->line, node_value(n, EL_referanseDokumentfil));
}

static const struct check rows[] = {
    {T_29, IN_ARKIV, AT_END, EL_dokumentobjekt, format},
    {T_29, 0, AT_DONE, EL_OTHER, format_totals},
    {T_30, IN_ARKIV, AT_END, EL_dokumentobjekt, checksum},
    {T_32, IN_ARKIV, AT_VALUE, EL_referanseDokumentfil, exists},
    {T_64, IN_ARKIV, AT_END, EL_dokumentobjekt, empty_file},
    {T_107, IN_ARKIV, AT_END, EL_dokumentobjekt, size},
    {T_108, IN_ARKIV, AT_VALUE, EL_sjekksumAlgoritme, algorithm},
};
const struct checks checks_documents = {rows, COUNT_OF(rows)};

/* ---------------------------------------------------------------- the folder */

/* An archive on paper has no documents, and says so. Arkade wants them all the same. */
static bool has_none(const struct run *r, int64_t files)
{
    return files == 0 && r->addml->documents == 0 && r->archive_there && number_sum(r, T_26, "") == 0 && !r->options->arkade;
}

static void compare_files(struct run *r, int64_t files)
{
    char expected[24], found[24];
    static const char name[] = "antallDokumentfiler";
    const char *text = r->addml->documents_text;
    int64_t told = r->addml->documents, line = addml_line(r->addml, name);
    (void)snprintf(expected, sizeof(expected), "%" PRId64, told);
    (void)snprintf(found, sizeof(found), "%" PRId64, files);
    if (has_none(r, files))
        return;
    if (!r->layout->documents[0])
        report(r, T_28, F_DOCUMENTS_FOLDER, SPOT(.expected = STR("dokumenter")));
    else if (files == 0)
        report(r, T_28, F_DOCUMENTS_NONE, SPOT(.place = str_of(r->layout->documents)));
    if (told < 0)
        report(r, T_28, F_DOCUMENTS_UNTOLD, SPOT(.file = r->addml_file, .line = line, .place = str_of(name),
                                                 .expected = str_of(in_words(r, "et tall", "a number")),
                                                 .found = str_of(text ? text : "")));
    else if (told != files)
        report(r, T_28, F_COUNT_WRONG, SPOT(.file = r->addml_file, .line = line, .place = str_of(name),
                                            .expected = str_of(expected), .found = str_of(found)));
}

static void document(struct run *r, const struct pack_entry *e, unsigned mentions)
{
    struct str path = str_of(e->path + strlen(r->layout->extract));
    char times[24];
    (void)snprintf(times, sizeof(times), "%u", mentions);
    if (mentions == 0 && r->archive_there) {
        number_add(r, T_33, STR(""), 1);
        report(r, T_33, F_DOCUMENT_STRAY, SPOT(.place = path));
    } else if (mentions > 1) {
        number_add(r, T_34, STR(""), 1);
        report(r, T_34, F_DOCUMENT_SHARED, SPOT(.place = path, .found = str_of(times)));
    }
}

void test_documents(struct run *r)
{
    char prefix[2048];
    int64_t files = 0;
    (void)snprintf(prefix, sizeof(prefix), "%s%s", r->layout->extract, r->layout->documents);
    size_t n = strlen(prefix);
    for (size_t i = r->layout->documents[0] ? pack_first(r->pack, prefix) : pack_count(r->pack);
         i < pack_count(r->pack) && strncmp(pack_entry(r->pack, i)->path, prefix, n) == 0; i++) {
        const struct pack_entry *e = pack_entry(r->pack, i);
        if (e->kind != PACK_FILE || (e->faults & PACK_TWICE))
            continue;
        files++;
        document(r, e, r->mentions[i]);
    }
    number_add(r, T_28, STR(""), files);
    compare_files(r, files);
    r->v->results[T_30].skipped = r->v->results[T_106].skipped = r->options->no_documents;
}
