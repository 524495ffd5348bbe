/*
 * What happened to a package, in the form of PREMIS that DIAS uses (PREMIS 2.0 in the namespace of
 * Arkivverket): one object, its events in order, and this program as the agent.
 */
#include "depot/depot_int.h"

#define EVENTS_MAX ((size_t)MiB(16))

/* Events stand before the agent. */
static const char mark[] = "  <premis:agent>\n";

static void add_text(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '<')
            buf_puts(b, "&lt;");
        else if (c == '>')
            buf_puts(b, "&gt;");
        else if (c == '&')
            buf_puts(b, "&amp;");
        else
            buf_putc(b, c >= 0x20 || c == '\n' ? (char)c : ' ');
    }
}

static void add_element(struct buf *b, int indent, const char *name, struct str text)
{
    buf_printf(b, "%*s<premis:%s>", indent, "", name);
    add_text(b, text);
    buf_printf(b, "</premis:%s>\n", name);
}

static void add_identifier(struct buf *b, int indent, const char *name, const char *type, const char *value)
{
    char part[64];
    buf_printf(b, "%*s<premis:%sIdentifier>\n", indent, "", name);
    (void)snprintf(part, sizeof(part), "%sIdentifierType", name);
    add_element(b, indent + 2, part, str_of(type));
    (void)snprintf(part, sizeof(part), "%sIdentifierValue", name);
    add_element(b, indent + 2, part, str_of(value));
    buf_printf(b, "%*s</premis:%sIdentifier>\n", indent, "", name);
}

static void add_object(struct buf *b, const struct depot_package *p)
{
    bool one = p->files == 1;
    char size[24];
    (void)snprintf(size, sizeof(size), "%" PRId64, p->bytes);
    buf_puts(b, "  <premis:object xsi:type=\"premis:file\">\n");
    add_identifier(b, 4, "object", "NO/RA", p->id);
    buf_puts(b, "    <premis:objectCharacteristics>\n");
    add_element(b, 6, "compositionLevel", STR("0"));
    buf_puts(b, "      <premis:fixity>\n");
    add_element(b, 8, "messageDigestAlgorithm", STR("SHA-256"));
    add_element(b, 8, "messageDigest", str_of(p->sha256));
    add_element(b, 8, "messageDigestOriginator", one ? STR("Samdrift") : STR("Samdrift: " BAG_MANIFEST));
    buf_puts(b, "      </premis:fixity>\n");
    add_element(b, 6, "size", str_of(size));
    buf_puts(b, "      <premis:format>\n        <premis:formatDesignation>\n");
    add_element(b, 10, "formatName", one ? STR("file") : STR("folder"));
    buf_puts(b, "        </premis:formatDesignation>\n      </premis:format>\n    </premis:objectCharacteristics>\n");
    add_element(b, 4, "originalName", str_of(p->name));
    buf_puts(b, "  </premis:object>\n");
}

/* The schema of DIAS has few types; what was done stands in the detail. */
static void add_event(struct buf *b, struct cx *cx, const char *object, const char *type, const char *detail,
                      const char *outcome, struct str note)
{
    char id[UUID_TEXT_MAX], when[TIME_TEXT_MAX];
    uuid_new(id);
    time_format(cx->now, when);
    buf_puts(b, "  <premis:event>\n");
    add_identifier(b, 4, "event", "UUID", id);
    add_element(b, 4, "eventType", str_of(type));
    add_element(b, 4, "eventDateTime", str_of(when));
    add_element(b, 4, "eventDetail", str_of(detail));
    buf_puts(b, "    <premis:eventOutcomeInformation>\n");
    add_element(b, 6, "eventOutcome", str_of(outcome));
    if (note.n) {
        buf_puts(b, "      <premis:eventOutcomeDetail>\n");
        add_element(b, 8, "eventOutcomeDetailNote", note);
        buf_puts(b, "      </premis:eventOutcomeDetail>\n");
    }
    buf_puts(b, "    </premis:eventOutcomeInformation>\n");
    add_identifier(b, 4, "linkingAgent", "name", "Samdrift " SAMDRIFT_VERSION);
    add_identifier(b, 4, "linkingObject", "NO/RA", object);
    buf_puts(b, "  </premis:event>\n");
}

static void add_head(struct buf *b)
{
    buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<premis:premis xmlns:premis=\"http://arkivverket.no/standarder/PREMIS\""
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" version=\"2.0\">\n");
}

static void add_tail(struct buf *b)
{
    buf_puts(b, mark);
    add_identifier(b, 4, "agent", "name", "Samdrift " SAMDRIFT_VERSION);
    add_element(b, 4, "agentName", STR("Samdrift"));
    add_element(b, 4, "agentType", STR("software"));
    buf_puts(b, "  </premis:agent>\n</premis:premis>\n");
}

static enum rc store(struct cx *cx, const char *bag, struct buf *b)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(cx, path, bag, BAG_EVENTS));
    return buf_failed(b) ? cx_nomem(cx) : file_write(cx, path, buf_str(b));
}

enum rc premis_begin(struct cx *cx, const char *bag, const struct depot_package *p)
{
    struct buf b;
    buf_init(&b, EVENTS_MAX);
    add_head(&b);
    add_object(&b, p);
    add_event(&b, cx, p->id, "Ingestion", "receipt", "success", str_of(p->agreement));
    add_tail(&b);
    enum rc rc = store(cx, bag, &b);
    buf_free(&b);
    return rc;
}

/* A file of events that is gone or damaged is begun again: what it told is not ours to make up. */
static enum rc reopen(struct cx *cx, const char *bag, struct str *ret, const char **ret_mark)
{
    char path[PATH_TEXT_MAX];
    TRY(path_join(cx, path, bag, BAG_EVENTS));
    enum rc rc = file_read(cx, path, EVENTS_MAX, ret);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    err_clear(cx);
    *ret_mark = rc == RC_OK ? strstr(ret->p, mark) : NULL;
    return RC_OK;
}

enum rc premis_event(struct cx *cx, const char *bag, const char *detail, const char *outcome, struct str note)
{
    struct depot_package p;
    struct str text;
    const char *at;
    struct buf b;
    TRY(bag_info(cx, bag, &p));
    TRY(reopen(cx, bag, &text, &at));
    buf_init(&b, EVENTS_MAX);
    if (at) {
        buf_add(&b, text.p, (size_t)(at - text.p));
    } else {
        add_head(&b);
        add_object(&b, &p);
    }
    add_event(&b, cx, p.id, "Adjustment", detail, outcome, note);
    if (at)
        buf_puts(&b, at);
    else
        add_tail(&b);
    enum rc rc = store(cx, bag, &b);
    buf_free(&b);
    return rc;
}
