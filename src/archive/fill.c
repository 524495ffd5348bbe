/*
 * What the core sets on a new object: dates, persons, default codes, and what it inherits.
 *
 * The rules go by the name of the attribute, which means the same wherever the standard uses it
 * (opprettetDato is M600 on every class); so a class that gains such an attribute is served at once.
 * Inherited values are copied when the object is made (TG leaves copy or reference open; a copy can be
 * exported and shows what held at the time).
 */
#include "archive/archive_int.h"

enum source { NOW, PERSON, PERSON_ID };

/* Set on every new object that has the attribute (3.1). */
static const struct automatic {
    const char *name;
    enum source source;
} automatic[] = {
    {"opprettetDato", NOW}, {"opprettetAv", PERSON}, {"referanseOpprettetAv", PERSON_ID},
    {"merknadsdato", NOW}, {"merknadRegistrertAv", PERSON}, {"referanseMerknadRegistrertAv", PERSON_ID},
    {"konvertertDato", NOW}, {"konvertertAv", PERSON},
    {"avskrivningsdato", NOW}, {"avskrevetAv", PERSON}, {"referanseAvskrevetAv", PERSON_ID},
    {"tilknyttetDato", NOW}, {"tilknyttetAv", PERSON}, {"referanseTilknyttetAv", PERSON_ID},
    {"flytSendtDato", NOW}, {"flytFra", PERSON}, {"referanseFlytFra", PERSON_ID},
    {"hendelseDato", NOW},
    {"saksdato", NOW}, {"presedensDato", NOW}, {"arkivperiodeStartDato", NOW},
    {"saksansvarlig", PERSON}, {"referanseSaksansvarlig", PERSON_ID},
};

/* Default codes (2.8, last paragraph). Where the class has no default an absent code stays absent. */
static const struct default_code {
    enum attr_id attr;
    const char *kode;
} default_codes[] = {
    {A_arkiv_arkivstatus, "O"}, {A_arkivdel_arkivdelstatus, "A"},
    {A_arkiv_dokumentmedium, "E"}, {A_arkivdel_dokumentmedium, "E"}, {A_mappe_dokumentmedium, "E"},
    {A_registrering_dokumentmedium, "E"}, {A_dokumentbeskrivelse_dokumentmedium, "E"},
    {A_saksmappe_saksstatus, "B"}, {A_journalpost_journalposttype, "I"},
    {A_dokumentbeskrivelse_dokumenttype, "B"}, {A_dokumentbeskrivelse_dokumentstatus, "B"},
    {A_dokumentobjekt_variantformat, "P"},
    {A_korrespondansepart_korrespondanseparttype, "EM"}, {A_part_partRolle, "KLI"},
    {A_avskrivning_avskrivningsmaate, "BU"}, {A_hendelseslogg_hendelsetype, "U"},
};

/* Groups copied from the parent (3.8). */
static const char *const inherited_groups[] = {"kassasjon", "skjerming", "gradering"};
static const char *const inherited_values[] = {"dokumentmedium", "journalenhet", "oppbevaringssted"};

static enum rc set_source(struct call *c, struct val *v, enum source s)
{
    switch (s) {
    case NOW:
        return val_time(c->cx, v, c->cx->now);
    case PERSON:
        val_text(v, str_of(c->person.name));
        return RC_OK;
    case PERSON_ID:
    default:
        val_text(v, str_of(c->person.id));
        return RC_OK;
    }
}

/* By attribute, as every new object asks for all of its own. */
static const struct automatic *automatic_of[A_COUNT];

static void find_automatic(void)
{
    for (int a = 0; a < A_COUNT; a++)
        for (size_t i = 0; i < COUNT_OF(automatic); i++)
            if (streq(automatic[i].name, model_attr((enum attr_id)a)->name))
                automatic_of[a] = &automatic[i];
}

/* How many values it has: one, or as many as the group has members. They stand side by side. */
static size_t width(const struct attr *a)
{
    size_t n = 1;
    if (a->type == T_GROUP)
        (void)model_group(a->group, &n);
    return n;
}

/* sletting and utfoertKassasjon are functions of the core; with a right of their own they may be told. */
static bool told_function(const struct call *c, const struct slot *s)
{
    bool function = streq(s->attr->name, "sletting") || streq(s->attr->name, "utfoertKassasjon") ||
                    streq(s->attr->name, "elektroniskSignatur");
    return function && !c->vault->strict && c->role >= ROLE_ARKIVAR;
}

static bool same_val(const struct slot *s, const struct val *a, const struct val *b)
{
    return val_equal(slot_attr(s)->type, a, b);
}

