/*
 * Proofs and signed heads from strangers: any text is judged, and nobody comes upon a proof that a key made elsewhere has
 * signed. The first byte says what the text is to be, and whether the key in a proof is believed.
 */
#include <stdlib.h>

#include "archive/archive_int.h"
#include "archive/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The example of RFC 8410: a key that is not ours. */
static const char foreign[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                              "-----END PUBLIC KEY-----\n";

static void read_heads(struct cx *cx, struct str text)
{
    struct tree_head *heads;
    size_t n;
    enum rc rc = heads_read(cx, text, "aas", &heads, &n);
    if (rc != RC_OK && rc != RC_JSON && rc != RC_NOMEM)
        abort();
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        if (head_holds(cx, "aas", foreign, &heads[i]))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char none[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct cx cx;
    struct proof_result r;
    if (size == 0)
        return 0;
    cx_open(&cx, (size_t)MiB(8));
    if (data[0] & 4) {
        read_heads(&cx, (struct str){(const char *)data + 1, size - 1});
        cx_close(&cx);
        return 0;
    }
    const char *key = data[0] & 1 ? foreign : NULL;
    enum rc rc = proof_check(&cx, (struct str){(const char *)data + 1, size - 1}, key, data[0] & 2 ? none : NULL, &r);
    if (rc != RC_OK && rc != RC_NOMEM)
        abort();
    if (rc == RC_OK && r.verdict == PROOF_HOLDS && (key || r.nr < 1 || r.nr > r.count || !r.municipality))
        abort();
    cx_close(&cx);
    return 0;
}
