/*
 * The descriptions of an AIP, of what the archive knows: EAD (2002) of the arkiv with its arkivdeler, EAC-CPF (2010) of each
 * arkivskaper.
 */
#include "deposit/export_int.h"

static void write_period(struct xw *w, int64_t from, int64_t to)
{
    char start[11], end[11], period[24];
    day_text(from, start);
    day_text(to, end);
    (void)snprintf(period, sizeof(period), "%s/%s", start, end);
    xw_open(w, "unitdate");
    xw_attr(w, "normal", str_of(period));
    xw_text(w, str_of(period));
    xw_close(w, "unitdate");
}

static void write_extent(struct xw *w, int64_t n, const char *of)
{
    char text[64];
    (void)snprintf(text, sizeof(text), "%" PRId64 " %s", n, of);
    xw_element(w, "extent", str_of(text));
}

static void write_name(struct xw *w, const char *element, struct str name)
{
    xw_open(w, element);
    xw_element(w, "corpname", name);
    xw_close(w, element);
}

static void write_arkiv(const struct export *x, struct xw *w, const struct kid *creators, size_t n)
{
    xw_open(w, "did");
    xw_element(w, "unitid", str_of(x->arkiv->systemid));
    xw_element(w, "unittitle", rec_val(x->arkiv, A_arkiv_tittel)->text);
    write_period(w, x->start, x->end);
    for (size_t i = 0; i < n; i++)
        write_name(w, "origination", rec_val(creators[i].r, A_arkivskaper_arkivskaperNavn)->text);
    if (x->o->preservation)
        write_name(w, "repository", str_of(x->o->preservation));
    xw_open(w, "physdesc");
    write_extent(w, x->r->mapper, "mapper");
    write_extent(w, x->r->registreringer, "registreringer");
    write_extent(w, x->r->dokumenter, "dokumentfiler");
    xw_close(w, "physdesc");
    xw_close(w, "did");
}

static void write_arkivdel(struct xw *w, const struct rec *r)
{
    int64_t from, to;
    arkivdel_period(r, &from, &to);
    xw_open(w, "c01");
    xw_attr(w, "level", STR("series"));
    xw_open(w, "did");
    xw_element(w, "unitid", str_of(r->systemid));
    xw_element(w, "unittitle", rec_val(r, A_arkivdel_tittel)->text);
    write_period(w, from, to);
    xw_close(w, "did");
    xw_close(w, "c01");
}

void description_ead(const struct export *x, const struct kid *creators, size_t n, struct buf *out)
{
    struct xw w1, *w = &w1;
    xw_begin(w, out);
    xw_open(w, "ead");
    xw_attr(w, "xmlns", STR("urn:isbn:1-931666-22-9"));
    xw_open(w, "eadheader");
    xw_element(w, "eadid", str_of(x->r->uuid));
    xw_open(w, "filedesc");
    xw_open(w, "titlestmt");
    xw_element(w, "titleproper", rec_val(x->arkiv, A_arkiv_tittel)->text);
    xw_close(w, "titlestmt");
    xw_close(w, "filedesc");
    xw_close(w, "eadheader");
    xw_open(w, "archdesc");
    xw_attr(w, "level", STR("fonds"));
    write_arkiv(x, w, creators, n);
    xw_open(w, "dsc");
    xw_attr(w, "type", STR("combined"));
    for (size_t i = 0; i < x->o->arkivdeler_n; i++)
        write_arkivdel(w, x->arkivdeler[i]);
    xw_close(w, "dsc");
    xw_close(w, "archdesc");
    xw_close(w, "ead");
}

/* ------------------------------------------------------------------ EAC-CPF */

static void write_maintenance(const struct export *x, struct xw *w)
{
    char when[11];
    day_text(x->end, when);
    xw_element(w, "maintenanceStatus", STR("new"));
    xw_open(w, "maintenanceAgency");
    xw_element(w, "agencyName", str_of(x->o->municipality->name));
    xw_close(w, "maintenanceAgency");
    xw_open(w, "languageDeclaration");
    xw_open(w, "language");
    xw_attr(w, "languageCode", STR("nor"));
    xw_text(w, STR("norsk"));
    xw_close(w, "language");
    xw_open(w, "script");
    xw_attr(w, "scriptCode", STR("Latn"));
    xw_text(w, STR("latinsk"));
    xw_close(w, "script");
    xw_close(w, "languageDeclaration");
    xw_open(w, "maintenanceHistory");
    xw_open(w, "maintenanceEvent");
    xw_element(w, "eventType", STR("created"));
    xw_element(w, "eventDateTime", str_of(when));
    xw_element(w, "agentType", STR("machine"));
    xw_element(w, "agent", STR("Samdrift " SAMDRIFT_VERSION));
    xw_close(w, "maintenanceEvent");
    xw_close(w, "maintenanceHistory");
}

void description_eac(const struct export *x, const struct rec *creator, struct buf *out)
{
    struct xw w1, *w = &w1;
    const struct val *note = rec_val(creator, A_arkivskaper_beskrivelse);
    xw_begin(w, out);
    xw_open(w, "eac-cpf");
    xw_attr(w, "xmlns", STR("urn:isbn:1-931666-33-4"));
    xw_open(w, "control");
    xw_element(w, "recordId", str_of(creator->systemid));
    write_maintenance(x, w);
    xw_close(w, "control");
    xw_open(w, "cpfDescription");
    xw_open(w, "identity");
    xw_element(w, "entityId", rec_val(creator, A_arkivskaper_arkivskaperID)->text);
    xw_element(w, "entityType", STR("corporateBody"));
    xw_open(w, "nameEntry");
    xw_element(w, "part", rec_val(creator, A_arkivskaper_arkivskaperNavn)->text);
    xw_close(w, "nameEntry");
    xw_close(w, "identity");
    if (note->state == VAL_SET) {
        xw_open(w, "description");
        xw_open(w, "biogHist");
        xw_element(w, "p", note->text);
        xw_close(w, "biogHist");
        xw_close(w, "description");
    }
    xw_close(w, "cpfDescription");
    xw_close(w, "eac-cpf");
}
