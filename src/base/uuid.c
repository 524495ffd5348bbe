/*
 * UUID version 7: milliseconds and a counter, then chance. The counter makes identifiers of one
 * process strictly increasing; when it is used up within a millisecond the time part runs ahead,
 * as RFC 9562 (6.2) allows.
 */
#include "base/base.h"
#include "base/base_int.h"

#include <stdatomic.h>

/* 48 bits of milliseconds and 12 of counter, of the newest identifier. */
static uint64_t next_stamp(uint64_t candidate)
{
    static _Atomic uint64_t newest;
    uint64_t old = atomic_load_explicit(&newest, memory_order_relaxed);
    uint64_t stamp;
    do {
        stamp = candidate > old ? candidate : old + 1;
    } while (!atomic_compare_exchange_weak(&newest, &old, stamp));
    return stamp;
}

static void format(const char *hex, char out[UUID_TEXT_MAX])
{
    for (size_t i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            *out++ = '-';
        *out++ = hex[i];
    }
    *out = '\0';
}

void uuid_new(char out[UUID_TEXT_MAX])
{
    unsigned char b[16];
    random_bytes(b, sizeof(b));
    uint64_t ms = (uint64_t)(time_now() / 1000);
    /* The counter starts in its lower half, to have room above. */
    uint64_t stamp = next_stamp(ms << 12 | ((uint64_t)b[6] << 8 | b[7]) % 2048);
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(stamp >> (52 - 8 * i));
    b[6] = (unsigned char)(0x70 | (stamp >> 8 & 0x0F));
    b[7] = (unsigned char)stamp;
    b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));

    char hex[33];
    hex_encode(b, sizeof(b), hex);
    format(hex, out);
}

void uuid_named(struct str name, char out[UUID_TEXT_MAX])
{
    char hex[SHA256_HEX_MAX];
    sha256_hex(name.p, name.n, hex);
    hex[12] = '8';
    hex[16] = "89ab"[(unsigned char)hex[16] % 4];
    format(hex, out);
}

void uuid_within(const char *space, struct str name, char out[UUID_TEXT_MAX])
{
    char sum[SHA256_HEX_MAX], both[UUID_TEXT_MAX + SHA256_HEX_MAX];
    sha256_hex(name.p, name.n, sum);
    int n = snprintf(both, sizeof(both), "%.36s/%s", space, sum);
    uuid_named((struct str){both, (size_t)n}, out);
}

void uuid_copy(char out[UUID_TEXT_MAX], struct str s)
{
    (void)snprintf(out, UUID_TEXT_MAX, "%.*s", (int)s.n, s.p);
}

bool uuid_bytes(struct str s, unsigned char ret[16])
{
    size_t n = 0;
    if (s.n != UUID_TEXT_MAX - 1)
        return false;
    for (size_t i = 0; i < s.n; i += 2) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            if (s.p[i++] != '-')
                return false;
        int high = hex_value(s.p[i]), low = hex_value(s.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[n++] = (unsigned char)(high << 4 | low);
    }
    return true;
}

bool uuid_valid(struct str s)
{
    unsigned char bytes[16];
    return uuid_bytes(s, bytes);
}
