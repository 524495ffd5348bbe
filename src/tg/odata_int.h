/*
 * Private to the reader of OData: odata.c splits the query into options, odata_lex.c an option into
 * tokens, odata_path.c resolves names, odata_expr.c reads expressions.
 */
#ifndef SAMDRIFT_TG_ODATA_INT_H
#define SAMDRIFT_TG_ODATA_INT_H

#include "tg/odata.h"

enum tok {
    TOK_END, TOK_NAME, TOK_STRING, TOK_INTEGER, TOK_NUMBER, TOK_TIME, TOK_UUID,
    TOK_OPEN, TOK_CLOSE, TOK_COMMA, TOK_SLASH, TOK_COLON, TOK_SEMICOLON, TOK_EQUALS, TOK_STAR
};

/* What a value is. OBJECT: a path that ends at an object or group, good for eq null only. */
enum sort { SORT_TEXT, SORT_INTEGER, SORT_DECIMAL, SORT_TIME, SORT_BOOLEAN, SORT_NULL, SORT_VSM, SORT_OBJECT };

struct operand {
    struct expr *e;
    enum sort sort;
    size_t at;                     /* where it begins in the text */
    bool literal;
    bool predicate;                /* a condition, not the value of a path */
    const struct attr *group;      /* SORT_OBJECT: the group whose leaves are asked for */
};

#define VARS_MAX 8
struct variable {
    struct str name;
    const struct entity *entity;
    const struct step *value;      /* of a list of plain values: the variable itself is a value */
};

/* One option being read. */
struct reader {
    struct cx *cx;
    const struct odata_limits *lim;
    const char *option;            /* "$filter" */
    const struct entity *root;
    struct str text;
    size_t at;                     /* after the token in hand */
    /* the token in hand */
    enum tok tok;
    size_t start;
    struct str value;              /* name, content of a string, or source of a literal */
    int64_t i;
    double d;
    unsigned depth, terms;
    struct variable vars[VARS_MAX];
    unsigned vars_n;
};

enum fault {
    FAULT_UNEXPECTED, FAULT_UNKNOWN, FAULT_UNFINISHED, FAULT_TYPE, FAULT_ARGUMENTS, FAULT_DEEP, FAULT_MANY,
    FAULT_NUMBER, FAULT_END, FAULT_TWICE, FAULT_TIME, FAULT_NULL, FAULT_SEARCH,
    FAULT_CONDITION
};

/* RC_ODATA at byte `at` of the option; name may be empty, and is never a string of the client's. */
enum rc odata_fail(struct reader *r, size_t at, enum fault what, struct str name) ATTR_CHECK;
enum rc odata_unexpected(struct reader *r) ATTR_CHECK;
enum rc odata_next(struct reader *r) ATTR_CHECK;                 /* the next token */
bool odata_word(const struct reader *r, const char *word);       /* is the token in hand this keyword? */
enum rc odata_expect(struct reader *r, enum tok t) ATTR_CHECK;   /* that token, then the next */
/* In and out of one more level; a term more. */
enum rc odata_enter(struct reader *r) ATTR_CHECK;
void odata_leave(struct reader *r);
enum rc odata_term(struct reader *r) ATTR_CHECK;

/* Reads a path, any(…), all(…) or $count, the token in hand being its first name. */
enum rc odata_path(struct reader *r, struct operand *ret) ATTR_CHECK;
/* The list or to-one link of that name on the entity or, failing that, on its relatives; NULL. */
const struct link *odata_link(const struct entity *e, struct str name);

enum rc odata_condition(struct reader *r, struct expr **ret) ATTR_CHECK;
enum rc odata_operand(struct reader *r, struct operand *ret) ATTR_CHECK;
struct expr *odata_expr(struct reader *r, enum expr_kind kind, size_t args_n); /* NULL: out of memory */

#endif
