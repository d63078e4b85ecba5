#include "devca/journal/merkle.h"

#include "devca/key/crypto.h"

#include <string.h>

void merkle_join(const uint8_t *left, const uint8_t *right, uint8_t *head)
{
    uint8_t node[1 + 2 * MERKLE_HASH] = {1};

    memcpy(node + 1, left, MERKLE_HASH);
    memcpy(node + 1 + MERKLE_HASH, right, MERKLE_HASH);
    digest_sha256((struct devid_slice){node, sizeof node}, head);
}

void merkle_append(struct merkle *tree, const uint8_t *leaf)
{
    uint64_t full;

    memcpy(tree->edge[tree->count++], leaf, MERKLE_HASH);
    for (full = tree->size; full & 1; full >>= 1) {
        tree->count--;
        merkle_join(tree->edge[tree->count - 1], tree->edge[tree->count],
                    tree->edge[tree->count - 1]);
    }
    tree->size++;
}

void merkle_root(const struct merkle *tree, uint8_t *root)
{
    unsigned i;

    if (tree->count == 0) {
        digest_sha256((struct devid_slice){(const uint8_t *)"", 0}, root);
        return;
    }
    memcpy(root, tree->edge[tree->count - 1], MERKLE_HASH);
    for (i = tree->count - 1; i > 0; i--)
        merkle_join(tree->edge[i - 1], root, root);
}

struct devid_slice merkle_edge(const struct merkle *tree)
{
    return (struct devid_slice){tree->edge[0],
                                (size_t)tree->count * MERKLE_HASH};
}

static unsigned ones(uint64_t value)
{
    unsigned count = 0;

    for (; value != 0; value &= value - 1)
        count++;
    return count;
}

bool merkle_load(struct merkle *tree, uint64_t size, struct devid_slice edge)
{
    memset(tree, 0, sizeof *tree);
    if (size >> MERKLE_LEVELS != 0 ||
        edge.len != (size_t)ones(size) * MERKLE_HASH)
        return false;
    if (edge.len > 0)
        memcpy(tree->edge, edge.data, edge.len);
    tree->size = size;
    tree->count = ones(size);
    return true;
}

/* The largest power of two below size, which is at least 2. */
static uint64_t split(uint64_t size)
{
    uint64_t power = 1;

    while (power < size - power)
        power <<= 1;
    return power;
}

unsigned merkle_path(uint64_t index, uint64_t size, struct merkle_range *ranges)
{
    struct merkle_range down[MERKLE_LEVELS];
    uint64_t from = 0, to = size, middle;
    unsigned count = 0, i;

    while (to - from > 1) {
        middle = from + split(to - from);
        if (index < middle) {
            down[count++] = (struct merkle_range){middle, to};
            to = middle;
        } else {
            down[count++] = (struct merkle_range){from, middle};
            from = middle;
        }
    }
    for (i = 0; i < count; i++)
        ranges[i] = down[count - 1 - i];
    return count;
}

bool merkle_proof_holds(const struct merkle_proof *proof, const uint8_t *leaf,
                        const uint8_t *root)
{
    struct merkle_range ranges[MERKLE_LEVELS];
    uint8_t head[MERKLE_HASH];
    unsigned i;

    if (proof->index >= proof->size || proof->size >> MERKLE_LEVELS != 0)
        return false;
    if (proof->count != merkle_path(proof->index, proof->size, ranges))
        return false;
    memcpy(head, leaf, MERKLE_HASH);
    for (i = 0; i < proof->count; i++) {
        if (ranges[i].from > proof->index)
            merkle_join(head, proof->path[i], head);
        else
            merkle_join(proof->path[i], head, head);
    }
    return memcmp(head, root, MERKLE_HASH) == 0;
}
