/* Strings with placeholders. */
#include "devca/profile/template.h"

#include <stdio.h>
#include <string.h>

/* As they stand between braces, by enum hole. */
static const char *const hole_names[HOLES] = {
    [HOLE_LITERAL] = "",
    [HOLE_UID] = "uid",
    [HOLE_UID_UPPER] = "uid:upper",
    [HOLE_UID_BYTES] = "uid:bytes",
    [HOLE_PRODUCT] = "product",
    [HOLE_ORG] = "org",
    [HOLE_COUNTRY] = "country",
    [HOLE_NAME] = "name",
    [HOLE_SERIAL] = "serial",
    [HOLE_KEY_SHA1] = "key:sha1",
    [HOLE_KEY_SHA256] = "key:sha256",
    [HOLE_KEY_SHA256_UPPER] = "key:sha256:upper",
    [HOLE_SHARD] = "shard",
    [HOLE_OWN] = "a perDevice parameter",
};

const char *template_hole_name(enum hole hole)
{
    return hole_names[hole];
}

static enum hole find_hole(const char *name, size_t len)
{
    for (int i = HOLE_LITERAL + 1; i < HOLE_OWN; i++) {
        if (strlen(hole_names[i]) == len &&
            memcmp(hole_names[i], name, len) == 0)
            return (enum hole)i;
    }
    return HOLE_LITERAL;
}

bool template_is_hole(const char *name)
{
    size_t len = strlen(name);

    /* {key} alone is none, but a parameter of that name would confuse. */
    return find_hole(name, len) != HOLE_LITERAL || strcmp(name, "key") == 0;
}

static const struct parameter *
find_parameter(const struct parameters *parameters, const char *name,
               size_t len)
{
    for (size_t i = 0; i < parameters->count; i++) {
        const struct parameter *parameter = &parameters->list[i];

        if (strlen(parameter->name) == len &&
            memcmp(parameter->name, name, len) == 0)
            return parameter;
    }
    return NULL;
}

/* What one step of the compiler has found. */
struct token {
    enum hole hole;
    const char *text;
    size_t len;
    size_t own;
};

/* Takes one token off *text: a run of plain text, a brace, a placeholder. */
static bool next_token(const char **text, const struct parameters *parameters,
                       struct token *token, char fault[TEMPLATE_FAULT])
{
    const char *at = *text;
    const char *end;
    const struct parameter *parameter;

    *token = (struct token){HOLE_LITERAL, at, 1, 0};
    if (*at != '{' && *at != '}') {
        token->len = strcspn(at, "{}");
        *text = at + token->len;
        return true;
    }
    if (at[1] == at[0]) {
        *text = at + 2;
        return true;
    }
    end = *at == '{' ? at + 1 + strcspn(at + 1, "{}") : at;
    if (*at != '{' || *end != '}') {
        snprintf(fault, TEMPLATE_FAULT, "a lone brace: write {{ or }}");
        return false;
    }
    *text = end + 1;
    at++;
    token->hole = find_hole(at, (size_t)(end - at));
    if (token->hole != HOLE_LITERAL)
        return true;
    parameter = find_parameter(parameters, at, (size_t)(end - at));
    if (parameter == NULL) {
        snprintf(fault, TEMPLATE_FAULT, "unknown placeholder {%.*s}",
                 (int)(end - at < 40 ? end - at : 40), at);
        return false;
    }
    if (parameter->per_device)
        token->hole = HOLE_OWN;
    token->own = (size_t)(parameter - parameters->list);
    token->text = parameter->value;
    token->len = strlen(parameter->value);
    return true;
}

bool template_compile(struct template *out, struct arena *arena,
                      const char *text, const struct parameters *parameters,
                      char fault[TEMPLATE_FAULT])
{
    struct part *parts = arena_take(arena, TEMPLATE_PARTS * sizeof *parts);
    struct token token;

    fault[0] = '\0';
    *out = (struct template){parts, 0};
    if (parts == NULL)
        return false;
    while (*text != '\0') {
        if (!next_token(&text, parameters, &token, fault))
            return false;
        if (out->count == TEMPLATE_PARTS) {
            snprintf(fault, TEMPLATE_FAULT, "has more than %d parts",
                     TEMPLATE_PARTS);
            return false;
        }
        parts[out->count].hole = token.hole;
        parts[out->count].own = token.own;
        if (token.hole == HOLE_LITERAL || token.hole == HOLE_OWN) {
            parts[out->count].literal = arena_slice(
                arena,
                (struct devid_slice){(const uint8_t *)token.text, token.len});
            if (parts[out->count].literal.data == NULL)
                return false;
        }
        out->count++;
    }
    return true;
}

