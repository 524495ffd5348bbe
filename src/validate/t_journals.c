/* The journals beside the archive: N5.59, 60, 113–115. */
#include "validate/validate_int.h"

static struct journal *journal(struct run *r)
{
    return r->in == IN_LOEPENDE ? &r->loepende : &r->offentlig;
}

static void count_post(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    if (node_is_type(r, n, "journalpost"))
        r->journalposts++;
}

static void date_of_post(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t;
    int day;
    if (n->el == EL_registrering && day_of(text, &day))
        span_take(&r->journal_dates, day);
}

static void head(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)text;
    struct journal *j = journal(r);
    j->head = true;
    j->line = n->line;
    if (!str_int(stripped(node_value(n, EL_antallJournalposter)), &j->told))
        j->told = -1;
    if (!day_of(node_value(n, EL_journalStartDato), &j->span.first))
        j->span.first = 0;
    if (!day_of(node_value(n, EL_journalSluttDato), &j->span.last))
        j->span.last = 0;
}

static void entry(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)t, (void)n, (void)text;
    journal(r)->counted++;
}

static bool is_soft(const struct run *r)
{
    return streq(r->addml->entry, "mykt") || streq(r->addml->exit, "mykt");
}

static bool is_sharp(const struct run *r)
{
    return streq(r->addml->entry, "skarpt") && streq(r->addml->exit, "skarpt");
}

/* An entry of a journal: is its journalpost in the archive, and its date in the period of the journal? */
static void entry_in_archive(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    int day;
    struct str id = node_value(n, EL_systemID), date = node_value(n, EL_journaldato);
    const struct journal *j = journal(r);
    struct id found;
    bool known = id.n && idset_find(&r->ids, id, &found);
    if (id.n && r->archive_there && (!known || found.element != EL_registrering))
        report(r, t, is_soft(r) ? F_ENTRY_SOFT : F_ENTRY_UNKNOWN, SPOT(.line = n->line, .file = r->file, .place = id));
    if (j->span.first && j->span.last && day_of(date, &day) && (day < j->span.first || day > j->span.last))
        report(r, t, F_ENTRY_DATE, SPOT(.line = n->line, .file = r->file, .place = id, .found = date));
}

/* ---------------------------------------------------------------- all together */

static void tell(struct run *r, enum test_id t, const char *label, int64_t n)
{
    if (n >= 0)
        number_add(r, t, str_of(label), n);
}

struct side {
    const struct journal *j;
    const char *file;
};

/* The journals whose head could be read, and how many there are of them. */
static size_t sides(const struct run *r, struct side ret[2])
{
    const struct side both[] = {{&r->loepende, "loependeJournal.xml"}, {&r->offentlig, "offentligJournal.xml"}};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(both); i++)
        if (both[i].j->head)
            ret[n++] = both[i];
    return n;
}

/* Arkade asks for both journals whatever the archive holds, and compares nothing without them. */
static size_t readable(struct run *r, enum test_id t, struct side ret[2])
{
    size_t n = sides(r, ret);
    bool arkade = r->options->arkade;
    if (n < 2 && (arkade || r->journalposts > 0) && (!r->loepende.head || arkade || r->offentlig.there)) {
        const char *file = !r->loepende.head ? "loependeJournal.xml" : "offentligJournal.xml";
        report(r, t, F_JOURNAL_UNREADABLE, SPOT(.file = file));
    }
    return n < 2 && arkade ? 0 : n;
}

/* "" when the head tells no number. */
static const char *count_text(int64_t n, char ret[24])
{
    (void)snprintf(ret, 24, "%" PRId64, n);
    return n < 0 ? "" : ret;
}

/* One finding though both differ: the first that does is told. */
static void compare_with_archive(struct run *r, enum test_id t, const struct side *s, size_t n)
{
    char expected[24], found[24];
    size_t i = 0;
    while (i < n && s[i].j->told == r->journalposts)
        i++;
    if (i == n || !is_sharp(r) || !r->archive_there)
        return;
    report(r, t, F_JOURNAL_COUNT, SPOT(.file = s[i].file, .line = s[i].j->line, .place = STR("antallJournalposter"),
                                       .expected = str_of(count_text(s[i].j->told, expected)),
                                       .found = str_of(count_text(r->journalposts, found))));
}

static void compare_counts(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    struct side s[2];
    char expected[24], found[24];
    tell(r, t, "arkivstruktur", r->journalposts);
    tell(r, t, "offentligJournal", r->offentlig.told);
    tell(r, t, "loependeJournal", r->loepende.told);
    size_t there = readable(r, t, s);
    if (there == 2 && r->loepende.told != r->offentlig.told)
        report(r, t, F_JOURNALS_DIFFER, SPOT(.file = "offentligJournal.xml", .line = r->offentlig.line,
                                             .place = STR("antallJournalposter"),
                                             .expected = str_of(count_text(r->loepende.told, expected)),
                                             .found = str_of(count_text(r->offentlig.told, found))));
    compare_with_archive(r, t, s, there);
}

