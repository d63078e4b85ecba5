/*
 * A private key as shares on paper; docs/ceremony.md has the format octet by
 * octet. Any `threshold` shares of one set give the key back.
 */
#ifndef DEVCA_KEY_SHARE_H
#define DEVCA_KEY_SHARE_H

#include "devca/key/pkcs8.h"
#include "devca/key/signer.h"

#define SHARE_SET 4
#define SHARE_COUNT_MAX 16
/* Curve, scalar and four octets of check. */
#define SHARE_SECRET_MAX (1 + DEVID_MAX_FIELD + 4)

struct share {
    uint8_t set[SHARE_SET]; /* the same on all shares made together */
    uint8_t threshold;
    uint8_t count;
    uint8_t index; /* 1 to count */
    uint8_t len;
    uint8_t y[SHARE_SECRET_MAX];
};

/* count shares of a key, any threshold of which have it. DEVCA_E_USAGE unless
 * 2 <= threshold <= count <= SHARE_COUNT_MAX; DEVCA_E_KEY for a key that does
 * not leave its token; DEVCA_E_RANDOM. Wipe the shares. */
enum devca_code share_split(const struct signer *signer, int threshold,
                            int count, struct share *shares,
                            struct devca_error *error);

/* Appends the text of one share. false when memory is short. */
bool share_write(const struct share *share, struct bytes *text);
/* Reads it back; case and spaces do not matter, lines that begin with '#' are
 * passed over. DEVCA_E_MALFORMED: what is missing or does not add up. */
enum devca_code share_read(struct share *share, struct devid_slice text,
                           const char *object, struct devca_error *error);

/* The key behind `count` shares. DEVCA_E_MISMATCH: of different sets, or one
 * twice; DEVCA_E_STATE: too few; DEVCA_E_KEY: they are no key together. */
enum devca_code share_combine(const struct share *shares, size_t count,
                              struct signer **signer,
                              struct devca_error *error);

#endif
