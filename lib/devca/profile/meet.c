#include "devca/profile/meet.h"

#include <stdio.h>
#include <string.h>

#define MARKS 32 /* octets below stand for what varies */

static bool is_lower_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_upper_hex(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

/* Percent-encoded (RFC 3986 2.1, 2.3), or not known yet. */
static bool is_escaped(uint8_t c)
{
    return c < MARKS || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || strchr("%-._~", c) != NULL;
}

/* What stands for a certificate's own octets: how many of them, of what kind.
 */
struct kind {
    bool (*has)(uint8_t octet);
    size_t least;
    size_t most;
    size_t step;
};

static const struct kind *kind_of(uint8_t mark)
{
    static const struct kind kinds[] = {
        [HOLE_UID] = {is_lower_hex, 2, TEXT_MAX, 2},
        [HOLE_UID_UPPER] = {is_upper_hex, 2, TEXT_MAX, 2},
        [HOLE_SERIAL] = {is_lower_hex, 40, 40, 2},
        [HOLE_KEY_SHA1] = {is_lower_hex, 40, 40, 2},
        [HOLE_KEY_SHA256] = {is_lower_hex, 64, 64, 2},
        [HOLE_KEY_SHA256_UPPER] = {is_upper_hex, 64, 64, 2},
    };
    static const struct kind any = {is_escaped, 0, TEXT_MAX, 1};

    if (mark < sizeof kinds / sizeof kinds[0] && kinds[mark].has != NULL)
        return &kinds[mark];
    return &any;
}

/* Product and owner are the same in all places that are compared. */
static bool is_of_certificate(uint8_t octet)
{
    return octet < MARKS && octet != HOLE_SHARD && octet != HOLE_PRODUCT &&
           octet != HOLE_ORG && octet != HOLE_COUNTRY;
}

static void put(struct text *text, const void *octets, size_t len)
{
    if (len > sizeof text->octets - text->len) {
        text->overflow = true;
        return;
    }
    memcpy(text->octets + text->len, octets, len);
    text->len += len;
}

static bool is_known(enum hole hole, const struct profile_subject *subject)
{
    return hole == HOLE_LITERAL ||
           (subject != NULL &&
            (hole == HOLE_PRODUCT || hole == HOLE_ORG || hole == HOLE_COUNTRY));
}

void spot_render(struct spot *spot, const struct template *place,
                 const struct profile_subject *subject)
{
    static const struct profile_subject nobody;

    spot->text.len = 0;
    spot->text.overflow = false;
    for (size_t i = 0; i < place->count; i++) {
        const struct part *part = &place->parts[i];
        const struct template one = {part, 1};
        uint8_t mark = (uint8_t)part->hole;

        if (part->hole == HOLE_OWN)
            mark = (uint8_t)(HOLE_OWN + part->own);
        if (is_known(part->hole, subject))
            template_render(&one, subject != NULL ? subject : &nobody, true,
                            &spot->text);
        else
            put(&spot->text, &mark, 1);
    }
}

/* The text of one list, read as what another place may be. */
struct reader {
    const struct spot *place;
    const struct text *text;
    unsigned same;  /* the partition with the same certificates; 0: none */
    unsigned shard; /* what {shard} is; 0: not read yet */
    struct devid_slice seen[MARKS]; /* what other marks are */
};

static bool read_on(struct reader *reader, size_t at, size_t from);

static bool follows(const struct reader *reader, size_t from,
                    struct devid_slice octets)
{
    return octets.len <= reader->text->len - from &&
           memcmp(reader->text->octets + from, octets.data, octets.len) == 0;
}

/* {shard}: a decimal number without a leading zero. */
static bool read_shard(struct reader *reader, size_t at, size_t from)
{
    const struct text *text = reader->text;
    unsigned number = 0;
    bool read = false;

    for (size_t i = from; !read && i < text->len; i++) {
        if (text->octets[i] < '0' || text->octets[i] > '9')
            break;
        number = 10 * number + (text->octets[i] - (unsigned)'0');
        if (number == 0 || number > reader->place->shards)
            break;
        reader->shard = number;
        read = read_on(reader, at + 1, i + 1);
    }
    if (!read)
        reader->shard = 0;
    return read;
}

static bool read_shard_again(struct reader *reader, size_t at, size_t from)
{
    char number[12];
    struct devid_slice octets = {(const uint8_t *)number, 0};

    octets.len = (size_t)snprintf(number, sizeof number, "%u", reader->shard);
    return follows(reader, from, octets) &&
           read_on(reader, at + 1, from + octets.len);
}

static bool read_own(struct reader *reader, size_t at, size_t from)
{
    const uint8_t *start = reader->text->octets + from;
    size_t left = reader->text->len - from;
    uint8_t mark = reader->place->text.octets[at];
    struct devid_slice *seen = &reader->seen[mark];
    const struct kind *kind = kind_of(mark);
    bool read = false;

    if (seen->data != NULL)
        return follows(reader, from, *seen) &&
               read_on(reader, at + 1, from + seen->len);
    for (size_t i = 0; !read && i <= left && i <= kind->most; i++) {
        if (i >= kind->least && i % kind->step == 0) {
            *seen = (struct devid_slice){start, i};
            read = read_on(reader, at + 1, from + i);
        }
        if (i < left && !kind->has(start[i]))
            break;
    }
    if (!read)
        seen->data = NULL;
    return read;
}

/* Is the text from there on what the place may be from `at` on? */
static bool read_on(struct reader *reader, size_t at, size_t from)
{
    const struct text *place = &reader->place->text;
    const struct text *text = reader->text;

    for (; at < place->len; at++, from++) {
        if (is_of_certificate(place->octets[at]))
            return read_own(reader, at, from);
        if (place->octets[at] == HOLE_SHARD)
            return reader->shard == 0 ? read_shard(reader, at, from)
                                      : read_shard_again(reader, at, from);
        if (from == text->len || text->octets[from] != place->octets[at])
            return false;
    }
    return from == text->len &&
           (reader->shard == 0 || reader->shard != reader->same);
}

static void spell(const struct text *place, unsigned shard, struct text *text)
{
    char number[12];
    int len = snprintf(number, sizeof number, "%u", shard);

    text->len = 0;
    text->overflow = place->overflow;
    for (size_t i = 0; i < place->len; i++) {
        if (place->octets[i] == HOLE_SHARD)
            put(text, number, (size_t)len);
        else
            put(text, &place->octets[i], 1);
    }
}

/* Is a list of each partition made there? */
static bool has_lists(const struct spot *spot)
{
    bool numbered = false;

    for (size_t i = 0; i < spot->text.len; i++) {
        if (is_of_certificate(spot->text.octets[i]))
            return false;
        if (spot->text.octets[i] == HOLE_SHARD)
            numbered = true;
    }
    return numbered && spot->shards != 0;
}

/* Of one text with other numbers in it no two are the same. */
static bool is_same_place(const struct spot *a, const struct spot *b)
{
    return a->shards == b->shards && a->text.len == b->text.len &&
           memcmp(a->text.octets, b->text.octets, a->text.len) == 0;
}

bool spots_meet(const struct spot *list, const struct spot *other)
{
    struct text text;

    if (!has_lists(list) || is_same_place(list, other))
        return false;
    for (unsigned shard = 1; shard <= list->shards; shard++) {
        struct reader reader = {.place = other, .text = &text};

        reader.same = list->shards == other->shards ? shard : 0;
        spell(&list->text, shard, &text);
        if (!text.overflow && read_on(&reader, 0, 0))
            return true;
    }
    return false;
}
