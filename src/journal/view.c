/*
 * The public's view of a journalpost as it stands: what may be told of it, with the names of its parties
 * marked where they stand in a title.
 */
#include <ctype.h>
#include <strings.h>

#include "archive/public.h"
#include "journal/journal_int.h"

/* ------------------------------------------------------------------ the records behind it */

static const struct link *link_of(enum entity_id e, const char *name)
{
    return model_link_named(e, PKG_ARKIVSTRUKTUR, str_of(name));
}

static enum rc optional(struct call *c, const struct rec *from, const char *name, struct rec **ret)
{
    *ret = NULL;
    enum rc rc = archive_one(c, from, link_of(from->entity->id, name), ret);
    if (rc != RC_NOT_FOUND)
        return rc;
    err_clear(c->cx);
    return RC_OK;
}

enum rc sources_load(struct call *c, struct str registrering, struct sources *ret)
{
    TRY(archive_get(c, F_registrering, registrering, &ret->post));
    if (!model_is(ret->post->entity, E_journalpost))
        return err_set(c->cx, RC_NOT_FOUND, "journalpost", NULL);
    TRY(archive_one(c, ret->post, link_of(ret->post->entity->id, "mappe"), &ret->mappe));
    if (!model_is(ret->mappe->entity, E_saksmappe))
        return err_set(c->cx, RC_NOT_FOUND, "saksmappe", NULL);
    TRY(optional(c, ret->mappe, "klasse", &ret->klasse));
    const struct link *l = link_of(ret->post->entity->id, "korrespondansepart");
    TRY(journal_marked_names(c, ret->post->systemid, ret->names, &ret->names_n));
    TRY(journal_marked_names(c, ret->mappe->systemid, ret->case_names, &ret->case_names_n));
    struct query q = {.entity = model_entity(E_korrespondansepart), .from = ret->post, .link = l, .list = CL_NONE,
                      .top = JOURNAL_PARTS, .no_count = true};
    return archive_query(c, &q, &ret->parties);
}

/* ------------------------------------------------------------------ parts of the view */

static const char *kept(struct cx *cx, struct str s)
{
    return arena_strndup(cx->arena, s.n ? s.p : "", s.n);
}

static const char *text_of(struct cx *cx, const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    return v->state == VAL_SET ? kept(cx, v->text) : "";
}

static int64_t number_of(const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    return v->state == VAL_SET ? v->i : 0;
}

/* An internal party is told by its unit. */
const char *party_name(struct cx *cx, const struct rec *party, bool *ret_person)
{
    *ret_person = party->entity->id == E_korrespondansepartperson;
    if (*ret_person)
        return text_of(cx, party, A_korrespondansepartperson_navn);
    if (party->entity->id == E_korrespondansepartenhet)
        return text_of(cx, party, A_korrespondansepartenhet_navn);
    return text_of(cx, party, A_korrespondansepartintern_administrativEnhet);
}

static const char *role_of_party(const struct rec *r)
{
    const struct val *type = rec_val(r, A_korrespondansepart_korrespondanseparttype);
    if (val_is(type, "EA") || val_is(type, "IA") || val_is(type, "IS"))
        return "fra";
    return val_is(type, "EK") || val_is(type, "IK") || val_is(type, "GK") ? "kopi" : "til";
}

static enum rc view_parties(struct call *c, const struct sources *s, bool full, struct innfoersel *e)
{
    struct cx *cx = c->cx;
    e->parts = arena_array(cx->arena, s->parties.n + 1, sizeof(*e->parts));
    if (!e->parts)
        return cx_nomem(cx);
    for (size_t i = 0; i < s->parties.n; i++) {
        const struct rec *r = s->parties.recs[i];
        struct innfoersel_part *p = &e->parts[e->parts_n++];
        const char *name = party_name(cx, r, &p->person);
        p->rolle = role_of_party(r);
        p->navn = !full && public_hides_party(s->post, r, cx->now) ? "" : name;
        if (!p->navn)
            return cx_nomem(cx);
    }
    return RC_OK;
}

/*
 * The text with each occurrence of the name marked, where it is not yet, or masked when it is withheld:
 * then it must not stand in a title either.
 */
