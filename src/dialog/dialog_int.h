/* Shared by the files of dialog: rows of its tables. */
#ifndef SAMDRIFT_DIALOG_INT_H
#define SAMDRIFT_DIALOG_INT_H

#include "dialog/dialog.h"

#include "task/task.h"

/* How rows of a table are read. */
struct kind {
    const char *select;            /* "SELECT … FROM table" */
    const char *open;              /* the condition of dialog_filter.open, " AND …" */
    const char *newest;            /* the column that orders */
    size_t size;
    enum rc (*read)(struct cx *cx, struct stmt *st, void *row);
};
/* rows.c */
enum rc rows_list(struct call *c, const struct kind *k, const struct dialog_filter *f, void **ret, size_t *ret_n) ATTR_CHECK;
/* The first of the list, into *ret; RC_NOT_FOUND when it is empty. */
enum rc rows_one(struct call *c, const struct kind *k, const struct dialog_filter *f, void *ret) ATTR_CHECK;

/* mangel.c */
/* Does the party's request that the message answers wait still? RC_NOT_FOUND when it is none of this case and party. */
enum rc mangel_waits(struct call *c, const struct melding *m, bool *ret) ATTR_CHECK;
/* It is answered by the journalpost of the message. *ret_open: its task is to be done still. */
enum rc mangel_answered(struct call *c, const struct melding *m, bool *ret_open) ATTR_CHECK;

#endif
