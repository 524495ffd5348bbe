/*
 * Storing: a batch in one write, with what it leaves over and the place it reaches.
 *
 * The tables of this room lie in the municipality's own database. innlesing has a row a package;
 * innlesingsrest what the model could not hold; innlesingsref what is still to be resolved, with the negative id of a row
 * that was there before;
 * innlesingsfil the files kept beside.
 */
#include <stdlib.h>

#include "deposit/import_int.h"

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS innlesing(id TEXT PRIMARY KEY, sti TEXT NOT NULL, tid TEXT NOT NULL,"
    " fase BIGINT NOT NULL, startet BIGINT NOT NULL, sluttet BIGINT NOT NULL, aapne TEXT NOT NULL, tall TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS innlesingsrest(innlesing TEXT NOT NULL, slag TEXT NOT NULL, fil TEXT NOT NULL,"
    " linje BIGINT NOT NULL, arkivenhet TEXT NOT NULL, sti TEXT NOT NULL, verdi TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS innlesingsref(innlesing TEXT NOT NULL, nr BIGINT NOT NULL, relasjon BIGINT NOT NULL,"
    " rad BIGINT NOT NULL, arkivenhet TEXT NOT NULL, maal TEXT NOT NULL, linje BIGINT NOT NULL,"
    " PRIMARY KEY (innlesing, nr));"
    "CREATE TABLE IF NOT EXISTS innlesingsfil(innlesing TEXT NOT NULL, navn TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " stoerrelse BIGINT NOT NULL, PRIMARY KEY (innlesing, navn));";

#define LARGE ((int64_t)MiB(16))        /* of arkivstruktur.xml */
enum { FEW = 1000 };                    /* events of an archive that is as good as empty; the server makes some by itself */

/* ------------------------------------------------------------------ counts as text */

static void write_classes(struct jw *w, const char *key, const int64_t counts[E_COUNT])
{
    jw_key(w, key);
    jw_open(w, '{');
    for (int i = 0; i < E_COUNT; i++)
        if (counts[i]) {
            jw_key(w, model_entity((enum entity_id)i)->name);
            jw_int(w, counts[i]);
        }
    jw_close(w, '}');
}

static const struct {
    const char *name;
    size_t at;
} sums[] = {
    {"documents", offsetof(struct import_counts, documents)}, {"bytes", offsetof(struct import_counts, bytes)},
    {"entries", offsetof(struct import_counts, entries)}, {"references", offsetof(struct import_counts, references)},
    {"files", offsetof(struct import_counts, files)},
};

static int64_t *sum_of(struct import_counts *k, size_t i)
{
    return (int64_t *)(void *)((char *)k + sums[i].at);
}

void import_counts_write(struct jw *w, const struct import_counts *counts)
{
    struct import_counts k = *counts;
    write_classes(w, "made", k.made);
    write_classes(w, "before", k.before);
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        jw_key(w, sums[i].name);
        jw_int(w, *sum_of(&k, i));
    }
    jw_key(w, "notes");
    jw_open(w, '{');
    for (int i = 0; i < IMPORT_NOTES; i++)
        if (k.notes[i]) {
            jw_key(w, import_note_name((enum import_note_id)i));
            jw_int(w, k.notes[i]);
        }
    jw_close(w, '}');
}

static void read_classes(json_t *all, const char *key, int64_t counts[E_COUNT])
{
    json_t *of = json_object_get(all, key);
    for (int i = 0; i < E_COUNT; i++)
        counts[i] = json_integer_value(json_object_get(of, model_entity((enum entity_id)i)->name));
}

static enum rc read_counts(struct cx *cx, const char *text, struct import_counts *ret)
{
    json_t *all, *notes;
    TRY(json_read(cx, str_of(text), &all));
    read_classes(all, "made", ret->made);
    read_classes(all, "before", ret->before);
    for (size_t i = 0; i < COUNT_OF(sums); i++)
        *sum_of(ret, i) = json_integer_value(json_object_get(all, sums[i].name));
    notes = json_object_get(all, "notes");
    for (int i = 0; i < IMPORT_NOTES; i++)
        ret->notes[i] = json_integer_value(json_object_get(notes, import_note_name((enum import_note_id)i)));
    return RC_OK;
}

