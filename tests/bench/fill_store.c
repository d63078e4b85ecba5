/*
 * Fills a store directly through lib/store, for figures at a product's size.
 * Every row it writes is filler and says so: its DER is the text "filler".
 * Serials are drawn as the CA draws them, from a generator that gives the same
 * in every run of one SEED (1).
 *
 * usage: fill_store STORE PRODUCT COUNT REVOKED [INDEX [SEED]]
 * INDEX: the same revocations as a database of `openssl ca`; - for none.
 */
#include "devca/store/store.h"

#include <devca/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GROUP 100000
#define PADDING 600 /* octets: about what a device certificate has */

struct fill {
    struct store *store;
    int64_t product_id;
    int64_t issuer_id;
    int64_t profile_id;
    int64_t count;
    int64_t revoked;
    int64_t now;
    FILE *index;
    struct devca_error error;
};

static uint64_t state = 88172645463325252u;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void draw_octets(uint8_t *octets, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++)
        octets[i] = (uint8_t)(draw() >> 32);
}

/* One millisecond on for every ten: 48 bits of time, 112 random ones. */
static void draw_serial(const struct fill *fill, int64_t n, uint8_t serial[20])
{
    uint64_t at = (uint64_t)(fill->now * 1000 - fill->count / 10 + n / 10);
    int i;

    for (i = 0; i < 6; i++)
        serial[i] = (uint8_t)(at >> (40 - 8 * i));
    draw_octets(serial + 6, 14);
}

static void index_row(FILE *index, const uint8_t serial[20])
{
    int i;

    fputs("R\t491231235959Z\t251101000000Z,keyCompromise\t", index);
    for (i = 0; i < 20; i++)
        fprintf(index, "%02X", serial[i]);
    fputs("\tunknown\t/CN=filler\n", index);
}

static enum devca_code revoke(struct fill *fill, int64_t id)
{
    struct store_revocation revocation = {
        .certificate_id = id, .reason = 1, .revoked_at = fill->now - 1};

    return store_revocation_put(fill->store, &revocation, &fill->error);
}

static enum devca_code put(struct fill *fill, int64_t n)
{
    static const char text[PADDING] = "filler";
    uint8_t serial[20], digest[32], uid[8];
    struct store_device device = {.product_id = fill->product_id,
                                  .uid = {uid, sizeof uid},
                                  .created_at = fill->now};
    struct store_certificate row = {.issuer_id = fill->issuer_id,
                                    .profile_id = fill->profile_id,
                                    .serial = {serial, sizeof serial},
                                    .key_digest = {digest, 32},
                                    .key_type = 1,
                                    .der = {(const uint8_t *)text, sizeof text},
                                    .not_before = fill->now,
                                    .not_after = DEVCA_NEVER,
                                    .issued_at = fill->now};
    int64_t id;
    enum devca_code code;

    draw_serial(fill, n, serial);
    draw_octets(digest, sizeof digest);
    draw_octets(uid, sizeof uid);
    code = store_device_put(fill->store, &device, &row.device_id, &fill->error);
    if (code == DEVCA_OK)
        code = store_certificate_put(fill->store, &row, &id, &fill->error);
    if (code == DEVCA_OK && n * fill->revoked / fill->count !=
                                (n + 1) * fill->revoked / fill->count) {
        code = revoke(fill, id);
        if (fill->index)
            index_row(fill->index, serial);
    }
    return code;
}

static enum devca_code run(struct fill *fill)
{
    enum devca_code code = store_begin(fill->store, &fill->error);
    int64_t n;

    for (n = 0; code == DEVCA_OK && n < fill->count; n++) {
        code = put(fill, n);
        if (code == DEVCA_OK && n % GROUP == GROUP - 1) {
            code = store_commit(fill->store, &fill->error);
            if (code == DEVCA_OK)
                code = store_begin(fill->store, &fill->error);
        }
    }
    if (code == DEVCA_OK)
        code = store_commit(fill->store, &fill->error);
    store_rollback(fill->store);
    return code;
}

static enum devca_code find_product(struct fill *fill, const char *name)
{
    struct store_product product = {0};
    enum devca_code code =
        store_product_find(fill->store, name, &product, &fill->error);

    fill->product_id = product.id;
    fill->issuer_id = product.authority_id;
    fill->profile_id = product.device_profile_id;
    store_row_clear(&product.memory);
    return code;
}

int main(int count, char **words)
{
    struct store_options options = {0};
    struct fill fill = {.now = (int64_t)time(NULL)};
    enum devca_code code;

    if (count < 5 || count > 7) {
        fputs("usage: fill_store STORE PRODUCT COUNT REVOKED [INDEX [SEED]]\n",
              stderr);
        return 2;
    }
    if (count == 7)
        state *= 2 * strtoull(words[6], NULL, 10) - 1;
    fill.count = strtoll(words[3], NULL, 10);
    fill.revoked = strtoll(words[4], NULL, 10);
    if (count > 5 && strcmp(words[5], "-") != 0 &&
        !(fill.index = fopen(words[5], "w"))) {
        perror(words[5]);
        return 5;
    }
    code = store_open(&fill.store, words[1], &options, &fill.error);
    if (code == DEVCA_OK)
        code = find_product(&fill, words[2]);
    if (code == DEVCA_OK)
        code = run(&fill);
    store_close(fill.store);
    if (fill.index && fclose(fill.index) != 0)
        code = DEVCA_E_FILE;
    if (code != DEVCA_OK)
        fprintf(stderr, "fill_store: %s %s\n", devca_code_text(code),
                fill.error.fault);
    return devca_code_exit(code);
}
