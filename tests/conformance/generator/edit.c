/* Changes to trees of TLVs. */
#include "node.h"

#include <stdlib.h>
#include <string.h>

static struct node **find_label(struct node **at, const char *label, size_t len)
{
    for (; *at != NULL; at = &(*at)->next) {
        struct node **inside;

        if (strlen((*at)->label) == len &&
            memcmp((*at)->label, label, len) == 0)
            return at;
        inside = find_label(&(*at)->first, label, len);
        if (inside != NULL)
            return inside;
    }
    return NULL;
}

/* The Nth child that is a TLV. */
static struct node **find_child(struct node *parent, unsigned long n)
{
    for (struct node **at = &parent->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->tag_len != 0 && n-- == 0)
            return at;
    }
    return NULL;
}

struct node **node_find(struct node **root, const char *path)
{
    size_t len = strcspn(path, ".");
    struct node **at = find_label(root, path, len);

    path += len;
    while (at != NULL && *path == '.') {
        char *end;
        unsigned long n = strtoul(path + 1, &end, 10);

        at = find_child(*at, n);
        path = end;
    }
    return at;
}

static void insert(struct node **to, struct node *list)
{
    struct node *after = *to;

    *to = list;
    while (*to != NULL)
        to = &(*to)->next;
    *to = after;
}

static void append(struct node *parent, struct node *list)
{
    struct node **to = &parent->first;

    while (*to != NULL)
        to = &(*to)->next;
    *to = list;
}

static void replace(struct node **at, struct node *list)
{
    struct node *old = *at;

    /* The name stays with the place. */
    if (list != NULL && list->label[0] == '\0')
        memcpy(list->label, old->label, NODE_NAME);
    *at = old->next;
    insert(at, list);
}

static void duplicate(struct arena *arena, struct node *node)
{
    struct node *copy = arena_take(arena, sizeof *copy);

    *copy = *node;
    copy->label[0] = '\0';
    node->next = copy;
}

static void set_tag(struct node *node, const char *text)
{
    if (*text == '^') {
        node->tag[0] ^= 0x20;
    } else if (*text == 'h') {
        node->tag[1] = node->tag[0] & 0x1F;
        node->tag[0] |= 0x1F;
        node->tag_len = 2;
    } else {
        node->tag[0] = (uint8_t)strtoul(text, NULL, 16);
        node->tag_len = 1;
    }
}

static void edit_one(struct arena *arena, const struct definitions *all,
                     struct node **root, char *edit)
{
    size_t len = strcspn(edit, "=<>^+-*~!#");
    char operation = edit[len];
    const char *text = edit + len + (operation != '\0');
    struct node **at;

    edit[len] = '\0';
    at = node_find(root, edit);
    if (at == NULL || operation == '\0')
        die("no such place or change", edit);
    switch (operation) {
    case '=':
        replace(at, node_parse(arena, all, text));
        break;
    case '<':
        insert(&(*at)->first, node_parse(arena, all, text));
        break;
    case '>':
        append(*at, node_parse(arena, all, text));
        break;
    case '^':
        insert(at, node_parse(arena, all, text));
        break;
    case '+':
        insert(&(*at)->next, node_parse(arena, all, text));
        break;
    case '-':
        *at = (*at)->next;
        break;
    case '*':
        duplicate(arena, *at);
        break;
    case '~':
        (*at)->first = NULL;
        break;
    case '!':
        (*at)->form = *text;
        break;
    default:
        set_tag(*at, text);
    }
}

void node_edit(struct arena *arena, const struct definitions *all,
               struct node **root, const char *edit)
{
    char *copy = arena_take(arena, strlen(edit) + 1);

    memcpy(copy, edit, strlen(edit));
    for (char *rest = copy; rest != NULL;) {
        char *one = strsep(&rest, ";");

        one += strspn(one, " ");
        if (*one != '\0')
            edit_one(arena, all, root, one);
    }
}
