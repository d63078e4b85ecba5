/* Trees of TLVs from text. */
#include "node.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, TEXT_MAX = 32768, EXPANSIONS = 500 };

_Noreturn void die(const char *what, const char *where)
{
    fprintf(stderr, "generator: %s: %s\n", what, where);
    exit(2);
}

void arena_init(struct arena *arena, size_t size)
{
    arena->block = malloc(size);
    if (arena->block == NULL)
        die("memory", "arena");
    arena->size = size;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    free(arena->block);
}

void *arena_take(struct arena *arena, size_t size)
{
    uint8_t *taken = arena->block + arena->used;

    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (arena->size - arena->used < size)
        die("memory", "the arena is full");
    arena->used += size;
    memset(taken, 0, size);
    return taken;
}

void definitions_add(struct definitions *all, const char *name,
                     const char *text)
{
    struct definition *list =
        realloc(all->list, (all->count + 1) * sizeof *list);

    if (list == NULL)
        die("memory", name);
    all->list = list;
    (void)snprintf(list[all->count].name, NODE_NAME, "%s", name);
    list[all->count].text = strdup(text);
    if (list[all->count].text == NULL)
        die("memory", name);
    all->count++;
}

void definitions_clear(struct definitions *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->list[i].text);
    free(all->list);
}

const char *definitions_find(const struct definitions *all, const char *name,
                             size_t name_len)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct definition *at = &all->list[i];

        if (strlen(at->name) == name_len &&
            memcmp(at->name, name, name_len) == 0)
            return at->text;
    }
    return NULL;
}

static size_t name_len(const char *text)
{
    size_t len = 0;

    while (isalnum((unsigned char)text[len]) || text[len] == '_')
        len++;
    return len;
}

char *node_expand(struct arena *arena, const struct definitions *all,
                  const char *text)
{
    char *now = arena_take(arena, TEXT_MAX);
    char *other = arena_take(arena, TEXT_MAX);
    unsigned left = EXPANSIONS;

    (void)snprintf(now, TEXT_MAX, "%s", text);
    for (char *at; (at = strchr(now, '$')) != NULL;) {
        size_t len = name_len(at + 1);
        const char *found = definitions_find(all, at + 1, len);
        char *swap = now;

        if (found == NULL || left-- == 0)
            die("no such name", at);
        if (snprintf(other, TEXT_MAX, "%.*s%s%s", (int)(at - now), now, found,
                     at + 1 + len) >= TEXT_MAX)
            die("too long", text);
        now = other;
        other = swap;
    }
    return now;
}

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static size_t read_hex(const char *text, size_t len, uint8_t *out)
{
    for (size_t i = 0; i < len; i++) {
        if (!isxdigit((unsigned char)text[i]))
            die("no hexadecimal digit", text);
        if (i % 2 == 1)
            out[i / 2] = (uint8_t)(digit(text[i - 1]) << 4 | digit(text[i]));
    }
    if (len == 0 || len % 2 != 0)
        die("half an octet", text);
    return len / 2;
}

static void set_octets(struct arena *arena, struct node *node, const char *text,
                       size_t len)
{
    uint8_t *octets = arena_take(arena, len + 1);

    memcpy(octets, text, len);
    node->octets = octets;
    node->len = len;
}

/* 'text' or @what(name): behind it. */
static const char *parse_quoted(struct arena *arena, struct node *node,
                                const char *at)
{
    char end = *at == '@' ? ')' : '\'';
    const char *stop = strchr(at + 1, end);

    if (stop == NULL)
        die("no end", at);
    if (end == ')')
        (void)snprintf(node->special, NODE_NAME, "%.*s", (int)(stop - at - 1),
                       at + 1);
    else
        set_octets(arena, node, at + 1, (size_t)(stop - at - 1));
    return stop + 1;
}

static struct node *parse_list(struct arena *arena, const char **text);

/* Octets, or a TLV with what is in its braces. */
static const char *parse_hex(struct arena *arena, struct node *node,
                             const char *at)
{
    size_t len = name_len(at);
    uint8_t octets[TEXT_MAX / 2];

    if (at[len] != '{' && at[len] != '!') {
        len = read_hex(at, len, octets);
        set_octets(arena, node, (const char *)octets, len);
        return at + 2 * len;
    }
    if (len > 2 * (size_t)NODE_TAG)
        die("a long tag", at);
    node->tag_len = read_hex(at, len, node->tag);
    at += len;
    if (*at == '!') {
        node->form = at[1];
        at += 2;
    }
    if (*at != '{')
        die("no brace", at);
    at++;
    node->first = parse_list(arena, &at);
    if (*at != '}')
        die("no closing brace", at);
    return at + 1;
}

static struct node *parse_list(struct arena *arena, const char **text)
{
    struct node *first = NULL;
    struct node **to = &first;
    const char *at = *text;

    while (*(at += strspn(at, " \t\n")) != '\0' && *at != '}') {
        struct node *node = arena_take(arena, sizeof *node);
        size_t len = name_len(at);

        if (at[len] == ':') {
            (void)snprintf(node->label, NODE_NAME, "%.*s", (int)len, at);
            at += len + 1;
        }
        at = *at == '\'' || *at == '@' ? parse_quoted(arena, node, at)
                                       : parse_hex(arena, node, at);
        *to = node;
        to = &node->next;
    }
    *text = at;
    return first;
}

struct node *node_parse(struct arena *arena, const struct definitions *all,
                        const char *text)
{
    const char *at = node_expand(arena, all, text);
    struct node *list = parse_list(arena, &at);

    if (*at != '\0')
        die("a brace too many", at);
    return list;
}