static const char *treat_name(struct cx *cx, const char *text, const char *name, bool withheld)
{
    size_t n = strlen(name);
    struct buf b;
    buf_init(&b, (size_t)MiB(1));
    const char *at, *from = text;
    while (n > 0 && (at = strcasestr(from, name)) != NULL) {
        bool marked = at > text && at[-1] == '[';
        buf_add(&b, from, (size_t)(at - from));
        if (withheld)
            buf_puts(&b, PUBLIC_MASK);
        else
            buf_printf(&b, marked ? "%.*s" : "[[%.*s]]", (int)n, at);
        from = at + n;
    }
    buf_puts(&b, from);
    const char *out = buf_failed(&b) ? NULL : arena_strdup(cx->arena, b.p);
    buf_free(&b);
    return out;
}

/* So short a name stands in too many words. */
enum { SHORT_NAME = 3 };

/* A title in one line, names of persons marked: those of parties, of which withheld ones are masked, and those
 * that an archivist has marked. */
static const char *title_of(struct cx *cx, const struct rec *r, const struct innfoersel *e, const struct sources *s)
{
    char *title = arena_strdup(cx->arena, kept(cx, public_title(cx, r, cx->now)));
    for (char *p = title; p && *p; p++)
        if (*p == '\n' || *p == '\r' || *p == '\t')
            *p = ' ';
    const char *out = title;
    for (size_t i = 0; out && i < e->parts_n; i++) {
        bool person;
        const char *name = party_name(cx, s->parties.recs[i], &person);
        bool withheld = !*e->parts[i].navn;
        if (name && strlen(name) > SHORT_NAME && (person || withheld))
            out = treat_name(cx, out, name, withheld);
    }
    bool mappe = r == s->mappe;
    for (size_t i = 0; out && i < (mappe ? s->case_names_n : s->names_n); i++)
        out = treat_name(cx, out, mappe ? s->case_names[i] : s->names[i], false);
    return out;
}

bool source_screened(const struct rec *r, int64_t now)
{
    bool mappe = r->entity->family == F_mappe;
    return public_screened(r, mappe ? A_mappe_skjerming : A_registrering_skjerming, now) ||
           rec_has(r, mappe ? A_mappe_gradering : A_registrering_gradering);
}

/* By its own screening, or by that of what it hangs on. */
static bool screened(const struct sources *s, int64_t now)
{
    return source_screened(s->post, now) || source_screened(s->mappe, now) || s->post->vern != 0 || s->mappe->vern != 0;
}

static const char *legal_basis(struct cx *cx, const struct sources *s, int64_t now)
{
    const struct rec *r = public_screened(s->post, A_registrering_skjerming, now) ? s->post : s->mappe;
    enum attr_id a = r == s->post ? A_registrering_skjerming : A_mappe_skjerming;
    const struct val *v = rec_leaf(r, a, L_skjerming_skjermingshjemmel);
    return public_screened(r, a, now) && v->state == VAL_SET ? kept(cx, v->text) : "";
}

bool preview_has_id(const struct innfoersel *e)
{
    bool found = national_id_in(str_of(e->tittel)) || national_id_in(str_of(e->sakstittel)) || national_id_in(str_of(e->enhet));
    for (size_t i = 0; i < e->parts_n; i++)
        found = found || national_id_in(str_of(e->parts[i].navn));
    return found;
}

static enum journal_obstacle obstacle_of(const struct sources *s, const struct innfoersel *e)
{
    const struct val *status = rec_val(s->post, A_journalpost_journalstatus);
    if (e->journaldato == 0 || !(val_is(status, "J") || val_is(status, "F") || val_is(status, "E") || val_is(status, "A")))
        return OBSTACLE_STATUS;
    if (preview_has_id(e))
        return OBSTACLE_NATIONAL_ID;
    return streq(e->tittel, PUBLIC_MASK) || streq(e->sakstittel, PUBLIC_MASK) ? OBSTACLE_WORDS : OBSTACLE_NONE;
}

/* Withheld where it is screened, or is the number of a person (an object code of personal files). */
static const char *klasse_of(struct cx *cx, const struct sources *s)
{
    if (!s->klasse || public_screens(s->klasse, A_klasse_skjerming, "KID", cx->now) ||
        public_screens(s->mappe, A_mappe_skjerming, "KID", cx->now))
        return "";
    const char *id = text_of(cx, s->klasse, A_klasse_klasseID);
    return id && national_id_in(str_of(id)) ? "" : id;
}

enum rc preview_property(struct cx *cx, struct innfoersel *e)
{
    const char *const places[] = {e->sakstittel, e->tittel, e->klasse};
    e->eiendom = "";
    for (size_t i = 0; i < COUNT_OF(places) && !*e->eiendom; i++)
        if (!(e->eiendom = property_in(cx, places[i])))
            return cx_nomem(cx);
    return RC_OK;
}

