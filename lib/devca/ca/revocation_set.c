/*
 * revocation set: the revoked serials of a CA as docs/formats.md writes them.
 * Built in memory, some four octets an entry, so that libdevid can judge the
 * very octets that will be released: it is asked of every serial ever issued,
 * and a set that answers wrongly for one of them is salted anew.
 */
#include "devca/ca/judge.h"
#include "devca/ca/list.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <devca/revoke.h>
#include <devid/port.h>
#include <devid/revocation_set.h>

#include <stdlib.h>
#include <string.h>

/* At most so many entries to a bucket on average: 32 / 2^32 < 1e-8. */
#define BUCKET_MEAN 32
#define BUCKET_BITS_MAX 26
#define ENTRIES_MAX ((size_t)BUCKET_MEAN << BUCKET_BITS_MAX)
#define SALTS 32

struct set_work {
    const struct devca_revocation_set_request *request;
    struct devca_error *error;
    struct list list;
    enum devid_curve curve;
    unsigned bucket_bits;
    uint8_t salt[DEVID_REVOCATION_SET_SALT];
    uint64_t *codes; /* bucket * 2^32 + remainder */
    size_t count;
    size_t capacity;
    struct bytes file;
    struct devid_revocation_set set; /* the view of file */
    size_t hits;
};

/* ---- codes ---- */

static uint32_t word_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static enum devca_code code_of(const struct set_work *work,
                               struct devid_slice serial, uint64_t *code)
{
    uint8_t message[DEVID_REVOCATION_SET_SALT + 32];
    uint8_t hash[DEVID_MAX_HASH];
    struct devid_slice salted = {message, sizeof work->salt + serial.len};
    enum devid_status status;

    if (serial.len > sizeof message - sizeof work->salt)
        return fail(work->error, DEVCA_E_INTERNAL,
                    work->list.issuer.authority.name, NULL, "serialNumber",
                    "is too long");
    memcpy(message, work->salt, sizeof work->salt);
    memcpy(message + sizeof work->salt, serial.data, serial.len);
    status = devid_port_hash(work->curve, salted, hash);
    if (status != DEVID_OK)
        return fail_devid(work->error, DEVCA_E_INTERNAL,
                          work->list.issuer.authority.name, "hash", status);
    *code = (uint64_t)(word_at(hash) >> 1 >> (31 - work->bucket_bits)) << 32 |
            word_at(hash + 4);
    return DEVCA_OK;
}

static enum devca_code count_entry(const struct store_revocation *revocation,
                                   void *context)
{
    struct set_work *work = context;

    (void)revocation;
    work->capacity++;
    return DEVCA_OK;
}

static enum devca_code take_entry(const struct store_revocation *revocation,
                                  void *context)
{
    struct set_work *work = context;

    return code_of(work, revocation->serial, &work->codes[work->count++]);
}

/* Expired certificates too: a device without a clock knows no end. */
static enum devca_code walk(struct set_work *work, store_revocation_each *each)
{
    struct store_revocation_query query = {.issuer_id =
                                               work->list.row.authority_id};

    return store_revocation_list(work->list.devca->store, &query, each, work,
                                 work->error);
}

static enum devca_code measure(struct set_work *work)
{
    enum devca_code code = walk(work, count_entry);

    if (code == DEVCA_OK && work->capacity > ENTRIES_MAX)
        code = fail(work->error, DEVCA_E_TOO_LARGE,
                    work->list.issuer.authority.name, NULL, "count",
                    "more than %zu revoked certificates", ENTRIES_MAX);
    if (code != DEVCA_OK)
        return code;
    while (((size_t)BUCKET_MEAN << work->bucket_bits) < work->capacity)
        work->bucket_bits++;
    work->codes = calloc(work->capacity + 1, sizeof *work->codes);
    return work->codes ? DEVCA_OK : fail_memory(work->error);
}

static int compare_codes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* ---- octets ---- */

static bool put_word(struct bytes *file, uint32_t word)
{
    uint8_t octets[] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16),
                        (uint8_t)(word >> 8), (uint8_t)word};

    return bytes_append(file, octets, sizeof octets);
}

static bool put_time(struct bytes *file, devca_seconds seconds)
{
    struct devid_time time = devca_time_pack(seconds);

    return put_word(file, time.date) && put_word(file, time.clock);
}

