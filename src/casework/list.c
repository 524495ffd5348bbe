/*
 * The list of tasks. Which of them may be shown is told by the gate of the archive, case by case, so the tasks of a
 * person or unit are read as a whole (they are hundreds at most), and counted and cut into pages here.
 */
#include "casework/casework_int.h"

enum { TASKS_MOST = 500, ROWS = 25, ASKED_AT_ONCE = 100 };

enum scope { SCOPE_MINE, SCOPE_UNIT, SCOPES };
static const struct {
    const char *value;
    const struct text *name, *empty;
} scopes[SCOPES] = {{"meg", &K_MINE, &K_EMPTY_MINE}, {"enheten", &K_UNITS, &K_EMPTY_UNIT}};

enum due { DUE_ALL, DUE_OVER, DUE_TODAY, DUE_3, DUE_10, DUE_WAITING, DUE_DONE, DUES };
static const struct {
    const char *value;
    const struct text *name;
} dues[DUES] = {
    {"alle", &K_ALL_OPEN}, {"forfalt", &K_OVERDUE}, {"idag", &K_TODAY}, {"3", &K_IN_3}, {"10", &K_IN_10},
    {"vent", &K_WAITS}, {"utfort", &K_DONE},
};

struct work {
    const struct oppgave *o;
    const struct rec *sak;     /* NULL where the task hangs on none */
};
struct list {
    struct work *works;
    size_t n;
    bool more;                 /* there are more than are read */
};

static bool belongs(const struct oppgave *o, int64_t now, enum due due)
{
    int left = frist_left(now, o->frist);
    bool runs = !o->pauset && !o->utfoert, over = o->frist < now;
    switch (due) {
    case DUE_ALL: return !o->utfoert;
    case DUE_OVER: return runs && over;
    case DUE_TODAY: return runs && !over && left == 0;
    case DUE_3: return runs && !over && left <= 3;
    case DUE_10: return runs && !over && left <= 10;
    case DUE_WAITING: return o->pauset && !o->utfoert;
    case DUE_DONE: return o->utfoert;
    case DUES: break;
    }
    return false;
}

/* ------------------------------------------------------------------ reading */

/* Sets the cases of those tasks that the caller may see. */
static enum rc ask(struct call *c, struct work *works, size_t n)
{
    struct expr path = {.kind = EX_PATH}, ids[ASKED_AT_ONCE], *args[ASKED_AT_ONCE + 1] = {&path};
    struct expr in = {.kind = EX_IN, .args = args, .args_n = n + 1};
    const struct query q = {.entity = model_entity(E_mappe), .list = CL_NONE, .filter = &in, .top = (int64_t)n, .no_count = true};
    struct result found = {0};
    for (size_t i = 0; i < n; i++) {
        ids[i] = (struct expr){.kind = EX_TEXT, .text = str_of(works[i].o->mappe)};
        args[i + 1] = &ids[i];
    }
    TRY(archive_query(c, &q, &found));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < found.n && !works[i].sak; j++)
            if (streq(works[i].o->mappe, found.recs[j]->systemid))
                works[i].sak = found.recs[j];
    return RC_OK;
}

static enum rc keep_visible(struct call *c, struct list *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i += ASKED_AT_ONCE)
        TRY(ask(c, l->works + i, l->n - i < ASKED_AT_ONCE ? l->n - i : ASKED_AT_ONCE));
    for (size_t i = 0; i < l->n; i++)
        if (l->works[i].sak || !*l->works[i].o->mappe)
            l->works[kept++] = l->works[i];
    l->n = kept;
    return RC_OK;
}

static enum rc load(struct page *pg, struct call *c, enum scope scope, bool done, struct list *ret)
{
    struct oppgave_filter f = {.done = done, .most = TASKS_MOST};
    struct oppgave *all;
    int64_t total;
    *ret = (struct list){0};
    if (scope == SCOPE_MINE) {
        f.person = c->person.id;
    } else {
        TRY(people_units(pg, c, &f.enheter, &f.enheter_n));
        f.untaken = !done;
    }
    TRY(oppgave_list(c, &f, &all, &ret->n, &total));
    ret->more = total > TASKS_MOST;
    ret->works = arena_array(pg->cx->arena, ret->n + 1, sizeof(*ret->works));
    if (!ret->works)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < ret->n; i++)
        ret->works[i].o = &all[i];
    return keep_visible(c, ret);
}

/* All that the page shows and counts. */
struct desk {
    struct call call;
    enum scope scope;
    enum due due;
    struct list open[SCOPES], done;
    struct list shown;         /* of the scope, by due */
};

static size_t count(const struct page *pg, const struct list *l, enum due due)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++)
        n += belongs(l->works[i].o, pg->cx->now, due);
    return n;
}

