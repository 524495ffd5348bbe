#include "worklist/intake.h"

#include "journal/journal.h"
#include "task/task.h"

/* A month: by then a provisional answer is due (forvaltningsloven § 11 a). */
#define ANSWER_DAYS 30

static const struct link *link_of(const struct rec *r, const char *name)
{
    return model_link_named(r->entity->id, PKG_ARKIVSTRUKTUR, str_of(name));
}

/* *ret NULL when there is none. */
static enum rc optional(struct call *c, const struct rec *from, const char *name, struct rec **ret)
{
    *ret = NULL;
    enum rc rc = archive_one(c, from, link_of(from, name), ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    return RC_OK;
}

/* ------------------------------------------------------------------ the klasse of that name */

enum { DEPTH = 20, NAMESAKES = 50 };

/* The klassifikasjonssystem above the klasse. */
static enum rc system_above(struct call *c, struct rec *klasse, struct rec **ret)
{
    struct rec *up = klasse;
    for (int i = 0; up && i < DEPTH; i++) {
        klasse = up;
        TRY(optional(c, klasse, "overklasse", &up));
    }
    return optional(c, klasse, "klassifikasjonssystem", ret);
}

/* The one the case is sorted by, told by its klasse or its arkivdel; NULL when neither tells. */
static enum rc system_of_case(struct call *c, const struct rec *sak, struct rec **ret)
{
    struct rec *klasse, *del;
    *ret = NULL;
    TRY(optional(c, sak, "klasse", &klasse));
    if (klasse)
        return system_above(c, klasse, ret);
    TRY(optional(c, sak, "arkivdel", &del));
    return del ? optional(c, del, "klassifikasjonssystem", ret) : RC_OK;
}

static enum rc namesakes(struct call *c, const char *id, struct result *ret)
{
    struct expr path = {.kind = EX_PATH, .attr = model_attr(A_klasse_klasseID)}, text = {.kind = EX_TEXT, .text = str_of(id)};
    struct expr *args[] = {&path, &text}, equal = {.kind = EX_EQ, .args = args, .args_n = 2};
    struct query q = {.entity = model_entity(E_klasse), .list = CL_NONE, .filter = &equal, .top = NAMESAKES, .no_count = true};
    return archive_query(c, &q, ret);
}

/* Several periods have classes of the same name: that of the case's own system is meant. */
static enum rc find_klasse(struct call *c, const struct rec *sak, const char *id, struct rec **ret)
{
    struct result found;
    struct rec *wanted, *system;
    TRY(system_of_case(c, sak, &wanted));
    TRY(namesakes(c, id, &found));
    *ret = NULL;
    for (size_t i = 0; i < found.n && !*ret; i++) {
        TRY(system_above(c, found.recs[i], &system));
        if (!wanted || (system && streq(system->systemid, wanted->systemid)))
            *ret = found.recs[i];
    }
    return *ret ? RC_OK : err_set(c->cx, RC_FIELD_VALUE, "klasse", "klassen finnes ikke i sakens klassifikasjonssystem");
}

/* ------------------------------------------------------------------ the case */

static enum rc set_person(struct call *c, struct rec *in, const char *person, const char **ret_name)
{
    struct rec *bruker;
    enum rc rc = archive_get(c, F_bruker, str_of(person), &bruker);
    if (rc == RC_NOT_FOUND) {
        err_clear(c->cx);
        return err_set(c->cx, RC_FIELD_VALUE, "saksansvarlig", "personen finnes ikke");
    }
    TRY(rc);
    const struct val *name = rec_val(bruker, A_bruker_brukerNavn);
    val_text(rec_val(in, A_saksmappe_saksansvarlig), name->text);
    val_text(rec_val(in, A_saksmappe_referanseSaksansvarlig), str_of(bruker->systemid));
    *ret_name = arena_strndup(c->cx->arena, name->text.p, name->text.n);
    return *ret_name ? RC_OK : cx_nomem(c->cx);
}

static enum rc save_case(struct call *c, const struct rec *sak, const struct case_order *o, const char **ret_name)
{
    struct rec *in, *klasse = NULL, *out;
    *ret_name = "";
    TRY(rec_new(c->cx, sak->entity, &in));
    if (*o->enhet)
        val_text(rec_val(in, A_saksmappe_administrativEnhet), str_of(o->enhet));
    if (*o->person)
        TRY(set_person(c, in, o->person, ret_name));
    if (*o->klasse)
        TRY(find_klasse(c, sak, o->klasse, &klasse));
    struct move move = {link_of(sak, "klasse"), str_of(klasse ? klasse->systemid : "")};
    return archive_merge(c, F_mappe, str_of(sak->systemid), (struct match){NULL, RC_CONFLICT}, in, &move, klasse ? 1 : 0, &out);
}

static enum rc save_case_alone(struct call *c, void *arg)
{
    const struct case_order *o = arg;
    struct rec *sak;
    const char *name;
    TRY(archive_get(c, F_mappe, o->sak, &sak));
    return save_case(c, sak, o, &name);
}

enum rc intake_save_case(struct call *c, const struct case_order *o)
{
    struct case_order copy = *o;
    return archive_together(c, save_case_alone, &copy);
}

/* ------------------------------------------------------------------ the journalpost */

static enum rc save_post(struct call *c, const struct rec *post, const struct intake_order *o, struct rec **ret)
{
    struct rec *in;
    struct val *public;
    TRY(rec_new(c->cx, post->entity, &in));
    val_text(rec_val(in, A_registrering_tittel), str_of(o->tittel));
    public = rec_val(in, A_registrering_offentligTittel);
    if (*o->offentlig_tittel)
        val_text(public, str_of(o->offentlig_tittel));
    else
        public->state = VAL_NULL;
    if (o->journalfoer)
        TRY(val_code(c->cx, rec_val(in, A_journalpost_journalstatus), "J", ""));
    return archive_merge(c, F_registrering, o->post, (struct match){o->etag, RC_CONFLICT}, in, NULL, 0, ret);
}

static bool to_be_answered(const struct rec *post)
{
    const struct val *type = rec_val(post, A_journalpost_journalposttype);
    return val_is(type, "I") || val_is(type, "N");
}

static enum rc new_task(struct call *c, const struct rec *post, const struct rec *sak, const struct intake_order *o,
                        const char *name)
{
    const struct val *came = rec_val(post, A_journalpost_mottattDato), *enhet = rec_val(sak, A_saksmappe_administrativEnhet);
    struct oppgave new = {.slag = OPPGAVE_SVAR, .person_navn = name, .enhet = o->enhet,
                          .frist = frist_days(came->state == VAL_SET ? came->i : c->cx->now, ANSWER_DAYS)};
    if (!*o->enhet && enhet->state == VAL_SET)
        new.enhet = arena_strndup(c->cx->arena, enhet->text.p, enhet->text.n);
    (void)snprintf(new.mappe, sizeof(new.mappe), "%s", sak->systemid);
    (void)snprintf(new.registrering, sizeof(new.registrering), "%s", post->systemid);
    (void)snprintf(new.person, sizeof(new.person), "%s", o->person);
    return new.enhet ? oppgave_add(c, &new) : cx_nomem(c->cx);
}

/* Who is chosen gets the task that is there; a letter that enters the journal without one gets a new one. */
static enum rc save_task(struct call *c, const struct rec *post, const struct rec *sak, const struct intake_order *o,
                         const char *name)
{
    struct oppgave *tasks;
    size_t n;
    int64_t total;
    TRY(oppgave_list(c, &(struct oppgave_filter){.registrering = post->systemid, .most = 1}, &tasks, &n, &total));
    if (n > 0 && (*o->person || *o->enhet))
        return oppgave_assign(c, tasks[0].id, *o->person ? o->person : tasks[0].person,
                              *o->person ? name : tasks[0].person_navn, *o->enhet ? o->enhet : NULL);
    return n == 0 && o->journalfoer && to_be_answered(post) ? new_task(c, post, sak, o, name) : RC_OK;
}

static enum rc save(struct call *c, void *arg)
{
    const struct intake_order *o = arg;
    struct rec *post, *sak;
    const char *name;
    TRY(archive_get(c, F_registrering, o->post, &post));
    if (!model_is(post->entity, E_journalpost))
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(archive_one(c, post, link_of(post, "mappe"), &sak));
    if (!model_is(sak->entity, E_saksmappe))
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(save_post(c, post, o, &post));
    const struct case_order k = {str_of(sak->systemid), o->klasse, o->enhet, o->person};
    TRY(save_case(c, sak, &k, &name));
    return save_task(c, post, sak, o, name);
}

enum rc intake_save(struct call *c, const struct intake_order *o)
{
    struct intake_order copy = *o;
    return archive_together(c, save, &copy);
}

static enum rc set_status(struct call *c, struct str post, const char *kode)
{
    struct rec *in, *out;
    TRY(rec_new(c->cx, model_entity(E_journalpost), &in));
    TRY(val_code(c->cx, rec_val(in, A_journalpost_journalstatus), kode, ""));
    return archive_merge(c, F_registrering, post, (struct match){NULL, RC_CONFLICT}, in, NULL, 0, &out);
}

/* The public journal first: between the two nothing is shown that is not in the journal. */
enum rc intake_undo(struct call *c, struct str post)
{
    struct rec *r;
    TRY(archive_get(c, F_registrering, post, &r));
    if (!model_is(r->entity, E_journalpost))
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    if (!val_is(rec_val(r, A_journalpost_journalstatus), "J"))
        return err_set(c->cx, RC_TRANSITION, "journalstatus", "bare det som er journalført kan angres");
    TRY(journal_withdraw(c, post));
    return set_status(c, post, "M");
}

enum rc intake_lapse(struct call *c, struct str post)
{
    return set_status(c, post, "U");
}

/* ------------------------------------------------------------------ the end of a case */

enum { POSTS_AT_ONCE = 100 };

static const char registered[] = "t0.mappe_id = ? AND t0.type = 'journalpost' AND t0.journalstatus = 'J'";

static enum rc archive_post(struct call *c, const struct rec *post)
{
    struct rec *now;
    TRY(set_status(c, str_of(post->systemid), "A"));
    TRY(archive_get(c, F_registrering, str_of(post->systemid), &now));
    return journal_unchanged(c, post->systemid, post->versjon, now->versjon);
}

static enum rc archive_posts(struct call *c, const struct rec *sak)
{
    const struct picking p = {.family = F_registrering, .condition = registered, .bound = sak->id, .most = POSTS_AT_ONCE};
    struct rec **posts;
    size_t n;
    do {
        TRY(archive_pick(c, &p, &posts, &n));
        for (size_t i = 0; i < n; i++)
            TRY(archive_post(c, posts[i]));
    } while (n == POSTS_AT_ONCE);
    return RC_OK;
}

static enum rc close_case(struct call *c, void *arg)
{
    const struct str *id = arg;
    struct rec *sak, *closed;
    TRY(archive_get(c, F_mappe, *id, &sak));
    TRY(archive_posts(c, sak));
    TRY(archive_close_mappe(c, *id, (struct match){NULL, RC_CONFLICT}, &closed));
    return journal_unchanged(c, sak->systemid, sak->versjon, closed->versjon);
}

enum rc intake_close_case(struct call *c, struct str sak)
{
    return archive_together(c, close_case, &sak);
}