static void add_counts(struct import_counts *to, const struct import_counts *from)
{
    struct import_counts k = *from;
    for (int i = 0; i < E_COUNT; i++) {
        to->made[i] += k.made[i];
        to->before[i] += k.before[i];
    }
    for (size_t i = 0; i < COUNT_OF(sums); i++)
        *sum_of(to, i) += *sum_of(&k, i);
    for (int i = 0; i < IMPORT_NOTES; i++)
        to->notes[i] += k.notes[i];
}

/* ------------------------------------------------------------------ the row of the package */

static enum rc read_row(struct import *im, struct db *db, bool *ret_found)
{
    struct stmt *st;
    char *counts = NULL;
    TRY(db_prepare(db, "SELECT fase, startet, sluttet, aapne, tall FROM innlesing WHERE id = ?", &st));
    stmt_bind_text(st, 1, im->result->id);
    enum rc rc = stmt_step(st, ret_found);
    if (rc == RC_OK && *ret_found) {
        struct str open = stmt_str(st, 3);
        im->stored = (struct place_reached){.phase = (enum import_phase)stmt_int(st, 0), .started = stmt_int(st, 1),
                                            .ended = stmt_int(st, 2)};
        im->stored.open = arena_strndup(im->cx->arena, open.p, open.n);
        counts = stmt_text(st, 4);
        rc = im->stored.open && counts ? RC_OK : cx_nomem(im->cx);
    }
    stmt_done(&st);
    TRY(rc);
    return counts ? read_counts(im->cx, counts, &im->counts) : RC_OK;
}

/*
 * A large package that comes to an archive with next to nothing in it has its rows indexed when all are there (import_index):
 * nobody searches yet, and a row more costs a third less. A run that goes on after an interruption finds the indexes made when the
 * archive was opened.
 */
static enum rc index_later(const struct import *im, struct db *db)
{
    int64_t last;
    const struct pack_entry *e = pack_find_in(im->pack, pack_layout(im->pack)->extract, STR("arkivstruktur.xml"));
    if (!e || e->size < LARGE)
        return RC_OK;
    TRY(db_int(db, &last, 0, "SELECT max(id) FROM logg", ""));
    return last < FEW ? model_unindex(db) : RC_OK;
}

static enum rc prepare(struct call *c, void *arg)
{
    struct import *im = arg;
    struct db *db = archive_db(c);
    char when[TIME_TEXT_MAX];
    bool there;
    db_filling(db, true);
    TRY(db_has(db, "innlesing", NULL, &there));
    if (!there)
        TRY(db_script(db, tables));
    TRY(read_row(im, db, &there));
    if (there)
        return RC_OK;
    im->stored = (struct place_reached){.open = ""};
    TRY(index_later(im, db));
    time_format(c->cx->now, when);
    return db_run(db, "INSERT INTO innlesing(id, sti, tid, fase, startet, sluttet, aapne, tall)"
                      " VALUES (?, ?, ?, 0, 0, 0, '', '{}')", "ttt", im->result->id, im->o->path, when);
}

/* Of a dry run: was the package imported, all of it? */
static enum rc look_up_package(struct import *im, struct db *db)
{
    bool there;
    im->stored = (struct place_reached){.open = ""};
    TRY(db_has(db, "innlesing", NULL, &there));
    if (there)
        TRY(read_row(im, db, &there));
    if (im->stored.phase == PHASE_DONE)
        return RC_OK;
    im->stored = (struct place_reached){.open = ""};        /* what an interrupted run stored is found one by one */
    memset(&im->counts, 0, sizeof(im->counts));
    return RC_OK;
}

enum rc import_prepare(struct import *im)
{
    struct db *db;
    if (im->o->dry_run) {
        TRY(archive_rows_begin(&im->call, &db));
        enum rc rc = look_up_package(im, db);
        archive_rows_end(&im->call, &db);
        return rc;
    }
    return archive_together(&im->call, prepare, im);
}

static enum rc index_rows(struct call *c, void *arg)
{
    struct db *db = archive_db(c);
    (void)arg;
    db_filling(db, false);
    TRY(model_prepare(db));
    return db_script(db, "CREATE INDEX IF NOT EXISTS innlesingsrest_enhet ON innlesingsrest(arkivenhet);");
}

enum rc import_index(struct import *im)
{
    return im->o->dry_run ? RC_OK : archive_together(&im->call, index_rows, im);
}

