/*
 * Signatures by first bytes. A row names a format, or the function that looks closer. What no row
 * fits may still be text.
 */
#include "inspect/inspect_int.h"

static const struct magic {
    uint16_t at;
    uint16_t n;
    const char *bytes;
    enum format format;
    struct verdict (*look)(const struct sample *s);
} table[] = {
#define AT(off, bytes, format) {off, sizeof(bytes) - 1, bytes, F_##format, NULL},
#define LOOK(off, bytes, fn) {off, sizeof(bytes) - 1, bytes, F_UNKNOWN, fn},
    LOOK(0, "PK\3\4", sig_zip)
    LOOK(0, "PK\5\6", sig_zip)
    LOOK(0, "II*\0", sig_tiff)
    LOOK(0, "MM\0*", sig_tiff)
    LOOK(0, "\xFF\xD8\xFF", sig_jpeg)
    LOOK(0, "\x89PNG\r\n\x1A\n", sig_png)
    LOOK(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", sig_ole)
    LOOK(0, "RIFF", sig_riff)
    LOOK(0, "ID3", sig_mp3)
    LOOK(0, "\0\0\1\xBA", sig_mpeg)
    LOOK(0, "\0\0\1\xB3", sig_mpeg)
    LOOK(0, "\x47", sig_mpeg)
    LOOK(0, "\xFF", sig_mp3)
    LOOK(4, "ftyp", sig_ftyp)
    LOOK(0, "\x1A\x45\xDF\xA3", sig_ebml)
    AT(0, "GIF87a", GIF_87A)
    AT(0, "GIF89a", GIF_89A)
    AT(0, "\0\0\0\x0CjP  \r\n\x87\n", JP2)
    AT(0, "fLaC", FLAC)
    AT(0, "\x1F\x8B\x08", GZIP)
    AT(0, "7z\xBC\xAF\x27\x1C", SEVEN_ZIP)
    AT(0, "WARC/1.0\r\n", WARC_1_0)
    AT(0, "WARC/1.1\r\n", WARC_1_1)
    AT(0, "WARC/0.", WARC)
    AT(0, "SQLite format 3\0", SQLITE)
    AT(0, "{\\rtf", RTF)
    AT(257, "ustar", TAR)
#undef AT
#undef LOOK
};

struct verdict sig_look(const struct sample *s)
{
    const struct verdict unknown = {F_UNKNOWN, NULL};
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const struct magic *m = &table[i];
        if (!sample_is(s, m->at, m->bytes, m->n))
            continue;
        struct verdict v = m->look ? m->look(s) : (struct verdict){m->format, NULL};
        if (v.format != F_UNKNOWN || v.mime)
            return v;
    }
    if (s->size == 0)
        return unknown;
    struct verdict v = sig_pdf(s);
    return v.format != F_UNKNOWN || v.mime ? v : sig_text(s);
}
