/*
 * acting – choosing for whom one acts: oneself, a child, a company. The page /{kommune}/paa-vegne-av.
 *
 * The choice itself is kept by web (page_actor); this room asks the registers who there is to choose from, and whether
 * what was chosen still holds. Nothing is remembered here.
 */
#ifndef SAMDRIFT_ACTING_H
#define SAMDRIFT_ACTING_H

#include "register/register.h"
#include "web/web.h"

struct acting;
/* All are borrowed and must outlive it. With a register of persons or companies, each page offers the choice. */
enum rc acting_open(struct cx *cx, struct web *web, struct login *login, struct registers *registers,
                    struct acting **ret) ATTR_CHECK;
void acting_close(struct acting **a);
struct http_door acting_door(struct acting *a);

/* Where the choice is made; it comes back to that address. */
const char *acting_href(struct page *pg, const char *back);
/* Asks the register whether page_actor may be acted for, now: before something is done in somebody's name. Oneself always may.
 * RC_BUSY when the register does not answer. */
enum rc acting_verify(struct acting *a, struct page *pg, bool *ret_may) ATTR_CHECK;
/* The name of the person that is logged in, by Folkeregisteret; "" when it cannot be had. */
enum rc acting_name(struct acting *a, struct page *pg, const char **ret) ATTR_CHECK;

#endif
