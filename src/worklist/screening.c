#include "worklist/screening.h"

#include "archive/public.h"

/* ------------------------------------------------------------------ the classes that can be screened */

static const struct screened {
    enum family_id family;
    enum attr_id skjerming, public_title;
    const char *title_code;            /* of skjermingmetadata */
} classes[] = {
    {F_mappe, A_mappe_skjerming, A_mappe_offentligTittel, "TMO"},
    {F_registrering, A_registrering_skjerming, A_registrering_offentligTittel, "TRO"},
    {F_dokumentbeskrivelse, A_dokumentbeskrivelse_skjerming, A_COUNT, "TD"},
};

static const struct screened *class_of(const struct rec *r)
{
    for (size_t i = 0; i < COUNT_OF(classes); i++)
        if (classes[i].family == r->entity->family)
            return &classes[i];
    return NULL;
}

/* ------------------------------------------------------------------ saving */

static enum rc set_metadata(struct call *c, struct rec *in, const struct screened *k, const struct screening *s)
{
    struct val *v = rec_leaf(in, k->skjerming, L_skjerming_skjermingMetadata);
    v->items = arena_array(c->cx->arena, s->metadata_n + 2, sizeof(*v->items));
    if (!v->items)
        return cx_nomem(c->cx);
    v->state = VAL_SET;
    for (size_t i = 0; i < s->metadata_n; i++)
        v->items[v->items_n++].text = str_of(s->metadata[i]);
    if (s->title)
        v->items[v->items_n++].text = str_of(k->title_code);
    /* The standard wants something named (M502, 1–N): a document that is screened has its remarks screened. */
    if (v->items_n == 0 && *s->dokument)
        v->items[v->items_n++].text = STR("MT");
    return v->items_n ? RC_OK : err_set(c->cx, RC_FIELD_MISSING, "skjermingMetadata", NULL);
}

static enum rc set_screening(struct call *c, struct rec *in, const struct screened *k, const struct screening *s)
{
    struct val *until = rec_leaf(in, k->skjerming, L_skjerming_skjermingOpphoererDato);
    struct val *document = rec_leaf(in, k->skjerming, L_skjerming_skjermingDokument);
    if (str_blank(str_of(s->hjemmel)))
        return err_set(c->cx, RC_FIELD_MISSING, "skjermingshjemmel", NULL);
    TRY(val_code(c->cx, rec_leaf(in, k->skjerming, L_skjerming_tilgangsrestriksjon), s->restriksjon, ""));
    val_text(rec_leaf(in, k->skjerming, L_skjerming_skjermingshjemmel), str_of(s->hjemmel));
    TRY(set_metadata(c, in, k, s));
    until->state = VAL_NULL;
    document->state = VAL_NULL;
    if (s->until)
        TRY(val_time(c->cx, until, s->until));
    return *s->dokument ? val_code(c->cx, document, s->dokument, "") : RC_OK;
}

/* Every part of the screening goes. */
static void end_screening(struct rec *in, const struct screened *k)
{
    static const enum leaf_id leaves[] = {
        L_skjerming_tilgangsrestriksjon, L_skjerming_skjermingshjemmel, L_skjerming_skjermingMetadata,
        L_skjerming_skjermingDokument, L_skjerming_skjermingsvarighet, L_skjerming_skjermingOpphoererDato};
    for (size_t i = 0; i < COUNT_OF(leaves); i++)
        rec_leaf(in, k->skjerming, leaves[i])->state = VAL_NULL;
}

static enum rc save(struct call *c, void *arg)
{
    const struct screening *s = arg;
    struct rec *r, *in, *out;
    TRY(archive_find(c, s->systemid, &r));
    const struct screened *k = class_of(r);
    if (!k)
        return err_set(c->cx, RC_NOT_FOUND, NULL, NULL);
    TRY(rec_new(c->cx, r->entity, &in));
    if (*s->restriksjon)
        TRY(set_screening(c, in, k, s));
    else
        end_screening(in, k);
    if (k->public_title != A_COUNT && *s->public_title)
        val_text(rec_val(in, k->public_title), str_of(s->public_title));
    else if (k->public_title != A_COUNT)
        rec_val(in, k->public_title)->state = VAL_NULL;
    TRY(archive_merge(c, k->family, s->systemid, (struct match){s->etag, RC_CONFLICT}, in, NULL, 0, &out));
    return k->public_title != A_COUNT ? journal_mark_names(c, r->systemid, s->names, s->names_n) : RC_OK;
}

enum rc screening_save(struct call *c, const struct screening *s)
{
    struct screening copy = *s;
    return archive_together(c, save, &copy);
}

