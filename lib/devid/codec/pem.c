/* PEM, RFC 7468, and base64, RFC 4648 section 4. */
#include "pem.h"

#include <string.h>

static const uint8_t begin[] = "-----BEGIN ";
static const uint8_t end_line[] = "-----END ";
static const uint8_t dashes[] = "-----\n"; /* written so, read without LF */

enum {
    BEGIN_LEN = sizeof begin - 1,
    END_LEN = sizeof end_line - 1,
    DASHES_LEN = sizeof dashes - 2,
    WRITE_COLUMNS = 64,
    READ_COLUMNS = 76
};

static bool starts_with(struct devid_slice text, const uint8_t *prefix,
                        size_t len)
{
    return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

/* Takes one line off *text, without its LF or CR LF. False at the end. */
static bool next_line(struct devid_slice *text, struct devid_slice *line)
{
    size_t taken = 0;

    if (text->len == 0)
        return false;
    line->data = text->data;
    while (taken < text->len && text->data[taken] != '\n')
        taken++;
    line->len = taken;
    if (taken < text->len)
        taken++;
    if (line->len != 0 && line->data[line->len - 1] == '\r')
        line->len--;
    text->data += taken;
    text->len -= taken;
    return true;
}

/* The label between a boundary's prefix and its dashes. */
static bool boundary(struct devid_slice line, const uint8_t *prefix, size_t len,
                     struct devid_slice *label)
{
    if (line.len < len + DASHES_LEN || !starts_with(line, prefix, len) ||
        memcmp(line.data + line.len - DASHES_LEN, dashes, DASHES_LEN) != 0)
        return false;
    label->data = line.data + len;
    label->len = line.len - len - DASHES_LEN;
    return true;
}

static bool next_begin(struct devid_slice *text, struct devid_slice *label)
{
    struct devid_slice line;

    while (next_line(text, &line)) {
        if (boundary(line, begin, BEGIN_LEN, label))
            return true;
    }
    return false;
}

bool devid_pem_detect(struct devid_slice text)
{
    struct devid_slice line;

    while (next_line(&text, &line)) {
        if (starts_with(line, begin, BEGIN_LEN))
            return true;
    }
    return false;
}

/* 0..63, or 64 for what is none. A table: which branch a symbol would take is
 * not to be foretold, and lists of requests are long. */
static unsigned base64_value(uint8_t c)
{
    static const uint8_t values['z' - '+' + 1] = {
        62, 64, 64, 64, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 64,
        64, 64, 64, 64, 64, 64, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
        10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
        64, 64, 64, 64, 64, 64, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
        36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    };

    return c >= '+' && c <= 'z' ? values[c - '+'] : 64;
}

/* Base64 as it comes, in pieces. */
struct decoder {
    uint32_t bits;
    unsigned symbols; /* of the group at hand */
    unsigned padding;
};

static void decode_group(struct decoder *d, struct devid_writer *out)
{
    uint8_t octets[3] = {(uint8_t)(d->bits >> 16), (uint8_t)(d->bits >> 8),
                         (uint8_t)d->bits};

    devid_write_raw(out, (struct devid_slice){octets, 3 - d->padding});
    d->symbols = 0;
    d->bits = 0;
}

/* Whole groups of symbols from the front of text, which most of it is; gives
 * how many octets of text they took. */
static size_t decode_groups(struct devid_slice text, struct devid_writer *out)
{
    uint8_t octets[WRITE_COLUMNS / 4 * 3];
    size_t taken = 0, made = 0;

    for (; text.len - taken >= 4 && made < sizeof octets; taken += 4) {
        const uint8_t *symbols = text.data + taken;
        unsigned a = base64_value(symbols[0]), b = base64_value(symbols[1]);
        unsigned c = base64_value(symbols[2]), d = base64_value(symbols[3]);

        if ((a | b | c | d) > 63)
            break;
        octets[made++] = (uint8_t)(a << 2 | b >> 4);
        octets[made++] = (uint8_t)(b << 4 | c >> 2);
        octets[made++] = (uint8_t)(c << 6 | d);
    }
    devid_write_raw(out, (struct devid_slice){octets, made});
    return taken;
}

static enum devid_status decode(struct decoder *d, struct devid_slice text,
                                struct devid_writer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned value;

        if (d->symbols == 0 && d->padding == 0) {
            i += decode_groups(
                (struct devid_slice){text.data + i, text.len - i}, out);
            if (i == text.len)
                break;
        }
        value = base64_value(text.data[i]);

        if (text.data[i] == '=' && d->symbols >= 2) {
            d->padding++;
            value = 0;
        } else if (value > 63 || d->padding != 0) {
            return DEVID_E_STRING;
        }
        d->bits = d->bits << 6 | value;
        if (++d->symbols != 4)
            continue;
        /* RFC 4648 3.5: the bits under the padding are zero. */
        if (d->padding != 0 && (d->bits & ((1u << 8 * d->padding) - 1)) != 0)
            return DEVID_E_STRING;
        decode_group(d, out);
    }
    return DEVID_OK;
}

