/* TIFF, JPEG and PNG, by their tags, segments and chunks. */
#include "inspect/inspect_int.h"

struct verdict sig_tiff(const struct sample *s)
{
    enum { GEO_KEYS = 34735, ENTRIES_MOST = 1000 };
    struct verdict v = {F_TIFF, NULL};
    bool big = sample_is(s, 0, "MM", 2);
    uint32_t (*u16)(const unsigned char *) = big ? be16 : le16;
    uint32_t (*u32)(const unsigned char *) = big ? be32 : le32;
    const unsigned char *p = sample_at(s, 4, 4);
    if (!p)
        return (struct verdict){F_UNKNOWN, NULL};
    int64_t at = u32(p);
    p = sample_at(s, at, 2);
    uint32_t n = p ? u16(p) : 0;
    for (uint32_t i = 0; i < n && i < ENTRIES_MOST; i++) {
        p = sample_at(s, at + 2 + 12 * (int64_t)i, 12);
        if (!p)
            break;
        if (u16(p) == GEO_KEYS)
            v.format = F_GEOTIFF;
    }
    return v;
}

/* Tag ExifVersion (0x9000), type undefined, four bytes, in either byte order. */
static enum format exif_version(const unsigned char *p, size_t n)
{
    static const struct {
        const char *version;
        enum format format;
    } rows[] = {
        {"0200", F_EXIF_2_0}, {"0210", F_EXIF_2_1}, {"0220", F_EXIF_2_2},
        {"0221", F_EXIF_2_21}, {"0230", F_EXIF_2_3}, {"0231", F_EXIF_2_3},
        {"0232", F_EXIF_2_3},
    };
    const unsigned char *at = memmem(p, n, "\x90\0\0\7\0\0\0\4", 8);
    if (!at)
        at = memmem(p, n, "\0\x90\7\0\4\0\0\0", 8);
    if (!at || (size_t)(p + n - at) < 12)
        return F_EXIF_2_2;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (memcmp(at + 8, rows[i].version, 4) == 0)
            return rows[i].format;
    return F_EXIF_2_2;
}

static enum format jpeg_segment(const unsigned char *p, size_t n)
{
    if (n >= 7 && memcmp(p, "JFIF\0\1", 6) == 0)
        return p[6] == 0 ? F_JPEG_1_00 : p[6] == 1 ? F_JPEG_1_01 : F_JPEG_1_02;
    if (n >= 6 && memcmp(p, "Exif\0\0", 6) == 0)
        return exif_version(p, n);
    return F_UNKNOWN;
}

struct verdict sig_jpeg(const struct sample *s)
{
    int64_t at = 2;
    for (int i = 0; i < 16; i++) {
        const unsigned char *p = sample_at(s, at, 4);
        /* Only application segments (E0–EF) stand before what decides nothing here. */
        if (!p || p[0] != 0xFF || (p[1] & 0xF0) != 0xE0)
            break;
        size_t n = be16(p + 2);
        p = n > 2 ? sample_at(s, at + 4, n - 2) : NULL;
        if (!p)
            break;
        enum format f = jpeg_segment(p, n - 2);
        if (f != F_UNKNOWN)
            return (struct verdict){f, NULL};
        at += 2 + (int64_t)n;
    }
    return (struct verdict){F_JPEG_RAW, NULL};
}

struct verdict sig_png(const struct sample *s)
{
    struct verdict v = {F_PNG_1_0, NULL};
    int64_t at = 8;
    for (int i = 0; i < 64; i++) {
        const unsigned char *p = sample_at(s, at, 8);
        if (!p || memcmp(p + 4, "IDAT", 4) == 0)
            break;
        if (memcmp(p + 4, "iTXt", 4) == 0)
            return (struct verdict){F_PNG_1_2, NULL};
        if (memcmp(p + 4, "iCCP", 4) == 0 || memcmp(p + 4, "sRGB", 4) == 0 ||
            memcmp(p + 4, "sPLT", 4) == 0)
            v.format = F_PNG_1_1;
        at += 12 + (int64_t)be32(p);
    }
    return v;
}
