/*
 * The chains that every platform is tested with: one thing wrong at a time. The
 * chain is device, sub CA (where a row has one), top CA; the anchor is the
 * root.
 */
#ifndef TEST_CHAIN_ROWS_H
#define TEST_CHAIN_ROWS_H

#include "authority.h"

#include <devid/verify.h>

/* CN=S and its key identifier */
#define NAME_SUB NAME_CN("53")
#define ID_SUB "04040404"

struct row {
    const char *what;
    enum devid_status expected;
    struct mint device;
    struct mint top;
    struct mint sub; /* sub.field[MINT_SUBJECT] set: there is a sub CA */
    struct devid_policy policy;
};

/* A chain and its anchor, made for a row. */
struct world {
    struct devid_slice certificates[4];
    struct devid_chain chain;
    struct devid_anchor anchor;
    struct devid_anchors anchors;
    struct devid_policy policy;
};

extern const struct row chain_rows[];
extern const size_t chain_row_count;

/* The keys of the authority, for as long as chains are built. */
struct chain_keys {
    struct test_key *root;
    struct test_key *top;
    struct test_key *sub;
    struct test_key *device;
};
extern struct chain_keys chain_keys;
void chain_keys_make(void);
void chain_keys_free(void);

/* Makes the row's chain; clear it. */
void world_build(struct world *world, const struct row *row);
void world_clear(struct world *world);

/* A good chain is accepted by verify, and with any one octet of it changed it
 * is not. */
typedef enum devid_status world_verifier(const struct world *world,
                                         struct devid_identity *identity);
void world_every_octet(world_verifier *verify);

#endif
