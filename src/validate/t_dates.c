/* Dates: N5.11, 18, 27, 109, 110. */
#include "validate/validate_int.h"

#include <stdlib.h>

static bool two(const char *p, int most, int *ret)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return false;
    *ret = (p[0] - '0') * 10 + p[1] - '0';
    return *ret <= most;
}

/* "T09:15:00", then perhaps a fraction, then perhaps a zone; or a zone alone. */
static bool is_rest(const char *p, size_t n)
{
    int v;
    if (n >= 9 && p[0] == 'T') {
        if (!two(p + 1, 24, &v) || p[3] != ':' || !two(p + 4, 59, &v) || p[6] != ':' || !two(p + 7, 59, &v))
            return false;
        p += 9, n -= 9;
        if (n > 1 && p[0] == '.')
            for (p++, n--; n > 0 && p[0] >= '0' && p[0] <= '9'; p++, n--)
                continue;
    }
    if (n == 0 || (n == 1 && p[0] == 'Z'))
        return true;
    return n == 6 && (p[0] == '+' || p[0] == '-') && two(p + 1, 14, &v) && p[3] == ':' && two(p + 4, 59, &v);
}

struct str stripped(struct str text)
{
    while (text.n > 0 && strchr(" \t\r\n", text.p[0]))
        text.p++, text.n--;
    while (text.n > 0 && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    return text;
}

bool day_of(struct str text, int *ret)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int century, year, month, day;
    text = stripped(text);
    const char *p = text.p;
    if (text.n < 10 || !two(p, 99, &century) || !two(p + 2, 99, &year) || p[4] != '-' || !two(p + 5, 12, &month) ||
        p[7] != '-' || !two(p + 8, 31, &day) || month == 0 || day == 0 || !is_rest(p + 10, text.n - 10))
        return false;
    year += 100 * century;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > days[month - 1] + (month == 2 && leap))
        return false;
    *ret = year * 10000 + month * 100 + day;
    return true;
}

struct day_shown day_shown(int day)
{
    struct day_shown t = {"–"};
    if (day > 0)
        (void)snprintf(t.s, sizeof(t.s), "%02d.%02d.%04d", day % 100, day / 100 % 100, day / 10000);
    return t;
}

void span_take(struct span *s, int day)
{
    if (s->first == 0 || day < s->first)
        s->first = day;
    if (day > s->last)
        s->last = day;
}

/* ---------------------------------------------------------------- a year, first and last */

static void count_year(struct run *r, enum test_id t, const struct node *n, enum element el, struct str text)
{
    int day;
    if (n->el == el && day_of(text, &day))
        number_add(r, t, (struct str){stripped(text).p, 4}, 1);
}

static void year_of_folder(struct run *r, enum test_id t, struct node *n, struct str text)
{
    count_year(r, t, n, EL_mappe, text);
}

static void year_of_record(struct run *r, enum test_id t, struct node *n, struct str text)
{
    count_year(r, t, n, EL_registrering, text);
}

/* The span of part -1 is the first of the list. */
static struct span *span_of_part(struct run *r)
{
    size_t need = (size_t)r->v->parts_n + 1;
    if (need > r->created_n) {
        struct span *more = realloc(r->created, need * sizeof(*more));
        if (!more)
            return NULL;
        memset(more + r->created_n, 0, (need - r->created_n) * sizeof(*more));
        r->created = more;
        r->created_n = need;
    }
    return &r->created[r->part + 1];
}

static void created(struct run *r, enum test_id t, struct node *n, struct str text)
{
    int day;
    if (n->el != EL_registrering)
        return;
    if (!day_of(text, &day)) {
        report(r, t, F_DATE_INVALID, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .found = text));
        return;
    }
    number_add(r, t, STR(""), 1);
    struct span *s = span_of_part(r);
    if (s)
        span_take(s, day);
}

static void tell_span(struct run *r, enum test_id t, const char *what, const struct span *s)
{
    char label[320];
    (void)snprintf(label, sizeof(label), "%s, første", what);
    number_text(r, t, label, str_of(day_shown(s->first).s));
    (void)snprintf(label, sizeof(label), "%s, siste", what);
    number_text(r, t, label, str_of(day_shown(s->last).s));
}

