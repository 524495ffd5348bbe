/*
 * Proofs of the log (chain.h), for whoever wants to check without trusting the archive.
 *
 * A proof is one JSON object: the entry, its leaf, the steps to the root, the signed tree head and the
 * public key. It is checked offline: the entry gives the leaf, the leaf and the steps give the root, and
 * the head with the root is signed. Whoever has the co-operation's public key from elsewhere gives it, and
 * then knows who signed.
 */
#ifndef SAMDRIFT_ARCHIVE_PROOF_H
#define SAMDRIFT_ARCHIVE_PROOF_H

#include "archive/archive.h"

/* The signed tree head over the whole log: {"antall", "rot", "tid", "signatur"}, with the public key. */
enum rc archive_tree_head(struct call *c, struct buf *ret_json) ATTR_CHECK;
/*
 * The proof of an entry of the log, by its systemID; of a dokumentobjekt: of the entry that tells its
 * sjekksum. The caller must be able to read the entry; RC_NOT_FOUND.
 */
enum rc archive_proof(struct call *c, struct str systemid, struct buf *ret_json) ATTR_CHECK;
/* PEM; lives as long as the archive. */
const char *archive_public_key(const struct archive *a);

enum proof_verdict {
    PROOF_HOLDS,
    PROOF_MALFORMED,      /* not a proof */
    PROOF_ENTRY,          /* the entry is not the one of the leaf */
    PROOF_PATH,           /* the steps do not lead to the root */
    PROOF_SIGNATURE,      /* the head is not signed by the key */
    PROOF_DOCUMENT        /* the document is another than the entry tells of */
};
struct proof_result {
    enum proof_verdict verdict;
    int64_t nr, count;                        /* entry, and how many the signed log had */
    const char *when, *by, *what, *old, *new; /* of the entry, in the arena */
    const char *municipality, *signed_at;
    bool own_key;                             /* checked against the key in the proof, not one given */
};
/*
 * Checks a proof. public_pem NULL: with the key it brings. document NULL, or the SHA-256 of a file
 * that the entry must tell of. Any text is judged; errors are RC_NOMEM alone.
 */
enum rc proof_check(struct cx *cx, struct str json, const char *public_pem, const char *document,
                    struct proof_result *ret) ATTR_CHECK;

#endif
