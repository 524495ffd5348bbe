/*
 * Proofs of the log: Samdrift's own addresses beside the standard's, /{kommune}/bevis/.
 */
#include "archive/proof.h"
#include "tg/tg_int.h"

enum rc proof_head(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    TRY(job_begin(rq, rp, &j));
    rp->type = "application/json";
    return archive_tree_head(&j.call, &rp->body);
}

enum rc proof_get(struct http_request *rq, struct http_reply *rp)
{
    struct job j;
    TRY(job_begin(rq, rp, &j));
    rp->type = "application/json";
    return archive_proof(&j.call, http_param(rq, "id"), &rp->body);
}
