/*
 * The log that proves itself.
 *
 * Entries of a municipality's log are numbered from 1 without gaps. Entry n has a leaf
 *
 *     leaf(n) = SHA-256(0x00 || n || leaf(n-1) || fields)
 *
 * where each part is preceded by its length in four bytes, big-endian; so each leaf holds all that
 * came before. Over the leaves lies the hash tree of RFC 6962 (node = SHA-256(0x01 || left || right)),
 * so that one entry can be proved to be in a log of a given size with a few hashes. The root is
 * signed with the co-operation's Ed25519 key.
 *
 * The fields, in order: systemID, type, referanseArkivenhet, referanseMetadata, endretDato, endretAv,
 * referanseEndretAv, tidligereVerdi, nyVerdi, hendelsetype, beskrivelse, hendelseDato, avtrykk. What
 * is missing has length 0. avtrykk is the digest of the object as the event left it (chain_digest).
 */
#ifndef SAMDRIFT_ARCHIVE_CHAIN_H
#define SAMDRIFT_ARCHIVE_CHAIN_H

#include "base/base.h"
#include "model/model.h"
#include "store/store.h"

enum { CHAIN_WHEN = 4, CHAIN_HAPPENED = 11, CHAIN_FIELDS = 13 };
enum { CHAIN_BLOCK = 256 };            /* whole blocks of so many leaves keep their root in `loggtre` */

struct chain_entry {
    int64_t nr;                        /* 0 before it is appended */
    struct str fields[CHAIN_FIELDS];
};
/* Names of the fields, in order: JSON of proofs. */
extern const char *const chain_names[CHAIN_FIELDS];

typedef unsigned char chain_hash[32];

/* The leaf of an entry after one whose leaf is prev (64 hex digits; "" for the first). RC_NOMEM. */
enum rc chain_leaf(struct cx *cx, const struct chain_entry *e, const char *prev, char out[SHA256_HEX_MAX]) ATTR_CHECK;
/* Takes the next number in the write under way and makes the leaf; the caller stores both with the entry. */
enum rc chain_append(struct db *db, struct chain_entry *e, char out[SHA256_HEX_MAX]) ATTR_CHECK;
/* Digest of an object: class, systemID, single values and what it hangs on. Lists are rows of their own. */
enum rc chain_digest(struct cx *cx, const struct rec *r, char out[SHA256_HEX_MAX]) ATTR_CHECK;

/* The root of the tree over the first n entries; n = 0: SHA-256 of nothing. */
enum rc chain_root(struct db *db, int64_t n, chain_hash out) ATTR_CHECK;
/* One step from a leaf to the root. */
struct chain_step {
    bool left;                         /* the hash stands to the left */
    chain_hash hash;
};
enum { CHAIN_STEPS = 64 };
/* The steps from entry nr to the root over n entries. */
enum rc chain_path(struct db *db, int64_t nr, int64_t n, struct chain_step steps[CHAIN_STEPS], size_t *ret_n) ATTR_CHECK;
/* A tree that is read from its first leaf: the root after each, without the database. Begins as {0}. */
struct chain_growth {
    int64_t n;
    chain_hash whole[CHAIN_STEPS];     /* roots of the perfect trees that n leaves make, the largest first */
    size_t whole_n;
    chain_hash block;                  /* root of the last whole block */
};
void chain_grow(struct chain_growth *g, const chain_hash leaf);
/* The root over the n leaves; n > 0. */
void chain_grown(const struct chain_growth *g, chain_hash out);
/* The root that the steps lead to from a leaf. */
void chain_climb(const chain_hash leaf, const struct chain_step *steps, size_t n, chain_hash out);

/* 64 hex digits to bytes; false when it is not that. */
bool chain_unhex(struct str hex, chain_hash out);

#endif
