/*
 * depot – packages kept for good: those of the members, and of guests.
 *
 * A package is kept as a bag (BagIt, RFC 8493), so that any bag tool can check it without Samdrift:
 *
 *     DIR/depot/<id>/bagit.txt, bag-info.txt        who it belongs to, by which agreement, from where
 *                    manifest-sha256.txt            what was received, file by file
 *                    tagmanifest-sha256.txt         the three above
 *                    premis.xml                     what has happened to it since (PREMIS, DIAS form)
 *                    data/…                         the received bytes; nothing is ever written there
 *
 * A file of data/ that no longer is what was received is put back from the second copy, where one is
 * kept. Both copies are checked together. A package under way lies in DIR/depot/.inn-<id> and gets its
 * name when everything is on stable storage; what a killed process leaves is swept with the next add.
 *
 * The folder of second copies has a mark, .samdrift-kopi. Where it has been and is no more, a disk is not
 * connected: nothing is then written in its place. DIR/depot/.kopi tells where it was; whoever means to begin
 * with an empty disk deletes that file.
 *
 * An owner is a member (its short name) or a guest (any name). Whoever asks on behalf of an owner sees
 * the packages of that owner only; the others are RC_NOT_FOUND.
 *
 * Errors common to all: RC_NO_SPACE and RC_IO with the path as secret, RC_NOMEM.
 */
#ifndef SAMDRIFT_DEPOT_H
#define SAMDRIFT_DEPOT_H

#include "base/base.h"

struct depot;

/* dir must exist; DIR/depot is made. copy: where the second copies lie, made when first written to; NULL: none. */
enum rc depot_open(struct cx *cx, const char *dir, const char *copy, struct depot **ret) ATTR_CHECK;
void depot_close(struct depot **d);

struct depot_owner {
    const char *name;
    bool guest;
};
struct depot_package {
    char id[UUID_TEXT_MAX];
    struct depot_owner owner;
    const char *agreement;      /* avtale: its number or title */
    const char *creator;        /* arkivskaper, "" when not told */
    const char *origin;         /* the system or office it comes from, "" when not told */
    const char *name;           /* of the file or folder as received */
    const char *received;       /* date and time */
    const char *sha256;         /* of a package that is one file; of the manifest otherwise */
    int64_t files, bytes;
};

/* Bytes done of bytes in all; false stops the work with RC_BUSY. May be NULL. */
typedef bool (*depot_progress)(void *arg, int64_t done, int64_t total);

/*
 * Takes in the file or folder at path: owner, agreement, creator and origin are read from `terms`, the
 * rest of it is filled in for *ret (arena). RC_NOT_FOUND: nothing at path. RC_EXISTS: the same bytes
 * are kept for this owner already. RC_FIELD_VALUE (field path): links and devices in the folder. RC_COPY_AWAY:
 * the second copy is not there. Whatever it ends with, a package is kept in both copies or not at all.
 */
enum rc depot_add(struct cx *cx, struct depot *d, const char *path, const struct depot_package *terms,
                  depot_progress progress, void *arg, struct depot_package *ret) ATTR_CHECK;
/* Packages of the owner (NULL: of all), oldest first, in the arena. */
enum rc depot_list(struct cx *cx, struct depot *d, const struct depot_owner *owner, struct depot_package **ret,
                   size_t *ret_n) ATTR_CHECK;
/* One package. RC_NOT_FOUND, also when it is another owner's. */
enum rc depot_find(struct cx *cx, struct depot *d, const struct depot_owner *owner, const char *id,
                   struct depot_package *ret) ATTR_CHECK;

enum depot_state {
    DEPOT_RESTORED,     /* was damaged or gone in one copy and is whole again */
    DEPOT_DAMAGED,      /* damaged or gone in one copy; the other is whole, but nothing was put back */
    DEPOT_LOST,         /* damaged or gone, and no sound copy to take it from */
    DEPOT_EXTRA,        /* a file nobody has received; left as it is */
    DEPOT_AWAY          /* the second copy is not there: the first was checked alone */
};
struct depot_finding {
    const char *package, *file; /* file "": the whole package */
    enum depot_state state;
    bool in_copy;       /* in the second copy */
    const char *why;    /* of DAMAGED and AWAY, "" otherwise */
};
typedef void (*depot_found)(void *arg, const struct depot_finding *f);
/* Reads every byte of the package and of its copy, restores what it can, and writes down the event. What cannot be put
 * back (the disk is full, or read-only) is a finding, and the check goes on. */
enum rc depot_check(struct cx *cx, struct depot *d, const char *id, depot_found found, depot_progress progress,
                    void *arg) ATTR_CHECK;

/* Copies the package, as it was received, into the folder `out`, which is made; each file is checked on its way. What is
 * damaged or gone in the first copy is taken from the second (DEPOT_DAMAGED). Files that are whole in neither are all told
 * (DEPOT_LOST), and nothing is handed out: RC_FILE_MISMATCH. RC_EXISTS when there is something at out/name. */
enum rc depot_get(struct cx *cx, struct depot *d, const char *id, const char *out, depot_found found,
                  depot_progress progress, void *arg) ATTR_CHECK;
/*
 * A usage copy of chosen parts of a Noark 5 extract: the units with these systemIDs (arkivdel, klasse, mappe,
 * registrering …) whole, what stands above them, their documents and the schemas, as a DIAS tar of type DIP
 * in the folder `out`. *ret is its path. RC_NOT_FOUND with the first systemID that is not there as field.
 * What it is made of is checked as by depot_get, and comes from one copy; the first file that is damaged or gone there is told.
 */
enum rc depot_part(struct cx *cx, struct depot *d, const char *id, const char *const *parts, size_t parts_n,
                   const char *out, depot_found found, void *arg, const char **ret) ATTR_CHECK;
/* Path of the received file or folder in the arena, for readers. */
enum rc depot_path(struct cx *cx, struct depot *d, const struct depot_package *p, const char **ret) ATTR_CHECK;

/* Checks each package when `hours` have gone since its last event, on a thread of its own, till depot_close. */
enum rc depot_watch(struct cx *cx, struct depot *d, int64_t hours) ATTR_CHECK;

#endif
