/*
 * What is found in a registrering is only told when neither it nor a mappe round it turns out to be "Utgår", which stands
 * behind what is in them. Until then it lies at the end of a temporary file: what a node that is out has added, is cut off
 * again; what is left when an arkivdel ends, is told.
 */
#include "validate/validate_int.h"

struct head {
    enum held_kind kind;
    uint32_t n;                   /* bytes of the place, which follows */
    int64_t line;
};

enum { PLACE_MOST = 2048 };

void hold(struct run *r, enum held_kind kind, int64_t line, struct str place)
{
    struct head h = {kind, place.n < PLACE_MOST ? (uint32_t)place.n : 0, line};
    struct held *held = &r->held;
    if (!held->file && !(held->file = tmpfile())) {
        r->v->failed = true;
        return;
    }
    if (held->moved && fseeko(held->file, held->n, SEEK_SET) != 0)
        r->v->failed = true;
    held->moved = false;
    if (fwrite(&h, sizeof(h), 1, held->file) != 1 || fwrite(place.p, 1, h.n, held->file) != h.n)
        r->v->failed = true;
    held->n += (int64_t)(sizeof(h) + h.n);
}

void held_drop(struct run *r, int64_t from)
{
    r->held.moved |= r->held.n > from;
    r->held.n = from;
}

static void tell(struct run *r, const struct head *h, struct str place)
{
    static const struct {
        enum test_id test;
        const char *label;
        enum finding_id finding;
        bool silent;
    } rows[HELD_COUNT] = {
        [HELD_RECORD] = {T_21, "", F_RECORD_EMPTY, false},
        [HELD_DESCRIPTION] = {T_24, "", F_DESCRIPTION_EMPTY, false},
        [HELD_DISPOSED] = {T_24, "", F_DESCRIPTION_EMPTY, true},
        [HELD_PHYSICAL] = {T_24, "fysisk medium", F_DESCRIPTION_EMPTY, true},
        [HELD_FILE] = {T_64, "", F_DOCUMENT_EMPTY, false},
    };
    number_add(r, rows[h->kind].test, str_of(rows[h->kind].label), 1);
    if (!rows[h->kind].silent)
        report(r, rows[h->kind].test, rows[h->kind].finding, SPOT(.file = r->file, .line = h->line, .place = place));
}

void held_tell(struct run *r, int64_t from)
{
    struct head h;
    char place[PLACE_MOST];
    struct held *held = &r->held;
    bool fine = held->n == from || fseeko(held->file, from, SEEK_SET) == 0;
    for (int64_t at = from; fine && at < held->n; at += (int64_t)(sizeof(h) + h.n)) {
        fine = fread(&h, sizeof(h), 1, held->file) == 1 && fread(place, 1, h.n, held->file) == h.n;
        if (fine)
            tell(r, &h, (struct str){place, h.n});
    }
    r->v->failed |= !fine;
    held_drop(r, from);
}
