/* Tasks: one table in the municipality's database. */
#include "task/task.h"

static const char tables[] =
    "CREATE TABLE oppgave(id TEXT PRIMARY KEY, slag TEXT NOT NULL, mappe TEXT NOT NULL, registrering TEXT NOT NULL,"
    " enhet TEXT NOT NULL, person TEXT NOT NULL, person_navn TEXT NOT NULL, opprettet BIGINT NOT NULL,"
    " frist BIGINT NOT NULL, pauset BIGINT NOT NULL, grunn TEXT NOT NULL, utfoert BIGINT NOT NULL,"
    " utfoert_av TEXT NOT NULL);"
    "CREATE INDEX oppgave_person ON oppgave(person, utfoert, frist);"
    "CREATE INDEX oppgave_enhet ON oppgave(enhet, utfoert, frist);"
    "CREATE INDEX oppgave_mappe ON oppgave(mappe, utfoert);"
    "CREATE INDEX oppgave_frist ON oppgave(utfoert, frist);";

static const char *const names[OPPGAVE_SLAG] = {
#define SLAG(id, name) [OPPGAVE_##id] = name,
#include "task/slag.def"
#undef SLAG
};

static enum rc make_tables(struct db *db)
{
    return db_script(db, tables);
}

void task_open(struct archive *a)
{
    archive_add_tables(a, "oppgave", make_tables);
}

/* A change: one statement, or several, on the task of that id. */
struct change_of {
    struct call *call;
    struct oppgave *o;
    const char *id, *person, *navn, *enhet, *grunn;
};

/* ------------------------------------------------------------------ reading */

#define COLUMNS "SELECT id, slag, mappe, registrering, enhet, person, person_navn, opprettet, frist, pauset, grunn," \
                " utfoert FROM oppgave"

static enum oppgave_slag slag_of(struct str name)
{
    for (int i = 0; i < OPPGAVE_SLAG; i++)
        if (str_is(name, names[i]))
            return (enum oppgave_slag)i;
    return OPPGAVE_KVALITET;
}

static enum rc read_row(struct cx *cx, struct stmt *st, struct oppgave *ret)
{
    *ret = (struct oppgave){.slag = slag_of(stmt_str(st, 1)), .enhet = stmt_text(st, 4), .person_navn = stmt_text(st, 6),
                            .opprettet = stmt_int(st, 7), .frist = stmt_int(st, 8), .pauset = stmt_int(st, 9),
                            .grunn = stmt_text(st, 10), .utfoert = stmt_int(st, 11)};
    uuid_copy(ret->id, stmt_str(st, 0));
    uuid_copy(ret->mappe, stmt_str(st, 2));
    uuid_copy(ret->registrering, stmt_str(st, 3));
    uuid_copy(ret->person, stmt_str(st, 5));
    return ret->enhet && ret->person_navn && ret->grunn ? RC_OK : cx_nomem(cx);
}

static enum rc load(struct db *db, const char *id, struct oppgave *ret)
{
    struct stmt *st;
    bool row = false;
    TRY(db_prepare(db, COLUMNS " WHERE id = ?", &st));
    stmt_bind_text(st, 1, id);
    enum rc rc = stmt_step(st, &row);
    if (rc == RC_OK)
        rc = row ? read_row(db_cx(db), st, ret) : err_set(db_cx(db), RC_NOT_FOUND, "oppgave", NULL);
    stmt_done(&st);
    return rc;
}

enum rc oppgave_get(struct call *c, const char *id, struct oppgave *ret)
{
    struct db *db;
    TRY(archive_rows_begin(c, &db));
    enum rc rc = load(db, id, ret);
    archive_rows_end(c, &db);
    return rc;
}

/* The conditions of a filter, each with the value that is bound to it. */
struct where {
    char sql[400];
    const char *texts[4 + OPPGAVE_ENHETER];
    int texts_n;
};

