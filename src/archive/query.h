/*
 * Questions to the archive, as trees over the model. Part of archive.h; made by the OData reader (tg/).
 * Names are resolved when the tree is made: an unknown one never reaches SQL. Whoever makes a tree keeps it, mostly in the
 * arena of the request, until archive_query has ended, which only reads it. Results are in the arena of the call.
 */
#ifndef SAMDRIFT_ARCHIVE_QUERY_H
#define SAMDRIFT_ARCHIVE_QUERY_H

enum expr_kind {
    EX_AND, EX_OR, EX_NOT,                      /* args */
    EX_EQ, EX_NE, EX_GT, EX_LT, EX_GE, EX_LE,   /* two args */
    EX_IN,                                      /* args[0] in args[1…] */
    EX_CALL,                                    /* fn over args */
    EX_TEXT, EX_NUMBER, EX_INTEGER, EX_TIME, EX_BOOLEAN, EX_NULL,  /* literals */
    EX_PATH,                                    /* steps to another object, then an attribute */
    EX_ANY, EX_ALL                              /* steps to many objects, args[0] (may be NULL for any()) holds for one / each */
};

enum expr_fn {
    FN_CONTAINS, FN_STARTSWITH, FN_ENDSWITH, FN_LENGTH, FN_INDEXOF, FN_SUBSTRING, FN_TOLOWER, FN_TOUPPER,
    FN_TRIM, FN_CONCAT, FN_YEAR, FN_MONTH, FN_DAY, FN_HOUR, FN_MINUTE, FN_SECOND, FN_ROUND, FN_FLOOR,
    FN_CEILING, FN_DATE, FN_NOW, FN_COUNT
};

/* From one object to others over a relation, or no move but a cast. */
struct step {
    const struct relation *relation;   /* or NULL: a cast */
    bool from_b;                       /* standing on side b of the relation */
    const struct attr *list, *list_leaf; /* the list attribute whose values are reached, or NULL */
    const struct entity *entity;       /* what is reached; a subtype restricts (cast) */
};

struct expr {
    enum expr_kind kind;
    enum expr_fn fn;
    struct expr **args;
    size_t args_n;
    /* literals */
    struct str text;
    int64_t i;
    double d;
    /* EX_PATH, EX_ANY, EX_ALL: steps from the object in hand (depth 0) or an enclosing any/all (depth 1…) */
    unsigned depth;
    struct step *steps;
    size_t steps_n;
    const struct attr *attr, *leaf;    /* EX_PATH: the value, of the family reached; attr NULL means systemID */
    bool kodenavn;                     /* of a code: its name instead of its kode */
    bool entity_type;                  /* EX_PATH: the name of the entity itself (type) */
    struct str vsm;                    /* a field of virksomhetsspesifikkeMetadata, full name */
    enum type vsm_type;                /* of it, from the literal it is compared with */
};

struct order {
    struct expr *by;
    bool descending;
};

struct expand {
    const struct link *link;           /* LINK_LIST or LINK_ONE of the entity */
    struct expand *children;
    size_t children_n;
};

struct query {
    const struct entity *entity;       /* results are of it or of its subtypes */
    const struct rec *from;            /* below this object over `link` (LINK_LIST), or NULL */
    const struct link *link;
    enum codelist_id list;             /* entity kode: entries of this list; otherwise CL_NONE */
    struct expr *filter;               /* NULL: everything */
    struct str search;                 /* empty: no search */
    struct order *order;
    size_t order_n;
    int64_t top, skip;                 /* top 0: only the count */
    struct str *select;
    size_t select_n;
    struct expand *expand;
    size_t expand_n;
    bool no_count;                     /* the caller does not want the total */
};

struct result;
/* Objects of an expansion of one record. */
struct expanded {
    const struct link *link;
    struct result *result;
};
struct result {
    int64_t count;                     /* all that match */
    struct rec **recs;
    size_t n;
    struct expanded **expanded;        /* [n][expand_n], or NULL */
};

#endif
