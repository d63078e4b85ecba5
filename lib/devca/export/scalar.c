#include "devca/export/scalar.h"

#include "devca/base/text.h"
#include "devid/codec/pem.h"

static size_t plain_len(struct devid_slice text)
{
    size_t len = 0;

    while (len < text.len && text.data[len] >= 0x20 && text.data[len] < 0x7F)
        len++;
    return len;
}

static bool append_tamed(struct bytes *to, struct devid_slice text)
{
    size_t len = plain_len(text);
    bool done = true;

    if (len > 0) {
        done = bytes_append(to, text.data, len);
        text.data += len;
        text.len -= len;
    }
    while (done && text.len > 0) {
        len = utf8_len(text);
        if (len == 0 || utf8_is_control(text))
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
        return number_append(text, field->integer);
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
