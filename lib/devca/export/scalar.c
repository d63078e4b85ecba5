#include "devca/export/scalar.h"

#include "devca/base/text.h"
#include "devid/codec/pem.h"

#include <inttypes.h>
#include <stdio.h>

/* Octets of the UTF-8 sequence that begins here, RFC 3629 4; 0 when it is
 * none. */
static size_t sequence_len(struct devid_slice text)
{
    uint8_t first = text.data[0];
    uint8_t low = 0x80, high = 0xBF;
    size_t len, i;

    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    len = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.len < len)
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    for (i = 1; i < len; i++) {
        if (text.data[i] < low || text.data[i] > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return len;
}

static bool append_tamed(struct bytes *to, struct devid_slice text)
{
    size_t len;
    bool done = true;

    while (done && text.len > 0) {
        len = sequence_len(text);
        if (len == 0 || text.data[0] < 0x20 || text.data[0] == 0x7F)
            done = bytes_append_text(to, "\xEF\xBF\xBD");
        else
            done = bytes_append(to, text.data, len);
        len = len ? len : 1;
        text.data += len;
        text.len -= len;
    }
    return done;
}

static bool append_hex(struct bytes *to, struct devid_slice octets)
{
    if (!bytes_reserve(to, to->len + 2 * octets.len + 1))
        return false;
    hex_write(octets, (char *)to->data + to->len);
    to->len += 2 * octets.len;
    return true;
}

static void write_base64(struct devid_writer *w, const void *context)
{
    const struct devid_slice *octets = context;

    devid_base64_write(w, *octets);
}

bool scalar_text(const struct devca_field *field, struct bytes *text)
{
    char buffer[32];

    switch (field->type) {
    case DEVCA_TEXT:
        return append_tamed(text, field->octets);
    case DEVCA_INTEGER:
        snprintf(buffer, sizeof buffer, "%" PRId64, field->integer);
        return bytes_append_text(text, buffer);
    case DEVCA_BOOLEAN:
        return bytes_append_text(text, field->integer ? "true" : "false");
    case DEVCA_TIME:
        devca_time_write(field->integer, buffer);
        return bytes_append_text(text, buffer);
    case DEVCA_HEX:
        return append_hex(text, field->octets);
    case DEVCA_BASE64:
        return bytes_write(text, write_base64, &field->octets);
    case DEVCA_NULL:
    default:
        return true;
    }
}
