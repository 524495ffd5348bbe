/* Shared by the files of acting. */
#ifndef SAMDRIFT_ACTING_INT_H
#define SAMDRIFT_ACTING_INT_H

#include "acting/acting.h"
#include "web/ui.h"

#define TEXT(id, nb, nn, se, en) extern const struct text A_##id;
#include "acting/texts.def"
#undef TEXT

struct acting {
    struct web *web;
    struct login *login;
    struct registers *registers;
};

enum { VALUE_MAX = 17, CHOICES_MAX = 2 * REGISTER_LIST_MAX };

/* One that the person may act for. */
struct choice {
    struct actor actor;            /* without citizen: the child becomes known when it is chosen */
    const char *pid;               /* of a child */
    int foedselsaar;
    char value[VALUE_MAX];         /* names it in the form of this session, and says nothing */
};
struct choices {
    struct choice *all;
    size_t n;
    bool away[REGISTRE];           /* did not answer */
};
/* choices.c */
/* What the registers say of the person that is logged in. A register that does not answer is told, not an error. */
enum rc choices_ask(struct acting *a, struct page *pg, struct choices *ret) ATTR_CHECK;

#endif
