/*
 * The XML files of the extract, each read once: N5.01–03, 101–105. Which files there are, arkivuttrekk.xml
 * says; the four of the standard are read too when it does not name them.
 */
#include "validate/validate_int.h"

static const struct known {
    const char *object, *file, *schema;
    enum file in;
} known[] = {
    {"arkivstruktur", "arkivstruktur.xml", "arkivstruktur.xsd", IN_ARKIV},
    {"loependeJournal", "loependeJournal.xml", "loependeJournal.xsd", IN_LOEPENDE},
    {"offentligJournal", "offentligJournal.xml", "offentligJournal.xsd", IN_OFFENTLIG},
    {"endringslogg", "endringslogg.xml", "endringslogg.xsd", IN_ENDRING},
};

static const struct pack_entry *member(const struct run *r, const char *name)
{
    const struct pack_entry *e = pack_find_in(r->pack, r->layout->extract, str_of(name));
    return e && e->kind == PACK_FILE ? e : NULL;
}

/* ---------------------------------------------------------------- checksums */

static bool is_sha256(const char *algorithm)
{
    return str_ieq(str_of(algorithm), "SHA-256") || str_ieq(str_of(algorithm), "SHA256");
}

/* digest is "" when the file could not be read. */
static void compare_checksum(struct run *r, const struct addml_file *f, const char *digest)
{
    const struct spot at = {.file = r->addml_file, .line = f->line, .place = str_of(f->name)};
    struct spot s = at;
    if (!f->has_checksum || !f->algorithm || !f->checksum) {
        report(r, T_02, F_CHECKSUM_UNTOLD, &s);
    } else if (!is_sha256(f->algorithm)) {
        s.expected = STR("SHA-256");
        s.found = str_of(f->algorithm);
        report(r, T_02, F_CHECKSUM_ALGORITHM, &s);
    } else if (!str_ieq(str_of(f->checksum), digest)) {
        s.expected = str_of(f->checksum);
        s.found = str_of(digest);
        report(r, T_02, F_CHECKSUM_WRONG, &s);
    } else {
        number_add(r, T_02, STR("filer med rett sjekksum"), 1);
    }
}

/* A schema is named by several objects; it is looked at where it is named first. */
static bool named_before(const struct addml *a, const struct addml_file *f)
{
    for (const struct addml_object *o = a->objects; o; o = o->next)
        for (const struct addml_file *g = o->files; g; g = g->next) {
            if (g == f)
                return false;
            if (g->schema && streq(g->name, f->name))
                return true;
        }
    return false;
}

static void check_schema_file(struct run *r, const struct addml_file *f)
{
    char digest[SHA256_HEX_MAX] = "";
    const struct pack_entry *e = f->name ? member(r, f->name) : NULL;
    if (!f->name || named_before(r->addml, f))
        return;
    number_add(r, T_01, STR("skjemafiler"), 1);
    if (!e) {
        report(r, T_01, F_FILE_MISSING, SPOT(.file = r->addml_file, .line = f->line, .place = str_of(f->name)));
        report(r, T_02, F_FILE_MISSING, SPOT(.file = r->addml_file, .line = f->line, .place = str_of(f->name)));
        return;
    }
    if (pack_sha256(r->cx, r->pack, e, digest) != RC_OK)
        err_clear(r->cx);
    compare_checksum(r, f, digest);
}

/* ---------------------------------------------------------------- one file */

static void look_for_bom(struct run *r, const struct pack_entry *e)
{
    struct pack_stream s;
    unsigned char b[3] = "";
    size_t n = 0;
    r->utf16 = false;
    if (pack_stream_open(r->cx, r->pack, e, &s) != RC_OK) {
        err_clear(r->cx);
        return;
    }
    if (pack_stream_read(r->cx, &s, b, sizeof(b), &n) != RC_OK)
        err_clear(r->cx);
    pack_stream_close(&s);
    if (n == 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf)
        report(r, T_104, F_BOM, SPOT(.file = r->file, .line = 1));
    r->utf16 = n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff));
}

