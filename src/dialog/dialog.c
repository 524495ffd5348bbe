/* The tables, the call, and the parties of cases. */
#include "dialog/dialog_int.h"

static const char tables[] =
    "CREATE TABLE sakspart(mappe TEXT NOT NULL, eier TEXT NOT NULL, rolle BIGINT NOT NULL, navn TEXT NOT NULL,"
    " fra BIGINT NOT NULL, PRIMARY KEY(mappe, eier));"
    "CREATE INDEX sakspart_eier ON sakspart(eier, fra);"
    "CREATE TABLE brev(id TEXT PRIMARY KEY, mappe TEXT NOT NULL, registrering TEXT NOT NULL, eier TEXT NOT NULL,"
    " slag BIGINT NOT NULL, varslet BIGINT NOT NULL, klagefrist BIGINT NOT NULL, aapnet BIGINT NOT NULL,"
    " UNIQUE(registrering, eier));"
    "CREATE INDEX brev_eier ON brev(eier, varslet);"
    "CREATE INDEX brev_mappe ON brev(mappe, varslet);"
    "CREATE TABLE mangel(id TEXT PRIMARY KEY, mappe TEXT NOT NULL, oppgave TEXT NOT NULL, eier TEXT NOT NULL,"
    " tekst TEXT NOT NULL, deler TEXT NOT NULL, frist BIGINT NOT NULL, bedt BIGINT NOT NULL, besvart BIGINT NOT NULL,"
    " svar TEXT NOT NULL, lukket BIGINT NOT NULL);"
    "CREATE INDEX mangel_eier ON mangel(eier, bedt);"
    "CREATE INDEX mangel_mappe ON mangel(mappe, bedt);"
    "CREATE INDEX mangel_oppgave ON mangel(oppgave);"
    "CREATE TABLE melding(eier TEXT NOT NULL, noekkel TEXT NOT NULL, mappe TEXT NOT NULL, slag BIGINT NOT NULL,"
    " gjelder TEXT NOT NULL, registrering TEXT NOT NULL, sendt BIGINT NOT NULL, PRIMARY KEY(eier, noekkel));"
    "CREATE INDEX melding_mappe ON melding(mappe, sendt);";

static enum rc make_tables(struct db *db)
{
    return db_script(db, tables);
}

void dialog_prepare(struct archive *a)
{
    archive_add_tables(a, "melding", make_tables);
}

enum rc dialog_call(struct cx *cx, struct vault *v, struct call *ret)
{
    *ret = (struct call){.cx = cx, .vault = v, .role = ROLE_ARKIVAR};
    ret->person = (struct person){.known = true, .name = "minside"};
    uuid_named(STR("samdrift/minside"), ret->person.id);
    return archive_meet(ret);
}

json_t *dialog_screening(const char *hjemmel)
{
    return json_pack("{s:{s:s}, s:s, s:[{s:s}], s:{s:s}}", "tilgangsrestriksjon", "kode", "XX", "skjermingshjemmel",
                     hjemmel, "skjermingMetadata", "kode", "M", "skjermingDokument", "kode", "H");
}

/* ------------------------------------------------------------------ parties */

static const char *company_of(const char *eier)
{
    return str_starts(str_of(eier), LOGIN_COMPANY_KEY) ? eier + strlen(LOGIN_COMPANY_KEY) : "";
}

static enum rc read_part(struct cx *cx, struct stmt *st, void *row)
{
    struct sakspart *p = row;
    *p = (struct sakspart){.eier = stmt_text(st, 1), .rolle = (enum sakspart_rolle)stmt_int(st, 2),
                           .navn = stmt_text(st, 3), .fra = stmt_int(st, 4)};
    uuid_copy(p->mappe, stmt_str(st, 0));
    if (!p->eier || !p->navn)
        return cx_nomem(cx);
    p->orgnr = company_of(p->eier);
    return RC_OK;
}

static const struct kind parts = {
    .select = "SELECT mappe, eier, rolle, navn, fra FROM sakspart", .open = "", .newest = "fra",
    .size = sizeof(struct sakspart), .read = read_part,
};

enum rc dialog_parts(struct call *c, const struct dialog_filter *f, struct sakspart **ret, size_t *ret_n)
{
    void *rows;
    TRY(rows_list(c, &parts, f, &rows, ret_n));
    *ret = rows;
    return RC_OK;
}

enum rc dialog_part_get(struct call *c, const char *mappe, const char *eier, struct sakspart *ret)
{
    return rows_one(c, &parts, &(struct dialog_filter){.mappe = mappe, .eier = eier}, ret);
}

static enum rc insert(struct db *db, void *arg)
{
    const struct sakspart *p = arg;
    return db_run(db, "INSERT INTO sakspart(mappe, eier, rolle, navn, fra) VALUES (?, ?, ?, ?, ?)"
                      " ON CONFLICT (mappe, eier) DO NOTHING", "ttiti", p->mappe, p->eier, (int64_t)p->rolle, p->navn, p->fra);
}

enum rc dialog_part_add(struct call *c, struct sakspart *p)
{
    p->fra = c->cx->now;
    return archive_rows_write(c, insert, p);
}
