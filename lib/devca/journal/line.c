#include "devca/journal/line.h"

#include "devid/codec/pem.h"

#include <string.h>

#define BASE64_MAX 256

bool line_next(struct devid_slice *text, struct devid_slice *line)
{
    const uint8_t *end =
        text->len > 0 ? memchr(text->data, '\n', text->len) : NULL;

    if (end == NULL)
        return false;
    line->data = text->data;
    line->len = (size_t)(end - text->data);
    text->data += line->len + 1;
    text->len -= line->len + 1;
    return true;
}

bool line_begins(struct devid_slice line, const char *text)
{
    size_t len = strlen(text);

    return line.len >= len && memcmp(line.data, text, len) == 0;
}

bool line_is(struct devid_slice line, const char *text)
{
    return line.len == strlen(text) && line_begins(line, text);
}

bool line_skip(struct devid_slice *line, const char *text)
{
    size_t len = strlen(text);

    if (!line_begins(*line, text))
        return false;
    line->data += len;
    line->len -= len;
    return true;
}

bool line_read_number(struct devid_slice line, uint64_t *number)
{
    size_t i;

    *number = 0;
    if (line.len == 0 || line.len > 18 || (line.len > 1 && line.data[0] == '0'))
        return false;
    for (i = 0; i < line.len; i++) {
        if (line.data[i] < '0' || line.data[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(line.data[i] - '0');
    }
    return true;
}

bool line_read_base64(struct devid_slice line, uint8_t *octets, size_t len)
{
    uint8_t buffer[BASE64_MAX];
    struct devid_slice read;
    struct devid_writer w;

    devid_writer_init(&w, buffer, sizeof buffer);
    if (devid_base64_read(line, &w) != DEVID_OK ||
        devid_writer_done(&w, &read) != DEVID_OK || read.len != len)
        return false;
    memcpy(octets, buffer, len);
    return true;
}

static void write(struct devid_writer *w, const void *context)
{
    devid_base64_write(w, *(const struct devid_slice *)context);
}

bool line_write_base64(struct devid_slice octets, struct bytes *text)
{
    return bytes_write(text, write, &octets);
}
