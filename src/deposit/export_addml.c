/*
 * arkivuttrekk.xml: the description of the extract in ADDML, in the places where readers look for
 * what they need (they count positions): first the kind and version, then the period, then a
 * dataObject a file with arkivstruktur first.
 */
#include "deposit/export_int.h"

void day_text(int64_t t, char ret[11])
{
    int year, month, day;
    char text[40];
    time_civil(t, &year, &month, &day);
    (void)snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    memcpy(ret, text, 10);
    ret[10] = 0;
}

static void open_property(struct xw *w, const char *name, const char *type)
{
    xw_open(w, "property");
    if (type)
        xw_attr(w, "dataType", str_of(type));
    xw_attr(w, "name", str_of(name));
}

static void property(struct xw *w, const char *name, const char *type, const char *value)
{
    open_property(w, name, type);
    xw_element(w, "value", str_of(value));
    xw_close(w, "property");
}

static void number_property(struct xw *w, const char *name, int64_t value)
{
    open_property(w, name, "integer");
    xw_int(w, "value", value);
    xw_close(w, "property");
}

static void flag_property(struct xw *w, const char *name, bool value)
{
    property(w, name, "boolean", value ? "true" : "false");
}

static void close_properties(struct xw *w)
{
    xw_close(w, "properties");
    xw_close(w, "property");
}

/* A value that has properties of its own. */
static void open_valued(struct xw *w, const char *name, const char *value)
{
    open_property(w, name, NULL);
    xw_element(w, "value", str_of(value));
    xw_open(w, "properties");
}

static void open_plain(struct xw *w, const char *name)
{
    open_property(w, name, NULL);
    xw_open(w, "properties");
}

static void additional(struct xw *w, const char *name, const char *value)
{
    xw_open(w, "additionalElement");
    xw_attr(w, "name", str_of(name));
    xw_element(w, "value", str_of(value));
    xw_close(w, "additionalElement");
}

/* ------------------------------------------------------------------ the general part */

static enum rc write_creators(struct export *x, struct xw *w)
{
    const struct kid *k;
    size_t n;
    TRY(batch_creators(x, &k, &n));
    xw_open(w, "additionalElement");
    xw_attr(w, "name", STR("recordCreators"));
    xw_open(w, "additionalElements");
    for (size_t i = 0; i < n; i++)
        additional(w, "recordCreator", rec_val(k[i].r, A_arkivskaper_arkivskaperNavn)->text.p);
    xw_close(w, "additionalElements");
    xw_close(w, "additionalElement");
    return RC_OK;
}

static enum rc write_reference(struct export *x, struct xw *w)
{
    char day[11];
    xw_open(w, "reference");
    xw_open(w, "context");
    xw_open(w, "additionalElements");
    TRY(write_creators(x, w));
    additional(w, "systemType", "Sakarkiv (Noark-5)");
    additional(w, "systemName", "Samdrift");
    additional(w, "archive", rec_val(x->arkiv, A_arkiv_tittel)->text.p);
    xw_close(w, "additionalElements");
    xw_close(w, "context");
    xw_open(w, "content");
    xw_open(w, "additionalElements");
    xw_open(w, "additionalElement");
    xw_attr(w, "name", STR("archivalPeriod"));
    xw_open(w, "properties");
    day_text(x->start, day);
    property(w, "startDate", NULL, day);
    day_text(x->end, day);
    property(w, "endDate", NULL, day);
    xw_close(w, "properties");
    xw_close(w, "additionalElement");
    xw_close(w, "additionalElements");
    xw_close(w, "content");
    xw_close(w, "reference");
    return RC_OK;
}

/* ------------------------------------------------------------------ the Noark 5 part */

/* How the period before ended, and this one: with an overlapping period or without. What splits two that
 * are both in the extract is no end of it. */
static enum rc find_splits(struct export *x, bool *ret_in, bool *ret_out)
{
    *ret_in = *ret_out = false;
    for (size_t i = 0; i < x->o->arkivdeler_n; i++) {
        bool soft;
        int64_t before;
        TRY(changes_soft(x, x->arkivdeler[i], &soft));
        *ret_out |= soft && !arkivdel_chosen(x, *rec_one(x->arkivdeler[i], REL_arkivdel_nestearkivdel));
        TRY(db_int(x->db, &before, 0, "SELECT min(id) FROM arkivdel WHERE nestearkivdel_id = ?", "i", x->arkivdeler[i]->id));
        if (before == 0 || arkivdel_chosen(x, before))
            continue;
        struct rec *r;
        TRY(rec_load(x->db, model_family(F_arkivdel), before, &r));
        TRY(changes_soft(x, r, &soft));
        *ret_in |= soft;
    }
    return RC_OK;
}

