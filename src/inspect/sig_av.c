/* Sound and moving pictures. */
#include "inspect/inspect_int.h"

static const struct verdict unknown = {F_UNKNOWN, NULL};

/* A "fmt " chunk of PCM (1) says by its size which structure it is. */
static enum format wave_format(const unsigned char *p, uint32_t size)
{
    if (size == 40)
        return F_WAV_EXT;
    if (le16(p) != 1)
        return F_WAV;
    return size == 16 ? F_WAV_PCM : size == 18 ? F_WAV_EX : F_WAV;
}

struct verdict sig_riff(const struct sample *s)
{
    if (!sample_is(s, 8, "WAVE", 4))
        return unknown;
    int64_t at = 12;
    for (int i = 0; i < 32; i++) {
        const unsigned char *p = sample_at(s, at, 8);
        if (!p)
            break;
        uint32_t size = le32(p + 4);
        if (memcmp(p, "fmt ", 4) == 0) {
            p = sample_at(s, at + 8, 2);
            return (struct verdict){p ? wave_format(p, size) : F_WAV, NULL};
        }
        at += 8 + (int64_t)size + (size & 1);
    }
    return (struct verdict){F_WAV, NULL};
}

/* Length of the layer III frame with this header, 0 when it is none. */
static size_t mp3_frame(const unsigned char *p)
{
    static const uint16_t rate1[16] = {0, 32, 40, 48, 56, 64, 80, 96,
                                       112, 128, 160, 192, 224, 256, 320, 0};
    static const uint16_t rate2[16] = {0, 8, 16, 24, 32, 40, 48, 56,
                                       64, 80, 96, 112, 128, 144, 160, 0};
    static const uint32_t hertz[4] = {44100, 48000, 32000, 0};
    unsigned version = p[1] >> 3 & 3, layer = p[1] >> 1 & 3;
    if (p[0] != 0xFF || (p[1] & 0xE0) != 0xE0 || version == 1 || layer != 1)
        return 0;
    bool one = version == 3;
    uint32_t kbit = one ? rate1[p[2] >> 4] : rate2[p[2] >> 4];
    uint32_t hz = hertz[p[2] >> 2 & 3] >> (one ? 0 : version == 2 ? 1 : 2);
    if (kbit == 0 || hz == 0)
        return 0;
    return (one ? 144 : 72) * kbit * 1000 / hz + (p[2] >> 1 & 1);
}

struct verdict sig_mp3(const struct sample *s)
{
    int64_t at = 0;
    const unsigned char *p = sample_at(s, 0, 10);
    if (!p)
        return unknown;
    if (memcmp(p, "ID3", 3) == 0)
        at = 10 + ((int64_t)(p[6] & 0x7F) << 21 | (int64_t)(p[7] & 0x7F) << 14 |
                   (int64_t)(p[8] & 0x7F) << 7 | (p[9] & 0x7F));
    p = sample_at(s, at, 4);
    size_t n = p ? mp3_frame(p) : 0;
    if (n == 0)
        return unknown;
    /* One header is four bytes that may be chance; a second one after the first frame is not. */
    p = sample_at(s, at + (int64_t)n, 4);
    bool ends = at + (int64_t)n >= s->size;
    if ((p && mp3_frame(p) > 0) || (ends && at > 0))
        return (struct verdict){F_MP3, NULL};
    return unknown;
}

struct verdict sig_mpeg(const struct sample *s)
{
    const unsigned char *p = sample_at(s, 0, 5);
    if (!p)
        return unknown;
    if (p[0] == 0x47) {
        for (int64_t at = 188; at <= 4 * 188; at += 188)
            if (!sample_is(s, at, "\x47", 1))
                return unknown;
        return (struct verdict){F_MPEG_2_TS, NULL};
    }
    if (p[3] == 0xBA && (p[4] & 0xC0) == 0x40)
        return (struct verdict){F_MPEG_2_PS, NULL};
    if (p[3] == 0xBA)
        return (struct verdict){(p[4] & 0xF0) == 0x20 ? F_MPEG_1_PS : F_UNKNOWN, NULL};
    /* A sequence header: the extension that must follow in MPEG-2 does not exist in MPEG-1. */
    p = sample_at(s, 0, s->size < 256 ? (size_t)s->size : 256);
    bool two = p && memmem(p, s->size < 256 ? (size_t)s->size : 256, "\0\0\1\xB5", 4);
    return (struct verdict){two ? F_MPEG_2_ES : F_MPEG_1_ES, NULL};
}

struct verdict sig_ftyp(const struct sample *s)
{
    static const struct {
        const char *brand;
        struct verdict v;
    } rows[] = {
        {"qt  ", {F_QUICKTIME, NULL}}, {"mjp2", {F_MJ2, NULL}},
        {"heic", {F_HEIF, NULL}}, {"heix", {F_HEIF, NULL}}, {"mif1", {F_HEIF, NULL}},
        {"isom", {F_MP4, NULL}}, {"iso2", {F_MP4, NULL}}, {"iso4", {F_MP4, NULL}},
        {"iso5", {F_MP4, NULL}}, {"iso6", {F_MP4, NULL}}, {"mp41", {F_MP4, NULL}},
        {"mp42", {F_MP4, NULL}}, {"avc1", {F_MP4, NULL}}, {"dash", {F_MP4, NULL}},
        {"M4V ", {F_MP4, NULL}}, {"MSNV", {F_MP4, NULL}}, {"M4A ", {F_MP4, "audio/mp4"}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (sample_is(s, 8, rows[i].brand, 4))
            return rows[i].v;
    return unknown;
}

struct verdict sig_ebml(const struct sample *s)
{
    if (sample_find(s, 0, 64, "webm") >= 0)
        return (struct verdict){F_WEBM, NULL};
    return (struct verdict){sample_find(s, 0, 64, "matroska") >= 0 ? F_MATROSKA : F_UNKNOWN, NULL};
}
