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

static bool write_member(const struct canonical_member *member,
                         struct bytes *json)
{
    char number[24];
    struct devid_slice name = canonical_text("", member->name).text;

    if (!quoted_append(json, name) || !bytes_append(json, ":", 1))
        return false;
    if (member->json.data != NULL)
        return bytes_append_slice(json, member->json);
    if (member->text.data != NULL)
        return quoted_append(json, member->text);
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
    done = bytes_append(json, "{", 1);
    for (i = 0; i < count && done; i++)
        done = (i == 0 || bytes_append(json, ",", 1)) &&
               write_member(sorted[i], json);
    return done && bytes_append(json, "}", 1);
}
