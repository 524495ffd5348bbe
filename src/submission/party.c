/*
 * Who sent it: the sender of the journalpost, and the parties of the case where somebody acted for another. A value
 * that lacks memory makes the whole fail: half an address would be taken for a whole one.
 */
#include "submission/submission_int.h"

struct making {
    json_t *o;
    bool starved;
};

static struct making begin(void)
{
    return (struct making){.o = json_object()};
}

/* Takes over value; NULL is one that lacked memory. */
static void put(struct making *m, const char *name, json_t *value)
{
    if (json_object_set_new(m->o, name, value) != 0)
        m->starved = true;
}

static void put_text(struct making *m, const char *name, const char *text)
{
    if (*text)
        put(m, name, json_string(text));
}

static void put_code(struct making *m, const char *name, const char *code)
{
    put(m, name, json_pack("{s:s}", "kode", code));
}

static json_t *made(struct making *m)
{
    if (!m->starved)
        return m->o;
    json_decref(m->o);
    return NULL;
}

/* ------------------------------------------------------------------ what was answered */

/* The answer of the first field of that type; "" when there is none. */
static const char *first_answer(const struct utkast *u, enum felt_type type, const char *part)
{
    for (size_t i = 0; i < u->skjema->felt_n; i++)
        if (u->skjema->felt[i].type == type && *svar_part(u->svar, &u->skjema->felt[i], part))
            return svar_part(u->svar, &u->skjema->felt[i], part);
    return "";
}

static void put_address(struct making *m, const struct utkast *u)
{
    const char *sted = first_answer(u, FELT_ADDRESS, "poststed"), *postnr = first_answer(u, FELT_ADDRESS, "postnr");
    if (*sted && *postnr)
        put(m, "postadresse", json_pack("{s:s, s:{s:s, s:s}, s:s}", "adresselinje1", first_answer(u, FELT_ADDRESS, "gate"),
                                        "postnr", "kode", postnr, "kodenavn", sted, "poststed", sted));
}

static void put_contact(struct making *m, const struct utkast *u)
{
    const char *mail = first_answer(u, FELT_EMAIL, NULL), *phone = first_answer(u, FELT_PHONE, NULL);
    struct making k;
    if (!*mail && !*phone)
        return;
    k = begin();
    put_text(&k, "epostadresse", mail);
    put_text(&k, "mobiltelefon", phone);
    put(m, "kontaktinformasjon", made(&k));
}

/* D-numbers have four added to the first digit. */
static void put_number(struct making *m, const char *orgnr, const char *pid)
{
    if (*orgnr)
        put(m, "enhetsidentifikator", json_pack("{s:s}", "organisasjonsnummer", orgnr));
    else if (*pid)
        put(m, "personidentifikator", json_pack("[{s:s}]", *pid >= '4' ? "dNummer" : "foedselsnummer", pid));
}

/* Of whom it is for; of oneself what was answered. */
static const char *orgnr_of(const struct utkast *u, const struct avsender *av)
{
    return av->vegne ? av->vegne->orgnr : first_answer(u, FELT_ORG_NUMBER, NULL);
}

static const char *navn_of(const struct utkast *u, const struct avsender *av)
{
    return av->vegne ? av->vegne->navn : first_answer(u, FELT_NAME, NULL);
}

/* ------------------------------------------------------------------ records */

json_t *party_sender(const struct utkast *u, const struct avsender *av)
{
    struct making m = begin();
    const char *orgnr = orgnr_of(u, av), *name = navn_of(u, av);
    put_code(&m, "korrespondanseparttype", "EA");
    put_text(&m, "navn", *name ? name : "Ukjent avsender");
    put_number(&m, orgnr, av->pid);
    if (*orgnr && av->vegne)
        put_text(&m, "kontaktperson", av->vegne->representant);
    put_address(&m, u);
    put_contact(&m, u);
    return made(&m);
}

static json_t *part(const char *rolle, const char *name, const char *orgnr, const char *pid)
{
    struct making m = begin();
    put_code(&m, "partRolle", rolle);
    put_text(&m, "navn", name);
    put_number(&m, orgnr, pid);
    return made(&m);
}

enum rc party_make_sender(struct call *c, const struct utkast *u, const struct avsender *av, const struct rec *post)
{
    const char *ny = *orgnr_of(u, av) ? "ny-korrespondansepartenhet" : "ny-korrespondansepartperson";
    struct rec *out;
    return archive_make(c, post, PKG_ARKIVSTRUKTUR, ny, party_sender(u, av), &out);
}

/* Who did not log in has no my page to see the case on. */
static enum rc make_reader(struct call *c, const struct utkast *u, const struct avsender *av, const struct rec *sak)
{
    struct sakspart p = {.eier = av->eier, .rolle = SAKSPART_SOEKER, .navn = navn_of(u, av)};
    uuid_copy(p.mappe, str_of(sak->systemid));
    return u->skjema->level == NIVAA_NONE && !av->vegne ? RC_OK : dialog_part_add(c, &p);
}

/* Whose case it is, and who acts for a child. The contact of a company stands with the company. */
enum rc party_make_parts(struct call *c, const struct utkast *u, const struct avsender *av, const struct rec *sak)
{
    const struct paa_vegne *v = av->vegne;
    struct rec *out;
    TRY(make_reader(c, u, av, sak));
    if (!v)
        return RC_OK;
    TRY(archive_make(c, sak, PKG_ARKIVSTRUKTUR, *v->orgnr ? "ny-partenhet" : "ny-partperson",
                     part("KLI", v->navn, v->orgnr, av->pid), &out));
    if (*v->orgnr)
        return RC_OK;
    return archive_make(c, sak, PKG_ARKIVSTRUKTUR, "ny-partperson", part("FORM", v->representant, "", v->representant_pid), &out);
}
