/* Shared by the files of submission. */
#ifndef SAMDRIFT_SUBMISSION_INT_H
#define SAMDRIFT_SUBMISSION_INT_H

#include "submission/submission.h"

struct submissions {
    const struct paper_fonts *fonts;
    struct outbox *outbox;
};

/* definition.c */
/* That version, in force or not. */
enum rc skjema_load(struct db *db, const char *id, int64_t versjon, const struct skjema **ret) ATTR_CHECK;

/* draft.c */
enum rc utkast_load(struct db *db, const char *eier, const char *skjema, struct utkast *ret) ATTR_CHECK;
enum rc utkast_by_id(struct call *c, const char *id, const char *eier, struct utkast *ret) ATTR_CHECK;

/* party.c */
/* The represented party as the sender and as who sees the case; of one who acts for another both as parts of the case. */
enum rc party_make_sender(struct call *c, const struct utkast *u, const struct avsender *av, const struct rec *post) ATTR_CHECK;
enum rc party_make_parts(struct call *c, const struct utkast *u, const struct avsender *av, const struct rec *sak) ATTR_CHECK;
/* The sender's values; NULL without memory. */
json_t *party_sender(const struct utkast *u, const struct avsender *av);

/* property.c */
enum rc property_records(struct call *c, const struct utkast *u, const char *kommunenr, const struct rec *sak) ATTR_CHECK;

/* document.c */
/* The answers as PDF/A and as XML, taken in by the archive. */
enum rc answers_pdf(const struct submissions *s, struct call *c, const struct utkast *u, const struct avsender *av,
                    struct taken **ret) ATTR_CHECK;
enum rc answers_xml(struct call *c, const struct utkast *u, int spraak, struct taken **ret) ATTR_CHECK;

#endif
