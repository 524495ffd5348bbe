/* Who may send a letter, and its way to an approver and back. */
#include "letter/letter_int.h"

enum { APPROVAL_WORKDAYS = 3 };

static enum rc make_tables(struct db *db)
{
    TRY(brevmal_tables(db));
    return brevutkast_tables(db);
}

void letter_prepare(struct archive *a)
{
    archive_add_tables(a, "brevutkast", make_tables);
    archive_add_tables(a, "brevvedlegg", brevvedlegg_tables);
}

enum rc letter_open(struct cx *cx, struct config *cfg, const struct paper_fonts *fonts, struct outbox *outbox, struct letters **ret)
{
    struct letters *l = mem_try(sizeof(*l));
    if (!l)
        return cx_nomem(cx);
    *l = (struct letters){cfg, fonts, outbox};
    for (size_t i = 0; config_section(cfg, i); i++) /* known from now on, not from the first letter */
        (void)config_get(cfg, config_section(cfg, i), "godkjenning", NULL);
    *ret = l;
    return RC_OK;
}

void letter_close(struct letters **l)
{
    if (!l || !*l)
        return;
    mem_free(*l);
    *l = NULL;
}

/* ------------------------------------------------------------------ who may */

bool letter_needs_other(const struct letters *l, const struct call *c, const struct brevutkast *u)
{
    const char *usual = config_get(l->cfg, "arkiv", "godkjenning", "vedtak"),
               *policy = config_get(l->cfg, vault_slug(c->vault), "godkjenning", usual);
    return streq(policy, "alle") || (!streq(policy, "nei") && u->mal->slag == BREVSLAG_VEDTAK);
}

/* Is it with the caller to approve: given to nobody else? */
static enum rc asked(struct call *c, const struct brevutkast *u)
{
    struct oppgave o;
    TRY(oppgave_get(c, u->godkjenning, &o));
    return !*o.person || streq(o.person, c->person.id) ? RC_OK : err_set(c->cx, RC_FORBIDDEN, "godkjenning", NULL);
}

enum rc brevutkast_may_send(const struct letters *l, struct call *c, const struct brevutkast *u)
{
    bool other = letter_needs_other(l, c, u), mine = streq(u->skriver, c->person.id);
    if (u->tilstand == BREV_SENDT)
        return err_set(c->cx, RC_TRANSITION, "brev", u->ansvarlig_navn);
    if (other && (mine || u->tilstand == BREV_UTKAST))
        return err_set(c->cx, RC_FORBIDDEN, "godkjenning", NULL);
    return u->tilstand == BREV_TIL_GODKJENNING ? asked(c, u) : RC_OK;
}

/* ------------------------------------------------------------------ there and back */

struct sending_on {
    const struct brevutkast *u;
    const char *person, *navn, *merknad;
};

static enum rc whole(struct cx *cx, const struct brevutkast *u)
{
    const char *const *missing;
    size_t n;
    TRY(brevutkast_missing(cx, u, &missing, &n));
    return n == 0 ? RC_OK : err_set(cx, RC_FIELD_MISSING, missing[0], NULL);
}

static enum rc unit_of(struct call *c, const struct brevutkast *u, const char **ret)
{
    struct rec *sak;
    TRY(archive_get(c, F_mappe, str_of(u->mappe), &sak));
    const struct val *unit = rec_val(sak, A_saksmappe_administrativEnhet);
    *ret = unit->state == VAL_SET ? arena_strndup(c->cx->arena, unit->text.p, unit->text.n) : "";
    return *ret ? RC_OK : cx_nomem(c->cx);
}

static enum rc submit(struct call *c, void *arg)
{
    const struct sending_on *k = arg;
    struct brevutkast now;
    struct oppgave o = {.slag = OPPGAVE_GODKJENN, .person_navn = k->navn, .frist = frist_workdays(c->cx->now, APPROVAL_WORKDAYS)};
    TRY(brevutkast_demand(c, k->u, BREV_UTKAST, &now));
    TRY(whole(c->cx, &now));
    TRY(unit_of(c, &now, &o.enhet));
    uuid_copy(o.mappe, str_of(now.mappe));
    uuid_copy(o.person, str_of(k->person));
    TRY(oppgave_add(c, &o));
    return db_run(archive_db(c), "UPDATE brevutkast SET tilstand = ?, godkjenning = ?, merknad = '' WHERE id = ?", "itt",
                  (int64_t)BREV_TIL_GODKJENNING, o.id, now.id);
}

enum rc brevutkast_submit(struct call *c, const struct brevutkast *u, const char *person, const char *navn)
{
    struct sending_on k = {.u = u, .person = person, .navn = navn};
    return archive_together(c, submit, &k);
}

static enum rc bring_back(struct call *c, void *arg)
{
    const struct sending_on *k = arg;
    struct brevutkast now;
    TRY(brevutkast_demand(c, k->u, BREV_TIL_GODKJENNING, &now));
    if (!streq(now.skriver, c->person.id))
        TRY(asked(c, &now));
    TRY(oppgave_done(c, now.godkjenning));
    return db_run(archive_db(c), "UPDATE brevutkast SET tilstand = ?, godkjenning = '', merknad = ? WHERE id = ?", "itt",
                  (int64_t)BREV_UTKAST, k->merknad, now.id);
}

enum rc brevutkast_return(struct call *c, const struct brevutkast *u, const char *merknad)
{
    struct sending_on k = {.u = u, .merknad = merknad};
    return archive_together(c, bring_back, &k);
}