static void tell_created(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    struct span all = {0};
    for (size_t i = 0; i < r->created_n; i++)
        if (r->created[i].first) {
            span_take(&all, r->created[i].first);
            span_take(&all, r->created[i].last);
        }
    tell_span(r, t, "registrering", &all);
    for (size_t i = 1; r->v->parts_n > 1 && i < r->created_n; i++)
        if (r->created[i].first)
            tell_span(r, t, r->v->parts[i - 1].id, &r->created[i]);
}

/* Arkade makes one row of all invalid dates. */
static void one_row(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    if (r->v->results[t].count[SEVERITY_ERROR] > 1)
        arkade_extra(r, t, 1 - r->v->results[t].count[SEVERITY_ERROR]);
}

/* ---------------------------------------------------------------- the archival period, closing */

static void in_period(struct run *r, enum test_id t, struct node *n, struct str text)
{
    static const enum element units[] = {EL_arkiv, EL_arkivdel, EL_mappe, EL_registrering, EL_dokumentbeskrivelse};
    int day;
    bool unit = false;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        unit |= n->el == units[i];
    if (!unit || !r->period.first || !day_of(text, &day) || (day >= r->period.first && day <= r->period.last))
        return;
    char expected[40];
    (void)snprintf(expected, sizeof(expected), "%s–%s", day_shown(r->period.first).s, day_shown(r->period.last).s);
    report(r, t, F_PERIOD_OUTSIDE, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n),
                                        .expected = str_of(expected),
                                      .found = text, .group = str_of(element_name(n->el))));
}

static void period_told(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)n, (void)text;
    if (!r->period.first && r->archive_there)
        report(r, t, F_PERIOD_NONE, SPOT(.file = r->addml_file));
}

static void is_closed(struct run *r, enum test_id t, struct node *n, struct str text)
{
    (void)text;
    enum element closing = n->el == EL_registrering ? EL_arkivertDato : EL_avsluttetDato;
    if (node_value(n, closing).n > 0 || is_out(n))
        return;
    number_add(r, t, str_of(element_name(n->el)), 1);
    report(r, t, F_NOT_CLOSED, SPOT(.file = r->file, .line = n->line, .place = node_id(n),
                                  .expected = str_of(element_name(closing)), .group = str_of(element_name(n->el))));
}

/* Closed or not, an arkivdel whose period still runs is not for a deposit. */
static void status_of_part(struct run *r, enum test_id t, struct node *n, struct str text)
{
    if (n->el != EL_arkivdel || (!str_is(text, "Aktiv periode") && !str_is(text, "Overlappingsperiode")))
        return;
    number_add(r, t, STR("arkivdelstatus"), 1);
    report(r, t, F_NOT_CLOSED, SPOT(.line = pack_xml_line(r->xml), .place = node_id(n), .expected = STR("Avsluttet periode"),
                                    .found = text, .group = STR("arkivdelstatus")));
}

static const struct check rows[] = {
    {T_11, IN_ARKIV, AT_VALUE, EL_opprettetDato, year_of_folder},
    {T_18, IN_ARKIV, AT_VALUE, EL_opprettetDato, year_of_record},
    {T_27, IN_ARKIV, AT_VALUE, EL_opprettetDato, created},
    {T_27, 0, AT_DONE, EL_OTHER, tell_created},
    {T_27, 0, AT_DONE, EL_OTHER, one_row},
    {T_109, IN_ARKIV, AT_VALUE, EL_opprettetDato, in_period},
    {T_109, IN_ARKIV, AT_VALUE, EL_avsluttetDato, in_period},
    {T_109, IN_ARKIV, AT_VALUE, EL_arkivertDato, in_period},
    {T_109, 0, AT_DONE, EL_OTHER, period_told},
    {T_110, IN_ARKIV, AT_END, EL_arkiv, is_closed},
    {T_110, IN_ARKIV, AT_END, EL_arkivdel, is_closed},
    {T_110, IN_ARKIV, AT_VALUE, EL_arkivdelstatus, status_of_part},
    {T_110, IN_ARKIV, AT_END, EL_mappe, is_closed},
    {T_110, IN_ARKIV, AT_END, EL_registrering, is_closed},
};
const struct checks checks_dates = {rows, COUNT_OF(rows)};