static enum rc tell_unfinished(struct import *im, struct db *db)
{
    struct stmt *st;
    bool row;
    TRY(db_has(db, "innlesing", NULL, &row));
    if (!row)
        return RC_OK;
    TRY(db_prepare(db, "SELECT sti || ' (' || tid || ')' FROM innlesing WHERE id <> ? AND fase < ? AND startet > 0"
                       " ORDER BY tid", &st));
    stmt_bind_text(st, 1, im->result->id);
    stmt_bind_int(st, 2, PHASE_DONE);
    enum rc rc = stmt_step(st, &row);
    while (rc == RC_OK && row) {
        rc = import_rest(im, IMPORT_UNFINISHED, NULL, 0, "", stmt_str(st, 0));
        if (rc == RC_OK)
            rc = stmt_step(st, &row);
    }
    stmt_done(&st);
    return rc;
}

enum rc import_tell_unfinished(struct import *im)
{
    struct db *db;
    TRY(archive_rows_begin(&im->call, &db));
    enum rc rc = tell_unfinished(im, db);
    archive_rows_end(&im->call, &db);
    return rc;
}

/* The place is moved from where this run left it: somebody else at the same package is seen. */
static enum rc move_place(struct import *im, struct db *db)
{
    struct buf b;
    struct jw w;
    struct import_counts all = im->counts;
    add_counts(&all, &im->added);
    buf_init(&b, (size_t)KiB(64));
    jw_begin(&w, &b);
    jw_open(&w, '{');
    import_counts_write(&w, &all);
    jw_close(&w, '}');
    enum rc rc = buf_failed(&b) ? cx_nomem(db_cx(db))
        : db_run(db, "UPDATE innlesing SET fase = ?, startet = ?, sluttet = ?, aapne = ?, tall = ?"
                     " WHERE id = ? AND fase = ? AND startet = ? AND sluttet = ?", "iiitttiii", (int64_t)im->at.phase,
                 im->at.started, im->at.ended, im->at.open, b.p, im->result->id, (int64_t)im->stored.phase,
                 im->stored.started, im->stored.ended);
    buf_free(&b);
    TRY(rc);
    return db_changes(db) == 1 ? RC_OK : err_set(db_cx(db), RC_BUSY, NULL, NULL);
}

enum rc import_recount(struct import *im, struct call *c)
{
    im->at = im->stored;
    im->at.open = "";
    return move_place(im, archive_db(c));
}

/* ------------------------------------------------------------------ going on after an interruption */

static enum rc load_open(struct import *im, struct db *db, struct item *it, const char **at)
{
    char *end;
    struct rec *row, *r = it->a.rec;
    int64_t id = strtoll(*at, &end, 10);
    TRY(rec_load(db, model_family(r->entity->family), id, &row));
    it->begun = true;
    it->a.before = *end == 'b';
    *at = end + (*end == 'b');
    r->id = row->id;
    r->vern = row->vern;
    r->versjon = row->versjon;
    memcpy(r->one, row->one, model_family(r->entity->family)->ones_n * sizeof(*r->one));
    memcpy(r->systemid, row->systemid, sizeof(r->systemid));
    (void)im;
    return RC_OK;
}

static enum rc resume(struct call *c, void *arg)
{
    struct import *im = arg;
    struct item *open[PACK_XML_DEPTH];
    const char *at = im->stored.open;
    size_t n = import_open(im, open);
    for (size_t i = 0; i < n; i++)
        TRY(load_open(im, archive_db(c), open[i], &at));
    return RC_OK;
}

enum rc import_resume(struct import *im)
{
    TRY(archive_together(&im->call, resume, im));
    im->replaying = false;
    im->result->resumed = im->at.started;
    return RC_OK;
}

/* ------------------------------------------------------------------ leftovers */

enum rc import_rest(struct import *im, enum import_note_id id, const struct item *it, int64_t line, const char *path,
                    struct str value)
{
    struct batch *b = &im->batch;
    struct arena *a = im->batch_cx.arena;
    struct rest *more = arena_grow(a, b->rests, b->rests_n, sizeof(*more));
    const char *own_path = arena_strdup(a, path), *own = arena_strndup(a, value.n ? value.p : "", value.n);
    if (!more || !own || !own_path)
        return cx_nomem(&im->batch_cx);
    b->rests = more;
    b->rests[b->rests_n++] = (struct rest){id, it, im->file, line, own_path, {own, value.n}};
    b->bytes += value.n;
    return RC_OK;
}

