/* The package as a set of files: N5.118–121. */
#include "validate/validate_int.h"

/* What is told of a member, the worst first; more than one may be. */
static const struct {
    unsigned faults;
    enum finding_id kind;
    const char *nb, *en;
} path_faults[] = {
    {PACK_CLIMBS, F_PATH_UNSAFE, "..", ".."},
    {PACK_ABSOLUTE, F_PATH_UNSAFE, "absolutt sti", "absolute path"},
    {PACK_IS_LINK, F_PATH_UNSAFE, "lenke", "link"},
    {PACK_IS_OTHER, F_PATH_UNSAFE, "verken fil eller mappe", "neither file nor folder"},
    {PACK_TWICE, F_PATH_TWICE, "", ""},
    {PACK_ENCODING, F_PATH_ODD, "ikke UTF-8, eller styretegn", "not UTF-8, or control characters"},
    {PACK_BACKSLASH, F_PATH_ODD, "\\", "\\"},
    {PACK_CASE, F_PATH_ODD, "bare store og små bokstaver skiller", "differs in case only"},
};

const char *path_below(const struct pack_entry *e, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(e->path, prefix, n) == 0 ? e->path + n : e->path;
}

/* Bytes that are no UTF-8 are shown as question marks. */
static struct str shown(const char *path, char *out, size_t n)
{
    (void)snprintf(out, n, "%s", path);
    bool fine = str_utf8(str_of(out));
    for (char *p = out; *p; p++)
        if ((unsigned char)*p < 32 || (!fine && (unsigned char)*p > 126))
            *p = '?';
    return str_of(out);
}

static void look_at_path(struct run *r, const struct pack_entry *e)
{
    char path[1024];
    if (!e->faults)
        return;
    for (size_t i = 0; i < COUNT_OF(path_faults); i++)
        if (e->faults & path_faults[i].faults) {
            struct str what = str_of(in_words(r, path_faults[i].nb, path_faults[i].en));
            report(r, T_118, path_faults[i].kind, SPOT(.place = shown(e->path, path, sizeof(path)), .found = what,
                                                       .group = what));
        }
}

static void look_at_tar(struct run *r)
{
    static const struct {
        unsigned fault;
        enum finding_id kind;
    } rows[] = {{PACK_TAR_HEADER, F_TAR_DAMAGED}, {PACK_TAR_CUT, F_TAR_CUT}, {PACK_TAR_NO_END, F_TAR_NO_END}};
    char at[40];
    (void)snprintf(at, sizeof(at), "byte %" PRId64, r->layout->tar_fault_at);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (r->layout->tar_faults & rows[i].fault)
            report(r, T_121, rows[i].kind, SPOT(.place = str_of(at)));
}

static void look_at_folder(struct run *r)
{
    static const char *const known[] = {"dokumenter/", "DOKUMENTER/", "dokument/", "DOKUMENT/"};
    const char *name = r->layout->documents;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (streq(name, known[i]))
            return;
    if (name[0])
        report(r, T_119, F_FOLDER_SPELLING, SPOT(.expected = STR("dokumenter"), .found = str_of(name)));
}

static bool is_named(const struct run *r, const char *name)
{
    static const char *const always[] = {"arkivuttrekk.xml", "addml.xml", "addml.xsd", "systemhåndbok.pdf"};
    for (size_t i = 0; i < COUNT_OF(always); i++)
        if (streq(name, always[i]))
            return true;
    for (const struct addml_object *o = r->addml->objects; o; o = o->next)
        for (const struct addml_file *f = o->files; f; f = f->next)
            if (streq(f->name, name))
                return true;
    return strncmp(name, r->layout->documents, strlen(r->layout->documents)) == 0 && r->layout->documents[0];
}

/* What lies outside the extract, in DIAS, is METS's business. */
static void look_for_strays(struct run *r)
{
    size_t n = strlen(r->layout->extract);
    for (size_t i = pack_first(r->pack, r->layout->extract);
         i < pack_count(r->pack) && strncmp(pack_entry(r->pack, i)->path, r->layout->extract, n) == 0; i++) {
        const struct pack_entry *e = pack_entry(r->pack, i);
        char path[1024];
        if (e->kind == PACK_FILE && !is_named(r, e->path + n))
            report(r, T_120, F_FILE_UNLISTED, SPOT(.place = shown(e->path + n, path, sizeof(path))));
    }
}

void test_package(struct run *r)
{
    int64_t files = 0;
    for (size_t i = 0; i < pack_count(r->pack); i++) {
        const struct pack_entry *e = pack_entry(r->pack, i);
        look_at_path(r, e);
        files += e->kind == PACK_FILE;
        r->v->bytes += e->size;
    }
    r->v->files = files;
    number_add(r, T_118, STR(""), files);
    r->v->results[T_121].skipped = !r->layout->tar;
    look_at_tar(r);
    look_at_folder(r);
    if (r->has_addml)
        look_for_strays(r);
    r->v->results[T_120].skipped = !r->has_addml;
}
