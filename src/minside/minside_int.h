/* Shared by the files of minside. */
#ifndef SAMDRIFT_MINSIDE_INT_H
#define SAMDRIFT_MINSIDE_INT_H

#include "minside/minside.h"
#include "task/task.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text M_##id;
#include "minside/texts.def"
#undef TEXT

enum { MOST_CASES = 100, MOST_LETTERS = 50, MOST_REQUESTS = 20, MOST_DRAFTS = 20, MOST_MESSAGES = 100 };

/* Where a case is, for who waits for it. */
enum stage { STAGE_RECEIVED, STAGE_HANDLED, STAGE_WAITS, STAGE_ANSWERED, STAGE_CLOSED, STAGES };

/* A case as its party sees it. */
struct sak {
    struct sakspart part;
    struct rec *mappe;
    const struct innsending *sent;     /* the form that opened it; NULL when the party did not send it */
    const struct oppgave *task;        /* that it be decided: the open one, else the last that is done; NULL */
    enum stage stage;
    enum login_level level;            /* that the form demanded */
};

/* A letter with what it is called: the title of its journalpost. */
struct letter {
    struct partsbrev brev;
    const char *title;
};

/* What the actor has in one municipality. */
struct mine {
    struct municipality kommune;
    const struct actor *actor;
    struct call call;
    struct sak *saker;
    size_t saker_n;
    struct letter *letters;            /* newest first; one that is no longer in the archive is left out */
    size_t letters_n;
    struct mangel *mangler;            /* those that wait for an answer */
    size_t mangler_n;
    struct utkast *utkast;
    size_t utkast_n;
    bool away;                         /* its database did not answer */
};

/* minside.c */
/* Below /{kommune}/min-side of that municipality. */
const char *my_href(struct page *pg, const struct municipality *m, const char *fmt, ...) ATTR_FORMAT(3, 4);
/* Of a record, in the arena; "" when it is not set. A code by its name. */
const char *my_text(struct cx *cx, const struct rec *r, enum attr_id a);
const char *my_number(struct page *pg, int64_t n);
/* Is there anything of the actor here? The municipality of pg is not looked at. */
bool mine_empty(const struct mine *p);
/* For whom: "Kari Nordmann", "På vegne av …"; by the register, else by what the cases say. */
enum rc my_name(struct page *pg, const struct mine *places, size_t n, const char **ret) ATTR_CHECK;

/* mine.c */
enum rc mine_open(struct page *pg, const struct municipality *m, struct mine *ret) ATTR_CHECK;
/* All that the actor has there, with cases that are active or closed. */
enum rc mine_load(struct mine *p) ATTR_CHECK;
/* The case of the address, of the municipality of the page; RC_NOT_FOUND when the actor is no party of it. Demands the
 * login of its form. Letters and requests of *p are those of the case. */
enum rc mine_case(struct page *pg, struct mine *p, struct sak *ret) ATTR_CHECK;

/* overview.c */
enum rc overview_all(struct page *pg);
enum rc overview_one(struct page *pg);

/* status.c */
const char *stage_name(struct page *pg, enum stage stage);
void stage_tag(struct page *pg, enum stage stage);
/* "18.12.2026", "18.12.2026 – fristen er passert", "Besvart 12.12.2026, innen fristen"; NULL when nothing was promised. */
const char *expected_answer(struct page *pg, const struct sak *s);
/* Does the appeal period run still? */
bool may_appeal(const struct page *pg, const struct partsbrev *b);

/* sak.c */
enum rc sak_page(struct page *pg);
/* The way up from a page below a case. */
struct crumbs {
    struct crumb up[2];
};
struct crumbs sak_crumbs(struct page *pg, const struct sak *s);
const char *sak_title(struct page *pg, const struct sak *s);

/* posts.c */
/* A journalpost the party sent or was sent. */
struct post {
    struct rec *rec;
    int64_t when;
    const struct partsbrev *brev;      /* NULL: the party sent it */
    struct result documents;           /* each with its dokumentobjekter */
};
/* Newest first; one that is no longer in the archive is left out. */
enum rc posts_load(struct mine *p, const struct sak *s, struct post **ret, size_t *ret_n) ATTR_CHECK;
/* The file of the i-th document that is for people to read; NULL when it has none. */
const struct rec *post_file(const struct post *post, size_t i);
/* Reads its documents. */
enum rc post_documents(struct call *c, struct post *post) ATTR_CHECK;
/* Links to the files, below that address. */
void post_links(struct page *pg, const char *below, const struct post *post);
/* Is it the file of one of their documents? systemID of the dokumentobjekt. */
bool posts_have(const struct post *posts, size_t n, const char *systemid);
/* Answers with the file; the caller may see it. */
enum rc my_file(struct page *pg, struct call *c, const char *systemid) ATTR_CHECK;
enum rc my_document(struct page *pg);

/* letter.c */
/* A paragraph: is it new, what it is, when it was sent. */
void letter_sent(struct page *pg, const struct partsbrev *b);
/* "Du kan klage til og med 19.12.2026."; NULL when it cannot be appealed. */
const char *letter_limit(struct page *pg, const struct partsbrev *b);
/* That, and the way to appeal. */
void letter_appeal(struct page *pg, const struct sak *s, const struct partsbrev *b);
enum rc letter_page(struct page *pg);

/* timeline.c */
enum rc timeline(struct page *pg, struct mine *p, const struct sak *s) ATTR_CHECK;

/* house.c */
/* Can the actor be told what it owns? */
bool house_offered(struct page *pg);
enum rc house_list(struct page *pg);
enum rc house_page(struct page *pg);
enum rc house_document(struct page *pg);

/* message.c */
enum rc message_show(struct page *pg);
enum rc message_sent(struct page *pg);

/* readers.c */
enum rc readers_page(struct page *pg);

#endif
