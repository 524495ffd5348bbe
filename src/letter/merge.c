/* Merge fields: names in braces, each of flett.def; nothing else in a template is looked at. */
#include "letter/letter_int.h"

static const struct {
    const char *name;
    bool late;
} fields[FLETT_ANTALL] = {
#define FELT(id, name, late) [FLETT_##id] = {name, late},
#include "letter/flett.def"
#undef FELT
};

/* The field whose name stands at p, right behind its brace; FLETT_ANTALL when none does. *ret_end: behind it. */
static enum flettefelt field_at(const char *p, const char **ret_end)
{
    for (int i = 0; i < FLETT_ANTALL; i++) {
        size_t n = strlen(fields[i].name);
        *ret_end = p + n + 1;
        if (strncmp(p, fields[i].name, n) == 0 && p[n] == '}')
            return (enum flettefelt)i;
    }
    return FLETT_ANTALL;
}

const char *flett_fault(struct cx *cx, const char *text, bool late)
{
    const char *end;
    for (const char *p = text; (p = strchr(p, '{')) != NULL; p++) {
        enum flettefelt f = field_at(p + 1, &end);
        if (f == FLETT_ANTALL)
            return arena_printf(cx->arena, "ukjent flettefelt: %.20s", p);
        if (fields[f].late && !late)
            return arena_printf(cx->arena, "{%s} er ikke kjent før brevet sendes", fields[f].name);
    }
    return NULL;
}

bool flett_uses(const char *text, enum flettefelt wanted)
{
    const char *end;
    for (const char *p = text; (p = strchr(p, '{')) != NULL; p++)
        if (field_at(p + 1, &end) == wanted)
            return true;
    return false;
}

bool flett_lacks(const char *text, const struct fletting *with)
{
    for (int i = 0; i < FLETT_ANTALL; i++)
        if ((!with->value[i] || !*with->value[i]) && flett_uses(text, (enum flettefelt)i))
            return true;
    return false;
}

const char *flett(struct cx *cx, const char *text, const struct fletting *with)
{
    struct buf out;
    const char *end;
    buf_init(&out, (size_t)KiB(256));
    while (*text) {
        enum flettefelt f = *text == '{' ? field_at(text + 1, &end) : FLETT_ANTALL;
        if (f == FLETT_ANTALL) {
            buf_putc(&out, *text++);
        } else {
            buf_puts(&out, with->value[f] ? with->value[f] : "");
            text = end;
        }
    }
    const char *copy = buf_failed(&out) ? NULL : arena_strdup(cx->arena, out.p ? out.p : "");
    buf_free(&out);
    return copy;
}

const char *flett_date(struct cx *cx, int64_t t)
{
    static const char *const months[] = {"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september",
                                         "oktober", "november", "desember"};
    int year, month, day;
    time_civil(t, &year, &month, &day);
    return arena_printf(cx->arena, "%d. %s %d", day, months[month - 1], year);
}

/* ------------------------------------------------------------------ what a case tells */

static const char *text_of(struct cx *cx, const struct rec *r, enum attr_id a)
{
    const struct val *v = rec_val(r, a);
    return v->state == VAL_SET ? arena_strndup(cx->arena, v->text.p, v->text.n) : "";
}

static const char *names(struct cx *cx, const struct brevutkast *u)
{
    const char *list = "";
    for (size_t i = 0; list && i < u->til_n; i++)
        list = arena_printf(cx->arena, "%s%s%s", list, i ? ", " : "", u->til[i].navn);
    return list;
}

static enum rc received(struct call *c, const struct brevutkast *u, const char **ret)
{
    struct rec *post;
    *ret = "";
    if (!*u->gjelder)
        return RC_OK;
    TRY(archive_get(c, F_registrering, str_of(u->gjelder), &post));
    const struct val *when = rec_val(post, A_journalpost_mottattDato);
    if (when->state == VAL_SET)
        *ret = flett_date(c->cx, when->i);
    return *ret ? RC_OK : cx_nomem(c->cx);
}

enum rc flett_case(struct call *c, const struct brevutkast *u, const char *kommune, struct fletting *ret)
{
    struct rec *sak;
    *ret = (struct fletting){.value = {[FLETT_KOMMUNE] = kommune}};
    TRY(archive_get(c, F_mappe, str_of(u->mappe), &sak));
    ret->value[FLETT_SAK] = text_of(c->cx, sak, A_mappe_mappeID);
    ret->value[FLETT_TITTEL] = text_of(c->cx, sak, A_mappe_tittel);
    ret->value[FLETT_ENHET] = text_of(c->cx, sak, A_saksmappe_administrativEnhet);
    ret->value[FLETT_PART] = names(c->cx, u);
    return received(c, u, &ret->value[FLETT_MOTTATT]);
}
