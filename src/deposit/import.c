/* An import from its beginning to its end: the package, its phases, what is told of it. */
#include "deposit/import_int.h"

static const struct {
    const char *name, *severity, *nb, *en;
} notes[] = {
#define NOTE(id, severity, nb, en) {#id, #severity, nb, en},
#include "deposit/note.def"
#undef NOTE
};

const char *import_note_name(enum import_note_id id)
{
    return notes[id].name;
}

const char *import_note_severity(enum import_note_id id)
{
    return notes[id].severity;
}

const char *import_note_text(enum import_note_id id, enum lang lang)
{
    return lang == LANG_NB ? notes[id].nb : notes[id].en;
}

/* The error lies in the context of the batch, which goes. */
enum rc import_fail(struct import *im, enum rc rc)
{
    const struct err *e = &im->batch_cx.err;
    if (e->secret && *e->secret)
        return err_secret(im->cx, rc, "%s", e->secret);
    return err_set(im->cx, rc, e->field, e->detail);
}

/* ------------------------------------------------------------------ which package it is */

/* The same XML is the same package, however it is wrapped. */
static const struct {
    const char *name;
    bool taken_in;              /* element by element: one that is broken stores nothing */
} files[] = {{"arkivuttrekk.xml", false}, {"addml.xml", false}, {"arkivstruktur.xml", true}, {"endringslogg.xml", true}};

/* Adds them up too: they are read once more to be taken in. */
static enum rc identify(struct import *im)
{
    char all[COUNT_OF(files) * SHA256_HEX_MAX] = "";
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const struct pack_entry *e = pack_find_in(im->pack, pack_layout(im->pack)->extract, str_of(files[i].name));
        if (!e || e->kind != PACK_FILE)
            continue;
        im->total += e->size;
        TRY(files[i].taken_in ? import_proofread(im, e, files[i].name, all + n) : pack_sha256(im->cx, im->pack, e, all + n));
        n += SHA256_HEX_MAX - 1;
    }
    uuid_within("6f1c4e0a-52c5-5d0e-9d0b-3f6a2f0b7c12", (struct str){all, n}, im->result->id);
    return RC_OK;
}

static enum rc open_package(struct import *im)
{
    TRY(pack_open(im->cx, im->o->path, &im->pack));
    if (!pack_find_in(im->pack, pack_layout(im->pack)->extract, STR("arkivstruktur.xml")) && !pack_layout(im->pack)->dias)
        return pack_no_extract(im->cx, im->pack);
    im->used = mem_new(pack_count(im->pack) / 8 + 1);
    im->chunk = mem_new(IMPORT_CHUNK);
    for (size_t i = 0; i < pack_count(im->pack); i++)
        im->total += pack_entry(im->pack, i)->size;
    return identify(im);
}

/* ------------------------------------------------------------------ phases */

static enum rc bring_rows(struct import *im)
{
    TRY(import_structure(im));
    if (im->o->dry_run)
        TRY(import_look_references(im));
    else if (im->stored.phase == PHASE_REFERENCES)
        TRY(import_references(im));
    return im->stored.phase <= PHASE_LOG ? import_log(im) : RC_OK;
}

static enum rc run(struct import *im)
{
    TRY(open_package(im));
    enum rc rc = import_prepare(im);
    if (rc == RC_OK && im->stored.phase == PHASE_STRUCTURE && im->stored.started == 0)
        rc = import_tell_unfinished(im);
    if (rc != RC_OK)
        return import_fail(im, rc);
    im->result->again = im->stored.phase == PHASE_DONE;
    if (im->result->again)
        return import_supply(im);
    rc = bring_rows(im);
    enum rc indexed = import_index(im);     /* also of what came before a fault */
    TRY(rc);
    if (indexed != RC_OK)
        return import_fail(im, indexed);
    return import_files(im);
}

void import_begin(struct import *im, struct call *c, const struct import_options *o, struct import_result *ret)
{
    im->cx = c->cx;
    im->o = o;
    im->result = ret;
    im->call = *c;
    cx_open(&im->batch_cx, IMPORT_MEMORY);
    im->batch_cx.now = c->cx->now;
    im->batch_cx.lang = c->cx->lang;
    im->call.cx = &im->batch_cx;
    im->intake = archive_intake_new(import_told, im);
    im->file = "";
    if (o->dry_run)
        import_seen_new(im);
}

void import_end(struct import *im)
{
    archive_intake_free(&im->intake);
    arena_free(&im->extras.arena);
    import_seen_free(im);
    buf_free(&im->extras.json);
    pack_close(&im->pack);
    cx_close(&im->batch_cx);
    mem_free(im->used);
    mem_free(im->chunk);
}

enum rc deposit_import(struct call *c, const struct import_options *o, struct import_result *ret)
{
    if (!archive_importing(c))
        return err_set(c->cx, RC_FORBIDDEN, NULL, NULL);
    struct import *im = mem_new(sizeof(*im));
    memset(ret, 0, sizeof(*ret));
    import_begin(im, c, o, ret);
    enum rc rc = run(im);
    ret->counts = im->counts;
    import_end(im);
    mem_free(im);
    return rc;
}
