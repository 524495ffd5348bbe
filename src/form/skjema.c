/*
 * Definitions: JSON to tables. Readers take what they want from an object and report what is missing,
 * wrong, or left over, each with its place, so that one run tells all that has to be corrected.
 */
#include "form/form_int.h"

const char *const spraak_codes[SPRAAK_COUNT] = {"nb", "nn", "se", "en"};

struct reading {
    struct cx *cx;
    skjema_report report;
    void *arg;
    const char *first;             /* pointer of the first fault */
    struct skjema *s;
    struct felt *felt;             /* s->felt, while it is filled */
    struct trinn *trinn;
    bool nomem;
};

/* ------------------------------------------------------------------ faults */

static void fault(struct reading *k, const char *pointer, enum skjema_fault what, const char *detail)
{
    const char *place = pointer && *pointer ? pointer : "/";
    if (!k->first)
        k->first = place;
    if (k->report)
        k->report(k->arg, place, what, detail ? detail : "");
}

static void *need(struct reading *k, void *p)
{
    k->nomem = k->nomem || !p;
    return p;
}

static const char *below(struct reading *k, const char *pointer, const char *name)
{
    return need(k, arena_printf(k->cx->arena, "%s/%s", pointer, name));
}

static const char *at_index(struct reading *k, const char *pointer, size_t i)
{
    return need(k, arena_printf(k->cx->arena, "%s/%zu", pointer, i));
}

const char *skjema_fault_text(struct cx *cx, enum skjema_fault what, const char *detail)
{
    static const char *const texts[SKJEMA_FAULTS][2] = {
#define FAULT(id, nb, en) [FAULT_##id] = {nb, en},
#include "form/fault.def"
#undef FAULT
    };
    const char *text = texts[what][cx->lang == LANG_NB ? 0 : 1], *gap = strstr(text, "{}");
    return gap ? arena_printf(cx->arena, "%.*s%s%s", (int)(gap - text), text, detail, gap + 2) : text;
}

/* ------------------------------------------------------------------ values */

