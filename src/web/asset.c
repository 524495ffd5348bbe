/* Files for browsers, embedded at build, under names that change with their content. */
#include "web/web_int.h"

static const char FOREVER[] = "public, max-age=31536000, immutable";

const char *asset_href(const char *plain)
{
    const char *dot = strrchr(plain, '.');
    size_t n = (size_t)(dot - plain);
    for (size_t i = 0; i < assets_n; i++)
        if (strncmp(assets[i].href + sizeof("/static/") - 1, plain, n + 1) == 0 &&
            streq(strrchr(assets[i].href, '.'), dot))
            return assets[i].href;
    return "/static/";
}

static bool takes_gzip(const struct http_request *rq)
{
    const char *accepted = http_header(rq, "Accept-Encoding");
    return accepted && strstr(accepted, "gzip") && !strstr(accepted, "gzip;q=0");
}

enum rc asset_get(struct page *pg)
{
    const char *name = page_param(pg, "fil");
    for (size_t i = 0; i < assets_n; i++) {
        const struct asset *a = &assets[i];
        if (!streq(a->href + sizeof("/static/") - 1, name))
            continue;
        bool gzip = takes_gzip(pg->rq);
        pg->rp->type = a->type;
        buf_add(&pg->rp->body, gzip ? a->gzip : a->raw, gzip ? a->gzip_n : a->raw_n);
        if (gzip)
            TRY(http_set(pg->rq, pg->rp, "Content-Encoding", "gzip"));
        TRY(http_set(pg->rq, pg->rp, "Vary", "Accept-Encoding"));
        return http_set(pg->rq, pg->rp, "Cache-Control", FOREVER);
    }
    return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
}

/* ------------------------------------------------------------------ the colour of a municipality */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool colour_valid(const char *colour)
{
    if (colour[0] != '#' || strlen(colour) != 7)
        return false;
    for (int i = 1; i < 7; i++)
        if (hex(colour[i]) < 0)
            return false;
    return true;
}

/* Thousandths of the luminance of WCAG 2, its curve taken as a square: near enough to choose by. */
static int luminance(const char *colour)
{
    static const int weight[] = {2126, 7152, 722};
    int sum = 0;
    for (int i = 0; i < 3; i++) {
        int v = hex(colour[1 + 2 * i]) * 16 + hex(colour[2 + 2 * i]);
        sum += weight[i] * (v * v / 65) / 1000;
    }
    return sum / 10;
}

const char *colour_contrast(const char *colour)
{
    return luminance(colour) > 180 ? "#000" : "#fff";
}

enum rc asset_colour(struct page *pg)
{
    char colour[8];
    snprintf(colour, sizeof(colour), "#%s", page_param(pg, "farge"));
    if (strlen(page_param(pg, "farge")) != 6 || !colour_valid(colour))
        return err_set(pg->cx, RC_NOT_FOUND, NULL, NULL);
    pg->rp->type = "text/css; charset=utf-8";
    bool dark = streq(colour_contrast(colour), "#fff");
    buf_printf(&pg->rp->body, ":root{--sd-colour:%s;--sd-on-colour:%s;--sd-off-colour:%s}\n", colour,
               dark ? "#fff" : "#000", dark ? "#000" : "#fff");
    return http_set(pg->rq, pg->rp, "Cache-Control", FOREVER);
}