enum rc import_pend(struct import *im, const struct item *it, const struct relation *rel, struct str target,
                    int64_t line)
{
    struct batch *b = &im->batch;
    struct pending *more = arena_grow(im->batch_cx.arena, b->refs, b->refs_n, sizeof(*more));
    const char *own = arena_strndup(im->batch_cx.arena, target.p, target.n);
    if (!more || !own)
        return cx_nomem(&im->batch_cx);
    b->refs = more;
    b->refs[b->refs_n++] = (struct pending){it, rel, {own, target.n}, line};
    return RC_OK;
}

enum rc import_told(void *arg, const struct arrival *a, const char *path, struct str value)
{
    struct import *im = arg;
    const struct item *it = a->owner;
    enum import_note_id id = streq(path, "systemID") ? IMPORT_TWIN
        : strncmp(path, "kode/", 5) == 0 ? IMPORT_NEW_CODE : IMPORT_DIFFERS;
    const char *where = arena_printf(im->batch_cx.arena, "%s/%s", a->rec->entity->name, path);
    return import_rest(im, id, it, it->line, where ? where : path, value);
}

static void tell(const struct import *im, const struct rest *r)
{
    const struct import_note n = {.id = r->id, .file = r->file, .line = r->line, .path = r->path, .value = r->value,
                                  .systemid = r->item ? r->item->a.rec->systemid : ""};
    if (im->o->note)
        im->o->note(im->o->arg, &n);
}

static enum rc store_rests(struct import *im, struct db *db)
{
    for (size_t i = 0; i < im->batch.rests_n; i++) {
        const struct rest *r = &im->batch.rests[i];
        im->added.notes[r->id]++;
        TRY(db_run(db, "INSERT INTO innlesingsrest(innlesing, slag, fil, linje, arkivenhet, sti, verdi)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)", "tttitts", im->result->id, import_note_name(r->id), r->file,
                   r->line, r->item ? r->item->a.rec->systemid : "", r->path, r->value));
    }
    return RC_OK;
}

