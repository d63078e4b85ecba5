#include "devca/journal/canonical.h"

#include "devca/base/text.h"

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

/* What stands before a value: `before` and the name, in one piece. */
static bool write_name(char before, const char *name, struct bytes *json)
{
    size_t len = strlen(name);
    uint8_t *at;

    if (!bytes_reserve(json, json->len + len + 4))
        return false;
    at = json->data + json->len;
    at[0] = (uint8_t)before;
    at[1] = '"';
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): more comes */
    memcpy(at + 2, name, len);
    memcpy(at + 2 + len, "\":", sizeof "\":");
    json->len += len + 4;
    return true;
}

static bool write_member(char before, const struct canonical_member *member,
                         struct bytes *json)
{
    if (!write_name(before, member->name, json))
        return false;
    if (member->json.data != NULL)
        return bytes_append_slice(json, member->json);
    if (member->text.data != NULL)
        return quoted_append(json, member->text);
    return number_append(json, member->number);
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
    done = count > 0 || bytes_append(json, "{", 1);
    for (i = 0; i < count && done; i++)
        done = write_member(i == 0 ? '{' : ',', sorted[i], json);
    return done && bytes_append(json, "}", 1);
}

/* Where part stands in whole; its length when nowhere. */
static size_t place_of(struct devid_slice part, struct devid_slice whole)
{
    size_t at;

    for (at = 0; at + part.len <= whole.len; at++)
        if (memcmp(whole.data + at, part.data, part.len) == 0)
            return at;
    return whole.len;
}

/* A quote in a string is escaped, so that a name with its quotes and its colon
 * stands nowhere but where it is one. */
bool canonical_compare(struct devid_slice json,
                       const struct canonical_member *member,
                       enum canonical_match *match)
{
    struct bytes meant = {0};
    struct devid_slice text, name;
    size_t at;

    *match = CANONICAL_NONE;
    if (!write_member('{', member, &meant)) {
        bytes_clear(&meant);
        return false;
    }
    text = (struct devid_slice){meant.data + 1, meant.len - 1};
    name = (struct devid_slice){text.data, strlen(member->name) + 3};
    at = place_of(name, json);
    if (at < json.len)
        *match = json.len - at > text.len &&
                         memcmp(json.data + at, text.data, text.len) == 0 &&
                         (json.data[at + text.len] == ',' ||
                          json.data[at + text.len] == '}')
                     ? CANONICAL_SAME
                     : CANONICAL_OTHER;
    bytes_clear(&meant);
    return true;
}
