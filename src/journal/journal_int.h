/* Shared by the files of journal: the table of entries. */
#ifndef SAMDRIFT_JOURNAL_INT_H
#define SAMDRIFT_JOURNAL_INT_H

#include "journal/journal.h"

/* Columns of an entry after its id, in the order search.c reads them; i is the table. */
#define ENTRY_COLUMNS \
    " i.registrering, i.mappe, i.aar, i.sekvens, i.saksaar, i.saksnr, i.postnr, i.type, i.tittel, i.sakstittel, i.enhet," \
    " i.klasse, i.hjemmel, i.journaldato, i.dokumentdato, i.publisert, i.eiendom"
/*
 * After a FROM that names innfoersel i: entries the public may see now, that is, not withdrawn or lapsed,
 * neither the journalpost nor its saksmappe has another access class than when it was approved, and what was
 * screened then (holdt, sak_holdt: its version; 0 when it was not) is unchanged. Every public statement has it.
 */
#define PUBLIC_ENTRIES \
    " JOIN registrering r ON r.id = i.registrering_id AND r.vern = i.vern" \
    " JOIN mappe m ON m.id = i.mappe_id AND m.vern = i.sak_vern WHERE i.trukket = 0 AND r.journalstatus <> 'U'" \
    " AND i.holdt IN (0, r.versjon) AND i.sak_holdt IN (0, m.versjon)"

/* Between an entry i and the records r and m it was made of. A screened saksmappe that changes hides, and counts. */
#define ENTRY_CHANGED \
    "(i.vern <> r.vern OR i.sak_vern <> m.vern OR i.versjon <> r.versjon OR i.sak_holdt NOT IN (0, m.versjon))"

/* The first property number in the text, "7/70" or "gnr 7 bnr 70", as "7/70"; "" when there is none. In the arena. */
const char *property_in(struct cx *cx, const char *text);

/* The records behind an entry, as the caller may read them. */
struct sources {
    struct rec *post, *mappe, *klasse;   /* klasse NULL when there is none */
    struct result parties;
    const char *names[JOURNAL_NAMES], *case_names[JOURNAL_NAMES];   /* marked in the title of post and mappe */
    size_t names_n, case_names_n;
};
/* queue.c */
enum rc queue_make_marks(struct db *db) ATTR_CHECK;
/* Of the journalpost or saksmappe of that systemID an entry was written anew: the marks of both tables follow. */
enum rc queue_mark(struct db *db, const char *enhet) ATTR_CHECK;

/* names.c */
enum rc names_make_tables(struct db *db) ATTR_CHECK;
enum rc sources_load(struct call *c, struct str registrering, struct sources *ret) ATTR_CHECK;
enum rc preview_make(struct call *c, const struct sources *s, struct journal_preview *ret) ATTR_CHECK;
/* Does the record carry a screening or a grading of its own? (mappe or journalpost) */
bool source_screened(const struct rec *r, int64_t now);
/* The name of the party, "" when it has none, and whether it is that of a person. In the arena, or NULL. */
const char *party_name(struct cx *cx, const struct rec *party, bool *ret_person);
/* Property number by what is shown of the entry. */
enum rc preview_property(struct cx *cx, struct innfoersel *e) ATTR_CHECK;
/* The table of documents (release.c). */
enum rc release_tables(struct db *db) ATTR_CHECK;
/* Does anything of the entry hold a national id number? */
bool preview_has_id(const struct innfoersel *e);

#endif
