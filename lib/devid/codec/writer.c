/* The measuring DER writer. */
#include "writer.h"

#include <string.h>

void devid_writer_init(struct devid_writer *w, uint8_t *buffer, size_t capacity)
{
    w->buffer = buffer;
    w->capacity = buffer != NULL ? capacity : 0;
    w->len = 0;
}

enum devid_status devid_writer_done(const struct devid_writer *w,
                                    struct devid_slice *written)
{
    if (w->len > w->capacity)
        return DEVID_E_SPACE;
    written->data = w->buffer;
    written->len = w->len;
    return DEVID_OK;
}

/* A length that wrapped would say that it fits. */
static void grow(struct devid_writer *w, size_t octets)
{
    w->len = octets <= SIZE_MAX - w->len ? w->len + octets : SIZE_MAX;
}

void devid_write_raw(struct devid_writer *w, struct devid_slice octets)
{
    if (octets.len != 0 && w->len <= w->capacity &&
        octets.len <= w->capacity - w->len)
        memcpy(w->buffer + w->len, octets.data, octets.len);
    grow(w, octets.len);
}

static void write_octet(struct devid_writer *w, unsigned octet)
{
    if (w->len < w->capacity)
        w->buffer[w->len] = (uint8_t)octet;
    grow(w, 1);
}

/* The octets of a length after its first one (X.690 10.1). */
static size_t long_length_octets(size_t len)
{
    size_t octets = 1;

    if (len < 0x80)
        return 0;
    while (octets < sizeof len && len >> 8 * octets != 0)
        octets++;
    return octets;
}

static void write_length(struct devid_writer *w, size_t len)
{
    size_t octets = long_length_octets(len);

    write_octet(w, (unsigned)(octets != 0 ? 0x80 | octets : len));
    while (octets-- != 0)
        write_octet(w, (unsigned)(len >> 8 * octets & 0xFF));
}

/* The mark is where the content begins, behind a length of one octet. */
size_t devid_der_open(struct devid_writer *w, uint8_t tag)
{
    write_octet(w, tag);
    write_octet(w, 0);
    return w->len;
}

void devid_der_close(struct devid_writer *w, size_t mark)
{
    size_t len = w->len - mark;
    size_t shift = long_length_octets(len);
    size_t end = w->len;

    /* Moved only when all of it fits, else there is nothing to keep. */
    if (shift != 0 && w->len <= w->capacity && shift <= w->capacity - w->len)
        memmove(w->buffer + mark + shift, w->buffer + mark, len);
    w->len = mark - 1;
    write_length(w, len);
    w->len = end;
    grow(w, shift);
}

void devid_der_write_header(struct devid_writer *w, uint8_t tag, size_t len)
{
    write_octet(w, tag);
    write_length(w, len);
}

void devid_der_write(struct devid_writer *w, uint8_t tag,
                     struct devid_slice value)
{
    devid_der_write_header(w, tag, value.len);
    devid_write_raw(w, value);
}

void devid_der_write_unsigned(struct devid_writer *w, uint8_t tag,
                              struct devid_slice magnitude)
{
    bool pad;

    while (magnitude.len != 0 && magnitude.data[0] == 0) {
        magnitude.data++;
        magnitude.len--;
    }
    pad = magnitude.len == 0 || (magnitude.data[0] & 0x80) != 0;
    devid_der_write_header(w, tag, magnitude.len + (pad ? 1 : 0));
    if (pad)
        write_octet(w, 0);
    devid_write_raw(w, magnitude);
}

void devid_der_write_small(struct devid_writer *w, uint8_t tag, uint32_t value)
{
    uint8_t octets[4];

    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(value >> 8 * (sizeof octets - 1 - i) & 0xFF);
    devid_der_write_unsigned(w, tag,
                             (struct devid_slice){octets, sizeof octets});
}

void devid_der_write_true(struct devid_writer *w)
{
    static const uint8_t yes = 0xFF;

    devid_der_write(w, DER_BOOLEAN, (struct devid_slice){&yes, 1});
}

void devid_der_write_bit_octets(struct devid_writer *w,
                                struct devid_slice octets)
{
    devid_der_write_header(w, DER_BIT_STRING, octets.len + 1);
    write_octet(w, 0);
    devid_write_raw(w, octets);
}

void devid_der_write_bit_names(struct devid_writer *w, uint8_t tag,
                               uint16_t bits)
{
    uint8_t content[3] = {0, 0, 0};
    size_t used = 0; /* bits up to the last named one */

    for (size_t i = 0; i < 16; i++) {
        if ((bits >> i & 1) != 0) {
            content[1 + i / 8] |= (uint8_t)(0x80u >> i % 8);
            used = i + 1;
        }
    }
    content[0] = (uint8_t)((8 - used % 8) % 8);
    devid_der_write(w, tag, (struct devid_slice){content, 1 + (used + 7) / 8});
}

/* Two digits of a value below 100; no core needs a division for them. */
static void write_pair(uint8_t *text, unsigned value)
{
    text[0] = '0';
    for (; value >= 10; value -= 10)
        text[0]++;
    text[1] = (uint8_t)('0' + value);
}

/* YYYYMMDDHHMMSSZ */
static void format_time(uint8_t text[15], struct devid_time time)
{
    unsigned year = time.date >> 9;
    unsigned century = 0;

    for (; year >= 100; year -= 100)
        century++;
    write_pair(text, century);
    write_pair(text + 2, year);
    write_pair(text + 4, time.date >> 5 & 0xF);
    write_pair(text + 6, time.date & 0x1F);
    write_pair(text + 8, time.clock >> 12);
    write_pair(text + 10, time.clock >> 6 & 0x3F);
    write_pair(text + 12, time.clock & 0x3F);
    text[14] = 'Z';
}

void devid_der_write_generalized_time(struct devid_writer *w,
                                      struct devid_time time)
{
    uint8_t text[15];

    format_time(text, time);
    devid_der_write(w, DER_GENERALIZED_TIME,
                    (struct devid_slice){text, sizeof text});
}

void devid_der_write_time(struct devid_writer *w, struct devid_time time)
{
    unsigned year = time.date >> 9;
    uint8_t text[15];

    if (year < 1950 || year >= 2050) {
        devid_der_write_generalized_time(w, time);
        return;
    }
    format_time(text, time);
    devid_der_write(w, DER_UTC_TIME,
                    (struct devid_slice){text + 2, sizeof text - 2});
}
