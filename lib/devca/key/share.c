#include "devca/key/share.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/key/backend.h"
#include "devca/key/crypto.h"
#include "devca/key/shamir.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define VERSION 1
#define CHECK 4
#define HEAD (1 + SHARE_SET + 4)
#define OCTETS_MAX ((size_t)HEAD + SHARE_SECRET_MAX + CHECK)
#define GROUP 4
#define GROUPS_A_LINE ((size_t)8)

static void check_octets(const uint8_t *octets, size_t len, uint8_t *check)
{
    uint8_t digest[32];

    digest_sha256((struct devid_slice){octets, len}, digest);
    memcpy(check, digest, CHECK);
    wipe(digest, sizeof digest);
}

static size_t scalar_len(enum devid_curve curve)
{
    return curve == DEVID_P384 ? 48 : 32;
}

/* ---- splitting ---- */

/* Curve, scalar, check: what is shared. */
static enum devca_code read_secret(const struct signer *signer, uint8_t *secret,
                                   size_t *len, struct devca_error *error)
{
    struct private_key key = {0};
    struct pkcs8_source source = {.object = "key"};
    struct bytes pem = {0};
    enum devca_code code = signer_export(signer, NULL, &pem, error);

    source.pem = bytes_slice(&pem);
    if (code == DEVCA_OK)
        code = pkcs8_read(&key, &source, error);
    if (code == DEVCA_OK) {
        *len = 1 + scalar_len(key.curve);
        secret[0] = (uint8_t)key.curve;
        memcpy(secret + 1, key.scalar, *len - 1);
        check_octets(secret, *len, secret + *len);
        *len += CHECK;
    }
    private_key_clear(&key);
    bytes_clear(&pem);
    return code;
}

static void fill_shares(const struct shamir_polynomial *polynomial,
                        const uint8_t *set, int count, struct share *shares)
{
    int i;

    for (i = 0; i < count; i++) {
        memcpy(shares[i].set, set, SHARE_SET);
        shares[i].threshold = (uint8_t)(polynomial->degree + 1);
        shares[i].count = (uint8_t)count;
        shares[i].index = (uint8_t)(i + 1);
        shares[i].len = (uint8_t)polynomial->len;
        shamir_evaluate(polynomial, shares[i].index, shares[i].y);
    }
}

enum devca_code share_split(const struct signer *signer, int threshold,
                            int count, struct share *shares,
                            struct devca_error *error)
{
    uint8_t secret[SHARE_SECRET_MAX], set[SHARE_SET];
    uint8_t coefficients[SHARE_COUNT_MAX * SHARE_SECRET_MAX];
    struct shamir_polynomial polynomial = {secret, coefficients, 0, 0};
    enum devca_code code;

    if (threshold < 2 || threshold > count || count > SHARE_COUNT_MAX)
        return fail(error, DEVCA_E_USAGE, "shares", NULL, "threshold",
                    "must be 2 to the number of shares, which is at most %d",
                    SHARE_COUNT_MAX);
    code = read_secret(signer, secret, &polynomial.len, error);
    polynomial.degree = (size_t)threshold - 1;
    if (code == DEVCA_OK)
        code = random_octets(set, sizeof set, error);
    if (code == DEVCA_OK)
        code = random_octets(coefficients, polynomial.degree * polynomial.len,
                             error);
    if (code == DEVCA_OK)
        fill_shares(&polynomial, set, count, shares);
    wipe(secret, sizeof secret);
    wipe(coefficients, sizeof coefficients);
    return code;
}

/* ---- text ---- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static size_t pack(const struct share *share, uint8_t *octets)
{
    size_t len = 0;

    octets[len++] = VERSION;
    memcpy(octets + len, share->set, SHARE_SET);
    len += SHARE_SET;
    octets[len++] = share->threshold;
    octets[len++] = share->count;
    octets[len++] = share->index;
    octets[len++] = share->len;
    memcpy(octets + len, share->y, share->len);
    len += share->len;
    check_octets(octets, len, octets + len);
    return len + CHECK;
}

/* RFC 4648, 6, without padding, in groups. */
static bool write_base32(const uint8_t *octets, size_t len, struct bytes *text)
{
    size_t bits = 8 * len, at, digits = 0;
    unsigned value;
    char digit;
    bool done = true;

    for (at = 0; at < bits && done; at += 5, digits++) {
        value = (unsigned)octets[at / 8] << 8;
        if (at / 8 + 1 < len)
            value |= octets[at / 8 + 1];
        digit = alphabet[value >> (11 - at % 8) & 31];
        if (digits > 0 && digits % GROUP == 0)
            done = bytes_append_text(
                text, digits % (GROUP * GROUPS_A_LINE) == 0 ? "\n" : " ");
        done = done && bytes_append(text, &digit, 1);
    }
    return done && bytes_append_text(text, "\n");
}

bool share_write(const struct share *share, struct bytes *text)
{
    uint8_t octets[OCTETS_MAX];
    char line[96], set[2 * SHARE_SET + 1];
    size_t len = pack(share, octets);
    bool done;

    hex_write((struct devid_slice){share->set, SHARE_SET}, set);
    snprintf(line, sizeof line,
             "# devca key share %d of %d, any %d give the key; set %s\n",
             share->index, share->count, share->threshold, set);
    done = bytes_append_text(text, line) && write_base32(octets, len, text);
    wipe(octets, sizeof octets);
    return done;
}

static enum devca_code malformed(const char *object, const char *fault,
                                 struct devca_error *error)
{
    return fail(error, DEVCA_E_MALFORMED, object, "RFC 4648 6", "share", "%s",
                fault);
}

/* What has been read of a share so far. */
struct digits {
    uint8_t octets[OCTETS_MAX + 1];
    size_t bits;
};