/* old NULL: everything in `in` came from the client. */
void fill_drop_new(struct call *c, const struct rec *old, struct rec *in)
{
    if (archive_importing(c))
        return;
    const struct family *f = model_family(in->entity->family);
    for (size_t i = 0; i < f->slots_n; i++) {
        const struct slot *s = &f->slots[i];
        /* avsluttetDato asks for closing (rules_status); the date itself becomes the server's. */
        if (old && same_val(s, &old->v[i], &in->v[i]))
            continue;
        if (slot_server_sets(s) && !streq(s->attr->name, "avsluttetDato") && !told_function(c, s))
            in->v[i] = (struct val){.state = VAL_ABSENT};
    }
}

void fill_drop(struct call *c, struct rec *in)
{
    fill_drop_new(c, NULL, in);
}

static enum rc fill_automatic(struct call *c, struct rec *r)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, find_automatic);
    for (size_t i = 0; i < r->entity->attrs_n; i++) {
        enum attr_id id = (enum attr_id)r->entity->attrs[i]->id;
        if (automatic_of[id] && rec_val(r, id)->state != VAL_SET)
            TRY(set_source(c, rec_val(r, id), automatic_of[id]->source));
    }
    return RC_OK;
}

static enum rc fill_codes(struct call *c, struct rec *r)
{
    for (size_t i = 0; i < COUNT_OF(default_codes); i++) {
        const struct attr *a = model_attr(default_codes[i].attr);
        if (!model_is(r->entity, a->entity))
            continue;
        struct val *v = rec_val(r, default_codes[i].attr);
        if (v->state != VAL_SET)
            TRY(val_code(c->cx, v, default_codes[i].kode, ""));
    }
    return RC_OK;
}

/* ------------------------------------------------------------------ inheritance */

static bool group_set(const struct rec *r, const char *name)
{
    const struct attr *a = entity_attr(r->entity, name);
    if (!a || a->type != T_GROUP)
        return false;
    const struct val *v = rec_val(r, (enum attr_id)a->id);
    for (size_t i = 0; i < width(a); i++)
        if (v[i].state == VAL_SET || v[i].items_n)
            return true;
    return false;
}

/* Nedgradering is the one part of a value object that is not inherited. */
static bool heritable(const struct attr *a, size_t i)
{
    static const char *const own[] = {"nedgraderingsdato", "nedgradertAv", "referanseNedgradertAv"};
    size_t n;
    for (size_t k = 0; a->type == T_GROUP && k < COUNT_OF(own); k++)
        if (streq(model_group(a->group, &n)[i]->name, own[k]))
            return false;
    return true;
}

/* Items belong to one record: copies may be stored under new systemIDs. */
static enum rc own_items(struct call *c, struct val *v)
{
    if (!v->items_n)
        return RC_OK;
    struct val_item *own = arena_array(c->cx->arena, v->items_n, sizeof(*own));
    if (!own)
        return cx_nomem(c->cx);
    memcpy(own, v->items, v->items_n * sizeof(*own));
    for (size_t i = 0; i < v->items_n; i++)
        own[i].systemid[0] = 0;
    v->items = own;
    return RC_OK;
}

static enum rc copy_value(struct call *c, const struct rec *from, struct rec *to, const char *name)
{
    const struct attr *a = entity_attr(from->entity, name), *b = entity_attr(to->entity, name);
    if (!a || !b || a->type != b->type || a->group != b->group)
        return RC_OK;
    const struct val *v = rec_val(from, (enum attr_id)a->id);
    struct val *own = rec_val(to, (enum attr_id)b->id);
    for (size_t i = 0; i < width(a); i++) {
        if (own[i].state == VAL_SET || !heritable(a, i))
            continue;
        own[i] = v[i];
        TRY(own_items(c, &own[i]));
    }
    return RC_OK;
}

static enum rc inherit_from(struct call *c, struct db *db, const struct rec *above, struct rec *r)
{
    TRY(rec_with_lists(db, above, &above));
    for (size_t i = 0; i < COUNT_OF(inherited_groups); i++) {
        bool kassasjon = streq(inherited_groups[i], "kassasjon");
        if ((!kassasjon || c->vault->inherit_kassasjon) && !group_set(r, inherited_groups[i]))
            TRY(copy_value(c, above, r, inherited_groups[i]));
    }
    for (size_t i = 0; i < COUNT_OF(inherited_values); i++)
        TRY(copy_value(c, above, r, inherited_values[i]));
    return RC_OK;
}