struct attempt {
    struct screening screening;
    struct str journalpost;
    struct journal_preview *preview;
};

static enum rc look(struct call *c, void *arg)
{
    struct attempt *a = arg;
    TRY(save(c, &a->screening));
    return journal_preview(c, a->journalpost, a->preview);
}

enum rc screening_try(struct call *c, const struct screening *s, struct str journalpost, struct journal_preview *ret)
{
    struct attempt a = {*s, journalpost, ret};
    return archive_trial(c, look, &a);
}

/* ------------------------------------------------------------------ words */

static struct str next_word(const char **at)
{
    const char *p = *at + strspn(*at, " \t\r\n");
    size_t n = strcspn(p, " \t\r\n");
    *at = p + n;
    return (struct str){p, n};
}

static bool is_mask(struct str w)
{
    return w.n >= sizeof(PUBLIC_MASK) - 1 && strncmp(w.p, PUBLIC_MASK, sizeof(PUBLIC_MASK) - 1) == 0;
}

/* Hides the words that stand where the public title has a mask; false when the two do not fit together. */
static bool match(struct title_word *words, size_t n, const char *public_title)
{
    size_t i = 0;
    bool hiding = false;
    for (struct str w; (w = next_word(&public_title)).n > 0; ) {
        if (is_mask(w)) {
            hiding = true;
            if (i < n)
                words[i++].hidden = true;
            continue;
        }
        while (hiding && i < n && !str_eq(words[i].text, w))
            words[i++].hidden = true;
        if (i == n || !str_eq(words[i].text, w))
            return false;
        hiding = false;
        i++;
    }
    while (hiding && i < n)
        words[i++].hidden = true;
    return i == n;
}

/* The words of the name, side by side, wherever they stand. */
static void mark_name(struct title_word *words, size_t n, const char *name)
{
    struct str parts[TITLE_WORDS];
    size_t parts_n = 0;
    for (struct str w; parts_n < TITLE_WORDS && (w = next_word(&name)).n > 0; )
        parts[parts_n++] = w;
    for (size_t i = 0; parts_n && i + parts_n <= n; i++) {
        size_t k = 0;
        while (k < parts_n && words[i + k].text.n >= parts[k].n && memcmp(words[i + k].text.p, parts[k].p, parts[k].n) == 0)
            k++;
        for (size_t m = 0; k == parts_n && m < parts_n; m++)
            words[i + m].name = true;
    }
}

bool title_words(const char *title, const char *public_title, const char *const *names, size_t names_n,
                 struct title_word ret[TITLE_WORDS], size_t *ret_n)
{
    const char *at = title;
    size_t n = 0;
    for (struct str w; n < TITLE_WORDS && (w = next_word(&at)).n > 0; )
        ret[n++] = (struct title_word){.text = w};
    bool fits = !*public_title || match(ret, n, public_title);
    for (size_t i = 0; !fits && i < n; i++)
        ret[i].hidden = false;
    for (size_t i = 0; i < names_n; i++)
        mark_name(ret, n, names[i]);
    *ret_n = n;
    return fits;
}

const char *title_masked(struct cx *cx, const struct title_word *words, size_t n)
{
    struct buf b;
    buf_init(&b, (size_t)KiB(64));
    for (size_t i = 0; i < n; i++) {
        buf_puts(&b, i ? " " : "");
        if (words[i].hidden)
            buf_puts(&b, PUBLIC_MASK);
        else
            buf_add(&b, words[i].text.p, words[i].text.n);
    }
    const char *out = buf_failed(&b) ? NULL : arena_strdup(cx->arena, b.p ? b.p : "");
    buf_free(&b);
    return out;
}

/* The punctuation after a name is not of it. */
static size_t without_end(struct str w)
{
    size_t n = w.n;
    while (n > 0 && strchr(".,;:!?)\"", w.p[n - 1]))
        n--;
    return n;
}

size_t title_names(struct cx *cx, const struct title_word *words, size_t n, const char *ret[SCREENING_NAMES])
{
    size_t names = 0;
    for (size_t i = 0; i < n && names < SCREENING_NAMES; i++) {
        if (!words[i].name)
            continue;
        const char *name = "";
        for (bool more = true; more && i < n && words[i].name; i++) {
            size_t len = without_end(words[i].text);
            more = len == words[i].text.n;
            name = arena_printf(cx->arena, "%s%s%.*s", name ? name : "", name && *name ? " " : "", (int)len, words[i].text.p);
        }
        i--;
        if (name && *name)
            ret[names++] = name;
    }
    return names;
}