static void add(struct where *w, const char *condition, const char *value)
{
    size_t n = strlen(w->sql);
    if (!value)
        return;
    (void)snprintf(w->sql + n, sizeof(w->sql) - n, " AND %s", condition);
    w->texts[w->texts_n++] = value;
}

static void add_units(struct where *w, const struct oppgave_filter *f)
{
    size_t units = f->enheter_n < OPPGAVE_ENHETER ? f->enheter_n : OPPGAVE_ENHETER;
    for (size_t i = 0; i < units; i++) {
        size_t n = strlen(w->sql);
        (void)snprintf(w->sql + n, sizeof(w->sql) - n, "%s?%s", i ? ", " : " AND enhet IN (", i + 1 < units ? "" : ")");
        w->texts[w->texts_n++] = f->enheter[i];
    }
}

static struct where where_of(const struct oppgave_filter *f)
{
    struct where w = {.texts_n = 0};
    (void)snprintf(w.sql, sizeof(w.sql), " WHERE utfoert %s 0%s%s", f->done ? ">" : "=", f->before ? " AND frist < ?" : "",
                   f->untaken ? " AND person = ''" : "");
    add_units(&w, f);
    add(&w, "person = ?", f->person);
    add(&w, "enhet = ? AND person = ''", f->enhet);
    add(&w, "mappe = ?", f->mappe);
    add(&w, "registrering = ?", f->registrering);
    return w;
}

static int bind(struct stmt *st, const struct oppgave_filter *f, const struct where *w)
{
    int at = 1;
    if (f->before)
        stmt_bind_int(st, at++, f->before);
    for (int i = 0; i < w->texts_n; i++)
        stmt_bind_text(st, at++, w->texts[i]);
    return at;
}

