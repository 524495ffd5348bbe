/* Requests for what is missing. While one waits, the clock of its task stands. */
#include "dialog/dialog_int.h"

static enum rc read_mangel(struct cx *cx, struct stmt *st, void *row)
{
    struct mangel *m = row;
    *m = (struct mangel){.eier = stmt_text(st, 3), .tekst = stmt_text(st, 4), .deler = stmt_text(st, 5),
                         .frist = stmt_int(st, 6), .bedt = stmt_int(st, 7), .besvart = stmt_int(st, 8),
                         .lukket = stmt_int(st, 10)};
    uuid_copy(m->id, stmt_str(st, 0));
    uuid_copy(m->mappe, stmt_str(st, 1));
    uuid_copy(m->oppgave, stmt_str(st, 2));
    uuid_copy(m->svar, stmt_str(st, 9));
    return m->eier && m->tekst && m->deler ? RC_OK : cx_nomem(cx);
}

static const struct kind requests = {
    .select = "SELECT id, mappe, oppgave, eier, tekst, deler, frist, bedt, besvart, svar, lukket FROM mangel",
    .open = " AND besvart = 0 AND lukket = 0", .newest = "bedt", .size = sizeof(struct mangel), .read = read_mangel,
};

enum rc dialog_mangel_list(struct call *c, const struct dialog_filter *f, struct mangel **ret, size_t *ret_n)
{
    void *rows;
    TRY(rows_list(c, &requests, f, &rows, ret_n));
    *ret = rows;
    return RC_OK;
}

static enum rc insert(struct db *db, const struct mangel *m)
{
    return db_run(db, "INSERT INTO mangel(id, mappe, oppgave, eier, tekst, deler, frist, bedt, besvart, svar, lukket)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', 0)", "ttttttii", m->id, m->mappe, m->oppgave, m->eier,
                  m->tekst, m->deler, m->frist, m->bedt);
}

enum rc dialog_mangel_ask(struct call *c, struct mangel *m)
{
    struct sakspart asked;
    struct oppgave o;
    TRY(dialog_part_get(c, m->mappe, m->eier, &asked));
    TRY(oppgave_get(c, m->oppgave, &o));
    uuid_new(m->id);
    m->bedt = c->cx->now;
    m->besvart = m->lukket = 0;
    m->svar[0] = '\0';
    TRY(insert(archive_db(c), m));
    return o.pauset ? RC_OK : oppgave_pause(c, m->oppgave, "venter på opplysninger");
}

/* The clock goes on when nothing that was asked for is still waited for. */
static enum rc go_on(struct call *c, struct db *db, const char *oppgave)
{
    struct oppgave o;
    int64_t waits;
    TRY(db_int(db, &waits, 0, "SELECT count(*) FROM mangel WHERE oppgave = ? AND besvart = 0 AND lukket = 0", "t", oppgave));
    TRY(oppgave_get(c, oppgave, &o));
    return waits == 0 && o.pauset ? oppgave_resume(c, oppgave) : RC_OK;
}


static enum rc close_it(struct call *c, void *arg)
{
    struct mangel m;
    struct db *db = archive_db(c);
    TRY(rows_one(c, &requests, &(struct dialog_filter){.id = arg}, &m));
    TRY(db_run(db, "UPDATE mangel SET lukket = ? WHERE id = ? AND lukket = 0", "it", c->cx->now, m.id));
    return m.lukket || m.besvart ? RC_OK : go_on(c, db, m.oppgave);
}

enum rc dialog_mangel_close(struct call *c, const char *id)
{
    char which[UUID_TEXT_MAX];
    uuid_copy(which, str_of(id));
    return archive_db(c) ? close_it(c, which) : archive_together(c, close_it, which);
}

enum rc mangel_waits(struct call *c, const struct melding *m, bool *ret)
{
    struct mangel asked;
    TRY(rows_one(c, &requests, &(struct dialog_filter){.id = m->gjelder, .eier = m->eier, .mappe = m->mappe}, &asked));
    *ret = !asked.besvart && !asked.lukket;
    return RC_OK;
}

enum rc mangel_answered(struct call *c, const struct melding *m, bool *ret_open)
{
    struct db *db = archive_db(c);
    struct mangel asked;
    struct oppgave o;
    TRY(rows_one(c, &requests, &(struct dialog_filter){.id = m->gjelder}, &asked));
    TRY(db_run(db, "UPDATE mangel SET besvart = ?, svar = ? WHERE id = ?", "itt", m->sendt, m->registrering, asked.id));
    TRY(go_on(c, db, asked.oppgave));
    TRY(oppgave_get(c, asked.oppgave, &o));
    *ret_open = o.utfoert == 0;
    return RC_OK;
}
