#include "devca/base/text.h"

#include "devid/codec/pem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void hex_write(struct devid_slice octets, char *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t i;

    for (i = 0; i < octets.len; i++) {
        *text++ = digits[octets.data[i] >> 4];
        *text++ = digits[octets.data[i] & 15];
    }
    *text = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_read(const char *text, size_t len, struct bytes *octets)
{
    uint8_t octet;
    int high, low;
    size_t i;

    if (len % 2 != 0)
        return false;
    for (i = 0; i < len; i += 2) {
        high = digit(text[i]);
        low = digit(text[i + 1]);
        if (high < 0 || low < 0)
            return false;
        octet = (uint8_t)(high << 4 | low);
        if (!bytes_append(octets, &octet, 1))
            return false;
    }
    return true;
}

/* Base 128, most significant group first, X.690 8.19.2. */
static bool append_arc(struct bytes *oid, uint64_t arc)
{
    uint8_t groups[10];
    size_t count = 0;

    do {
        groups[count] = (uint8_t)((arc & 0x7F) | (count > 0 ? 0x80 : 0));
        count++;
        arc >>= 7;
    } while (arc > 0);
    while (count-- > 0)
        if (!bytes_append(oid, &groups[count], 1))
            return false;
    return true;
}

/* One decimal arc without leading zeros. */
static bool read_arc(const char **text, const char *end, uint64_t *arc)
{
    const char *start = *text;
    uint64_t value = 0;

    while (*text < end && **text >= '0' && **text <= '9') {
        if (value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(**text - '0');
        (*text)++;
    }
    *arc = value;
    return *text > start && (*start != '0' || *text == start + 1);
}

bool oid_read(const char *text, size_t len, struct bytes *oid)
{
    const char *end = text + len;
    uint64_t first, arc;
    size_t arcs = 1;

    if (!read_arc(&text, end, &first) || first > 2)
        return false;
    while (text < end) {
        if (*text++ != '.' || !read_arc(&text, end, &arc))
            return false;
        if (arcs == 1) {
            if ((first < 2 && arc > 39) || arc > UINT64_MAX - 80)
                return false;
            arc += first * 40;
        }
        if (!append_arc(oid, arc))
            return false;
        arcs++;
    }
    return arcs >= 2;
}

static bool next_arc(struct devid_slice *oid, uint64_t *arc)
{
    uint8_t group;

    *arc = 0;
    do {
        if (oid->len == 0 || *arc > UINT64_MAX >> 7 ||
            (*arc == 0 && oid->data[0] == 0x80))
            return false;
        group = *oid->data++;
        oid->len--;
        *arc = *arc << 7 | (group & 0x7F);
    } while (group & 0x80);
    return true;
}

bool oid_write(struct devid_slice oid, char *text, size_t size)
{
    uint64_t arc, first;
    size_t used;
    int written;

    if (!next_arc(&oid, &arc))
        return false;
    first = arc < 80 ? arc / 40 : 2;
    written =
        snprintf(text, size, "%" PRIu64 ".%" PRIu64, first, arc - first * 40);
    if (written < 0 || (size_t)written >= size)
        return false;
    used = (size_t)written;
    while (oid.len > 0) {
        if (!next_arc(&oid, &arc))
            return false;
        written = snprintf(text + used, size - used, ".%" PRIu64, arc);
        if (written < 0 || (size_t)written >= size - used)
            return false;
        used += (size_t)written;
    }
    return true;
}

size_t utf8_len(struct devid_slice text)
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

bool utf8_is_control(struct devid_slice text)
{
    return text.data[0] < 0x20 || text.data[0] == 0x7F ||
           (text.data[0] == 0xC2 && text.data[1] < 0xA0);
}

bool utf8_is_line(struct devid_slice text)
{
    size_t len;

    for (; text.len > 0; text.data += len, text.len -= len) {
        len = utf8_len(text);
        if (len == 0 || utf8_is_control(text))
            return false;
    }
    return true;
}

/* RFC 8785, 3.2.2.2: two characters where JSON has them, else \u00xx. */
static bool write_escaped(uint8_t octet, struct bytes *json)
{
    static const char shorts[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
        ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    char text[8];

    if (octet < sizeof shorts && shorts[octet] != '\0')
        snprintf(text, sizeof text, "\\%c", shorts[octet]);
    else
        snprintf(text, sizeof text, "\\u%04x", octet);
    return bytes_append_text(json, text);
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Which of eight octets are zero: their highest bits, and with one of them
 * perhaps those above. */
static uint64_t zeros(uint64_t octets)
{
    return (octets - EACH(1)) & ~octets & EACH(0x80);
}

/* Do eight octets stand for themselves? A control has none of the three bits
 * above its five. */
static bool are_plain(const uint8_t *text)
{
    uint64_t octets;

    memcpy(&octets, text, sizeof octets);
    return ((octets & EACH(0x80)) | zeros(octets & EACH(0xE0)) |
            zeros(octets ^ EACH('"')) | zeros(octets ^ EACH('\\'))) == 0;
}

/* How many octets stand for themselves. */
static size_t plain_run(struct devid_slice text)
{
    size_t run = 0;

    while (text.len - run >= 8 && are_plain(text.data + run))
        run += 8;
    while (run < text.len && text.data[run] >= 0x20 && text.data[run] < 0x80 &&
           text.data[run] != '"' && text.data[run] != '\\')
        run++;
    return run;
}

static bool write_next(struct devid_slice *text, struct bytes *json)
{
    size_t len = plain_run(*text);
    bool plain = len > 0, done;

    if (!plain)
        len = utf8_len(*text);
    if (plain || len > 1) {
        done = bytes_append(json, text->data, len);
    } else if (len == 1) {
        done = write_escaped(text->data[0], json);
    } else {
        len = 1;
        done = bytes_append_text(json, "\xEF\xBF\xBD");
    }
    text->data += len;
    text->len -= len;
    return done;
}

static bool append_plain(struct bytes *json, struct devid_slice text)
{
    uint8_t *at;

    if (text.len > SIZE_MAX / 2 - 3 - json->len ||
        !bytes_reserve(json, json->len + text.len + 2))
        return false;
    at = json->data + json->len;
    at[0] = '"';
    if (text.len > 0)
        memcpy(at + 1, text.data, text.len);
    at[text.len + 1] = '"';
    at[text.len + 2] = '\0';
    json->len += text.len + 2;
    return true;
}

bool quoted_append(struct bytes *json, struct devid_slice text)
{
    bool done;

    if (plain_run(text) == text.len)
        return append_plain(json, text);
    done = bytes_append_text(json, "\"");

    while (text.len > 0 && done)
        done = write_next(&text, json);
    return done && bytes_append_text(json, "\"");
}

#define NUMBER_MAX 20 /* -9223372036854775808 */

bool number_append(struct bytes *text, int64_t number)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char digits[NUMBER_MAX];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0)
        digits[--at] = '-';
    return bytes_append(text, digits + at, sizeof digits - at);
}

/* Room for the lines of 64 and both boundaries: written in one pass. */
static size_t pem_room(const char *label, size_t len)
{
    return 4 * (len / 3 + 1) + len / 48 + 1 + 2 * strlen(label) +
           sizeof "-----BEGIN -----\n-----END -----\n";
}

bool pem_append(struct bytes *text, const char *label, struct devid_slice der)
{
    struct devid_writer w;

    if (der.len > SIZE_MAX / 4 ||
        !bytes_reserve(text, text->len + pem_room(label, der.len)))
        return false;
    devid_writer_init(&w, text->data + text->len, text->capacity - text->len);
    devid_pem_write(&w, label, der);
    text->len += w.len;
    text->data[text->len] = 0;
    return true;
}