static bool read_one(struct run *r, enum file in, const struct pack_entry *e, const char *schema,
                     const struct addml_object *o, const struct addml_file *told)
{
    char digest[SHA256_HEX_MAX];
    struct schemas s = {0};
    look_for_bom(r, e);
    r->file_size = e->size;
    schemas_open(r, in, schema, o, &s);
    bool whole = walk_file(r, in, e, s.own, s.official, digest);
    schemas_close(&s);
    if (told)
        compare_checksum(r, told, digest);
    return whole;
}

static void missing(struct run *r, const char *name, const struct addml_file *told)
{
    static const enum test_id in[] = {T_01, T_02, T_03};
    for (size_t i = 0; i < COUNT_OF(in); i++)
        if (told || i == 0)
            report(r, in[i], F_FILE_MISSING, SPOT(.file = r->addml_file, .line = told ? told->line : 0,
                                                .place = str_of(name)));
}

static void read_known(struct run *r, const struct known *k)
{
    const struct addml_object *o = addml_object(r->addml, k->object);
    const struct addml_file *told = addml_main_file(o);
    r->file = told ? told->name : k->file;
    const struct pack_entry *e = member(r, r->file);
    if (told)
        number_add(r, T_01, STR("XML-filer"), 1);
    if (!e) {
        if (told || k->in == IN_ARKIV)
            missing(r, r->file, told);
        return;
    }
    bool whole = read_one(r, k->in, e, k->schema, o, told);
    r->archive_there |= k->in == IN_ARKIV && whole;
    r->loepende.there |= k->in == IN_LOEPENDE;
    r->loepende.whole |= k->in == IN_LOEPENDE && whole;
    r->offentlig.there |= k->in == IN_OFFENTLIG;
    r->offentlig.whole |= k->in == IN_OFFENTLIG && whole;
    r->changes_there |= k->in == IN_ENDRING && whole;
}

/* XML files that are not of the standard, but named. */
static void read_other(struct run *r, const struct addml_object *o)
{
    const struct addml_file *told = addml_main_file(o);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_ieq(str_of(o->name), known[i].object))
            return;
    if (!told)
        return;
    const struct pack_entry *e = member(r, told->name);
    r->file = told->name;
    number_add(r, T_01, STR("XML-filer"), 1);
    if (e)
        (void)read_one(r, IN_OTHER, e, NULL, o, told);
    else
        missing(r, told->name, told);
}

/* arkivuttrekk.xml itself. Its schema must be there, too. */
static void read_description(struct run *r)
{
    bool there = schema_there(r, "addml.xsd");
    r->file = r->addml_file;
    if (!r->addml_entry)
        return;
    if (!there)
        report(r, T_105, F_ADDML_NO_SCHEMA, SPOT(.file = "addml.xsd"));
    if (!r->has_addml || (!there && !schema_installed(r, "addml.xsd")))
        return;
    r->describing = true;
    (void)read_one(r, IN_OTHER, r->addml_entry, "addml.xsd", NULL, NULL);
    r->describing = false;
}

/* What an archive that was not read to its end lacks, says nothing. */
static void mark_incomplete(struct run *r)
{
    static const enum test_id compared[] = {T_33, T_48, T_51, T_62, T_113, T_114, T_117};
    for (size_t i = 0; i < COUNT_OF(compared); i++)
        r->v->results[compared[i]].skipped |= !r->archive_there;
}

void test_extract(struct run *r)
{
    read_description(r);
    for (const struct addml_object *o = r->addml->objects; o; o = o->next)
        for (const struct addml_file *f = o->files; f; f = f->next)
            if (f->schema)
                check_schema_file(r, f);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        read_known(r, &known[i]);
    for (const struct addml_object *o = r->addml->objects; o; o = o->next)
        read_other(r, o);
    r->file = "arkivstruktur.xml";
    business_done(r);
    mark_incomplete(r);
    walk_done(r);
    r->v->results[T_01].skipped = r->v->results[T_02].skipped = !r->has_addml;
    if (r->repeated > 0)
        arkade_extra(r, T_03, -r->repeated);
}
