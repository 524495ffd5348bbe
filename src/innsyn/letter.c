/* The documents of an order: text and frame. */
#include "innsyn/innsyn_int.h"

static const char *const texts[BREV_COUNT][2] = {
#define BREV(id, nb, nn) [BREV_##id] = {nb, nn},
#include "innsyn/brev.def"
#undef BREV
};

const char *brev_text(enum brev id, bool nynorsk)
{
    return texts[id][nynorsk];
}

const char *brev_fill(struct cx *cx, enum brev id, bool nynorsk, const char *with)
{
    const char *text = brev_text(id, nynorsk), *hole = strstr(text, "{}");
    const char *filled = hole ? arena_printf(cx->arena, "%.*s%s%s", (int)(hole - text), text, with, hole + 2) : text;
    return filled ? filled : "";
}

enum rc brev_begin(struct innsyn *in, struct cx *cx, enum brev title, const char *kommune, bool nynorsk,
                   struct brev_paper *ret)
{
    const struct paper_about about = {.title = brev_text(title, nynorsk), .author = kommune, .lang = nynorsk ? "nn" : "nb",
                                      .footer = kommune, .made = cx->now};
    *ret = (struct brev_paper){.nynorsk = nynorsk};
    TRY(paper_new(cx, in->fonts, &about, &ret->paper));
    paper_heading(ret->paper, 1, str_of(about.title));
    return RC_OK;
}

void brev_pair(const struct brev_paper *b, enum brev name, const char *value)
{
    if (*value)
        paper_pair(b->paper, str_of(brev_text(name, b->nynorsk)), str_of(value));
}

enum rc brev_end(struct call *c, struct brev_paper *b, const char *name, struct taken **ret)
{
    struct buf out;
    buf_init(&out, (size_t)MiB(4));
    enum rc rc = paper_end(b->paper, &out);
    if (rc == RC_OK)
        rc = archive_take_bytes(c, buf_str(&out), "application/pdf", name, ret);
    buf_free(&out);
    return rc;
}
