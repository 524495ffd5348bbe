/*
 * model – what there is, as tables.
 *
 * model.def has one line an entity, an attribute, a member of a value object, a relation and a link.
 * Everything else follows from it: SQL, JSON in and out, OpenAPI, links, OData names, XSD.
 * Adding an attribute is one line: its column appears when the database is opened next.
 *
 * Words: an *entity* is a class of the standard (saksmappe). A *family* is the entities that share a
 * table (mappe, saksmappe, moetemappe). An *attribute* belongs to an entity and is inherited. A *group*
 * is a value object without own address (skjerming); its members are *leaves*. A *slot* is the place
 * of one attribute or leaf in a record of its family; attributes of the same name in one family
 * (dokumentetsDato of journalpost and arkivnotat) share it.
 *
 * SQL names are the attribute's in lower case; a leaf is group_leaf. A DATETIME has a second column
 * with suffix _t (instant, µs), a CODE one with suffix _navn. LIST attributes (noekkelord, forfatter,
 * skjermingMetadata …) live as rows of the family `verdi`, which are addressable objects themselves:
 * type is the entity (noekkelord), felt the path of the list attribute in its owner
 * ("noekkelord", "skjerming/skjermingMetadata"), nr the order, verdi the string, code or first leaf,
 * verdi_navn the kodenavn, the second leaf, or which leaf it is; <family>_id the owner.
 * Every table has: id, systemid (unique), type (name of the entity), versjon (counts changes: the
 * ETag), vern (access class of the gate), one <up>_id column a to-one relation.
 */
#ifndef SAMDRIFT_MODEL_H
#define SAMDRIFT_MODEL_H

#include "base/base.h"
#include "store/store.h"

#define REL_R "https://rel.arkivverket.no/noark5/v5/api/"
#define REL_N "https://nikita.arkivlab.no/noark5/v5/"

enum type {
    T_STRING, T_INTEGER, T_DECIMAL, T_BOOLEAN, T_DATETIME, T_UUID, T_CODE,
    T_GROUP,      /* value object: attr.group */
    T_LIST,       /* many strings: rows of verdi (M: noekkelord) */
    T_CODE_LIST,  /* many codes: rows of verdi (skjermingMetadata) */
    T_GROUP_LIST, /* many small objects: rows of verdi (personidentifikator, moetedeltaker) */
    T_VSM         /* virksomhetsspesifikkeMetadata: one JSON object */
};

enum card { C_0_1, C_1_1, C_0_N, C_1_N };

/* Who sets it: column "set" of noark-api.md chapter 2. */
enum set { SET_S, SET_SC, SET_C, SET_IC };

/* When it stops being editable: column "frozen". Flags. */
enum {
    FROZEN_I = 1,      /* immutable once set */
    FROZEN_X = 2,      /* when its unit is closed */
    FROZEN_K = 4,      /* when the registrering is archived */
    FROZEN_D = 8,      /* changes only by renumbering on move */
    FROZEN_REL = 16,   /* changes through a relation */
    FROZEN_AUTO = 32   /* kept by the core */
};

/* Other columns of an attribute. Flags. */
enum {
    A_INDEX = 1,       /* has an SQL index: filters that ought to be fast */
    A_SEARCH = 2,      /* its words are found by $search */
    A_PERSONAL = 4,    /* personal data: never in a log line or an error text */
    A_HIDDEN = 8,      /* not in JSON (referanseDokumentfil) */
    A_LATER = 16,      /* demanded in answers by the standard, but unknown until an event: left out until then */
    A_CHANGES = 32     /* its changes go into a deposit (annex 3) */
};

enum ns { NS_R, NS_N };   /* relation namespace: REL_R official, REL_N nikita's for what the standard lacks */

enum package { PKG_ARKIVSTRUKTUR, PKG_SAKARKIV, PKG_METADATA, PKG_ADMIN, PKG_LOGG, PKG_MOETER, PKG_COUNT, PKG_NONE = PKG_COUNT };
const char *package_name(enum package p);    /* "arkivstruktur", "loggingogsporing" */

