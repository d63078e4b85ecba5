/* Octets of trees of TLVs. */
#include "node.h"

#include <string.h>

enum { HEADER_MAX = NODE_TAG + 10, END_OF_CONTENTS = 2 };

static size_t put_long(uint8_t *out, size_t len, unsigned octets)
{
    out[0] = (uint8_t)(0x80 | octets);
    for (unsigned i = octets; i != 0; i--) {
        out[i] = (uint8_t)(len & 0xFF);
        len >>= 8;
    }
    return 1u + octets;
}

static unsigned length_octets(size_t len)
{
    unsigned octets = 0;

    for (; len != 0; len >>= 8)
        octets++;
    return octets;
}

static size_t put_length(uint8_t *out, size_t len, char form)
{
    if (form == '+')
        len++;
    if (form == '0')
        return put_long(out, 0, 0);
    /* the long form with an octet too many */
    if (form == 'L')
        return put_long(out, len, len < 0x80 ? 1 : length_octets(len) + 1);
    if (form >= '1' && form <= '9')
        return put_long(out, len, (unsigned)(form - '0'));
    if (len < 0x80) {
        out[0] = (uint8_t)len;
        return 1;
    }
    return put_long(out, len, length_octets(len));
}

static struct devid_slice wrap(struct arena *arena, const struct node *node,
                               struct devid_slice content)
{
    uint8_t *out =
        arena_take(arena, HEADER_MAX + content.len + END_OF_CONTENTS);
    size_t len = node->tag_len;

    memcpy(out, node->tag, len);
    len += put_length(out + len, content.len, node->form);
    if (content.len != 0)
        memcpy(out + len, content.data, content.len);
    len += content.len;
    if (node->form == '0')
        len += END_OF_CONTENTS;
    return (struct devid_slice){out, len};
}

struct devid_slice node_encode_one(struct arena *arena, const struct node *node,
                                   node_special *special, void *context)
{
    if (node->special[0] != '\0')
        return special(arena, node->special, context);
    if (node->tag_len == 0)
        return (struct devid_slice){node->octets, node->len};
    return wrap(arena, node, node_encode(arena, node->first, special, context));
}

struct devid_slice node_encode(struct arena *arena, const struct node *node,
                               node_special *special, void *context)
{
    struct devid_slice all = {NULL, 0};

    for (; node != NULL; node = node->next) {
        struct devid_slice one = node_encode_one(arena, node, special, context);
        uint8_t *joined = arena_take(arena, all.len + one.len + 1);

        if (all.len != 0)
            memcpy(joined, all.data, all.len);
        if (one.len != 0)
            memcpy(joined + all.len, one.data, one.len);
        all = (struct devid_slice){joined, all.len + one.len};
    }
    return all;
}
