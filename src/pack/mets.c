/*
 * METS and PREMIS round an extract, as DIAS has them and in Arkade's order.
 */
#include "pack/write.h"

/* Agents in the order readers rely on: who, in which role, with which notes. */
struct agent {
    const char *role, *other_role, *type, *other_type;
    const char *name;
    const char *notes[3];
};

static void day_and_time(struct xw *w, const char *name, int64_t t)
{
    char text[TIME_TEXT_MAX];
    time_format(t, text);
    xw_attr(w, name, str_of(text));
}

/* The last note tells what the ones before it are. */
static void write_notes(struct xw *w, const struct agent *a)
{
    static const char *const kinds[] = {"Version", "Type", "TypeVersion"};
    char all[64] = "notescontent:";
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(a->notes); i++) {
        if (!a->notes[i])
            continue;
        size_t at = strlen(all);
        (void)snprintf(all + at, sizeof(all) - at, "%s%s", n++ ? "," : "", kinds[i]);
        xw_element(w, "mets:note", str_of(a->notes[i]));
    }
    if (n)
        xw_element(w, "mets:note", str_of(all));
}

static void write_agent(struct xw *w, const struct agent *a)
{
    if (!a->name)
        return;
    xw_open(w, "mets:agent");
    xw_attr(w, "ROLE", str_of(a->role));
    if (a->other_role)
        xw_attr(w, "OTHERROLE", str_of(a->other_role));
    xw_attr(w, "TYPE", str_of(a->type));
    if (a->other_type)
        xw_attr(w, "OTHERTYPE", str_of(a->other_type));
    xw_element(w, "mets:name", str_of(a->name));
    write_notes(w, a);
    xw_close(w, "mets:agent");
}

static void write_agents(struct xw *w, const struct pack_mets *m)
{
    const struct agent agents[] = {
        {"ARCHIVIST", NULL, "ORGANIZATION", NULL, m->archivist, {NULL}},
        {"OTHER", "SUBMITTER", "ORGANIZATION", NULL, m->archivist, {NULL}},
        {"OTHER", "PRODUCER", "ORGANIZATION", NULL, m->archivist, {NULL}},
        {"IPOWNER", NULL, "ORGANIZATION", NULL, m->archivist, {NULL}},
        {"CREATOR", NULL, "ORGANIZATION", NULL, m->archivist, {NULL}},
        {"CREATOR", NULL, "OTHER", "SOFTWARE", "Samdrift", {SAMDRIFT_VERSION}},
        {"PRESERVATION", NULL, "ORGANIZATION", NULL, m->preservation, {NULL}},
        {"ARCHIVIST", NULL, "OTHER", "SOFTWARE", m->system,
         {m->system_version, m->system_type, m->system_type_version}},
        {"OTHER", "PRODUCER", "OTHER", "SOFTWARE", m->system,
         {m->system_version, m->system_type, m->system_type_version}},
    };
    for (size_t i = 0; i < COUNT_OF(agents); i++)
        write_agent(w, &agents[i]);
}

static void write_record(struct xw *w, const char *type, const char *value)
{
    if (!value)
        return;
    xw_open(w, "mets:altRecordID");
    xw_attr(w, "TYPE", str_of(type));
    xw_text(w, str_of(value));
    xw_close(w, "mets:altRecordID");
}

void pack_mets_head(struct xw *w, const struct pack_mets *m)
{
    char id[UUID_TEXT_MAX + 8], schema[200];
    (void)snprintf(id, sizeof(id), "UUID:%s", m->uuid);
    (void)snprintf(schema, sizeof(schema), "%s %s", m->ns, m->schema);
    xw_open(w, "mets:mets");
    xw_attr(w, "xmlns:mets", str_of(m->ns));
    xw_attr(w, "xmlns:xlink", STR("http://www.w3.org/1999/xlink"));
    xw_attr(w, "xmlns:xsi", STR("http://www.w3.org/2001/XMLSchema-instance"));
    xw_attr(w, "xsi:schemaLocation", str_of(schema));
    xw_attr(w, "OBJID", str_of(id));
    xw_attr(w, "TYPE", str_of(m->type));
    xw_attr(w, "LABEL", str_of(m->label));
    xw_attr(w, "PROFILE", STR("http://xml.ra.se/METS/RA_METS_eARD.xml"));
    xw_open(w, "mets:metsHdr");
    day_and_time(w, "CREATEDATE", m->created);
    xw_attr(w, "RECORDSTATUS", STR("NEW"));
    write_agents(w, m);
    write_record(w, "SUBMISSIONAGREEMENT", m->agreement);
    write_record(w, "STARTDATE", m->start);
    write_record(w, "ENDDATE", m->end);
    xw_element(w, "mets:metsDocumentID", str_of(m->document));
    xw_close(w, "mets:metsHdr");
    xw_open(w, "mets:fileSec");
}