static bool put_head(struct set_work *work)
{
    struct devid_slice id = work->list.issuer.certificate.subject_key_id;
    uint8_t fixed[] = {1, (uint8_t)work->curve, (uint8_t)work->bucket_bits,
                       (uint8_t)id.len};
    uint8_t key_id[DEVID_REVOCATION_SET_KEY_ID_MAX] = {0};
    struct bytes *file = &work->file;
    uint8_t number[8];

    memcpy(key_id, id.data, id.len);
    list_number(&work->list, number);
    return bytes_append_text(file, "DEVIDSET") &&
           bytes_append(file, fixed, sizeof fixed) &&
           bytes_append(file, key_id, sizeof key_id) &&
           bytes_append(file, number, sizeof number) &&
           put_time(file, work->list.row.this_update) &&
           put_time(file, work->list.row.next_update) &&
           put_word(file, (uint32_t)work->count) &&
           bytes_append(file, work->salt, sizeof work->salt);
}

/* For each bucket where it ends, then all remainders. */
static bool put_codes(struct set_work *work)
{
    uint32_t buckets = (uint32_t)1 << work->bucket_bits, bucket;
    size_t at = 0;
    bool good = true;

    for (bucket = 0; good && bucket < buckets; bucket++) {
        while (at < work->count && work->codes[at] >> 32 == bucket)
            at++;
        good = put_word(&work->file, (uint32_t)at);
    }
    for (at = 0; good && at < work->count; at++)
        good = put_word(&work->file, (uint32_t)work->codes[at]);
    return good;
}

/* An empty SEQUENCE in the signature's place: libdevid opens none without. */
static const uint8_t unsigned_yet[] = {0x30, 0x00};

static enum devca_code build(struct set_work *work)
{
    size_t size = DEVID_REVOCATION_SET_HEADER +
                  (((size_t)1 << work->bucket_bits) + work->count) * 4 +
                  SIGNATURE_MAX;

    work->file.len = 0;
    if (!bytes_reserve(&work->file, size) || !put_head(work) ||
        !put_codes(work) ||
        !bytes_append(&work->file, unsigned_yet, sizeof unsigned_yet))
        return fail_memory(work->error);
    return DEVCA_OK;
}

/* ---- judges ---- */

static enum devca_code open_set(struct set_work *work)
{
    enum devid_status status =
        devid_revocation_set_open(bytes_slice(&work->file), &work->set);

    if (status == DEVID_OK)
        return DEVCA_OK;
    return fail_devid(work->error, DEVCA_E_LINT,
                      work->list.issuer.authority.name, "revocation set",
                      status);
}

static enum devca_code ask_serial(struct devid_slice serial, void *context)
{
    struct set_work *work = context;
    enum devid_status status = devid_revocation_set_lookup(&work->set, serial);

    if (status != DEVID_OK && status != DEVID_E_REVOKED)
        return fail_devid(work->error, DEVCA_E_INTERNAL,
                          work->list.issuer.authority.name, "revocation set",
                          status);
    work->hits += status == DEVID_E_REVOKED;
    return DEVCA_OK;
}

static bool has_twins(const struct set_work *work)
{
    size_t i;

    for (i = 1; i < work->count; i++)
        if (work->codes[i] == work->codes[i - 1])
            return true;
    return false;
}

/* One salt tried: *good when each revoked serial, and no other of all that were
 * issued, is found. */
static enum devca_code try_salt(struct set_work *work, bool *good)
{
    enum devca_code code =
        random_octets(work->salt, sizeof work->salt, work->error);

    work->count = 0;
    work->hits = 0;
    if (code == DEVCA_OK)
        code = walk(work, take_entry);
    if (code != DEVCA_OK)
        return code;
    qsort(work->codes, work->count, sizeof *work->codes, compare_codes);
    *good = !has_twins(work);
    if (!*good)
        return DEVCA_OK;
    code = build(work);
    if (code == DEVCA_OK)
        code = open_set(work);
    if (code == DEVCA_OK)
        code = store_certificate_serials(work->list.devca->store,
                                         work->list.row.authority_id,
                                         ask_serial, work, work->error);
    *good = work->hits == work->count;
    return code;
}