static bool same(const struct span *a, const struct span *b)
{
    return a->first == b->first && a->last == b->last;
}

enum { SPAN_TEXT = 48 };
static const char *span_text(const struct span *s, char ret[SPAN_TEXT])
{
    (void)snprintf(ret, SPAN_TEXT, "%s–%s", day_shown(s->first).s, day_shown(s->last).s);
    return ret;
}

static void tell_dates(struct run *r, enum test_id t, const char *label, const struct span *s)
{
    char text[SPAN_TEXT];
    if (s->first)
        number_text(r, t, label, str_of(span_text(s, text)));
}

static void compare_dates_with_archive(struct run *r, enum test_id t, const struct side *s, size_t n)
{
    char a[SPAN_TEXT], b[SPAN_TEXT];
    size_t i = 0;
    while (i < n && same(&s[i].j->span, &r->journal_dates))
        i++;
    if (i < n && is_sharp(r) && r->journal_dates.first && r->archive_there)
        report(r, t, F_ARCHIVE_DATES, SPOT(.file = s[i].file, .line = s[i].j->line,
                                           .expected = str_of(span_text(&s[i].j->span, a)),
                                           .found = str_of(span_text(&r->journal_dates, b))));
}

static void compare_dates(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    struct side s[2];
    char a[SPAN_TEXT], b[SPAN_TEXT];
    tell_dates(r, t, "arkivstruktur", &r->journal_dates);
    tell_dates(r, t, "offentligJournal", &r->offentlig.span);
    tell_dates(r, t, "loependeJournal", &r->loepende.span);
    size_t there = readable(r, t, s);
    bool asked = r->journalposts > 0 || r->options->arkade;
    if (there > 0 && asked && !r->journal_dates.first && r->archive_there)
        report(r, t, F_ARCHIVE_NO_DATES, SPOT(.file = "arkivstruktur.xml"));
    if (there == 2 && !same(&r->loepende.span, &r->offentlig.span))
        report(r, t, F_JOURNAL_DATES, SPOT(.file = "offentligJournal.xml", .line = r->offentlig.line,
                                           .expected = str_of(span_text(&r->loepende.span, a)),
                                           .found = str_of(span_text(&r->offentlig.span, b))));
    compare_dates_with_archive(r, t, s, there);
}

static void compare(struct run *r, enum test_id t, const struct spot *at, int64_t told, int64_t counted)
{
    char expected[24], found[24];
    struct spot s = *at;
    (void)snprintf(expected, sizeof(expected), "%" PRId64, told);
    (void)snprintf(found, sizeof(found), "%" PRId64, counted);
    s.expected = str_of(expected);
    s.found = str_of(found);
    if (told >= 0 && told != counted)
        report(r, t, F_COUNT_DIFFERS, &s);
}

/* What arkivuttrekk.xml tells of a file beside the archive. */
static void compare_described(struct run *r, enum test_id t, const char *object, const char *element, int64_t counted)
{
    const struct addml_count *row = addml_counted(r->addml, object, element);
    if (row)
        compare(r, t, SPOT(.file = r->addml_file, .line = row->line, .place = str_of(object)), row->value, counted);
}

static void compare_journal(struct run *r, enum test_id t, const struct journal *j, const char *object,
                            const char *file)
{
    if (!j->whole)
        return;
    compare(r, t, SPOT(.file = file, .line = j->line, .place = STR("antallJournalposter")), j->told, j->counted);
    compare_described(r, t, object, "journalregistrering", j->counted);
    compare_described(r, t, object, "registrering", j->counted); /* the word of older templates */
}

static void compare_told(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    compare_journal(r, t, &r->loepende, "loependeJournal", "loependeJournal.xml");
    compare_journal(r, t, &r->offentlig, "offentligJournal", "offentligJournal.xml");
    if (r->changes_there)
        compare_described(r, t, "endringslogg", "endring", r->changes);
}

static const struct check rows[] = {
    {T_59, IN_ARKIV, AT_START, EL_registrering, count_post},
    {T_59, IN_LOEPENDE | IN_OFFENTLIG, AT_END, EL_journalhode, head},
    {T_59, IN_LOEPENDE | IN_OFFENTLIG, AT_START, EL_journalregistrering, entry},
    {T_59, 0, AT_DONE, EL_OTHER, compare_counts},
    {T_60, IN_ARKIV, AT_VALUE, EL_journaldato, date_of_post},
    {T_60, 0, AT_DONE, EL_OTHER, compare_dates},
    {T_113, IN_LOEPENDE, AT_END, EL_journalpost, entry_in_archive},
    {T_114, IN_OFFENTLIG, AT_END, EL_journalpost, entry_in_archive},
    {T_115, 0, AT_DONE, EL_OTHER, compare_told},
};
const struct checks checks_journals = {rows, COUNT_OF(rows)};