/* Ids from model.def: E_saksmappe, F_mappe, G_skjerming, A_saksmappe_saksaar, L_skjerming_skjermingshjemmel, CL_saksstatus. */
enum family_id {
#define FAMILY(id) F_##id,
#include "model/model_ids.h"
    F_COUNT
};
enum entity_id {
#define ENTITY(id, fam, base, pkg) E_##id,
#include "model/model_ids.h"
    E_COUNT
};
enum group_id {
    G_NONE = -1,
#define GROUP(id) G_##id,
#include "model/model_ids.h"
    G_COUNT
};
enum codelist_id {
    CL_NONE = -1,
#define CODELIST(id, relname) CL_##id,
#include "model/model_ids.h"
    CL_COUNT
};
enum attr_id {
#define ATTR(ent, name, m, type, arg, in, out, set, frozen, flags) A_##ent##_##name,
#include "model/model_ids.h"
    A_COUNT
};
/* Position of the leaf in the group's whole list is leaf_id minus that of the group's first leaf. */
enum leaf_id {
#define LEAF(grp, name, m, type, arg, in, out, set, frozen, flags) L_##grp##_##name,
#include "model/model_ids.h"
    L_COUNT
};
enum relation_id {
#define RELATION(id, kind, a, list, b, up) REL_##id,
#include "model/model_ids.h"
    REL_COUNT
};

struct attr {
    int id;                     /* enum attr_id, or enum leaf_id for a member of a group */
    const char *name;           /* "saksstatus": JSON, OData and XML name */
    const char *m;              /* "M052", "" where the standard gives none */
    enum type type;
    enum group_id group;        /* T_GROUP, T_GROUP_LIST */
    enum codelist_id list;      /* T_CODE, T_CODE_LIST */
    enum card in, out;
    enum set set;
    unsigned frozen, flags;
    enum entity_id entity;      /* that declares it (for a leaf: E_COUNT) */
};

struct entity {
    enum entity_id id;
    const char *name;           /* "saksmappe" */
    enum family_id family;
    enum entity_id base;        /* E_COUNT for a root */
    enum package package;
    const struct attr *const *attrs; /* own and inherited, base first, in order of the table */
    size_t attrs_n;
};

/* A slot of a record: one attribute, or one leaf of a group attribute. */
struct slot {
    const struct attr *attr;    /* the attribute (of the first entity of the family that declares it) */
    const struct attr *leaf;    /* the member, or NULL */
    const char *column;         /* "skjerming_tilgangsrestriksjon"; NULL for lists */
    const char *path;           /* "skjerming/tilgangsrestriksjon": for messages, log and OData */
};

enum relation_kind {
    REL_CHILD,   /* b has the column <up>_id: one a, many b (arkivdel – mappe) */
    REL_MANY,    /* table <id>(a_id, b_id): n:m (registrering – dokumentbeskrivelse) */
    REL_ONE      /* a has the column <list>_id: at most one b, which may serve several a (arkivdel – klassifikasjonssystem) */
};
struct relation {
    enum relation_id id;
    enum relation_kind kind;
    enum entity_id a, b;        /* a subtype restricts: presedens hangs on saksmappe, not on any mappe */
    const char *list;           /* relation from a: "mappe", "undermappe" */
    const char *up;             /* relation from b: "arkivdel", "overmappe" */
    const char *column;         /* "arkivdel_id" in b (REL_CHILD) or in a (REL_ONE); NULL for REL_MANY */
    const char *table;          /* link table of REL_MANY */
};

struct family {
    enum family_id id;
    const char *table;
    const struct slot *slots;
    size_t slots_n;
    const struct relation *const *ones;   /* to-one columns of the table: REL_CHILD with b here, REL_ONE with a here */
    size_t ones_n;
    const char *columns;                  /* "id,systemid,type,versjon,vern,…": select list for rec_from_row */
    size_t columns_n;                     /* how many columns that is */
};