static enum rc desk_load(struct page *pg, struct desk *ret)
{
    const char *who = form_get(&pg->form, "hvem"), *when = form_get(&pg->form, "naar");
    *ret = (struct desk){.scope = streq(who, scopes[SCOPE_UNIT].value) ? SCOPE_UNIT : SCOPE_MINE, .due = DUE_ALL};
    for (int i = 0; i < DUES; i++)
        if (streq(when, dues[i].value))
            ret->due = (enum due)i;
    TRY(work_call(pg, &ret->call));
    for (int i = 0; i < SCOPES; i++)
        TRY(load(pg, &ret->call, (enum scope)i, false, &ret->open[i]));
    TRY(load(pg, &ret->call, ret->scope, true, &ret->done));
    const struct list *from = ret->due == DUE_DONE ? &ret->done : &ret->open[ret->scope];
    ret->shown = (struct list){.works = arena_array(pg->cx->arena, from->n + 1, sizeof(struct work)), .more = from->more};
    if (!ret->shown.works)
        return cx_nomem(pg->cx);
    for (size_t i = 0; i < from->n; i++)
        if (belongs(from->works[i].o, pg->cx->now, ret->due))
            ret->shown.works[ret->shown.n++] = from->works[i];
    return RC_OK;
}

/* ------------------------------------------------------------------ the page */

static const char *list_href(struct page *pg, const char *file, enum scope scope, enum due due)
{
    return work_href(pg, "%s?hvem=%s&naar=%s", file, scopes[scope].value, dues[due].value);
}

static const char *counted(struct page *pg, const struct text *name, size_t n, bool more)
{
    const char *s = arena_printf(pg->cx->arena, "%s (%zu%s)", tr(pg, name), n, more ? "+" : "");
    return s ? s : "";
}

static void views(struct page *pg, const struct desk *d)
{
    work_views_begin(pg, &K_WHOSE);
    for (int i = 0; i < SCOPES; i++)
        work_view(pg, list_href(pg, "", (enum scope)i, DUE_ALL), counted(pg, scopes[i].name, d->open[i].n, d->open[i].more),
                  i == (int)d->scope);
    work_views_end(pg);
    work_views_begin(pg, &K_BY_WHEN);
    for (int i = 0; i < DUES; i++) {
        const struct list *l = i == DUE_DONE ? &d->done : &d->open[d->scope];
        work_view(pg, list_href(pg, "", d->scope, (enum due)i), counted(pg, dues[i].name, count(pg, l, (enum due)i), l->more),
                  i == (int)d->due);
    }
    work_views_end(pg);
}

static void choose_box(struct page *pg, const struct work *w, bool first)
{
    const char *number = w->sak ? work_text(pg, w->sak, A_mappe_mappeID) : "–",
               *label = tr_fill(pg, &K_CHOOSE_TASK, task_name(pg, w->o), number, NULL);
    html_open(&pg->html, TAG_INPUT, ATTRS({ATT_CLASS, "ds-input"}, {ATT_TYPE, "checkbox"}, {ATT_NAME, "oppgave"},
                                          {ATT_VALUE, w->o->id}, {ATT_ID, first ? "oppgave" : NULL}, {ATT_ARIA_LABEL, label}));
}

static void row(struct page *pg, struct ui_table *t, const struct work *w, bool choose, bool first)
{
    ui_row_begin(pg, t);
    if (choose) {
        ui_cell_begin(pg, t);
        choose_box(pg, w, first);
        ui_cell_end(pg);
    }
    ui_cell_begin(pg, t);
    html_text(&pg->html, page_date(pg, w->o->utfoert ? w->o->utfoert : w->o->frist));
    html_text(&pg->html, " ");
    task_due_tag(pg, w->o);
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    ui_link(pg, work_href(pg, "/oppgave/%s", w->o->id), task_name(pg, w->o));
    ui_cell_end(pg);
    ui_cell_begin(pg, t);
    if (w->sak)
        ui_link(pg, case_href(pg, w->sak->systemid), work_text(pg, w->sak, A_mappe_mappeID));
    ui_cell_end(pg);
    ui_cell(pg, t, w->sak ? work_text(pg, w->sak, A_mappe_tittel) : "–");
    ui_cell(pg, t, w->o->enhet);
    ui_row_end(pg);
}

static void table(struct page *pg, const struct desk *d, size_t from, bool choose)
{
    const struct ui_column columns[] = {{tr(pg, &K_CHOOSE), NULL}, {tr(pg, d->due == DUE_DONE ? &K_DONE : &K_DEADLINE), NULL},
                                        {tr(pg, &K_TASK), NULL}, {tr(pg, &K_CASE), NULL}, {tr(pg, &K_TITLE), NULL},
                                        {tr(pg, &K_UNIT), NULL}};
    struct ui_table t = {.caption = tr(pg, scopes[d->scope].name), .columns = columns + !choose,
                         .columns_n = COUNT_OF(columns) - !choose};
    ui_table_begin(pg, &t);
    for (size_t i = from; i < d->shown.n && i < from + ROWS; i++)
        row(pg, &t, &d->shown.works[i], choose, i == from);
    ui_table_end(pg);
}