/* kassasjon of the arkivdel goes before that of the klasse (5.10.9–10). */
static enum rc inherit(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    if (parent->entity->family == F_klasse) {
        const struct rec *arkivdel;
        TRY(rules_arkivdel(c, db, parent, &arkivdel));
        if (arkivdel && group_set(arkivdel, "kassasjon"))
            TRY(inherit_from(c, db, arkivdel, r));
    }
    return inherit_from(c, db, parent, r);
}

/* ------------------------------------------------------------------ by class */

static enum rc fill_registrering(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    struct val *ref = rec_val(r, A_registrering_referanseArkivdel);
    if (parent && ref->state != VAL_SET) {
        const struct rec *arkivdel;
        TRY(rules_arkivdel(c, db, parent, &arkivdel));
        if (arkivdel)
            val_text(ref, str_of(arkivdel->systemid));
    }
    if (!model_is(r->entity, E_journalpost))
        return RC_OK;
    bool incoming = val_is(rec_val(r, A_journalpost_journalposttype), "I");
    struct val *status = rec_val(r, A_journalpost_journalstatus);
    if (status->state != VAL_SET)
        TRY(val_code(c->cx, status, incoming ? "M" : "R", ""));
    struct val *received = rec_val(r, A_journalpost_mottattDato);
    if (incoming && received->state != VAL_SET && !archive_importing(c))
        TRY(val_time(c->cx, received, c->cx->now));
    return RC_OK;
}

static enum rc fill_dokument(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    struct val *som = rec_val(r, A_dokumentbeskrivelse_tilknyttetRegistreringSom);
    if (som->state == VAL_SET)
        return RC_OK;
    int64_t n = 0;
    if (parent)
        TRY(db_int(db, &n, 0, "SELECT count(*) FROM registrering_dokumentbeskrivelse WHERE a_id = ?",
                   "i", parent->id));
    return val_code(c->cx, som, n ? "V" : "H", "");
}

/* Incoming letters have a sender, the rest a receiver. */
static enum rc fill_korrespondansepart(struct call *c, struct rec *r, const struct rec *parent)
{
    struct val *type = rec_val(r, A_korrespondansepart_korrespondanseparttype);
    if (type->state == VAL_SET || !parent || !model_is(parent->entity, E_journalpost))
        return RC_OK;
    bool incoming = val_is(rec_val(parent, A_journalpost_journalposttype), "I");
    return val_code(c->cx, type, incoming ? "EA" : "EM", "");
}

/* A client may add to a log what happened outside; when and who are the core's to say. */
static enum rc fill_logg(struct call *c, struct rec *r, const struct rec *parent)
{
    if (parent)
        val_text(rec_val(r, A_endringslogg_referanseArkivenhet), str_of(parent->systemid));
    TRY(fill_codes(c, r));
    TRY(val_time(c->cx, rec_val(r, A_endringslogg_endretDato), c->cx->now));
    val_text(rec_val(r, A_endringslogg_endretAv), str_of(c->person.name));
    val_text(rec_val(r, A_endringslogg_referanseEndretAv), str_of(c->person.id));
    return fill_automatic(c, r);
}

enum rc fill_new(struct call *c, struct db *db, struct rec *r, const struct rec *parent)
{
    if (r->entity->family == F_logg)
        return fill_logg(c, r, parent);
    if (parent)
        TRY(inherit(c, db, r, parent));
    if (r->entity->family == F_korrespondansepart)
        TRY(fill_korrespondansepart(c, r, parent));
    TRY(fill_codes(c, r));
    TRY(fill_automatic(c, r));
    if (r->entity->family == F_registrering)
        return fill_registrering(c, db, r, parent);
    if (r->entity->family == F_dokumentbeskrivelse)
        return fill_dokument(c, db, r, parent);
    return RC_OK;
}

/* Known clients fill in templates member by member and cannot take lists; what is left out is inherited anyway. */
static void drop_lists(struct rec *r)
{
    for (size_t i = 0; i < model_family(r->entity->family)->slots_n; i++)
        if (r->v[i].items_n)
            r->v[i] = (struct val){.state = VAL_ABSENT};
}

/* What is automatic is no default to show: the template has codes and what is inherited. */
enum rc template_fill(struct call *c, struct db *db, const struct rec *parent, struct rec *r)
{
    if (parent)
        TRY(inherit(c, db, r, parent));
    if (r->entity->family == F_korrespondansepart)
        TRY(fill_korrespondansepart(c, r, parent));
    TRY(fill_codes(c, r));
    if (r->entity->family == F_dokumentbeskrivelse)
        TRY(fill_dokument(c, db, r, parent));
    drop_lists(r);
    return check_values(c, db, r, NULL);
}

/* ------------------------------------------------------------------ value objects */