/* A link an object (or a package: entity E_COUNT) may carry. Rows LINK of model.def. */
enum link_kind {
    LINK_LIST,    /* objects of `target` reached over `relation` */
    LINK_ONE,     /* the one object reached over `relation` upwards (REL_CHILD up, REL_ONE) */
    LINK_NY,      /* GET gives a template, POST makes a `target` under the object */
    LINK_NY_REF,  /* ny-kryssreferanse: prefix for ?$id= */
    LINK_EXPAND,  /* utvid-til-<target> */
    LINK_FILE,    /* fil */
    LINK_LOG,     /* endringslogg / hendelseslogg of the object */
    LINK_CLOSE,   /* avslutt-mappe (N:) */
    LINK_CODES    /* the code list `target`/codelist used by an attribute */
};
struct link {
    enum entity_id on;          /* object that carries it; E_COUNT: the package page itself */
    enum ns ns;
    enum package package;       /* of the relation's name; PKG_NONE: the name stands right below the namespace */
    const char *name;           /* "ny-saksmappe" */
    enum link_kind kind;
    enum entity_id target;      /* E_COUNT when none */
    enum relation_id relation;  /* REL_COUNT when none */
    bool from_b;                /* the object stands on side b of the relation (list or one, seen from below) */
    enum codelist_id list;      /* LINK_CODES */
};

/* ------------------------------------------------------------------ the tables */

/* Checks the tables and builds what is derived from them; once, before anything else; thread-safe after. */
enum rc model_init(struct cx *cx) ATTR_CHECK;
const struct entity *model_entity(enum entity_id id);
const struct entity *model_entity_named(struct str name);          /* NULL when unknown; ASCII case matters */
const struct family *model_family(enum family_id id);
const struct attr *entity_attr(const struct entity *e, const char *name); /* own or inherited, or NULL */
bool model_is(const struct entity *e, enum entity_id base);        /* e is base or descends from it */
const struct attr *model_attr(enum attr_id id);
const struct attr *const *model_group(enum group_id g, size_t *ret_n);
const struct relation *model_relation(enum relation_id id);
/* Links an entity carries, own and inherited; entity E_COUNT with a package: those of the package page. */
const struct link *const *model_links(enum entity_id e, enum package p, size_t *ret_n);
/* The link of that name on the entity (package page with E_COUNT), or NULL. */
const struct link *model_link_named(enum entity_id e, enum package p, struct str name);
const char *codelist_name(enum codelist_id list);                  /* "saksstatus" as in metadata/<name>/ */
enum ns codelist_ns(enum codelist_id id);                          /* namespace of the relation of the list */
enum codelist_id codelist_named(struct str name);
/* Standard values; NULL past the last. */
const struct code { enum codelist_id list; const char *kode, *kodenavn; } *codelist_seed(size_t i);

/* Path in verdi.felt of a list attribute (or list leaf of a group attribute), and the entity of its rows. */
const char *model_list_felt(const struct attr *a, const struct attr *leaf);
const struct entity *model_list_entity(const struct attr *a);
/* The list attribute of the owner that rows of a verdi entity belong to: slot in family owner, SIZE_MAX when none. */
size_t model_list_slot(enum family_id owner, const struct entity *verdi);

/* Many values, kept as rows of verdi? */
bool type_is_list(enum type t);
/* What decides the value of a slot: the member of a group, else the attribute. */
const struct attr *slot_attr(const struct slot *s);
/* Set by the server alone (SET_S): the member, or the group it is of. */
bool slot_server_sets(const struct slot *s);

/* Slot numbers. model_slot: attribute in its family. model_slot_leaf: leaf of a group attribute. */
size_t model_slot(enum attr_id a);
size_t model_slot_leaf(enum attr_id a, enum leaf_id l);
/* OData and message names: attribute of any entity of the family with that name, or NULL. */
const struct attr *model_attr_named(enum family_id f, struct str name);
/* Slot of the attribute (leaf may be NULL) in the family; SIZE_MAX when it is not of it. */
size_t model_slot_of(enum family_id f, const struct attr *a, const struct attr *leaf);

/* ------------------------------------------------------------------ records */

enum val_state { VAL_ABSENT, VAL_NULL, VAL_SET };   /* NULL: the client sent null */