/* What is never withheld. */
static enum rc view_facts(struct cx *cx, const struct sources *s, struct innfoersel *e)
{
    const struct val *type = rec_val(s->post, A_journalpost_journalposttype);
    (void)snprintf(e->registrering, sizeof(e->registrering), "%s", s->post->systemid);
    (void)snprintf(e->mappe, sizeof(e->mappe), "%s", s->mappe->systemid);
    e->aar = number_of(s->post, A_journalpost_journalaar);
    e->sekvens = number_of(s->post, A_journalpost_journalsekvensnummer);
    e->postnr = number_of(s->post, A_journalpost_journalpostnummer);
    e->saksaar = number_of(s->mappe, A_saksmappe_saksaar);
    e->saksnr = number_of(s->mappe, A_saksmappe_sakssekvensnummer);
    e->journaldato = number_of(s->post, A_journalpost_journaldato);
    e->dokumentdato = number_of(s->post, A_journalpost_dokumentetsDato);
    e->type = type->state == VAL_SET ? kept(cx, type->text) : "";
    e->enhet = text_of(cx, s->mappe, A_saksmappe_administrativEnhet);
    e->hjemmel = legal_basis(cx, s, cx->now);
    return e->type && e->enhet && e->hjemmel ? RC_OK : cx_nomem(cx);
}

static enum rc view_full(struct call *c, const struct sources *s, struct innfoersel *e)
{
    struct cx *cx = c->cx;
    TRY(view_facts(cx, s, e));
    TRY(view_parties(c, s, true, e));
    e->tittel = text_of(cx, s->post, A_registrering_tittel);
    e->sakstittel = text_of(cx, s->mappe, A_mappe_tittel);
    e->klasse = s->klasse ? text_of(cx, s->klasse, A_klasse_klasseID) : "";
    e->eiendom = "";
    return e->tittel && e->sakstittel && e->klasse ? RC_OK : cx_nomem(cx);
}

enum rc preview_make(struct call *c, const struct sources *s, struct journal_preview *ret)
{
    struct cx *cx = c->cx;
    struct innfoersel *e = &ret->entry;
    *ret = (struct journal_preview){.screened = screened(s, cx->now)};
    TRY(view_full(c, s, &ret->full));
    TRY(view_facts(cx, s, e));
    TRY(view_parties(c, s, false, e));
    e->tittel = title_of(cx, s->post, e, s);
    e->sakstittel = title_of(cx, s->mappe, e, s);
    e->klasse = klasse_of(cx, s);
    if (!e->tittel || !e->sakstittel || !e->klasse)
        return cx_nomem(cx);
    ret->tittel = e->tittel;
    ret->sakstittel = e->sakstittel;
    ret->obstacle = obstacle_of(s, e);
    return preview_property(cx, e);
}

/* ------------------------------------------------------------------ property numbers */

static const char *digits_at(const char *p, char out[8])
{
    size_t n = strspn(p, "0123456789");
    if (n == 0 || n > 5)
        return NULL;
    (void)snprintf(out, 8, "%.*s", (int)n, p);
    return p + n;
}

static const char *skip_word(const char *p, const char *word)
{
    p += strspn(p, " .,:");
    if (strncasecmp(p, word, strlen(word)) != 0)
        return NULL;
    p += strlen(word);
    return p + strspn(p, " .:");
}

/* "7/70" not inside a longer run of numbers (a date, a case number), "gnr 7 bnr 70", "gnr. 7, bnr. 70". */
const char *property_in(struct cx *cx, const char *text)
{
    char gnr[8], bnr[8];
    for (const char *p = text; *p; p++) {
        bool inside = p > text && (strchr("0123456789/.-", p[-1]) != NULL);
        const char *after = inside ? NULL : digits_at(p, gnr), *end = NULL;
        if (after && *after == '/' && strlen(gnr) < 4)
            end = digits_at(after + 1, bnr);
        const char *word = end ? NULL : skip_word(p, "gnr");
        const char *second = word && (after = digits_at(word, gnr)) ? skip_word(after, "bnr") : NULL;
        end = second ? digits_at(second, bnr) : end;
        if (end && !isdigit((unsigned char)*end) && *end != '-' && *end != '/')
            return arena_printf(cx->arena, "%s/%s", gnr, bnr);
    }
    return "";
}