unsigned template_holes(const struct template *template)
{
    unsigned holes = 0;

    for (size_t i = 0; i < template->count; i++) {
        if (template->parts[i].hole != HOLE_LITERAL)
            holes |= HOLE_BIT(template->parts[i].hole);
    }
    return holes;
}

/* How the octets of a part are put down. */
enum form { FORM_TEXT, FORM_RAW, FORM_HEX, FORM_HEX_UPPER };

static struct devid_slice text_slice(const char *text)
{
    if (text == NULL)
        return (struct devid_slice){NULL, 0};
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

/* The octets behind a part and how they are to be put down. */
static struct devid_slice part_source(const struct part *part,
                                      const struct profile_subject *subject,
                                      enum form *form)
{
    *form = FORM_HEX;
    switch (part->hole) {
    case HOLE_UID_UPPER:
        *form = FORM_HEX_UPPER;
        return subject->uid;
    case HOLE_UID:
        return subject->uid;
    case HOLE_SERIAL:
        return subject->serial;
    case HOLE_KEY_SHA1:
        return subject->key_sha1;
    case HOLE_KEY_SHA256_UPPER:
        *form = FORM_HEX_UPPER;
        return subject->key_sha256;
    case HOLE_KEY_SHA256:
        return subject->key_sha256;
    default:
        break;
    }
    *form = FORM_TEXT;
    switch (part->hole) {
    case HOLE_PRODUCT:
        return text_slice(subject->product);
    case HOLE_ORG:
        return text_slice(subject->org);
    case HOLE_COUNTRY:
        return text_slice(subject->country);
    case HOLE_NAME:
        return text_slice(subject->name);
    case HOLE_SHARD:
        return text_slice(subject->shard);
    case HOLE_OWN:
        return subject->own[part->own] ? text_slice(subject->own[part->own])
                                       : part->literal;
    default:
        break;
    }
    *form = FORM_RAW;
    return part->hole == HOLE_UID_BYTES ? subject->uid : part->literal;
}

static void put(struct text *out, unsigned octet)
{
    if (out->len == sizeof out->octets) {
        out->overflow = true;
        return;
    }
    out->octets[out->len++] = (uint8_t)octet;
}

static void put_hex(struct text *out, unsigned octet, bool upper)
{
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

    put(out, (unsigned char)digits[octet >> 4]);
    put(out, (unsigned char)digits[octet & 15]);
}

/* RFC 3986 2.3. */
static bool is_unreserved(unsigned c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static void put_escaped(struct text *out, unsigned octet)
{
    if (is_unreserved(octet)) {
        put(out, octet);
        return;
    }
    put(out, '%');
    put_hex(out, octet, true);
}

void template_render(const struct template *template,
                     const struct profile_subject *subject, bool escape,
                     struct text *out)
{
    for (size_t i = 0; i < template->count; i++) {
        enum form form;
        struct devid_slice source =
            part_source(&template->parts[i], subject, &form);

        for (size_t n = 0; n < source.len; n++) {
            if (form == FORM_HEX || form == FORM_HEX_UPPER)
                put_hex(out, source.data[n], form == FORM_HEX_UPPER);
            else if (form == FORM_TEXT && escape)
                put_escaped(out, source.data[n]);
            else
                put(out, source.data[n]);
        }
    }
}

static size_t part_least(const struct part *part, size_t uid_octets)
{
    switch (part->hole) {
    case HOLE_LITERAL:
        return part->literal.len;
    case HOLE_UID:
    case HOLE_UID_UPPER:
        return uid_octets != 0 ? 2 * uid_octets : 2;
    case HOLE_UID_BYTES:
        return uid_octets != 0 ? uid_octets : 1;
    case HOLE_KEY_SHA1:
    case HOLE_SERIAL: /* 20 octets are drawn */
        return 40;
    case HOLE_KEY_SHA256:
    case HOLE_KEY_SHA256_UPPER:
        return 64;
    default:
        return 1;
    }
}

size_t template_least(const struct template *template, size_t uid_octets)
{
    size_t least = 0;

    for (size_t i = 0; i < template->count; i++)
        least += part_least(&template->parts[i], uid_octets);
    return least;
}

bool template_is_empty(const struct template *template,
                       const struct profile_subject *subject)
{
    enum form form;

    for (size_t i = 0; i < template->count; i++) {
        const struct part *part = &template->parts[i];

        if (part->hole != HOLE_LITERAL &&
            part_source(part, subject, &form).len == 0)
            return true;
    }
    return false;
}