static enum devid_status decode_end(const struct decoder *d)
{
    return d->symbols == 0 ? DEVID_OK : DEVID_E_STRING;
}

enum devid_status devid_base64_read(struct devid_slice text,
                                    struct devid_writer *out)
{
    struct decoder d = {0, 0, 0};
    enum devid_status status = decode(&d, text, out);

    return status == DEVID_OK ? decode_end(&d) : status;
}

/* A line inside the block `label`: base64, or the boundary that ends it. */
static enum devid_status read_line(struct decoder *d, struct devid_slice line,
                                   struct devid_slice label,
                                   struct devid_writer *out, bool *ended)
{
    struct devid_slice end_label;

    *ended = starts_with(line, dashes, DASHES_LEN);
    if (!*ended)
        return line.len <= READ_COLUMNS ? decode(d, line, out) : DEVID_E_STRING;
    if (!boundary(line, end_line, END_LEN, &end_label) ||
        !devid_slice_equal(label, end_label))
        return DEVID_E_TRUNCATED;
    return decode_end(d);
}

enum devid_status devid_pem_read(struct devid_slice *text,
                                 struct devid_slice *label,
                                 struct devid_writer *out)
{
    struct decoder d = {0, 0, 0};
    struct devid_slice line;
    bool ended = false;
    enum devid_status status = DEVID_OK;

    if (!next_begin(text, label))
        return DEVID_E_EMPTY;
    while (status == DEVID_OK && !ended) {
        if (!next_line(text, &line))
            return DEVID_E_TRUNCATED;
        status = read_line(&d, line, *label, out, &ended);
    }
    return status;
}

static void encode_group(const uint8_t *octets, uint8_t *text)
{
    static const uint8_t alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
                                      "nopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)octets[0] << 16 | (uint32_t)octets[1] << 8 |
                    (uint32_t)octets[2];

    text[0] = alphabet[bits >> 18 & 0x3F];
    text[1] = alphabet[bits >> 12 & 0x3F];
    text[2] = alphabet[bits >> 6 & 0x3F];
    text[3] = alphabet[bits & 0x3F];
}

/* The last octets, one or two. */
static void encode_rest(const uint8_t *octets, size_t len, uint8_t *text)
{
    const uint8_t filled[3] = {octets[0], len > 1 ? octets[1] : (uint8_t)0, 0};

    encode_group(filled, text);
    text[3] = '=';
    if (len == 1)
        text[2] = '=';
}

/* A line's worth at a time. */
void devid_base64_write(struct devid_writer *w, struct devid_slice octets)
{
    uint8_t text[WRITE_COLUMNS];
    size_t done = 0, used = 0;

    for (; octets.len - done >= 3; done += 3) {
        encode_group(octets.data + done, text + used);
        used += 4;
        if (used == sizeof text) {
            devid_write_raw(w, (struct devid_slice){text, used});
            used = 0;
        }
    }
    if (done != octets.len) {
        encode_rest(octets.data + done, octets.len - done, text + used);
        used += 4;
    }
    devid_write_raw(w, (struct devid_slice){text, used});
}

/* A whole boundary line. */
static void write_boundary(struct devid_writer *w, struct devid_slice prefix,
                           const char *label)
{
    devid_write_raw(w, prefix);
    /* One by one: strlen is not among what this library may need. */
    for (; *label != '\0'; label++) {
        uint8_t octet = (uint8_t)*label;

        devid_write_raw(w, (struct devid_slice){&octet, 1});
    }
    devid_write_raw(w, (struct devid_slice){dashes, DASHES_LEN + 1});
}

void devid_pem_write(struct devid_writer *w, const char *label,
                     struct devid_slice octets)
{
    const size_t step = (size_t)WRITE_COLUMNS / 4 * 3;

    write_boundary(w, (struct devid_slice){begin, BEGIN_LEN}, label);
    while (octets.len != 0) {
        struct devid_slice row = {octets.data,
                                  octets.len < step ? octets.len : step};

        devid_base64_write(w, row);
        devid_write_raw(w, (struct devid_slice){dashes + DASHES_LEN, 1});
        octets.data += row.len;
        octets.len -= row.len;
    }
    write_boundary(w, (struct devid_slice){end_line, END_LEN}, label);
}