struct val {
    enum val_state state;
    struct str text;       /* STRING, UUID; lexical form of DATETIME; kode of CODE; JSON of VSM */
    struct str name;       /* kodenavn of CODE */
    int64_t i;             /* INTEGER, BOOLEAN; instant of DATETIME */
    double d;              /* DECIMAL */
    struct val_item *items;/* lists */
    size_t items_n;
};
/* One value of a list attribute: a row of the family verdi. */
struct val_item {
    char systemid[UUID_TEXT_MAX];  /* "" before it is stored */
    struct str text;       /* the string, the kode, or the first leaf of the object */
    struct str name;       /* kodenavn, or which leaf / second leaf */
};

/* An object. Lives in the arena of the request; `one` holds row ids of the to-one relations (0: none). */
struct rec {
    const struct entity *entity;
    int64_t id;            /* row, 0 before it is stored */
    int64_t versjon;
    int64_t vern;
    char systemid[UUID_TEXT_MAX];
    bool lists;            /* its lists are those that are stored (rec_load_lists) */
    struct val *v;         /* [family->slots_n] */
    int64_t *one;          /* [family->ones_n], in the order of family->ones */
};

enum rc rec_new(struct cx *cx, const struct entity *e, struct rec **ret) ATTR_CHECK;
/* Another record with the texts and lists of r. */
enum rc rec_copy(struct cx *cx, const struct rec *r, struct rec **ret) ATTR_CHECK;
/* One with texts and lists of its own; NULL when there is no memory. */
struct rec *rec_clone(struct arena *a, const struct rec *r);
struct val *rec_val(const struct rec *r, enum attr_id a);                      /* never NULL; of r's family or a bug */
struct val *rec_leaf(const struct rec *r, enum attr_id a, enum leaf_id l);
bool rec_has(const struct rec *r, enum attr_id a);                             /* set, or any leaf set */
int64_t *rec_one(const struct rec *r, enum relation_id rel);
/* Values copied into the arena of cx unless literals. */
void val_text(struct val *v, struct str s);
void val_int(struct val *v, int64_t i);
enum rc val_time(struct cx *cx, struct val *v, int64_t t) ATTR_CHECK;
enum rc val_code(struct cx *cx, struct val *v, const char *kode, const char *kodenavn) ATTR_CHECK;
bool val_is(const struct val *v, const char *text);                            /* set and its text/kode equals */
bool val_equal(enum type t, const struct val *a, const struct val *b);         /* codes by kode, dates by lexical form */
/* The value as one text, for the change log; "" when not set. */
enum rc val_print(struct cx *cx, enum type t, const struct val *v, struct str *ret) ATTR_CHECK;

/*
 * JSON in. Reads the members the entity knows; `_links` is skipped, members it does not know are
 * RC_FIELD_UNKNOWN unless null or blank, wrong types RC_FIELD_TYPE, blank text counts as missing. Codes: kode needed,
 * kodenavn kept as sent. import: what old systems wrote is read too: dates without a
 * zone as Norwegian time, a code as a plain string, and names that members have had (rec_json.c).
 * Does not check cardinality: rec_check_in does, when the server has filled in what it sets.
 */
enum rc rec_from_json(struct cx *cx, const struct entity *e, json_t *json, bool import, struct rec **ret) ATTR_CHECK;
/* Every attribute that must be there (cardinality "in" for what clients set, 1:1 leaves of groups present). */
enum rc rec_check_in(struct cx *cx, const struct rec *r) ATTR_CHECK;
/* JSON out: the members, without braces and links. Never null, never hidden ones. select (may be NULL)
 * limits to attribute names. */
void rec_to_json(struct jw *w, const struct rec *r, const struct str *select, size_t select_n);

/* ------------------------------------------------------------------ SQL */

/* Creates what is missing: tables, columns, indexes, code lists. Runs when a municipality is opened. */
enum rc model_prepare(struct db *db) ATTR_CHECK;
/*
 * For a write after which a large import fills an archive with next to nothing in it: takes away the indexes that only searches
 * ask for. Random identifiers, titles and checksums touch pages all over theirs, and making them at the end takes a tenth of
 * the time. model_prepare makes them: called by who fills, else when the municipality is opened next.
 */
