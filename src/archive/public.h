/*
 * What of a record the public may see (Noark 5 5.2.5–5.2.10): screened words are *****, a screened class
 * and screened correspondents are left out. What is screened is told by skjermingMetadata; a title that
 * is screened in words nobody has named is screened whole. Screening that ended before `now` does not
 * count. Used by the public journal and by offentligJournal.xml.
 */
#ifndef SAMDRIFT_ARCHIVE_PUBLIC_H
#define SAMDRIFT_ARCHIVE_PUBLIC_H

#include "model/model.h"

#define PUBLIC_MASK "*****"

/* Is the screening in the group attribute (A_mappe_skjerming …) in force? */
bool public_screened(const struct rec *r, enum attr_id skjerming, int64_t now);
/* Does it screen what the code of skjermingmetadata says ("KID", "NA" …), or everything for the time being ("M")? */
bool public_screens(const struct rec *r, enum attr_id skjerming, const char *kode, int64_t now);
/* offentligTittel of a mappe or registrering, or what may be shown of its title. In the arena. */
struct str public_title(struct cx *cx, const struct rec *r, int64_t now);
/* Is the correspondent of the journalpost withheld? */
bool public_hides_party(const struct rec *post, const struct rec *party, int64_t now);

#endif
