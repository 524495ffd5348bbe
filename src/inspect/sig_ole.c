/* Old Office files: an OLE2 container is known by the names of its streams. */
#include "inspect/inspect_int.h"

enum { ENTRY = 128, SECTORS_MOST = 64, DIFAT_IN_HEADER = 109 };

#define END_OF_CHAIN 0xFFFFFFFAu

static int64_t sector_at(uint32_t sector, uint32_t size)
{
    return ((int64_t)sector + 1) * size;
}

/* The sector after this one in its chain, by the allocation tables the header names. */
static uint32_t sector_next(const struct sample *s, uint32_t sector, uint32_t size)
{
    uint32_t a_table = size / 4;
    uint32_t table = sector / a_table;
    const unsigned char *p =
        table < DIFAT_IN_HEADER ? sample_at(s, 76 + 4 * (int64_t)table, 4) : NULL;
    if (!p)
        return END_OF_CHAIN;
    p = sample_at(s, sector_at(le32(p), size) + 4 * (int64_t)(sector % a_table), 4);
    return p ? le32(p) : END_OF_CHAIN;
}

/* Stream names are UTF-16LE; those looked for are ASCII. */
static bool named(const unsigned char *entry, const char *name)
{
    size_t n = strlen(name);
    if (le16(entry + 64) != 2 * (n + 1))
        return false;
    for (size_t i = 0; i < n; i++)
        if (entry[2 * i] != (unsigned char)name[i] || entry[2 * i + 1] != 0)
            return false;
    return true;
}

static enum format by_stream(const unsigned char *entry)
{
    static const struct {
        const char *name;
        enum format format;
    } rows[] = {
        {"WordDocument", F_DOC}, {"Workbook", F_XLS}, {"Book", F_XLS_95},
        {"PowerPoint Document", F_PPT}, {"__properties_version1.0", F_MSG},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (named(entry, rows[i].name))
            return rows[i].format;
    return F_UNKNOWN;
}

struct verdict sig_ole(const struct sample *s)
{
    const struct verdict container = {F_OLE, NULL};
    const unsigned char *p = sample_at(s, 0, 76);
    if (!p || (le16(p + 30) != 9 && le16(p + 30) != 12))
        return container;
    uint32_t size = 1u << le16(p + 30), sector = le32(p + 48);
    for (int i = 0; i < SECTORS_MOST && sector < END_OF_CHAIN; i++) {
        for (int64_t at = 0; at < size; at += ENTRY) {
            p = sample_at(s, sector_at(sector, size) + at, ENTRY);
            if (!p)
                return container;
            enum format f = by_stream(p);
            if (f != F_UNKNOWN)
                return (struct verdict){f, NULL};
        }
        sector = sector_next(s, sector, size);
    }
    return container;
}