static enum rc write_info(struct export *x, struct xw *w)
{
    bool in, out;
    TRY(find_splits(x, &in, &out));
    xw_open(w, "properties");
    open_plain(w, "info");
    open_valued(w, "type", "Noark 5");
    property(w, "version", NULL, noark_text(x->o->version));
    close_properties(w);
    open_plain(w, "additionalInfo");
    open_plain(w, "periode");
    property(w, "inngaaendeSkille", NULL, in ? "mykt" : "skarpt");
    property(w, "utgaaendeSkille", NULL, out ? "mykt" : "skarpt");
    close_properties(w);
    flag_property(w, "inneholderSkjermetInformasjon", x->screened);
    flag_property(w, "omfatterDokumenterSomErKassert", x->disposed);
    flag_property(w, "inneholderDokumenterSomSkalKasseres", x->to_dispose);
    flag_property(w, "inneholderVirksomhetsspesifikkeMetadata", x->has_vsm || x->has_extra);
    number_property(w, "antallDokumentfiler", x->r->dokumenter);
    close_properties(w);
    close_properties(w);
    xw_close(w, "properties");
    return RC_OK;
}

static void write_file(struct xw *w, const char *name, const struct pack_sum *sum)
{
    open_plain(w, "file");
    property(w, "name", NULL, name);
    if (sum) {
        open_valued(w, "format", "XML");
        property(w, "version", NULL, "1.0");
        close_properties(w);
        open_plain(w, "checksum");
        property(w, "algorithm", NULL, "SHA-256");
        property(w, "value", NULL, sum->sha256);
        close_properties(w);
    }
    close_properties(w);
}

static void write_schema(struct xw *w, const struct listed *l, bool main, bool again)
{
    if (main)
        open_valued(w, "schema", "main");
    else
        open_plain(w, "schema");
    write_file(w, l->name, again ? NULL : &l->sum);
    if (!again) {
        open_valued(w, "type", "XML Schema");
        property(w, "version", NULL, "1.0");
        close_properties(w);
    }
    close_properties(w);
}

static void write_count(struct xw *w, const char *what, int64_t n)
{
    char path[64];
    (void)snprintf(path, sizeof(path), "//%s", what);
    open_valued(w, "numberOfOccurrences", what);
    property(w, "elementPath", NULL, path);
    number_property(w, "value", n);
    close_properties(w);
}

static const struct listed *schema_named(const struct export *x, const char *name)
{
    const struct listed *l = x->schemas;
    while (l && !streq(l->name, name))
        l = l->next;
    return l;
}

/* A dataObject; the metadatakatalog has its checksum only where it stands first. */
static void write_object(struct export *x, struct xw *w, const struct xml_file *f, const char *name,
                         const char *const *what, const int64_t *counts, size_t n)
{
    char schema[64];
    bool first = f == &x->structure;
    (void)snprintf(schema, sizeof(schema), "%s.xsd", name);
    if (!f->made)
        return;
    xw_open(w, "dataObject");
    xw_attr(w, "name", str_of(name));
    xw_open(w, "properties");
    write_file(w, f->name, &f->sum);
    write_schema(w, schema_named(x, schema), true, false);
    write_schema(w, schema_named(x, "metadatakatalog.xsd"), false, !first);
    if (first && x->has_vsm)
        write_schema(w, schema_named(x, VSM_FILE), false, false);
    if (first && x->has_extra)
        write_schema(w, schema_named(x, EXTRA_FILE), false, false);
    open_plain(w, "info");
    for (size_t i = 0; i < n; i++)
        write_count(w, what[i], counts[i]);
    close_properties(w);
    xw_close(w, "properties");
    xw_close(w, "dataObject");
}

static void write_objects(struct export *x, struct xw *w)
{
    static const char *const structure[] = {"mappe", "registrering"}, *const change[] = {"endring"},
        *const entry[] = {"journalregistrering"};
    const int64_t units[] = {x->r->mapper, x->r->registreringer};
    xw_open(w, "dataObjects");
    write_object(x, w, &x->structure, "arkivstruktur", structure, units, 2);
    write_object(x, w, &x->changes, "endringslogg", change, &x->r->endringer, 1);
    write_object(x, w, &x->running, "loependeJournal", entry, &x->r->journalposter, 1);
    write_object(x, w, &x->public, "offentligJournal", entry, &x->r->journalposter, 1);
    xw_close(w, "dataObjects");
}

enum rc addml_write(struct export *x)
{
    struct xml_file f;
    TRY(file_open(x, &f, "arkivuttrekk.xml"));
    struct xw *w = &f.w;
    xw_open(w, "addml");
    xw_attr(w, "xmlns", STR("http://www.arkivverket.no/standarder/addml"));
    xw_attr(w, "xmlns:xsi", STR("http://www.w3.org/2001/XMLSchema-instance"));
    xw_attr(w, "xsi:schemaLocation", STR("http://www.arkivverket.no/standarder/addml addml.xsd"));
    xw_attr(w, "name", STR("Noark 5-arkivuttrekk"));
    xw_open(w, "dataset");
    xw_element(w, "description", STR("Noark 5-arkivuttrekk"));
    enum rc rc = write_reference(x, w);
    xw_open(w, "dataObjects");
    xw_open(w, "dataObject");
    xw_attr(w, "name", STR("Noark 5-arkivuttrekk"));
    if (rc == RC_OK)
        rc = write_info(x, w);
    write_objects(x, w);
    xw_close(w, "dataObject");
    xw_close(w, "dataObjects");
    xw_close(w, "dataset");
    xw_close(w, "addml");
    if (rc == RC_OK)
        rc = file_close(x, &f);
    file_drop(&f);
    TRY(rc);
    x->extract = (struct listed){NULL, "arkivuttrekk.xml", f.sum};
    return RC_OK;
}