static struct val *leaf_named(const struct rec *r, const char *group, const char *leaf)
{
    const struct attr *a = entity_attr(r->entity, group);
    size_t n = 0;
    const struct attr *const *leaves = a && a->type == T_GROUP ? model_group(a->group, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        if (streq(leaves[i]->name, leaf))
            return rec_val(r, (enum attr_id)a->id) + i;
    return NULL;
}

static enum rc fill_time(struct call *c, struct val *v, int64_t t)
{
    return v && v->state != VAL_SET ? val_time(c->cx, v, t) : RC_OK;
}

static void fill_person(struct call *c, struct val *name, struct val *id)
{
    if (name && name->state != VAL_SET)
        val_text(name, str_of(c->person.name));
    if (id && id->state != VAL_SET)
        val_text(id, str_of(c->person.id));
}

static enum rc fill_skjerming(struct call *c, struct rec *r)
{
    if (!group_set(r, "skjerming"))
        return RC_OK;
    struct val *code = leaf_named(r, "skjerming", "tilgangsrestriksjon");
    struct val *law = leaf_named(r, "skjerming", "skjermingshjemmel");
    const struct val *years = leaf_named(r, "skjerming", "skjermingsvarighet");
    if (law->state != VAL_SET && code->state == VAL_SET && code->name.n)
        val_text(law, code->name);
    if (years->state == VAL_SET)
        TRY(fill_time(c, leaf_named(r, "skjerming", "skjermingOpphoererDato"),
                      time_add_years(c->cx->now, years->i)));
    return RC_OK;
}

static enum rc fill_kassasjon(struct call *c, struct rec *r)
{
    const struct val *years = leaf_named(r, "kassasjon", "bevaringstid");
    if (!years || years->state != VAL_SET)
        return RC_OK;
    return fill_time(c, leaf_named(r, "kassasjon", "kassasjonsdato"), time_add_years(c->cx->now, years->i));
}

static enum rc fill_gradering(struct call *c, struct rec *r, const struct rec *old)
{
    const struct val *code = leaf_named(r, "gradering", "graderingskode");
    if (code && code->state == VAL_SET) {
        TRY(fill_time(c, leaf_named(r, "gradering", "graderingsdato"), c->cx->now));
        fill_person(c, leaf_named(r, "gradering", "gradertAv"), leaf_named(r, "gradering", "referanseGradertAv"));
    }
    const struct val *down = leaf_named(r, "gradering", "nedgraderingsdato");
    const struct val *was = old ? leaf_named(old, "gradering", "nedgraderingsdato") : NULL;
    if (down && down->state == VAL_SET && !(was && was->state == VAL_SET))
        fill_person(c, leaf_named(r, "gradering", "nedgradertAv"),
                    leaf_named(r, "gradering", "referanseNedgradertAv"));
    return RC_OK;
}

/* Date and person of a function that has been told to be done. */
static enum rc fill_done(struct call *c, struct rec *r, const char *group, const char *date, const char *by,
                         const char *id)
{
    if (!group_set(r, group))
        return RC_OK;
    TRY(fill_time(c, leaf_named(r, group, date), c->cx->now));
    fill_person(c, leaf_named(r, group, by), leaf_named(r, group, id));
    return RC_OK;
}

static enum rc fill_addresses(struct call *c, struct rec *r)
{
    static const char *const addresses[] = {"postadresse", "forretningsadresse", "bostedsadresse"};
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        struct val *land = group_set(r, addresses[i]) ? leaf_named(r, addresses[i], "landkode") : NULL;
        if (land && land->state != VAL_SET)
            TRY(val_code(c->cx, land, "NO", ""));
    }
    return RC_OK;
}

static bool any_group(const struct rec *r)
{
    const struct family *f = model_family(r->entity->family);
    for (size_t i = 0; i < f->slots_n; i++)
        if (f->slots[i].leaf && (r->v[i].state == VAL_SET || r->v[i].items_n))
            return true;
    return false;
}

enum rc fill_groups(struct call *c, struct rec *r, const struct rec *old)
{
    if (!any_group(r))
        return RC_OK;
    TRY(fill_skjerming(c, r));
    TRY(fill_kassasjon(c, r));
    TRY(fill_gradering(c, r, old));
    TRY(fill_done(c, r, "sletting", "slettetDato", "slettetAv", "referanseSlettetAv"));
    TRY(fill_done(c, r, "utfoertKassasjon", "kassertDato", "kassertAv", "referanseKassertAv"));
    TRY(fill_done(c, r, "elektroniskSignatur", "verifisertDato", "verifisertAv", "referanseVerifisertAv"));
    return fill_addresses(c, r);
}