static bool take_digit(struct digits *digits, uint8_t c)
{
    const char *place = c != '\0' ? strchr(alphabet, toupper(c)) : NULL;
    unsigned value;
    int i;

    if (place == NULL || digits->bits + 5 > 8 * OCTETS_MAX + 4)
        return false;
    value = (unsigned)(place - alphabet);
    for (i = 4; i >= 0; i--, digits->bits++)
        if (value >> i & 1 && digits->bits < 8 * OCTETS_MAX)
            digits->octets[digits->bits / 8] |=
                (uint8_t)(0x80u >> digits->bits % 8);
        else if (value >> i & 1)
            return false;
    return true;
}

static bool take_digits(struct devid_slice text, struct digits *digits)
{
    bool comment = false, begins = true;
    size_t i;

    for (i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (begins)
            comment = c == '#';
        begins = c == '\n';
        if (comment || c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (!take_digit(digits, c))
            return false;
    }
    return true;
}

static bool known_len(uint8_t len)
{
    return len == 1 + 32 + CHECK || len == 1 + 48 + CHECK;
}

static enum devca_code unpack(struct share *share, const struct digits *digits,
                              const char *object, struct devca_error *error)
{
    const uint8_t *octets = digits->octets;
    size_t len = digits->bits / 8;
    uint8_t check[CHECK];

    if (len < HEAD || digits->bits - 8 * len >= 5 || octets[0] != VERSION ||
        !known_len(octets[HEAD - 1]) ||
        len != (size_t)HEAD + octets[HEAD - 1] + CHECK)
        return malformed(object, "is not a share, or a part is missing", error);
    /* What is left over of the last digit says nothing. */
    check_octets(octets, len - CHECK, check);
    if (memcmp(check, octets + len - CHECK, CHECK) != 0 ||
        (digits->bits % 8 != 0 && octets[len] != 0))
        return malformed(object, "a character is wrong: it does not add up",
                         error);
    memcpy(share->set, octets + 1, SHARE_SET);
    share->threshold = octets[1 + SHARE_SET];
    share->count = octets[2 + SHARE_SET];
    share->index = octets[3 + SHARE_SET];
    share->len = octets[HEAD - 1];
    memcpy(share->y, octets + HEAD, share->len);
    if (share->threshold < 2 || share->threshold > share->count ||
        share->count > SHARE_COUNT_MAX || share->index < 1 ||
        share->index > share->count)
        return malformed(object, "its numbers cannot be", error);
    return DEVCA_OK;
}

enum devca_code share_read(struct share *share, struct devid_slice text,
                           const char *object, struct devca_error *error)
{
    struct digits digits = {{0}, 0};
    enum devca_code code;

    memset(share, 0, sizeof *share);
    if (take_digits(text, &digits))
        code = unpack(share, &digits, object, error);
    else
        code = malformed(object,
                         "has what is no letter A to Z or digit 2 to 7, "
                         "or too much",
                         error);
    wipe(&digits, sizeof digits);
    return code;
}

/* ---- combining ---- */

static enum devca_code check_set(const struct share *shares, size_t count,
                                 struct devca_error *error)
{
    size_t i, j;

    for (i = 0; i < count; i++) {
        if (memcmp(shares[i].set, shares[0].set, SHARE_SET) != 0 ||
            shares[i].threshold != shares[0].threshold ||
            shares[i].count != shares[0].count ||
            shares[i].len != shares[0].len)
            return fail(error, DEVCA_E_MISMATCH, "shares", NULL, "set",
                        "share %zu is of another set than the first", i + 1);
        for (j = 0; j < i; j++)
            if (shares[j].index == shares[i].index)
                return fail(error, DEVCA_E_MISMATCH, "shares", NULL, "index",
                            "share %d is given twice", shares[i].index);
    }
    if (count < 1 || count < shares[0].threshold)
        return fail(error, DEVCA_E_STATE, "shares", NULL, "threshold",
                    "%zu given, %d are needed", count,
                    count < 1 ? 2 : shares[0].threshold);
    return DEVCA_OK;
}

static bool take_key(const uint8_t *secret, size_t len, struct private_key *key)
{
    uint8_t check[CHECK];
    bool good;

    check_octets(secret, len - CHECK, check);
    good = memcmp(check, secret + len - CHECK, CHECK) == 0 &&
           (secret[0] == DEVID_P256 || secret[0] == DEVID_P384) &&
           len == 1 + scalar_len((enum devid_curve)secret[0]) + CHECK;
    if (good) {
        key->curve = (enum devid_curve)secret[0];
        memcpy(key->scalar, secret + 1, scalar_len(key->curve));
    }
    wipe(check, sizeof check);
    return good;
}

enum devca_code share_combine(const struct share *shares, size_t count,
                              struct signer **signer, struct devca_error *error)
{
    struct shamir_point points[SHARE_COUNT_MAX];
    uint8_t secret[SHARE_SECRET_MAX];
    struct private_key key = {0};
    size_t i;
    enum devca_code code;

    *signer = NULL;
    if (count > SHARE_COUNT_MAX)
        return fail(error, DEVCA_E_USAGE, "shares", NULL, NULL, "more than %d",
                    SHARE_COUNT_MAX);
    code = check_set(shares, count, error);
    if (code != DEVCA_OK)
        return code;
    for (i = 0; i < count; i++)
        points[i] = (struct shamir_point){shares[i].index, shares[i].y};
    if (shamir_combine(points, count, shares[0].len, secret) &&
        take_key(secret, shares[0].len, &key))
        code = signer_import(signer, &key, "shares", error);
    else
        code = fail(error, DEVCA_E_KEY, "shares", NULL, NULL,
                    "they are no key together: one of them is wrong");
    private_key_clear(&key);
    wipe(secret, sizeof secret);
    return code;
}
