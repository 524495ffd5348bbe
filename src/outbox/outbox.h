/*
 * outbox – what is to be told to systems outside, from the transaction that gives reason to it.
 *
 * A message is a row of the municipality's database, written with what it tells of; afterwards it becomes a
 * file DIR/utboks/<kommune>/<receiver>/<id>.json, whole or not there. What could not be written stays and is
 * written by the next call. A message says where something lies, and nothing of what a person wrote.
 *
 * Errors: those of archive.h; RC_IO when a file cannot be written.
 */
#ifndef SAMDRIFT_OUTBOX_H
#define SAMDRIFT_OUTBOX_H

#include "archive/archive.h"

struct outbox;
/* Once, before the first vault is opened. */
void outbox_prepare(struct archive *a);
/* dir: of the co-operation; DIR/utboks is made when something goes there. */
enum rc outbox_open(struct cx *cx, const char *dir, struct outbox **ret) ATTR_CHECK;
void outbox_close(struct outbox **o);

/* In the write of archive_together. id is a UUID and names the file; receiver is a word of a-z and 0-9. */
enum rc outbox_put(struct call *c, const char *id, const char *receiver, struct str json) ATTR_CHECK;
/* Writes what waits: when the server starts. */
enum rc outbox_deliver(struct outbox *o, struct call *c) ATTR_CHECK;
/* The same after a write that is done whatever comes of it: a failure is logged, and the next call tries again. */
void outbox_hurry(struct outbox *o, struct call *c);

#endif
