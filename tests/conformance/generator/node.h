/*
 * Certificates as trees of TLVs, right or wrong, from a text:
 *
 *   30{ ... }       a TLV: tag octets, content between the braces
 *   30!FORM{ ... }  the same with a length that is not DER's: a digit is the
 *                   count of octets of a long form, 0 the indefinite form with
 *                   its end of contents, + one more than there is
 *   0A1B 'text'     octets as they are
 *   @what(name)     octets that a key gives (keys.h)
 *   label: ...      names the TLV that follows
 *   $name           what `define name = ...` says, in its place
 */
#ifndef GENERATOR_NODE_H
#define GENERATOR_NODE_H

#include <devid/slice.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NODE_TAG = 4, NODE_NAME = 32 };

struct node {
    char label[NODE_NAME]; /* "" when it has none */
    uint8_t tag[NODE_TAG];
    size_t tag_len;          /* 0: octets, not a TLV */
    char form;               /* of the length; 0: DER's */
    char special[NODE_NAME]; /* octets from a key: "sign(ca)", or "" */
    const uint8_t *octets;
    size_t len;
    struct node *first; /* of the content */
    struct node *next;
};

/* Memory for trees, given back all at once. */
struct arena {
    uint8_t *block;
    size_t size;
    size_t used;
};
void arena_init(struct arena *arena, size_t size);
void arena_free(struct arena *arena);
void *arena_take(struct arena *arena, size_t size);

/* Names for texts. */
struct definitions {
    struct definition {
        char name[NODE_NAME];
        char *text;
    } * list;
    size_t count;
};
void definitions_add(struct definitions *all, const char *name,
                     const char *text);
const char *definitions_find(const struct definitions *all, const char *name,
                             size_t name_len);
void definitions_clear(struct definitions *all);

/* The text with that of every $name in its place. */
char *node_expand(struct arena *arena, const struct definitions *all,
                  const char *text);

/* The nodes of text, linked by next. Ends the program with a sentence on
 * standard error when the text is wrong. */
struct node *node_parse(struct arena *arena, const struct definitions *all,
                        const char *text);

/*
 * Where the node is linked that path names: a label, then .N for the Nth child
 * of it that is a TLV. NULL when there is none.
 */
struct node **node_find(struct node **root, const char *path);

/* Changes a tree by edits, separated by semicolons:
 *   PATH=text  replaced     PATH<text  first in it    PATH^text  before it
 *   PATH-      removed      PATH>text  last in it     PATH+text  after it
 *   PATH2      doubled      PATH~      emptied        PATH!FORM  its length
 *   PATH#TAG   another tag  PATH#^     its constructed bit turned
 *   PATH#h     its tag in the high-tag-number form
 * PATH of doubled is written PATH*. */
void node_edit(struct arena *arena, const struct definitions *all,
               struct node **root, const char *edit);

/* Octets of a node and those that follow it. special() writes what a key gives;
 * the result is in the arena. */
typedef struct devid_slice node_special(struct arena *arena, const char *what,
                                        void *context);
struct devid_slice node_encode(struct arena *arena, const struct node *node,
                               node_special *special, void *context);
/* The same for this node alone. */
struct devid_slice node_encode_one(struct arena *arena, const struct node *node,
                                   node_special *special, void *context);

/* Ends the program. */
_Noreturn void die(const char *what, const char *where);

#endif
