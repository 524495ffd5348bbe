/* The rows of formats.def. */
#include "inspect/inspect_int.h"

static const struct inspect_format rows[] = {
#define F(id, pronom, name, mime, approved) [F_##id] = {pronom, name, mime, approved},
#include "inspect/formats.def"
#undef F
};

const struct inspect_format *inspect_format(size_t i)
{
    return i < COUNT_OF(rows) ? &rows[i] : NULL;
}

const struct inspect_format *format_row(enum format f)
{
    return &rows[f];
}
