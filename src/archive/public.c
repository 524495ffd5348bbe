#include "archive/public.h"

bool public_screened(const struct rec *r, enum attr_id a, int64_t now)
{
    const struct val *end = rec_leaf(r, a, L_skjerming_skjermingOpphoererDato);
    return rec_has(r, a) && (end->state != VAL_SET || end->i > now);
}

bool public_screens(const struct rec *r, enum attr_id a, const char *kode, int64_t now)
{
    const struct val *v = rec_leaf(r, a, L_skjerming_skjermingMetadata);
    if (!public_screened(r, a, now))
        return false;
    for (size_t i = 0; i < v->items_n; i++)
        if (str_is(v->items[i].text, kode) || str_is(v->items[i].text, "M"))
            return true;
    return false;
}

/* Screening that does not say what it screens hides the title. */
static bool screens_unsaid(const struct rec *r, enum attr_id a, int64_t now)
{
    return public_screened(r, a, now) && rec_leaf(r, a, L_skjerming_skjermingMetadata)->items_n == 0;
}

struct titles {
    enum attr_id title, public, skjerming, gradering;
    const char *but_first_line, *some_words;
};
static const struct titles of_mappe = {A_mappe_tittel, A_mappe_offentligTittel, A_mappe_skjerming, A_mappe_gradering,
                                       "TM1", "TMO"};
static const struct titles of_post = {A_registrering_tittel, A_registrering_offentligTittel, A_registrering_skjerming,
                                      A_registrering_gradering, "TR1", "TRO"};

struct str public_title(struct cx *cx, const struct rec *r, int64_t now)
{
    const struct titles *t = r->entity->family == F_mappe ? &of_mappe : &of_post;
    const struct val *public = rec_val(r, t->public), *title = rec_val(r, t->title);
    if (public->state == VAL_SET)
        return public->text;
    bool rest = public_screens(r, t->skjerming, t->but_first_line, now);
    if (!rest && (public_screens(r, t->skjerming, t->some_words, now) || screens_unsaid(r, t->skjerming, now) ||
                  rec_has(r, t->gradering)))
        return STR(PUBLIC_MASK);
    if (!rest)
        return title->text;
    const char *end = memchr(title->text.p, '\n', title->text.n);
    int n = end ? (int)(end - title->text.p) : (int)title->text.n;
    char *shown = arena_printf(cx->arena, end ? "%.*s " PUBLIC_MASK : "%.*s", n, title->text.p);
    return shown ? str_of(shown) : STR(PUBLIC_MASK);
}

bool public_hides_party(const struct rec *post, const struct rec *party, int64_t now)
{
    static const char *const senders[] = {"EA", "IA", "IS"};
    const struct val *type = rec_val(party, A_korrespondansepart_korrespondanseparttype);
    bool sender = false;
    for (size_t i = 0; i < COUNT_OF(senders); i++)
        sender |= val_is(type, senders[i]);
    return public_screens(post, A_registrering_skjerming, sender ? "NA" : "NM", now);
}