static enum rc count(struct db *db, const struct oppgave_filter *f, const struct where *w, int64_t *ret)
{
    struct stmt *st;
    bool row = false;
    char sql[500];
    (void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM oppgave%s", w->sql);
    TRY(db_prepare(db, sql, &st));
    (void)bind(st, f, w);
    enum rc rc = stmt_step(st, &row);
    *ret = rc == RC_OK && row ? stmt_int(st, 0) : 0;
    stmt_done(&st);
    return rc;
}

static enum rc rows(struct db *db, const struct oppgave_filter *f, const struct where *w, struct oppgave *ret, size_t *ret_n)
{
    struct stmt *st;
    bool row = false;
    char sql[900];
    enum rc rc;
    (void)snprintf(sql, sizeof(sql), COLUMNS "%s ORDER BY %s LIMIT ? OFFSET ?", w->sql,
                   f->done ? "utfoert DESC, id DESC" : "frist, id");
    TRY(db_prepare(db, sql, &st));
    int at = bind(st, f, w);
    stmt_bind_int(st, at, f->most);
    stmt_bind_int(st, at + 1, f->skip);
    *ret_n = 0;
    while ((rc = stmt_step(st, &row)) == RC_OK && row && (rc = read_row(db_cx(db), st, &ret[*ret_n])) == RC_OK)
        (*ret_n)++;
    stmt_done(&st);
    return rc;
}

enum rc oppgave_list(struct call *c, const struct oppgave_filter *f, struct oppgave **ret, size_t *ret_n, int64_t *ret_total)
{
    struct where w = where_of(f);
    struct db *db;
    *ret = arena_array(c->cx->arena, (size_t)f->most, sizeof(**ret));
    if (!*ret)
        return cx_nomem(c->cx);
    TRY(archive_rows_begin(c, &db));
    enum rc rc = count(db, f, &w, ret_total);
    if (rc == RC_OK)
        rc = rows(db, f, &w, *ret, ret_n);
    archive_rows_end(c, &db);
    return rc;
}

/* ------------------------------------------------------------------ changing */

static enum rc insert(struct db *db, void *arg)
{
    const struct oppgave *o = ((struct change_of *)arg)->o;
    return db_run(db, "INSERT INTO oppgave(id, slag, mappe, registrering, enhet, person, person_navn, opprettet, frist,"
                      " pauset, grunn, utfoert, utfoert_av) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0, '')", "tttttttii",
                  o->id, names[o->slag], o->mappe, o->registrering, o->enhet ? o->enhet : "", o->person,
                  o->person_navn ? o->person_navn : "", o->opprettet, o->frist);
}

enum rc oppgave_add(struct call *c, struct oppgave *o)
{
    struct change_of k = {.call = c, .o = o};
    uuid_new(o->id);
    o->opprettet = c->cx->now;
    return archive_rows_write(c, insert, &k);
}

static enum rc assign(struct db *db, void *arg)
{
    const struct change_of *k = arg;
    struct oppgave o;
    TRY(load(db, k->id, &o));
    return db_run(db, "UPDATE oppgave SET person = ?, person_navn = ?, enhet = ? WHERE id = ?", "tttt", k->person, k->navn,
                  k->enhet ? k->enhet : o.enhet, k->id);
}

enum rc oppgave_assign(struct call *c, const char *id, const char *person, const char *navn, const char *enhet)
{
    struct change_of k = {.call = c, .id = id, .person = person, .navn = navn, .enhet = enhet};
    return archive_rows_write(c, assign, &k);
}

static enum rc take(struct db *db, void *arg)
{
    const struct change_of *k = arg;
    struct oppgave o;
    TRY(load(db, k->id, &o));
    if (o.utfoert || (*o.person && !streq(o.person, k->call->person.id)))
        return err_set(db_cx(db), RC_TRANSITION, "oppgave", o.utfoert ? "utført" : o.person_navn);
    return db_run(db, "UPDATE oppgave SET person = ?, person_navn = ? WHERE id = ?", "ttt", k->call->person.id,
                  k->call->person.name, k->id);
}

enum rc oppgave_take(struct call *c, const char *id)
{
    struct change_of k = {.call = c, .id = id};
    return archive_rows_write(c, take, &k);
}

static enum rc pause(struct db *db, void *arg)
{
    const struct change_of *k = arg;
    struct oppgave o;
    TRY(load(db, k->id, &o));
    if (o.pauset || o.utfoert)
        return err_set(db_cx(db), RC_TRANSITION, "oppgave", o.utfoert ? "utført" : "satt på vent");
    return db_run(db, "UPDATE oppgave SET pauset = ?, grunn = ? WHERE id = ?", "itt", db_cx(db)->now, k->grunn, k->id);
}

enum rc oppgave_pause(struct call *c, const char *id, const char *grunn)
{
    struct change_of k = {.call = c, .id = id, .grunn = grunn};
    return archive_rows_write(c, pause, &k);
}

/* The days it waited are added, so that a deadline stays the end of a working day. */
static enum rc resume(struct db *db, void *arg)
{
    const struct change_of *k = arg;
    struct oppgave o;
    TRY(load(db, k->id, &o));
    if (!o.pauset)
        return err_set(db_cx(db), RC_TRANSITION, "oppgave", "går");
    int waited = (int)(time_day(db_cx(db)->now) - time_day(o.pauset));
    return db_run(db, "UPDATE oppgave SET pauset = 0, grunn = '', frist = ? WHERE id = ?", "it",
                  waited > 0 ? frist_days(o.frist, waited) : o.frist, k->id);
}

enum rc oppgave_resume(struct call *c, const char *id)
{
    struct change_of k = {.call = c, .id = id};
    return archive_rows_write(c, resume, &k);
}

static enum rc done(struct db *db, void *arg)
{
    const struct change_of *k = arg;
    struct oppgave o;
    TRY(load(db, k->id, &o));
    return db_run(db, "UPDATE oppgave SET utfoert = ?, utfoert_av = ? WHERE id = ? AND utfoert = 0", "itt", db_cx(db)->now,
                  k->call->person.id, k->id);
}

enum rc oppgave_done(struct call *c, const char *id)
{
    struct change_of k = {.call = c, .id = id};
    return archive_rows_write(c, done, &k);
}