/* Reports members that are not among the words. */
static void only(struct reading *k, json_t *o, const char *pointer, const char *words)
{
    const char *name;
    json_t *v;
    json_object_foreach(o, name, v) {
        size_t n = strlen(name);
        bool known = false;
        for (const char *p = words; n && !known && (p = strstr(p, name)) != NULL; p += n)
            known = (p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0');
        if (!known)
            fault(k, below(k, pointer, name), FAULT_UNKNOWN, NULL);
    }
}

enum want { OPTIONAL, REQUIRED };

static json_t *wanted(struct reading *k, json_t *o, const char *pointer, const char *name, enum want want)
{
    json_t *v = json_object_get(o, name);
    if (!v && want == REQUIRED)
        fault(k, below(k, pointer, name), FAULT_MISSING, NULL);
    return v;
}

static const char *read_string(struct reading *k, json_t *o, const char *pointer, const char *name, enum want want)
{
    json_t *v = wanted(k, o, pointer, name, want);
    if (v && !json_is_string(v))
        fault(k, below(k, pointer, name), FAULT_TYPE, "string");
    else if (v && !*json_string_value(v))
        fault(k, below(k, pointer, name), FAULT_EMPTY, NULL);
    return json_string_value(v);
}

static bool read_bool(struct reading *k, json_t *o, const char *pointer, const char *name, bool fallback)
{
    json_t *v = json_object_get(o, name);
    if (v && !json_is_boolean(v))
        fault(k, below(k, pointer, name), FAULT_TYPE, "true, false");
    return v ? json_is_true(v) : fallback;
}

static int64_t read_integer(struct reading *k, json_t *o, const char *pointer, const char *name, int64_t fallback,
                            int64_t least, int64_t most)
{
    json_t *v = json_object_get(o, name);
    if (!v)
        return fallback;
    int64_t i = json_integer_value(v);
    if (!json_is_integer(v) || i < least || i > most)
        fault(k, below(k, pointer, name), FAULT_TYPE, need(k, arena_printf(k->cx->arena, "%" PRId64 "–%" PRId64, least, most)));
    return i;
}

/* The place of the string among the words; the first when it is missing and optional. */
static int read_word(struct reading *k, json_t *o, const char *pointer, const char *name, enum want want,
                     const char *const *words, size_t n)
{
    const char *s = read_string(k, o, pointer, name, want);
    for (size_t i = 0; s && i < n; i++)
        if (streq(words[i], s))
            return (int)i;
    if (s)
        fault(k, below(k, pointer, name), FAULT_VALUE, s);
    return 0;
}

static struct tekst read_text(struct reading *k, json_t *o, const char *pointer, const char *name, enum want want)
{
    struct tekst t = {{NULL}};
    json_t *v = wanted(k, o, pointer, name, want);
    const char *place = below(k, pointer, name);
    if (!v)
        return t;
    if (!json_is_object(v)) {
        fault(k, place, FAULT_TYPE, "{nb, nn, se, en}");
        return t;
    }
    only(k, v, place, "nb nn se en");
    for (int i = 0; i < SPRAAK_COUNT; i++) {
        t.in[i] = json_string_value(json_object_get(v, spraak_codes[i]));
        if (!t.in[i] || !*t.in[i])
            fault(k, place, FAULT_LANGUAGE, spraak_codes[i]);
    }
    return t;
}

/* A name that may stand in an address and name a folder; NULL when it is missing. */
static const char *read_name(struct reading *k, json_t *o, const char *pointer, const char *name, enum want want)
{
    const char *s = read_string(k, o, pointer, name, want);
    if (s && *s && (strlen(s) > 40 || strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(s) || *s == '_'))
        fault(k, below(k, pointer, name), FAULT_ID, NULL);
    return s;
}

static const char *read_id(struct reading *k, json_t *o, const char *pointer)
{
    const char *id = read_name(k, o, pointer, "id", REQUIRED);
    return id ? id : "";
}

static json_t *read_list(struct reading *k, json_t *o, const char *pointer, const char *name, size_t most)
{
    json_t *v = wanted(k, o, pointer, name, REQUIRED);
    const char *place = below(k, pointer, name);
    if (v && !json_is_array(v))
        fault(k, place, FAULT_TYPE, "[…]");
    else if (v && json_array_size(v) == 0)
        fault(k, place, FAULT_EMPTY, NULL);
    else if (json_array_size(v) > most)
        fault(k, place, FAULT_TOO_MANY, need(k, arena_printf(k->cx->arena, "%zu", most)));
    return json_is_array(v) && json_array_size(v) <= most ? v : NULL;
}

/* ------------------------------------------------------------------ fields */

static const char *const sensitivities[] = {"open", "personal", "special", "id"};

static void read_choices(struct reading *k, json_t *o, const char *pointer, struct felt *f)
{
    if (f->type != FELT_CHOICE && f->type != FELT_CHOICES) {
        if (json_object_get(o, "choices"))
            fault(k, below(k, pointer, "choices"), FAULT_UNKNOWN, NULL);
        return;
    }
    json_t *list = read_list(k, o, pointer, "choices", SKJEMA_VALG_MAX), *one;
    const char *place = below(k, pointer, "choices");
    size_t n = json_array_size(list), i;
    struct valg *choices = need(k, arena_array(k->cx->arena, n + 1, sizeof(*choices)));
    if (!choices)
        return;
    if (list && n < 2)
        fault(k, place, FAULT_NO_CHOICES, NULL);
    json_array_foreach(list, i, one) {
        const char *at = at_index(k, place, i);
        only(k, one, at, "value text");
        choices[i].value = read_string(k, one, at, "value", REQUIRED);
        choices[i].value = choices[i].value ? choices[i].value : "";
        choices[i].text = read_text(k, one, at, "text", REQUIRED);
        for (size_t j = 0; j < i; j++)
            if (streq(choices[j].value, choices[i].value))
                fault(k, at, FAULT_TWICE, choices[i].value);
    }
    f->choices = choices;
    f->choices_n = n;
}

/* A number, or of a date field a date or "today". */
static bool read_limit(struct reading *k, json_t *o, const char *pointer, const char *name, enum felt_type type, double *ret)
{
    json_t *v = json_object_get(o, name);
    const char *s = json_string_value(v);
    int64_t days = time_day(k->cx->now);
    if (!v)
        return false;
    if (type == FELT_DATE && s && (streq(s, "today") || time_date(str_of(s), &days)))
        *ret = (double)days;
    else if ((type == FELT_NUMBER || type == FELT_MONEY) && json_is_number(v))
        *ret = json_number_value(v);
    else
        fault(k, below(k, pointer, name), FAULT_TYPE, type == FELT_DATE ? "yyyy-mm-dd, today" : "1.5");
    return true;
}

/* Variables a rule may use: fields read before, and their parts. */
static bool is_earlier(void *arg, const char *variable)
{
    struct reading *k = arg;
    const char *dot = strchr(variable, '.');
    size_t n = dot ? (size_t)(dot - variable) : strlen(variable);
    for (size_t i = 0; i < k->s->felt_n; i++) {
        const struct felt *f = &k->felt[i];
        if (strlen(f->id) != n || strncmp(f->id, variable, n) != 0)
            continue;
        bool part = !dot;
        for (const char *const *p = felt_parts(f->type); dot && *p; p++)
            part = part || streq(*p, dot + 1);
        return part;
    }
    return false;
}

static void report_logic(void *arg, const char *pointer, enum skjema_fault what, const char *detail)
{
    fault(arg, pointer, what, detail);
}

static json_t *read_rule(struct reading *k, json_t *o, const char *pointer, const char *name)
{
    json_t *v = json_object_get(o, name);
    const struct logic_lint lint = {is_earlier, report_logic, k};
    if (v)
        logic_check(k->cx, v, below(k, pointer, name), &lint);
    return v;
}

/* One source, which must be of the field's type; a name may also fill a text. */
static void read_source(struct reading *k, const char *name, const char *pointer, struct felt *f)
{
    for (size_t i = 0; name && i < PREFILLS; i++) {
        enum felt_type type = prefill_sources[i].type;
        if (!streq(prefill_sources[i].name, name) || (type != f->type && !(type == FELT_NAME && f->type == FELT_TEXT)))
            continue;
        f->prefill[f->prefill_n++] = (enum prefill)i;
        return;
    }
    fault(k, pointer, FAULT_VALUE, name ? name : "?");
}

/* A source, or several in the order they are tried in. */
static void read_prefill(struct reading *k, json_t *o, const char *pointer, struct felt *f)
{
    json_t *v = json_object_get(o, "prefill"), *one;
    const char *place = below(k, pointer, "prefill");
    size_t i;
    if (json_is_array(v) && json_array_size(v) > FELT_PREFILL_MAX)
        fault(k, place, FAULT_TOO_MANY, need(k, arena_printf(k->cx->arena, "%d", FELT_PREFILL_MAX)));
    else if (v && !json_is_array(v))
        read_source(k, json_string_value(v), place, f);
    else
        json_array_foreach(v, i, one)
            read_source(k, json_string_value(one), at_index(k, place, i), f);
    f->locked = read_bool(k, o, pointer, "locked", false);
    if (f->locked && f->prefill_n == 0)
        fault(k, below(k, pointer, "locked"), FAULT_UNKNOWN, NULL);
}

static int64_t longest(enum felt_type t)
{
    return t == FELT_FILE ? MiB(25) : t == FELT_LONG_TEXT ? 5000 : 200;
}

static void read_felt(struct reading *k, json_t *o, const char *pointer, struct felt *f)
{
    const char *names[FELT_TYPES];
    for (int i = 0; i < FELT_TYPES; i++)
        names[i] = felt_type_name((enum felt_type)i);
    only(k, o, pointer, "id type label help required sensitivity prefill locked visible compute choices max_length min max "
                        "multiple");
    f->id = read_id(k, o, pointer);
    f->type = (enum felt_type)read_word(k, o, pointer, "type", REQUIRED, names, FELT_TYPES);
    f->label = read_text(k, o, pointer, "label", REQUIRED);
    f->help = read_text(k, o, pointer, "help", OPTIONAL);
    f->required = read_bool(k, o, pointer, "required", true);
    f->sensitivity = (enum foelsomhet)read_word(k, o, pointer, "sensitivity", REQUIRED, sensitivities, COUNT_OF(sensitivities));
    read_prefill(k, o, pointer, f);
    f->visible = read_rule(k, o, pointer, "visible");
    f->compute = read_rule(k, o, pointer, "compute");
    f->max_length = read_integer(k, o, pointer, "max_length", longest(f->type), 1, f->type == FELT_FILE ? MiB(500) : 20000);
    f->has_min = read_limit(k, o, pointer, "min", f->type, &f->min);
    f->has_max = read_limit(k, o, pointer, "max", f->type, &f->max);
    f->multiple = read_bool(k, o, pointer, "multiple", false);
    read_choices(k, o, pointer, f);
    const struct felt *twin = skjema_felt(k->s, f->id);
    if (twin)
        fault(k, below(k, pointer, "id"), FAULT_TWICE, f->id);
}

static void read_trinn(struct reading *k, json_t *o, const char *pointer, size_t number)
{
    struct trinn *t = &k->trinn[number];
    json_t *list, *one;
    size_t i;
    only(k, o, pointer, "id title lead fields");
    *t = (struct trinn){.id = read_id(k, o, pointer), .first = k->s->felt_n,
                        .title = read_text(k, o, pointer, "title", REQUIRED),
                        .lead = read_text(k, o, pointer, "lead", OPTIONAL)};
    list = read_list(k, o, pointer, "fields", SKJEMA_FELT_MAX - k->s->felt_n);
    json_array_foreach(list, i, one) {
        struct felt *f = &k->felt[k->s->felt_n];
        f->trinn = number;
        read_felt(k, one, at_index(k, below(k, pointer, "fields"), i), f);
        k->s->felt_n++;
    }
    t->n = k->s->felt_n - t->first;
}

/* ------------------------------------------------------------------ the form */

static void read_archive(struct reading *k, json_t *root)
{
    json_t *o = wanted(k, root, "", "archive", REQUIRED);
    struct skjema *s = k->s;
    only(k, o, "/archive", "arkivdel klasse title hjemmel system unit");
    s->arkivdel = read_string(k, o, "/archive", "arkivdel", REQUIRED);
    s->klasse = read_string(k, o, "/archive", "klasse", OPTIONAL);
    s->hjemmel = read_string(k, o, "/archive", "hjemmel", REQUIRED);
    s->system = read_name(k, o, "/archive", "system", OPTIONAL);
    s->unit = read_string(k, o, "/archive", "unit", REQUIRED);
    s->case_title = read_text(k, o, "/archive", "title", REQUIRED);
}

/* The title of a case is public: it is made of open answers alone. */
static void check_title(struct reading *k, const char *title)
{
    char id[64];
    for (const char *p = strchr(title, '{'); p; p = strchr(p + 1, '{')) {
        const char *end = strchr(p, '}');
        size_t n = end ? (size_t)(end - p - 1) : sizeof(id);
        (void)snprintf(id, sizeof(id), "%.*s", (int)(n < sizeof(id) ? n : 0), p + 1);
        const struct felt *f = skjema_felt(k->s, id);
        if (!f || f->sensitivity != FOELSOM_OPEN || f->type == FELT_FILE)
            fault(k, "/archive/title", FAULT_MADE_OF, id);
    }
}

static void read_actors(struct reading *k, json_t *root)
{
    static const char *const words[] = {"self", "company", "child"};
    json_t *list = read_list(k, root, "", "for", COUNT_OF(words)), *one;
    bool *const chosen[] = {&k->s->for_self, &k->s->for_company, &k->s->for_child};
    size_t i;
    json_array_foreach(list, i, one) {
        bool known = false;
        for (size_t w = 0; w < COUNT_OF(words); w++)
            if (json_is_string(one) && streq(json_string_value(one), words[w]))
                known = *chosen[w] = true;
        if (!known)
            fault(k, at_index(k, "/for", i), FAULT_VALUE, json_is_string(one) ? json_string_value(one) : "?");
    }
}

static void read_root(struct reading *k, json_t *root)
{
    static const char *const levels[] = {"none", "substantial", "high"}, *const tasks[] = {"behandle", "innsyn"},
                      *const drafts[] = {"finish", "move"};
    struct skjema *s = k->s;
    json_t *list, *one;
    size_t i;
    only(k, root, "", "id version title lead declaration next theme law level for answer_days answer_workdays task drafts archive"
                      " steps");
    s->id = read_id(k, root, "");
    s->version = read_integer(k, root, "", "version", 1, 1, 1000000);
    s->title = read_text(k, root, "", "title", REQUIRED);
    s->lead = read_text(k, root, "", "lead", REQUIRED);
    s->declaration = read_text(k, root, "", "declaration", REQUIRED);
    s->next = read_text(k, root, "", "next", REQUIRED);
    s->theme = read_string(k, root, "", "theme", REQUIRED);
    s->law = read_string(k, root, "", "law", OPTIONAL);
    s->level = (enum nivaa)read_word(k, root, "", "level", REQUIRED, levels, COUNT_OF(levels));
    s->answer_days = read_integer(k, root, "", "answer_days", 30, 1, 365);
    s->answer_workdays = read_integer(k, root, "", "answer_workdays", 0, 1, 250);
    s->access_request = read_word(k, root, "", "task", OPTIONAL, tasks, COUNT_OF(tasks)) == 1;
    s->moves_drafts = read_word(k, root, "", "drafts", OPTIONAL, drafts, COUNT_OF(drafts)) == 1;
    read_actors(k, root);
    list = read_list(k, root, "", "steps", SKJEMA_TRINN_MAX);
    json_array_foreach(list, i, one)
        read_trinn(k, one, at_index(k, "/steps", i), i);
    s->trinn_n = json_array_size(list);
    read_archive(k, root);
    for (int lang = 0; lang < SPRAAK_COUNT; lang++)
        if (s->case_title.in[lang])
            check_title(k, s->case_title.in[lang]);
}

enum rc skjema_read(struct cx *cx, struct str json, skjema_report report, void *arg, const struct skjema **ret)
{
    struct reading k = {.cx = cx, .report = report, .arg = arg};
    json_t *root;
    if (json.n > SKJEMA_JSON_MAX)
        return err_setf(cx, RC_TOO_LARGE, NULL, "%d", SKJEMA_JSON_MAX);
    TRY(json_read(cx, json, &root));
    k.s = arena_alloc(cx->arena, sizeof(*k.s));
    k.felt = arena_array(cx->arena, SKJEMA_FELT_MAX + 1, sizeof(*k.felt));
    k.trinn = arena_array(cx->arena, SKJEMA_TRINN_MAX, sizeof(*k.trinn));
    if (!k.s || !k.felt || !k.trinn)
        return cx_nomem(cx);
    k.s->felt = k.felt;
    k.s->trinn = k.trinn;
    k.s->json = arena_strndup(cx->arena, json.p, json.n);
    sha256_hex(json.p, json.n, k.s->sha256);
    if (json_is_object(root))
        read_root(&k, root);
    else
        fault(&k, "", FAULT_TYPE, "{…}");
    if (k.nomem || !k.s->json)
        return cx_nomem(cx);
    if (k.first)
        return err_set(cx, RC_FIELD_VALUE, k.first, NULL);
    *ret = k.s;
    return RC_OK;
}

const struct felt *skjema_felt(const struct skjema *s, const char *id)
{
    for (size_t i = 0; i < s->felt_n; i++)
        if (streq(s->felt[i].id, id))
            return &s->felt[i];
    return NULL;
}
