/*
 * register – what the national registers know of persons, companies and properties.
 *
 * Three services over HTTP, each with its address in [register]; one that has none is not asked:
 *   folkeregister   Skatteetaten's REST service, up to "/v1": POST /v1/personer/bulkoppslag
 *   enhetsregister  Brønnøysundregistrene's, "https://data.brreg.no/enhetsregisteret":
 *                   GET /api/enheter/{orgnr} and POST /autorisert-api/personer/rolleutskrift
 *   matrikkel       a REST shape of our own with the names of Kartverket's data, whose service is SOAP: an
 *                   adapter stands between. docs/rooms/register.md describes it
 *   <service>_token a file with the access token (Maskinporten), read for each request, so that another
 *                   program may renew it
 *
 * Only what is needed is asked for. A national id number goes in a body, never in an address. An answer is given five
 * seconds and 256 KiB; a service that has not answered is left alone for rest_seconds (10), so that nobody waits in vain
 * behind others. What a person, company or property is called is kept in memory for five minutes; what somebody may
 * do for another is asked anew each time.
 *
 * Errors: RC_NOT_FOUND (unknown there, or the service has no address), RC_BUSY (away, slow, or an answer that is cut, too
 * large, or of somebody else; the reason is secret and holds no personal data), RC_NOMEM. Thread-safe.
 */
#ifndef SAMDRIFT_REGISTER_H
#define SAMDRIFT_REGISTER_H

#include "base/base.h"

enum registeret { FOLKEREGISTER, ENHETSREGISTER, MATRIKKEL, REGISTRE };
/* As in the settings and in prefill of forms: "folkeregister" … */
const char *register_name(enum registeret which);

struct registers;
/* cfg is needed only during the call. RC_FIELD_VALUE for an address that is neither https nor of this machine. */
enum rc register_open(struct cx *cx, struct config *cfg, struct registers **ret) ATTR_CHECK;
void register_close(struct registers **r);
/* Has the service an address? */
bool register_has(const struct registers *r, enum registeret which);

#define REGISTER_PID_MAX 12
#define REGISTER_ORGNR_MAX 10
enum { REGISTER_LIST_MAX = 50 };

/* Each "" when it is not known. */
struct register_adresse {
    const char *gate, *postnr, *poststed, *kommunenr;
};

struct register_person {
    const char *navn;
    bool beskyttet;                    /* adressebeskyttelse: adresse is empty, whatever the register told */
    struct register_adresse adresse;   /* bostedsadresse */
};
enum rc register_person(struct cx *cx, struct registers *r, const char *pid, struct register_person *ret) ATTR_CHECK;

/* Below 18, with a foreldreansvar of the person that stands in the child's own document. */
struct register_barn {
    char pid[REGISTER_PID_MAX];
    const char *navn;
    int foedselsaar;
};
/* In the arena, at most REGISTER_LIST_MAX. */
enum rc register_barn(struct cx *cx, struct registers *r, const char *pid, struct register_barn **ret, size_t *ret_n) ATTR_CHECK;

/* Roles that let a person act for a company alone. */
enum register_rolle { ROLLE_DAGLIG_LEDER, ROLLE_STYRELEDER, ROLLE_INNEHAVER, ROLLER };
struct register_rolle_i {
    char orgnr[REGISTER_ORGNR_MAX];
    const char *navn;                  /* of the company */
    enum register_rolle rolle;         /* the first of the list that the person has */
};
enum rc register_roller(struct cx *cx, struct registers *r, const char *pid, struct register_rolle_i **ret,
                        size_t *ret_n) ATTR_CHECK;

struct register_enhet {
    const char *navn;
    struct register_adresse adresse;   /* forretningsadresse, or postadresse */
};
/* RC_NOT_FOUND also for one that is struck off. */
enum rc register_enhet(struct cx *cx, struct registers *r, const char *orgnr, struct register_enhet *ret) ATTR_CHECK;

struct register_eiendom {
    char kommunenr[5];
    int64_t gnr, bnr, fnr, snr;        /* fnr and snr: 0 when there is none */
    struct register_adresse adresse;
};
/* What the person owns, anywhere in the country. */
enum rc register_eiendommer(struct cx *cx, struct registers *r, const char *pid, struct register_eiendom **ret,
                            size_t *ret_n) ATTR_CHECK;
/* The property of that number: adresse of *eiendom is filled in. */
enum rc register_eiendom(struct cx *cx, struct registers *r, struct register_eiendom *eiendom) ATTR_CHECK;

#endif
