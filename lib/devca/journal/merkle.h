/*
 * The Merkle tree of RFC 9162, 2.1 over SHA-256, by its right edge: appending
 * and the head cost O(log n), nothing else is kept.
 */
#ifndef DEVCA_JOURNAL_MERKLE_H
#define DEVCA_JOURNAL_MERKLE_H

#include <devid/slice.h>

#include <stdbool.h>
#include <stdint.h>

#define MERKLE_HASH 32
#define MERKLE_LEVELS 63

/* The heads of the perfect subtrees that make up the tree, largest first: as
 * many as size has one bits. Zero-initialised it is the empty tree. */
struct merkle {
    uint64_t size;
    unsigned count;
    uint8_t edge[MERKLE_LEVELS][MERKLE_HASH];
};

/* The head of two neighbours, RFC 9162, 2.1.1: SHA-256(0x01 || left || right).
 * head may be left or right. */
void merkle_join(const uint8_t *left, const uint8_t *right, uint8_t *head);

/* Adds a leaf's hash, SHA-256(0x00 || entry). */
void merkle_append(struct merkle *tree, const uint8_t *leaf);

/* The tree's head; SHA-256 of nothing for the empty tree. */
void merkle_root(const struct merkle *tree, uint8_t *root);

/* The edge as octets, and back; false when len does not fit size. */
struct devid_slice merkle_edge(const struct merkle *tree);
bool merkle_load(struct merkle *tree, uint64_t size, struct devid_slice edge);

/*
 * The audit path (RFC 9162, 2.1.3.1) of leaf `index` in a tree of `size`, as
 * the ranges of leaves [from, to) whose heads it is made of, lowest first.
 * ranges has room for MERKLE_LEVELS; gives how many.
 */
struct merkle_range {
    uint64_t from;
    uint64_t to;
};
unsigned merkle_path(uint64_t index, uint64_t size,
                     struct merkle_range *ranges);

/* Does the path lead from the leaf to the root? RFC 9162, 2.1.3.2. path is
 * `count` hashes, lowest first. */
struct merkle_proof {
    uint64_t index;
    uint64_t size;
    const uint8_t (*path)[MERKLE_HASH];
    unsigned count;
};
bool merkle_proof_holds(const struct merkle_proof *proof, const uint8_t *leaf,
                        const uint8_t *root);

#endif