/* What nobody has taken can be taken from the list. */
static void choosing(struct page *pg, const struct desk *d, size_t from)
{
    html_open(&pg->html, TAG_DIV, NULL); /* the form takes the width of the window */
    ui_form_begin(pg, list_href(pg, "", d->scope, d->due), false);
    table(pg, d, from, true);
    ui_buttons_begin(pg);
    ui_submit(pg, tr(pg, &K_TAKE_CHOSEN));
    ui_buttons_end(pg);
    ui_form_end(pg);
    html_close(&pg->html, TAG_DIV);
}

static enum rc show(struct page *pg, const struct desk *d)
{
    int64_t page = work_page(pg), last = ((int64_t)d->shown.n + ROWS - 1) / ROWS;
    size_t from = (size_t)(page > last ? 0 : page - 1) * ROWS;
    page_begin(pg, &(struct page_head){.title = tr(pg, &K_DESK), .wide = true, .no_index = true});
    ui_search(pg, work_href(pg, "/sok"), tr(pg, &K_SEARCH_LABEL), "");
    views(pg, d);
    if (d->shown.n == 0)
        ui_paragraph(pg, tr(pg, d->due == DUE_ALL ? scopes[d->scope].empty : &K_EMPTY_HERE));
    else if (d->scope == SCOPE_UNIT && d->due != DUE_DONE)
        choosing(pg, d, from);
    else
        table(pg, d, from, false);
    ui_pages(pg, arena_printf(pg->cx->arena, "%s&side=", list_href(pg, "", d->scope, d->due)), page, last);
    if (d->shown.n > 0) {
        html_open(&pg->html, TAG_P, NULL);
        ui_link(pg, list_href(pg, "/oppgaver.csv", d->scope, d->due), tr(pg, &K_CSV));
        html_close(&pg->html, TAG_P);
    }
    return page_end(pg);
}

enum rc list_page(struct page *pg)
{
    struct desk d;
    TRY(desk_load(pg, &d));
    return show(pg, &d);
}

/* ------------------------------------------------------------------ taking */

/* Another was faster, or the case is not to be seen any more: the others may be taken all the same. */
static bool gone(enum rc rc)
{
    return rc == RC_TRANSITION || rc == RC_NOT_FOUND;
}

enum rc list_taken(struct page *pg)
{
    struct call c;
    size_t taken = 0, n = 0;
    const char *id;
    TRY(work_call(pg, &c));
    for (; n < ROWS && (id = form_nth(&pg->form, "oppgave", n)) != NULL; n++) {
        enum rc rc = task_take(&c, id);
        if (rc != RC_OK && !gone(rc))
            return rc;
        err_clear(pg->cx);
        taken += rc == RC_OK;
    }
    if (n == 0) {
        struct desk d;
        TRY(page_error(pg, "oppgave", tr(pg, &K_NONE_CHOSEN)));
        TRY(form_put(pg->cx, &pg->form, "hvem", scopes[SCOPE_UNIT].value));
        TRY(desk_load(pg, &d));
        return show(pg, &d);
    }
    return page_go(pg, list_href(pg, "", SCOPE_MINE, DUE_ALL),
                   tr_fill(pg, &K_TAKEN_N, work_number(pg, (int64_t)taken), work_number(pg, (int64_t)(n - taken)), NULL));
}

/* ------------------------------------------------------------------ for a spreadsheet */

static void line(struct page *pg, const struct work *w)
{
    const char *const fields[] = {
        page_date(pg, w->o->frist), task_name(pg, w->o), w->sak ? work_text(pg, w->sak, A_mappe_mappeID) : "",
        w->sak ? work_text(pg, w->sak, A_mappe_tittel) : "", w->o->enhet, w->o->person_navn};
    page_csv_row(pg, fields, COUNT_OF(fields));
}

enum rc list_csv(struct page *pg)
{
    struct desk d;
    const char *const heads[] = {tr(pg, &K_DEADLINE), tr(pg, &K_TASK), tr(pg, &K_CASE), tr(pg, &K_TITLE), tr(pg, &K_UNIT),
                                 tr(pg, &K_HAS_IT)};
    TRY(desk_load(pg, &d));
    page_csv_begin(pg);
    page_csv_row(pg, heads, COUNT_OF(heads));
    for (size_t i = 0; i < d.shown.n; i++)
        line(pg, &d.shown.works[i]);
    return page_csv_end(pg, "oppgaver.csv");
}