void pack_mets_file(struct xw *w, const struct pack_mets *m, const struct pack_mets_file *f)
{
    char text[32];
    struct buf href;
    buf_init(&href, (size_t)KiB(8));
    buf_printf(&href, "file:%s", f->path);
    xw_open(w, "mets:file");
    (void)snprintf(text, sizeof(text), "fileId_%" PRId64, f->id);
    xw_attr(w, "ID", str_of(text));
    xw_attr(w, "MIMETYPE", str_of(f->mime));
    xw_attr(w, "USE", STR("Datafile"));
    xw_attr(w, "CHECKSUMTYPE", STR("SHA-256"));
    xw_attr(w, "CHECKSUM", str_of(f->sum.sha256));
    (void)snprintf(text, sizeof(text), "%" PRId64, f->sum.size);
    xw_attr(w, "SIZE", str_of(text));
    day_and_time(w, "CREATED", m->created);
    xw_open(w, "mets:FLocat");
    xw_attr(w, "xlink:href", buf_str(&href));
    xw_attr(w, "xlink:type", STR("simple"));
    xw_attr(w, "LOCTYPE", STR("URL"));
    xw_close(w, "mets:FLocat");
    xw_close(w, "mets:file");
    buf_free(&href);
}

void pack_mets_group(struct xw *w, const struct pack_mets *m, bool extract)
{
    xw_open(w, "mets:fileGrp");
    xw_attr(w, "ID", extract ? STR("fileGroup002") : STR("fileGroup001"));
    if (extract)
        day_and_time(w, "VERSDATE", m->created);
    xw_attr(w, "USE", extract ? STR("ArchiveExtraction") : STR("FILES"));
}

void pack_mets_group_end(struct xw *w)
{
    xw_close(w, "mets:fileGrp");
}

void pack_mets_tail(struct xw *w)
{
    xw_close(w, "mets:fileSec");
    xw_open(w, "mets:structMap");
    xw_open(w, "mets:div");
    xw_close(w, "mets:div");
    xw_close(w, "mets:structMap");
    xw_close(w, "mets:mets");
}

const char *pack_mets_mime(const char *path)
{
    static const struct {
        const char *ending, *mime;
    } known[] = {
        {".xml", "text/xml"}, {".xsd", "text/xml"}, {".tar", "application/x-tar"}, {".pdf", "image/pdf"},
        {".tif", "image/tiff"}, {".jpg", "image/jpg"}, {".mp3", "audio/mp3"}, {".mpg", "video/mpg"},
    };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < COUNT_OF(known); i++)
        if (streq(dot, known[i].ending))
            return known[i].mime;
    return "text/plain";
}

/* ------------------------------------------------------------------ PREMIS */

void pack_premis(struct buf *out, const char *uuid, const struct pack_mets *m)
{
    struct xw x, *w = &x;
    xw_begin(w, out);
    xw_open(w, "premis:premis");
    xw_attr(w, "xmlns:premis", STR(NS_PREMIS));
    xw_attr(w, "xmlns:xsi", STR("http://www.w3.org/2001/XMLSchema-instance"));
    xw_attr(w, "xsi:schemaLocation", STR(NS_PREMIS " dias-premis.xsd"));
    xw_attr(w, "version", STR("2.0"));
    xw_open(w, "premis:object");
    xw_attr(w, "xsi:type", STR("premis:file"));
    xw_open(w, "premis:objectIdentifier");
    xw_element(w, "premis:objectIdentifierType", STR("NO/RA"));
    xw_element(w, "premis:objectIdentifierValue", str_of(uuid));
    xw_close(w, "premis:objectIdentifier");
    xw_open(w, "premis:preservationLevel");
    xw_element(w, "premis:preservationLevelValue", STR("full"));
    xw_close(w, "premis:preservationLevel");
    xw_open(w, "premis:objectCharacteristics");
    xw_int(w, "premis:compositionLevel", 0);
    xw_open(w, "premis:format");
    xw_open(w, "premis:formatDesignation");
    xw_element(w, "premis:formatName", STR("tar"));
    xw_close(w, "premis:formatDesignation");
    xw_close(w, "premis:format");
    xw_open(w, "premis:creatingApplication");
    xw_element(w, "premis:creatingApplicationName", STR("Samdrift"));
    xw_element(w, "premis:creatingApplicationVersion", STR(SAMDRIFT_VERSION));
    xw_close(w, "premis:creatingApplication");
    xw_close(w, "premis:objectCharacteristics");
    xw_element(w, "premis:originalName", str_of(m->label));
    xw_close(w, "premis:object");
    xw_close(w, "premis:premis");
}
