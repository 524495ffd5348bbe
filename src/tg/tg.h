/*
 * tg – the official Noark 5 tjenestegrensesnitt (TG 1.1) of each municipality, at /{kommune}/noark5/.
 *
 * A door: it turns requests into calls of archive/ and results into JSON and links. It knows no SQL
 * and decides no rule. What an address can be follows from the links of the model:
 *
 *   /{kommune}/noark5/                               what there is, after login
 *   …/{pakke}/                                       a package: arkivstruktur, sakarkiv, metadata …
 *   …/{pakke}/{rel}/                                 a list, a code list, or ny-X without a parent
 *   …/{pakke}/{entitet}/{id}/                        an object
 *   …/{pakke}/{entitet}/{id}/{rel}/[$ref]            what hangs on it, ny-X, utvid-til-X, fil
 *   /{kommune}/bevis/, /{kommune}/uttrekk/           Samdrift's own: proofs of the log, deposits
 */
#ifndef SAMDRIFT_TG_H
#define SAMDRIFT_TG_H

#include "archive/archive.h"
#include "base/base.h"
#include "deposit/export_job.h"
#include "http/http.h"
#include "login/login.h"

struct tg;

/* All are borrowed and must outlive it. cfg: [login] oidc = nei leaves OpenID Connect unannounced. */
enum rc tg_open(struct cx *cx, struct archive *archive, struct login *login, struct export_jobs *exports,
                struct config *cfg, struct tg **ret) ATTR_CHECK;
void tg_close(struct tg **tg);
/* Its routes, for the server. */
struct http_door tg_door(struct tg *tg);

#endif