/* After some salts in vain a bit more: very many serials collide somewhere. */
static enum devca_code find_salt(struct set_work *work)
{
    bool good = false;
    enum devca_code code = DEVCA_OK;
    int i;

    for (i = 0; code == DEVCA_OK && !good && i < SALTS; i++) {
        if (i % 4 == 3 && work->bucket_bits < BUCKET_BITS_MAX)
            work->bucket_bits++;
        code = try_salt(work, &good);
    }
    if (code == DEVCA_OK && !good)
        code = fail(work->error, DEVCA_E_INTERNAL,
                    work->list.issuer.authority.name, NULL, "salt",
                    "none of %d keeps the serials apart", SALTS);
    return code;
}

static enum devca_code sign(struct set_work *work)
{
    struct signature signature;
    enum devca_code code;

    work->file.len -= sizeof unsigned_yet;
    code = signer_sign(work->list.issuer.signer, bytes_slice(&work->file),
                       &signature, work->error);
    if (code != DEVCA_OK)
        return code;
    if (!bytes_append(&work->file, signature.der, signature.len))
        return fail_memory(work->error);
    digest_sha256(bytes_slice(&work->file), work->list.digest);
    return open_set(work);
}

/* As a device will, whose clock shows thisUpdate. */
static enum devca_code verify(struct set_work *work)
{
    struct devid_policy policy = {
        .time = devca_time_pack(work->list.row.this_update)};
    struct devid_anchor issuer;
    enum devid_status status;

    judge_anchor(&work->list.issuer.certificate, &issuer);
    status = devid_revocation_set_verify(&work->set, &issuer, &policy,
                                         (struct devid_slice){NULL, 0});
    if (status == DEVID_OK)
        return DEVCA_OK;
    return fail_devid(work->error, DEVCA_E_LINT,
                      work->list.issuer.authority.name, "revocation set",
                      status);
}

static enum devca_code build_set(struct set_work *work)
{
    struct devid_slice id = work->list.issuer.certificate.subject_key_id;
    enum devca_code code;

    work->curve = (enum devid_curve)work->list.issuer.certificate.key_curve;
    if (id.len == 0 || id.len > DEVID_REVOCATION_SET_KEY_ID_MAX)
        return fail(work->error, DEVCA_E_STATE,
                    work->list.issuer.authority.name, "RFC 5280 4.2.1.2",
                    "subjectKeyIdentifier",
                    "the CA has none of 1 to %d octets, which a set needs",
                    DEVID_REVOCATION_SET_KEY_ID_MAX);
    code = measure(work);
    if (code == DEVCA_OK)
        code = find_salt(work);
    if (code == DEVCA_OK)
        code = sign(work);
    if (code == DEVCA_OK)
        code = verify(work);
    work->list.row.entries = (int64_t)work->count;
    return code;
}

static void forget(struct set_work *work)
{
    free(work->codes);
    work->codes = NULL;
    work->capacity = 0;
    work->bucket_bits = 0;
}

static enum devca_code make_set(void *context)
{
    struct set_work *work = context;
    enum devca_code code;

    forget(work);
    code = build_set(work);
    if (code != DEVCA_OK)
        return code;
    list_tell(&work->list, work->request->dry_run);
    result_integer(work->list.result, "size", (int64_t)work->file.len);
    return result_done(work->list.result, work->error);
}

static enum devca_code write_set(void *context)
{
    struct set_work *work = context;

    return list_put(&work->list, bytes_slice(&work->file), work->error);
}

enum devca_code
devca_revocation_set(struct devca *devca,
                     const struct devca_revocation_set_request *request,
                     struct devca_output *output, struct devca_result *result,
                     struct devca_error *error)
{
    struct set_work work = {
        .request = request,
        .error = error,
        .list = {.devca = devca, .output = output, .result = result}};
    struct list_request wanted = {request->product, request->days, STORE_SET,
                                  ""};
    struct list_maker maker = {&wanted, make_set, write_set, &work,
                               request->dry_run};
    enum devca_code code = list_begin(&work.list, &wanted, error);

    if (code == DEVCA_OK)
        code = list_make(&work.list, &maker, error);
    list_end(&work.list);
    bytes_clear(&work.file);
    free(work.codes);
    return code;
}