static enum rc store_refs(struct import *im, struct db *db)
{
    int64_t nr;
    if (im->batch.refs_n == 0)
        return RC_OK;
    TRY(db_int(db, &nr, 0, "SELECT max(nr) FROM innlesingsref WHERE innlesing = ?", "t", im->result->id));
    for (size_t i = 0; i < im->batch.refs_n; i++) {
        const struct pending *p = &im->batch.refs[i];
        int64_t row = p->item->a.rec->id;
        TRY(db_run(db, "INSERT INTO innlesingsref(innlesing, nr, relasjon, rad, arkivenhet, maal, linje)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)", "tiiitsi", im->result->id, ++nr, (int64_t)p->relation->id,
                   p->item->a.before ? -row : row, p->item->a.rec->systemid, p->target, p->line));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ a batch */

/* The write may be run again: what an earlier try has set is not so. */
void import_begin_again(struct import *im)
{
    memset(&im->added, 0, sizeof(im->added));
    im->batch.rests_n = im->rests_read;
    for (size_t i = 0; i < im->batch.items_n; i++) {
        struct item *it = im->batch.items[i];
        if (it->begun)
            continue;
        it->a.rec->id = 0;
        it->a.before = false;
    }
    archive_intake_begin(im->intake);
}

static void count_items(struct import *im)
{
    for (size_t i = 0; i < im->batch.items_n; i++) {
        const struct item *it = im->batch.items[i];
        enum entity_id e = it->a.rec->entity->id;
        if (!it->ended)
            continue;
        im->added.made[e] += !it->a.before;
        im->added.before[e] += it->a.before;
        im->added.documents += it->read;
        im->added.bytes += it->read ? rec_val(it->a.rec, A_dokumentobjekt_filstoerrelse)->i : 0;
    }
    im->added.entries += (int64_t)im->batch.entries_n;
}

static enum rc store_items(struct import *im, struct call *c)
{
    for (size_t i = 0; i < im->batch.items_n; i++) {
        struct item *it = im->batch.items[i];
        import_identify(im, it);
        it->a.open = !it->ended;
        TRY(archive_arrive(c, im->intake, &it->a));
    }
    for (size_t i = 0; i < im->batch.entries_n; i++)
        TRY(archive_arrive_log(c, im->batch.entries[i]));
    count_items(im);
    return archive_intake_end(c, im->intake);
}

static enum rc note_open(struct import *im, struct cx *cx)
{
    struct item *open[PACK_XML_DEPTH];
    size_t n = import_open(im, open);
    char *text = arena_strdup(cx->arena, "");
    for (size_t i = 0; i < n && text; i++)
        text = arena_printf(cx->arena, "%s%" PRId64 "%s ", text, open[i]->a.rec->id, open[i]->a.before ? "b" : "");
    im->at.open = text;
    return text ? RC_OK : cx_nomem(cx);
}

static enum rc store(struct call *c, void *arg)
{
    struct import *im = arg;
    import_begin_again(im);
    TRY(import_vsm_store(im, c));
    TRY(store_items(im, c));
    TRY(store_rests(im, archive_db(c)));
    TRY(store_refs(im, archive_db(c)));
    TRY(note_open(im, c->cx));
    return move_place(im, archive_db(c));
}

static enum rc look(struct import *im)
{
    memset(&im->added, 0, sizeof(im->added));
    TRY(import_look(im));
    count_items(im);
    for (size_t i = 0; i < im->batch.rests_n; i++)
        im->added.notes[im->batch.rests[i].id]++;
    return RC_OK;
}

enum rc import_flush(struct import *im)
{
    struct item *open[PACK_XML_DEPTH];
    im->rests_read = im->batch.rests_n;
    if (im->o->dry_run)
        TRY(look(im));
    else
        TRY(archive_together(&im->call, store, im));
    archive_intake_settled(im->intake);
    im->fields_new = false;
    add_counts(&im->counts, &im->added);
    for (size_t i = 0; i < im->batch.rests_n; i++)
        tell(im, &im->batch.rests[i]);
    im->stored = im->at;
    im->stored.open = NULL;
    size_t n = import_open(im, open);
    for (size_t i = 0; i < n; i++)
        open[i]->begun = true;
    memset(&im->batch, 0, sizeof(im->batch));
    if (im->o->progress)
        im->o->progress(im->o->arg, pack_bytes_read(im->pack), im->total);
    return import_move_open(im);
}

/* ------------------------------------------------------------------ references */

enum { REFS_AT_A_TIME = 500 };

enum rc import_no_object(struct import *im, const struct item *it, const struct relation *rel, int64_t line, struct str target)
{
    const char *path = arena_printf(im->batch_cx.arena, "%s/%s", it->a.rec->entity->name, rel->list);
    return import_rest(im, IMPORT_NO_OBJECT, it, line, path ? path : rel->list, target);
}

enum rc import_other_reference(struct import *im, const struct item *it, const struct relation *rel, int64_t line,
                               struct str target)
{
    const char *path = arena_printf(im->batch_cx.arena, "%s/%s", it->a.rec->entity->name, rel->list);
    return import_rest(im, IMPORT_DIFFERS, it, line, path ? path : rel->list, target);
}

enum rc import_names(struct db *db, const struct relation *rel, int64_t a, const char *systemid, bool *ret)
{
    const char *there = model_family(model_entity(rel->b)->family)->table;
    const char *here = model_family(model_entity(rel->a)->family)->table;
    int64_t n;
    char *sql = rel->kind == REL_MANY
        ? arena_printf(db_cx(db)->arena, "SELECT count(*) FROM %s r JOIN %s o ON o.id = r.b_id WHERE r.a_id = ?"
                       " AND o.systemid = ?", rel->table, there)
        : arena_printf(db_cx(db)->arena, "SELECT count(*) FROM %s r JOIN %s o ON o.id = r.%s WHERE r.id = ?"
                       " AND o.systemid = ?", here, there, rel->column);
    if (!sql)
        return cx_nomem(db_cx(db));
    TRY(db_int(db, &n, 0, sql, "it", a, systemid));
    *ret = n > 0;
    return RC_OK;
}

/* An object that was there has its references: they stay, and another one is told. */
static enum rc compare_reference(struct import *im, struct call *c, const struct item *it, const struct relation *rel,
                                 const struct pending *p, const char *id)
{
    bool same;
    int64_t there;
    struct db *db = archive_db(c);
    TRY(import_names(db, rel, it->a.rec->id, id, &same));
    if (same)
        return RC_OK;
    char *sql = arena_printf(db_cx(db)->arena, "SELECT count(*) FROM %s WHERE systemid = ?",
                             model_family(model_entity(rel->b)->family)->table);
    if (!sql)
        return cx_nomem(db_cx(db));
    TRY(db_int(db, &there, 0, sql, "t", id));
    return there ? import_other_reference(im, it, rel, p->line, p->target)
                 : import_no_object(im, it, rel, p->line, p->target);
}

static enum rc resolve(struct import *im, struct call *c, struct stmt *st)
{
    bool found;
    const struct relation *rel = model_relation((enum relation_id)stmt_int(st, 1));
    struct str unit = stmt_str(st, 3), target = stmt_str(st, 4);
    struct item *it = arena_alloc(c->cx->arena, sizeof(*it));
    char *own = arena_strndup(c->cx->arena, target.p, target.n);
    if (!it || !own)
        return cx_nomem(c->cx);
    TRY(rec_new(c->cx, model_entity(rel->a), &it->a.rec));
    (void)snprintf(it->a.rec->systemid, sizeof(it->a.rec->systemid), "%.*s", (int)unit.n, unit.p);
    int64_t row = stmt_int(st, 2), line = stmt_int(st, 5);
    char id[UUID_TEXT_MAX];
    (void)rec_xml_id(str_of(own), id);
    it->a.rec->id = row < 0 ? -row : row;
    if (row < 0)
        return compare_reference(im, c, it, rel, &(struct pending){.target = str_of(own), .line = line}, id);
    TRY(archive_arrive_reference(c, rel, row, str_of(id), &found));
    im->added.references += found;
    return found ? RC_OK : import_no_object(im, it, rel, line, str_of(own));
}

static enum rc resolve_some(struct call *c, void *arg)
{
    struct import *im = arg;
    struct db *db = archive_db(c);
    struct stmt *st;
    bool row = true;
    int64_t last = 0, n = 0;
    import_begin_again(im);
    TRY(db_prepare(db, "SELECT nr, relasjon, rad, arkivenhet, maal, linje FROM innlesingsref WHERE innlesing = ?"
                       " ORDER BY nr LIMIT ?", &st));
    stmt_bind_text(st, 1, im->result->id);
    stmt_bind_int(st, 2, REFS_AT_A_TIME);
    enum rc rc = stmt_step(st, &row);
    for (; rc == RC_OK && row; n++) {
        last = stmt_int(st, 0);
        rc = resolve(im, c, st);
        if (rc == RC_OK)
            rc = stmt_step(st, &row);
    }
    stmt_done(&st);
    TRY(rc);
    TRY(db_run(db, "DELETE FROM innlesingsref WHERE innlesing = ? AND nr <= ?", "ti", im->result->id, last));
    TRY(store_rests(im, db));
    im->at.phase = n < REFS_AT_A_TIME ? PHASE_LOG : PHASE_REFERENCES;
    im->at.open = "";
    return move_place(im, db);
}

enum rc import_references(struct import *im)
{
    im->file = "arkivstruktur.xml";
    im->at = (struct place_reached){.phase = PHASE_REFERENCES};
    while (im->at.phase == PHASE_REFERENCES) {
        im->rests_read = 0;
        enum rc rc = archive_together(&im->call, resolve_some, im);
        if (rc != RC_OK)
            return import_fail(im, rc);
        add_counts(&im->counts, &im->added);
        for (size_t i = 0; i < im->batch.rests_n; i++)
            tell(im, &im->batch.rests[i]);
        memset(&im->batch, 0, sizeof(im->batch));
        im->stored = im->at;
        TRY(import_move_open(im));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ files beside */

struct kept_file {
    struct import *im;
    const char *name;
    const struct blob_id *blob;
};

static enum rc keep_file(struct call *c, void *arg)
{
    const struct kept_file *k = arg;
    return db_run(archive_db(c), "INSERT INTO innlesingsfil(innlesing, navn, sha256, stoerrelse) VALUES (?, ?, ?, ?)"
                                 " ON CONFLICT DO NOTHING", "ttti", k->im->result->id, k->name, k->blob->sha256,
                  k->blob->size);
}

enum rc import_keep_file(struct import *im, const char *name, const struct blob_id *blob)
{
    struct kept_file k = {im, name, blob};
    return archive_together(&im->call, keep_file, &k);
}
