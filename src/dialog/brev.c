/* Letters: a row a letter and party, and a notice in the outbox. */
#include "dialog/dialog_int.h"

static enum rc read_brev(struct cx *cx, struct stmt *st, void *row)
{
    struct partsbrev *b = row;
    *b = (struct partsbrev){.eier = stmt_text(st, 3), .slag = (enum partsbrev_slag)stmt_int(st, 4), .varslet = stmt_int(st, 5),
                       .klagefrist = stmt_int(st, 6), .aapnet = stmt_int(st, 7)};
    uuid_copy(b->id, stmt_str(st, 0));
    uuid_copy(b->mappe, stmt_str(st, 1));
    uuid_copy(b->registrering, stmt_str(st, 2));
    return b->eier ? RC_OK : cx_nomem(cx);
}

static const struct kind letters = {
    .select = "SELECT id, mappe, registrering, eier, slag, varslet, klagefrist, aapnet FROM brev",
    .open = " AND aapnet = 0", .newest = "varslet", .size = sizeof(struct partsbrev), .read = read_brev,
};

enum rc dialog_brev_list(struct call *c, const struct dialog_filter *f, struct partsbrev **ret, size_t *ret_n)
{
    void *rows;
    TRY(rows_list(c, &letters, f, &rows, ret_n));
    *ret = rows;
    return RC_OK;
}

/* ------------------------------------------------------------------ sending */

/* That there is a letter, and for whom: neither what it says nor what it is about. */
static enum rc notice(struct call *c, const struct partsbrev *b)
{
    struct buf out;
    struct jw w;
    buf_init(&out, (size_t)KiB(4));
    jw_begin(&w, &out);
    jw_open(&w, '{');
    jw_pair(&w, "varsel", b->id);
    jw_pair(&w, "slag", "brev");
    jw_pair(&w, "kommune", vault_slug(c->vault));
    jw_pair(&w, "eier", b->eier);
    jw_close(&w, '}');
    enum rc rc = buf_failed(&out) ? cx_nomem(c->cx) : outbox_put(c, b->id, "varsel", buf_str(&out));
    buf_free(&out);
    return rc;
}

/* *ret_before: the party has that journalpost as a letter, which becomes *b. */
static enum rc sent_before(struct call *c, struct partsbrev *b, bool *ret_before)
{
    char *id;
    TRY(db_text(archive_db(c), &id, "SELECT id FROM brev WHERE registrering = ? AND eier = ?", "tt", b->registrering, b->eier));
    *ret_before = id != NULL;
    return id ? rows_one(c, &letters, &(struct dialog_filter){.id = id}, b) : RC_OK;
}

enum rc dialog_brev_send(struct call *c, struct partsbrev *b, int klagedager)
{
    struct sakspart to;
    bool before;
    TRY(dialog_part_get(c, b->mappe, b->eier, &to));
    TRY(sent_before(c, b, &before));
    if (before)
        return RC_OK;
    uuid_new(b->id);
    b->varslet = c->cx->now;
    b->klagefrist = klagedager > 0 ? frist_days(b->varslet, klagedager) : 0;
    b->aapnet = 0;
    TRY(db_run(archive_db(c), "INSERT INTO brev(id, mappe, registrering, eier, slag, varslet, klagefrist, aapnet)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?, 0)", "ttttiii", b->id, b->mappe, b->registrering, b->eier,
               (int64_t)b->slag, b->varslet, b->klagefrist));
    return notice(c, b);
}

/* ------------------------------------------------------------------ opening */

static enum rc opened(struct db *db, void *arg)
{
    const struct partsbrev *b = arg;
    return db_run(db, "UPDATE brev SET aapnet = ? WHERE id = ? AND aapnet = 0", "it", db_cx(db)->now, b->id);
}

enum rc dialog_brev_open(struct call *c, const char *id, const char *eier, struct partsbrev *ret)
{
    const struct dialog_filter f = {.id = id, .eier = eier};
    TRY(rows_one(c, &letters, &f, ret));
    if (ret->aapnet)
        return RC_OK;
    TRY(archive_rows_write(c, opened, ret));
    return rows_one(c, &letters, &f, ret);
}
