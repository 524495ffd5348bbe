/*
 * minside – pages for citizens: what somebody has going with the municipalities.
 *
 *   /min-side                                     cases, letters, drafts and what waits, in all member municipalities
 *   /{kommune}/min-side                           the same in one; ?vis=avsluttet: cases that are closed
 *   /{kommune}/min-side/sak/{systemID}            a case: status, letters, what has happened, documents, who is involved
 *   …/brev/{brev}                                 a letter; opening it is remembered
 *   …/dokument/{dokument}                         the file of a dokumentobjekt the party sent or was sent
 *   …/melding/{slag}                              a question, more documents, an answer, an appeal (slag of dialog)
 *   …/lest                                        who in the municipality has read the case
 *   /{kommune}/min-side/eiendom                   what the person owns there, by Matrikkelen
 *   …/{gnr}-{bnr}                                 the folder of the house: what the archive has of it; for others than the
 *                                                 owner the public journal
 *
 * All is shown for whom the person acts (page_actor): a case of which that one is no party is not there (404). Each
 * municipality is asked in its own database, by the key of the actor; nothing tells elsewhere who has dealings where.
 */
#ifndef SAMDRIFT_MINSIDE_H
#define SAMDRIFT_MINSIDE_H

#include "acting/acting.h"
#include "submission/submission.h"

/* All are borrowed and must outlive it. */
struct minside {
    struct web *web;
    struct store *store;
    struct archive *archive;
    struct acting *acting;
    struct registers *registers;
    const struct paper_fonts *fonts;
};
/* The header of each page leads to it when somebody is logged in. */
struct http_door minside_door(struct minside *m);

#endif
