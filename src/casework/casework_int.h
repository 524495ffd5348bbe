/* Shared by the files of casework. */
#ifndef SAMDRIFT_CASEWORK_INT_H
#define SAMDRIFT_CASEWORK_INT_H

#include "casework/casework.h"
#include "letter/letter.h"
#include "task/task.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text K_##id;
#include "casework/texts.def"
#undef TEXT

struct casework {
    struct web *web;
    struct archive *archive;
    struct login *login;
    struct letters *letters;
};

/* casework.c */
/* The person of the page as a caller of the archive. */
enum rc work_call(struct page *pg, struct call *ret) ATTR_CHECK;
/* The list of tasks: where every page of the desk hangs. */
struct crumb work_home(struct page *pg);
/* What stands below "/nesodden/saksbehandler". */
const char *work_href(struct page *pg, const char *fmt, ...) ATTR_FORMAT(2, 3);
const char *work_number(struct page *pg, int64_t n);
/* Rounded up. */
const char *work_kilobytes(struct page *pg, int64_t bytes);
/* Answers with the document, shown where a browser can. */
enum rc work_file(struct page *pg, const struct call *c, const struct document *d) ATTR_CHECK;
/* "Nesodden kommune", as letters are signed. */
const char *work_kommune(struct page *pg);
/* Of a record, in the arena; "" when it is not set. A code by its name. */
const char *work_text(struct page *pg, const struct rec *r, enum attr_id a);
/* NULL when it is not set: for ui_fact. */
const char *work_date(struct page *pg, const struct rec *r, enum attr_id a);
/* The objects a link of the record leads to, at most `most`. */
enum rc work_linked(struct call *c, const struct rec *from, enum package p, const char *name, int64_t most,
                    struct result *ret) ATTR_CHECK;
/* Links beside each other; the current one is marked. */
void work_views_begin(struct page *pg, const struct text *label);
void work_view(struct page *pg, const char *href, const char *text, bool current);
void work_views_end(struct page *pg);
/* Page of a list in the address, from 1. */
int64_t work_page(const struct page *pg);

/* people.c */
/* The units the caller is of, by name. */
enum rc people_units(struct page *pg, struct call *c, const char *const **ret, size_t *ret_n) ATTR_CHECK;
/* For a select named "til": the unit by that text, and the colleagues of the caller who may have a task here. */
enum rc people_choices(struct page *pg, struct call *c, const char *unit, struct ui_option **ret, size_t *ret_n) ATTR_CHECK;
/* What was chosen there: systemID and name of the bruker, "" and "" for the unit, NULL when it is none of them. */
enum rc people_chosen(struct page *pg, struct call *c, const char **ret_id, const char **ret_name) ATTR_CHECK;

/* list.c */
enum rc list_page(struct page *pg);
enum rc list_taken(struct page *pg);
enum rc list_csv(struct page *pg);

/* task.c */
/* The caller takes it, and with it the case that nobody is responsible for. RC_NOT_FOUND when its case is hidden. */
enum rc task_take(struct call *c, const char *id) ATTR_CHECK;
const char *task_name(struct page *pg, const struct oppgave *o);
/* Of a task: "Forfalt", "I dag", "3 arbeidsdager igjen", "På vent". */
void task_due_tag(struct page *pg, const struct oppgave *o);
/* How the deadline came about. */
const char *task_reckoning(struct page *pg, const struct oppgave *o);
enum rc task_page(struct page *pg);
enum rc task_sent(struct page *pg);

/* case.c */
enum rc case_load(struct page *pg, struct call *c, struct rec **ret) ATTR_CHECK;
const char *case_href(struct page *pg, const char *systemid);
struct crumb case_crumb(struct page *pg, const struct rec *sak);
enum rc case_page(struct page *pg);

/* screening.c */
/* What is withheld from the public, and by which provision; nothing when it is open. */
void screening_show(struct page *pg, const struct rec *r);

/* journal.c */
enum rc journal_section(struct page *pg, struct call *c, const struct rec *sak) ATTR_CHECK;
enum rc document_file(struct page *pg);

/* draft.c */
enum rc draft_choose(struct page *pg);
enum rc draft_begun(struct page *pg);
/* The draft in the address and its case: RC_NOT_FOUND when it, or the case, is hidden. */
enum rc draft_load(struct page *pg, struct call *c, struct brevutkast *ret, struct rec **ret_sak) ATTR_CHECK;
enum rc draft_page(struct page *pg);
enum rc draft_sent(struct page *pg);

/* Somebody has stored another since: told at that field; what was chosen or typed stays, and is stored when it is sent
 * again. u has the version that is stored now. */
enum rc draft_overtaken(struct page *pg, struct call *c, struct brevutkast *u, const char *field) ATTR_CHECK;

/* attachment.c */
enum rc attachments_page(struct page *pg);
enum rc attachments_sent(struct page *pg);
/* Links to each; nothing when there are none. */
void attachments_list(struct page *pg, const struct brevutkast *u);
enum rc attachment_file(struct page *pg);

/* letter.c */
enum rc letter_shown(struct page *pg);
enum rc letter_preview(struct page *pg);
enum rc letter_decided(struct page *pg);
void letter_state(struct page *pg, const struct brevutkast *u);

/* correspondence.c */
enum rc letters_section(struct page *pg, struct call *c, const struct rec *sak) ATTR_CHECK;
enum rc requests_section(struct page *pg, struct call *c, const struct rec *sak) ATTR_CHECK;
/* A list of who sees the case on my page; nothing when nobody does. */
enum rc my_page_parties(struct page *pg, struct call *c, const struct rec *sak, size_t *ret_n) ATTR_CHECK;
enum rc request_closed(struct page *pg);

/* history.c */
enum rc history_page(struct page *pg);

/* search.c */
enum rc search_page(struct page *pg);

#endif
