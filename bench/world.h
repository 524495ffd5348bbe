/* What the measuring programs share: a municipality opened as the server opens it, and the processor's clock. */
#ifndef SAMDRIFT_BENCH_WORLD_H
#define SAMDRIFT_BENCH_WORLD_H

#include "archive/archive.h"

struct world {
    struct cx cx;
    struct store *store;
    struct blobs *blobs;
    struct archive *archive;
    struct config *cfg;
    struct vault *vault;
    int64_t from, to;      /* what is being filled in */
};

/* Opens the municipality in dir, by dir/samdrift.conf when that is there. add (may be NULL) brings further tables. */
enum rc world_open(struct world *w, const char *dir, const char *municipality, void (*add)(struct archive *a)) ATTR_CHECK;
/* An administrator who calls with that context. */
struct call world_call(const struct world *w, struct cx *cx);
/* Tells a failure as "name: …". */
void world_tell(const char *name, struct cx *cx);
/* Tells the failure that rc is, closes all. -> the exit status */
int world_close(struct world *w, const char *name, enum rc rc);

/* Microseconds that this thread has used. */
int64_t processor_us(void);

#endif