enum rc model_unindex(struct db *db) ATTR_CHECK;
/* The whole schema as text in a dialect: golden files. */
void model_ddl(struct buf *out, enum dialect d);
/* Reads a row selected with family->columns at columns first…; the record is in the arena. */
enum rc rec_from_row(struct cx *cx, struct stmt *st, const struct family *f, int first, struct rec **ret) ATTR_CHECK;
/* By row id or systemID, without gate; RC_NOT_FOUND. Lists are not loaded. */
enum rc rec_load(struct db *db, const struct family *f, int64_t id, struct rec **ret) ATTR_CHECK;
enum rc rec_load_uuid(struct db *db, const struct family *f, struct str systemid, struct rec **ret) ATTR_CHECK;
/*
 * The same for what is only looked at: what a write has read it knows until somebody changes it (db_known).
 * rec_look: with lists, in the arena of the context. rec_look_row: lasts as long as the write or read does.
 */
enum rc rec_look(struct db *db, const struct family *f, struct str systemid, struct rec **ret) ATTR_CHECK;
enum rc rec_look_row(struct db *db, const struct family *f, int64_t id, const struct rec **ret) ATTR_CHECK;
/* Fills the list attributes of n records of one family in one statement. */
enum rc rec_load_lists(struct db *db, struct rec *const *recs, size_t n) ATTR_CHECK;
/* r itself when its lists are those that are stored, else a copy in the arena of the context whose lists are. */
enum rc rec_with_lists(struct db *db, const struct rec *r, const struct rec **ret) ATTR_CHECK;
/* New row; sets r->id. systemid must be set. Lists are stored too. */
enum rc rec_insert(struct db *db, struct rec *r) ATTR_CHECK;
/* Writes every slot (not the lists), versjon, vern and to-one columns as they are in r. */
enum rc rec_update(struct db *db, const struct rec *r) ATTR_CHECK;
/* Replaces the rows of one list attribute or leaf by its items. */
enum rc rec_store_list(struct db *db, const struct rec *r, size_t slot) ATTR_CHECK;
enum rc rec_delete(struct db *db, const struct rec *r) ATTR_CHECK;

/* ------------------------------------------------------------------ other walkers */

/* OpenAPI 3.1 of the interface of one municipality; base is its URL, or holds {kommune} for any. */
void model_openapi(struct buf *out, const char *base);

/* ------------------------------------------------------------------ the XML of extracts */

/* Versions of the extract that are written; flags in the rows XSD of model.def. */
enum noark { NOARK_31 = 1, NOARK_40 = 2, NOARK_50 = 4 };
enum xsd_file { XSD_FILE_arkivstruktur, XSD_FILE_endringslogg, XSD_FILE_loependeJournal, XSD_FILE_offentligJournal,
                XSD_FILE_COUNT };
const char *noark_text(enum noark v);                 /* "3.1" */
const char *xsd_file_name(enum xsd_file f);           /* "arkivstruktur": of file, root element and namespace */
/* The schema of that file and version, from the rows XSD of model.def. */
void model_xsd(struct buf *out, enum xsd_file f, enum noark v);
/* metadatakatalog.xsd, which the others import: every type they use. */
void model_xsd_catalogue(struct buf *out, enum noark v);

/*
 * Records as elements of those files, in their order and spelling: codes by name, days and instants
 * as the schema has them, nothing empty. What is no attribute of the record is asked of the caller.
 * One writer serves one file and thread; model_xml_end frees what it has learnt of the schema.
 */
