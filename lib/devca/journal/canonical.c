#include "devca/journal/canonical.h"

#include "devca/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct canonical_member canonical_text(const char *name, const char *text)
{
    struct canonical_member member = {.name = name};

    member.text.data = (const uint8_t *)(text != NULL ? text : "");
    member.text.len = text != NULL ? strlen(text) : 0;
    return member;
}

struct canonical_member canonical_number(const char *name, int64_t number)
{
    return (struct canonical_member){.name = name, .number = number};
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

/* How many octets stand for themselves. */
static size_t plain_run(struct devid_slice text)
{
    size_t run = 0;

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

static bool write_text(struct devid_slice text, struct bytes *json)
{
    bool done = bytes_append_text(json, "\"");

    while (text.len > 0 && done)
        done = write_next(&text, json);
    return done && bytes_append_text(json, "\"");
}

static bool write_member(const struct canonical_member *member,
                         struct bytes *json)
{
    char number[24];

    if (!write_text(canonical_text("", member->name).text, json) ||
        !bytes_append_text(json, ":"))
        return false;
    if (member->json.data != NULL)
        return bytes_append_slice(json, member->json);
    if (member->text.data != NULL)
        return write_text(member->text, json);
    snprintf(number, sizeof number, "%" PRId64, member->number);
    return bytes_append_text(json, number);
}

/* By code units, which for ASCII names are their octets. */
static void sort(const struct canonical_member *members, size_t count,
                 const struct canonical_member **sorted)
{
    size_t i, place;

    for (i = 0; i < count; i++) {
        for (place = i;
             place > 0 && strcmp(sorted[place - 1]->name, members[i].name) > 0;
             place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = &members[i];
    }
}

bool canonical_write(const struct canonical_member *members, size_t count,
                     struct bytes *json)
{
    const struct canonical_member *sorted[CANONICAL_MEMBERS];
    bool done;
    size_t i;

    if (count > CANONICAL_MEMBERS)
        return false;
    sort(members, count, sorted);
    done = bytes_append_text(json, "{");
    for (i = 0; i < count && done; i++)
        done = (i == 0 || bytes_append_text(json, ",")) &&
               write_member(sorted[i], json);
    return done && bytes_append_text(json, "}");
}
