/* Private to the room depot: files that are hashed as they move, the tag files of a bag, its events. */
#ifndef SAMDRIFT_DEPOT_INT_H
#define SAMDRIFT_DEPOT_INT_H

#include <pthread.h>

#include "depot/depot.h"

#define PATH_TEXT_MAX 3072     /* several lie on the stack at a time */

struct watch {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    int64_t hours;
};
struct depot {
    char *dir;              /* DIR/depot */
    char *copy;             /* NULL: no second copies */
    struct watch *watch;
};

/* ------------------------------------------------------------------ file.c */

struct meter {
    depot_progress progress;
    void *arg;
    int64_t done, total;
    bool stopped;
};
/* root "/" rel into out; RC_FIELD_VALUE when it is too long. */
enum rc path_join(struct cx *cx, char out[PATH_TEXT_MAX], const char *root, const char *rel) ATTR_CHECK;
/* bag "/data/" rel. */
enum rc data_path(struct cx *cx, char out[PATH_TEXT_MAX], const char *bag, const char *rel) ATTR_CHECK;
bool path_exists(const char *path);
/* The folders above path are made. */
enum rc path_make_parents(struct cx *cx, const char *path) ATTR_CHECK;
/* Removes a tree; what is gone already is fine. */
void path_remove(const char *path);
enum rc dir_make(struct cx *cx, const char *path) ATTR_CHECK;
enum rc dir_sync(struct cx *cx, const char *path) ATTR_CHECK;
/* Everything written to the file system of path is on stable storage. */
enum rc disk_sync(struct cx *cx, const char *path) ATTR_CHECK;

/* Each regular file below root in byte order of its path (folders as if they ended with the lowest
 * byte); rel is relative. Of what is neither file nor folder, and of folders deeper than 64, size is -1. */
enum rc walk(struct cx *cx, const char *root, enum rc (*fn)(void *arg, const char *rel, int64_t size), void *arg) ATTR_CHECK;
/* The order of walk. */
int walk_order(const char *a, const char *b);

/* SHA-256 of a file; RC_NOT_FOUND, RC_IO. */
enum rc file_hash(struct cx *cx, const char *path, struct meter *m, char out[SHA256_HEX_MAX], int64_t *ret_size) ATTR_CHECK;
/* Copies to both new files (to[1] may be NULL), hashing. */
enum rc file_copy(struct cx *cx, const char *from, const char *const to[2], struct meter *m,
                  char out[SHA256_HEX_MAX], int64_t *ret_size) ATTR_CHECK;
/* A small file as a whole, in the arena: RC_NOT_FOUND, RC_TOO_LARGE. */
enum rc file_read(struct cx *cx, const char *path, size_t max, struct str *ret) ATTR_CHECK;
/* Writes a small file beside its place and renames it; on stable storage when it returns. */
enum rc file_write(struct cx *cx, const char *path, struct str text) ATTR_CHECK;

/* ------------------------------------------------------------------ bag.c */

#define BAG_INFO "bag-info.txt"
#define BAG_MANIFEST "manifest-sha256.txt"
#define BAG_TAGS "tagmanifest-sha256.txt"
#define BAG_EVENTS "premis.xml"

/* Writes bagit.txt, bag-info.txt and the tag manifest; manifest and data are there. */
enum rc bag_seal(struct cx *cx, const char *bag, const struct depot_package *p) ATTR_CHECK;
enum rc bag_info(struct cx *cx, const char *bag, struct depot_package *ret) ATTR_CHECK;
/* Are the tag files those that were sealed? */
bool bag_sound(struct cx *cx, const char *bag);
/* A line of a manifest. rel is as walk tells it, below data/. */
void bag_line(struct buf *out, const char *sha256, const char *rel);
/* The lines of a manifest one by one: sha256 and rel are those of the last, till the next. */
struct manifest {
    FILE *f;
    char *line;
    size_t room;
    const char *sha256, *rel;
};
enum rc manifest_open(struct cx *cx, const char *bag, struct manifest *ret) ATTR_CHECK;
enum rc manifest_next(struct cx *cx, struct manifest *m, bool *ret_more) ATTR_CHECK;
void manifest_close(struct manifest *m);

/* ------------------------------------------------------------------ premis.c */

/* The file of a new package with the event of its receipt. */
enum rc premis_begin(struct cx *cx, const char *bag, const struct depot_package *p) ATTR_CHECK;
/* Adds an event: what was done, how it went ("success", "restored" …), and what it found. */
enum rc premis_event(struct cx *cx, const char *bag, const char *detail, const char *outcome, struct str note) ATTR_CHECK;

/* ------------------------------------------------------------------ depot.c */

/* The bag of that id in the arena, main or copy. */
enum rc depot_bag(struct cx *cx, const struct depot *d, const char *id, bool copy, const char **ret) ATTR_CHECK;
/* Both of them: NULL where there is none. *ret_papers: the one whose tag files are those that were sealed, or -1. */
enum rc depot_bags(struct cx *cx, const struct depot *d, const char *id, const char *ret[2], int *ret_papers) ATTR_CHECK;
/* The second copies may be written: their folder is made and marked the first time. RC_COPY_AWAY. */
enum rc depot_copy_ready(struct cx *cx, const struct depot *d) ATTR_CHECK;
bool depot_copy_away(struct cx *cx, const struct depot *d);
/* What the last error was, for a finding; it is forgotten. */
const char *depot_why(struct cx *cx);
/* The name of a bag under way, and the removal of those that nobody is at. */
#define UNDER_WAY ".inn-"
void depot_sweep(const char *dir);
/* Locks the bag against other checks, also of other processes, till the descriptor is closed. */
int depot_lock(const char *bag, bool wait);

void watch_stop(struct watch **w);

#endif