struct model_xml {
    struct xw *out;
    enum xsd_file file;
    enum noark version;
    void *arg;
    /* Writes what hangs on r as that element (mappe, referanseTilKlasse, virksomhetsspesifikkeMetadata);
     * *ret_n counts what was written. */
    enum rc (*child)(void *arg, const struct rec *r, const char *element, size_t *ret_n);
    /* Another value for the element; false: the record's own. May be NULL. */
    bool (*text)(void *arg, const struct rec *r, const char *element, struct str *ret);
    /* A mandatory element had no value. May be NULL. */
    void (*missing)(void *arg, const struct rec *r, const char *element);
    struct xml_plan *plans[E_COUNT];   /* private */
};
/* The children of the element; the caller opens and closes it. */
enum rc model_xml_write(struct model_xml *x, const struct rec *r) ATTR_CHECK;
/* Is there such an element in that of the class? */
bool model_xml_has(struct model_xml *x, const struct entity *e, const char *element);
/*
 * What the record holds and its elements do not tell: values without an element (element NULL), and those whose
 * element a reader would put elsewhere (a forretningsadresse, when there is no postadresse), in the order of the elements.
 */
void model_xml_left(struct model_xml *x, const struct rec *r,
                    void (*left)(void *arg, const struct slot *s, const char *element), void *arg);
/* The text elements have for a value that is no list; it may lie in room. */
struct str model_xml_text(const struct slot *s, const struct val *v, char room[TIME_TEXT_MAX]);
/*
 * XML in: where an element of an extract of any version (3.0–5.0) belongs in the model. Names are
 * interned: equal names are the same pointer, as pack gives them. `in` learns as it goes; zeroed at first.
 */
struct xml_where {
    enum { XML_UNKNOWN, XML_SYSTEMID, XML_VALUE, XML_GROUP, XML_OBJECT, XML_REFERENCE, XML_ANY } kind;
    unsigned short slots[9];           /* VALUE: the places it may have, in order */
    unsigned char slots_n;
    const struct attr *group;          /* GROUP: its members are asked for with the name of the element */
    const struct relation *relation;   /* OBJECT, REFERENCE; of a VALUE: it is a reference as well */
    const struct entity *entity;       /* OBJECT: its class when xsi:type tells no other */
};
struct xml_in {
    struct xml_seen {
        const struct entity *entity;
        const char *group, *element;
        struct xml_where where;
    } seen[1024];
};
/* group NULL: a child of the object itself. */
const struct xml_where *rec_xml_where(struct xml_in *in, const struct entity *e, const char *group, const char *element);
/* The class that xsi:type (empty: none) makes of an object that is e by its element. */
const struct entity *rec_xml_class(const struct entity *e, struct str type);
/*
 * Puts the text of a VALUE into the first of its places that is free. *ret_kept false: there is none, or
 * the text is not of the type; blank text counts as kept. Codes are told by their names.
 */
enum rc rec_xml_put(struct cx *cx, struct rec *r, const struct xml_where *w, struct str text, bool *ret_kept) ATTR_CHECK;
/* A GROUP begins: of one that may be repeated the members now are of a new item. */
enum rc rec_xml_begin(struct cx *cx, struct rec *r, const struct xml_where *w) ATTR_CHECK;
/* All values are there: a korrespondansepart becomes the class they fit. */
void rec_xml_settle(struct rec *r);
/* The class a record has when its element, and what else is told of it, is read back. */
const struct entity *rec_xml_back(const struct rec *r, enum noark v);
/*
 * What model_xml_left tells, by the path of a place ("forretningsadresse/postnr", "personidentifikator/dNummer"): a value
 * into it, or what the element told the nr-th time (from 0), which stands in another place. The last of an element is
 * moved first. *ret_kept false: the class has no such place, or it holds something.
 */
enum rc rec_xml_put_at(struct cx *cx, struct rec *r, struct str path, struct str text, bool *ret_kept) ATTR_CHECK;
void rec_xml_move(struct rec *r, const char *element, size_t nr, struct str path, bool *ret_kept);
/* How an object of class b hangs on one of class a in an extract, or NULL. */
const struct relation *rec_xml_relation(const struct entity *a, const struct entity *b);
/* systemIDs of old versions are any text: such a one becomes a UUID, always the same. True when it did. */
bool rec_xml_id(struct str told, char out[UUID_TEXT_MAX]);
/* What xsi:type names an object of the class by in arkivstruktur.xml: "journalpost"; NULL for a plain mappe. */
const char *model_xml_type(const struct entity *e, enum noark v);
void model_xml_end(struct model_xml *x);

#endif
