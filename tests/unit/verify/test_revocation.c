/* CRLs beside a chain: device under a CA under the root, a CRL of each. */
#include "devid/x509/certificate.h"
#include "devid/x509/crl_write.h"

#include "authority.h"

#include <devid/verify.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is special about the CA's CRL of a row. */
enum signer { BY_CA, BY_ROOT, BROKEN };

struct row {
    const char *what;
    enum devid_status expected;
    uint8_t revoked; /* serial on the CA's list, 0: none */
    uint8_t reason;
    uint8_t number;
    uint8_t last_number;   /* 0: none */
    const char *issuer;    /* NULL: the CA's name */
    const char *key_id;    /* NULL: the CA's */
    const char *extension; /* further one */
    const char *top;       /* extensions of the CA's certificate */
    const char *device;    /* further extension of the device's */
    uint32_t now;          /* date; 0: 2025-01-01 */
    enum signer signer;
    bool without_root_list;
    bool root_may_not; /* the anchor's keyUsage lacks cRLSign */
    bool root_revokes_ca;
};

/* http://a/1 and http://a/2, as a certificate and as a list has them */
#define POINT(last) "3010A00EA00C860A687474703A2F2F612F3" last
#define EXT_POINTS(last) "301B0603551D1F04143012" POINT(last)
#define EXT_POINT(last) "301C0603551D1C0101FF0412" POINT(last)

#define TOP_BASE EXT_AKI(ID_ROOT) EXT_SKI(ID_CA) EXT_CA

static const struct row rows[] = {
    {.what = "nothing revoked", .expected = DEVID_OK},
    {.what = "another serial", .expected = DEVID_OK, .revoked = 9},
    {.what = "revoked", .expected = DEVID_E_REVOKED, .revoked = 5},
    {.what = "key compromise",
     .expected = DEVID_E_REVOKED,
     .revoked = 5,
     .reason = 1},
    {.what = "on hold", .expected = DEVID_E_REVOKED, .revoked = 5, .reason = 6},
    {.what = "removed", .expected = DEVID_OK, .revoked = 5, .reason = 8},
    {.what = "the CA is revoked",
     .expected = DEVID_E_REVOKED,
     .root_revokes_ca = true},
    {.what = "root's list missing",
     .expected = DEVID_E_CRL_MISSING,
     .without_root_list = true},
    {.what = "list of another issuer",
     .expected = DEVID_E_CRL_MISSING,
     .issuer = NAME_CN("58")},
    {.what = "list of another key",
     .expected = DEVID_E_CRL_MISSING,
     .key_id = "09090909"},
    {.what = "signed by the root",
     .expected = DEVID_E_SIGNATURE,
     .signer = BY_ROOT},
    {.what = "changed after signing",
     .expected = DEVID_E_SIGNATURE,
     .signer = BROKEN},
    {.what = "before thisUpdate",
     .expected = DEVID_E_CRL_STALE,
     .now = DEVID_TIME_DATE(2024, 3, 1)},
    {.what = "after nextUpdate",
     .expected = DEVID_E_CRL_STALE,
     .now = DEVID_TIME_DATE(2033, 1, 1)},
    {.what = "unknown critical extension",
     .expected = DEVID_E_EXTENSION_CRITICAL,
     .extension = "300B06042A0304050101FF0400"},
    {.what = "unknown extension",
     .expected = DEVID_OK,
     .extension = "300806042A0304050400"},
    {.what = "a delta",
     .expected = DEVID_E_EXTENSION_CRITICAL,
     .extension = "300D0603551D1B0101FF0403020101"},
    {.what = "its partition",
     .expected = DEVID_OK,
     .extension = EXT_POINT("1"),
     .device = EXT_POINTS("1")},
    {.what = "revoked in its partition",
     .expected = DEVID_E_REVOKED,
     .revoked = 5,
     .extension = EXT_POINT("1"),
     .device = EXT_POINTS("1")},
    {.what = "another partition",
     .expected = DEVID_E_CRL_MISSING,
     .revoked = 5,
     .extension = EXT_POINT("2"),
     .device = EXT_POINTS("1")},
    {.what = "a partition, and a device of none",
     .expected = DEVID_E_CRL_MISSING,
     .extension = EXT_POINT("1")},
    {.what = "a list of all, and a device of a partition",
     .expected = DEVID_E_REVOKED,
     .revoked = 5,
     .device = EXT_POINTS("1")},
    {.what = "a partition for some reasons only",
     .expected = DEVID_E_CRL_MISSING,
     .extension = EXT_POINT("1"),
     .device = "301F0603551D1F04183016"
               "3014A00EA00C860A687474703A2F2F612F3181020780"},
    {.what = "a partition that is not critical",
     .expected = DEVID_E_EXTENSION_CRITICAL,
     .extension = "30190603551D1C0412" POINT("1"),
     .device = EXT_POINTS("1")},
    {.what = "of user certificates only",
     .expected = DEVID_E_EXTENSION_CRITICAL,
     .extension = "301F0603551D1C0101FF0415"
                  "3013A00EA00C860A687474703A2F2F612F318101FF",
     .device = EXT_POINTS("1")},
    {.what = "a point without a name",
     .expected = DEVID_E_STRING,
     .extension = "30120603551D1C0101FF0408"
                  "3006A004A0028600"},
    {.what = "CA may not sign lists",
     .expected = DEVID_E_CRL_ISSUER,
     .top = TOP_BASE "300E0603551D0F0101FF040403020204"},
    {.what = "anchor may not sign lists",
     .expected = DEVID_E_CRL_ISSUER,
     .root_may_not = true},
    {.what = "number as last time",
     .expected = DEVID_OK,
     .number = 7,
     .last_number = 7},
    {.what = "number risen",
     .expected = DEVID_OK,
     .number = 0x80,
     .last_number = 0x7F},
    {.what = "number fallen",
     .expected = DEVID_E_CRL_NUMBER,
     .number = 6,
     .last_number = 7},
};

static struct test_key *root_key;
static struct test_key *top_key;
static struct test_key *device_key;

static void make_keys(void)
{
    root_key = test_key_new(DEVID_P256);
    top_key = test_key_new(DEVID_P256);
    device_key = test_key_new(DEVID_P256);
}

static void free_keys(void)
{
    test_key_free(root_key);
    test_key_free(top_key);
    test_key_free(device_key);
}

/* A CRL to write. */
struct list {
    const char *issuer;
    const char *key_id;
    const char *extension;
    uint8_t revoked;
    uint8_t reason;
    uint8_t number;
    struct test_key *key;
};

static struct devid_slice hex_into(const char *text, uint8_t *buffer,
                                   size_t capacity)
{
    struct devid_writer w;

    devid_writer_init(&w, buffer, capacity);
    mint_hex(&w, text);
    ck_assert_uint_le(w.len, capacity);
    return (struct devid_slice){buffer, w.len};
}

static struct devid_slice make_list(const struct list *list)
{
    uint8_t issuer[64];
    uint8_t key_id[16];
    uint8_t extension[64];
    uint8_t tbs_buffer[512];
    uint8_t entry_buffer[64];
    uint8_t signature_buffer[128];
    struct devid_crl_head head = {
        .issuer = hex_into(list->issuer, issuer, sizeof issuer),
        .key_id = hex_into(list->key_id, key_id, sizeof key_id),
        .number = {&list->number, 1},
        .extensions = hex_into(list->extension, extension, sizeof extension),
        .this_update = {DEVID_TIME_DATE(2024, 6, 1), 0},
        .next_update = {DEVID_TIME_DATE(2032, 1, 1), 0},
        .signature_curve = DEVID_P256};
    struct devid_crl_entry entry = {.serial = {&list->revoked, 1},
                                    .revoked_at = head.this_update,
                                    .reason = list->reason};
    struct devid_writer entries;
    struct devid_writer w;
    struct devid_slice tbs;
    struct devid_slice signature;
    uint8_t *whole = malloc(1024);

    devid_writer_init(&entries, entry_buffer, sizeof entry_buffer);
    if (list->revoked != 0)
        devid_crl_entry_write(&entries, &entry);
    devid_writer_init(&w, tbs_buffer, sizeof tbs_buffer);
    devid_crl_head_write(&w, &head, entries.len);
    devid_write_raw(&w, (struct devid_slice){entry_buffer, entries.len});
    devid_crl_tail_write(&w, &head);
    ck_assert(devid_writer_done(&w, &tbs) == DEVID_OK);
    signature = test_key_sign(list->key, tbs, signature_buffer);
    ck_assert_ptr_nonnull(whole);
    devid_writer_init(&w, whole, 1024);
    devid_signed_write(&w, tbs, DEVID_P256, signature);
    ck_assert_uint_le(w.len, 1024);
    return (struct devid_slice){whole, w.len};
}

/* Changes the last octet of the CRL's number, which is the last of the TBS. */
static void break_list(struct devid_slice der)
{
    struct devid_crl crl;

    ck_assert(devid_crl_read(der, &crl) == DEVID_OK);
    *(uint8_t *)(uintptr_t)crl.number.data ^= 1;
}

static enum devid_status run(const struct row *row)
{
    static const uint8_t root_id[] = {1, 1, 1, 1};
    uint8_t root_name[32];
    struct mint device = {
        {[MINT_SERIAL] = "020105", [MINT_SPKI] = test_key_spki(device_key)}};
    struct mint top = {
        {[MINT_SERIAL] = "020106",
         [MINT_ISSUER] = NAME_ROOT,
         [MINT_SUBJECT] = NAME_CA,
         [MINT_SPKI] = test_key_spki(top_key),
         [MINT_EXTENSIONS] = row->top != NULL ? row->top : TOP_BASE EXT_KU_CA}};
    struct list of_root = {NAME_ROOT, ID_ROOT, "", 0, 0, 1, root_key};
    struct list of_ca = {row->issuer != NULL ? row->issuer : NAME_CA,
                         row->key_id != NULL ? row->key_id : ID_CA,
                         row->extension != NULL ? row->extension : "",
                         row->revoked,
                         row->reason,
                         row->number != 0 ? row->number : 3,
                         row->signer == BY_ROOT ? root_key : top_key};
    struct devid_anchor anchor = {
        .subject = hex_into(NAME_ROOT, root_name, sizeof root_name),
        .public_key = test_key_point(root_key),
        .key_id = {root_id, sizeof root_id},
        .key_usage = row->root_may_not
                         ? DEVID_KU_KEY_CERT_SIGN
                         : DEVID_KU_KEY_CERT_SIGN | DEVID_KU_CRL_SIGN};
    struct devid_policy policy = {
        .time = {row->now != 0 ? row->now : DEVID_TIME_DATE(2025, 1, 1), 0}};
    struct devid_slice certificates[2];
    struct devid_slice lists[2];
    struct devid_slice last[2] = {{NULL, 0}, {NULL, 0}};
    struct devid_chain chain = {certificates, 2};
    struct devid_anchors anchors = {&anchor, 1};
    struct devid_crls crls = {lists, row->without_root_list ? 1 : 2, last};
    char extensions[256];
    enum devid_status status;

    snprintf(extensions, sizeof extensions, "%s%s", EXT_AKI(ID_CA) EXT_KU_SIGN,
             row->device != NULL ? row->device : "");
    device.field[MINT_EXTENSIONS] = extensions;
    if (row->root_revokes_ca)
        of_root.revoked = 6;
    if (row->last_number != 0)
        last[0] = (struct devid_slice){&row->last_number, 1};
    certificates[0] = test_key_issue(top_key, &device);
    certificates[1] = test_key_issue(root_key, &top);
    lists[0] = make_list(&of_ca);
    lists[1] = make_list(&of_root);
    if (row->signer == BROKEN)
        break_list(lists[0]);
    status = devid_verify_chain_crls(&chain, &anchors, &policy, &crls, NULL);
    for (size_t i = 0; i < 2; i++) {
        free((void *)(uintptr_t)certificates[i].data);
        free((void *)(uintptr_t)lists[i].data);
    }
    return status;
}

START_TEST(verdicts)
{
    enum devid_status status = run(&rows[_i]);

    ck_assert_msg(status == rows[_i].expected, "%s: %s, not %s", rows[_i].what,
                  devid_status_id(status), devid_status_id(rows[_i].expected));
}
END_TEST

START_TEST(arguments)
{
    struct devid_chain chain = {NULL, 0};
    struct devid_anchors anchors = {NULL, 0};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    struct devid_crls crls = {NULL, 1, NULL};

    ck_assert(devid_verify_chain_crls(&chain, &anchors, &policy, NULL, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_chain_crls(&chain, &anchors, &policy, &crls, NULL) ==
              DEVID_E_ARGUMENT);
    crls.count = 0;
    ck_assert(devid_verify_chain_crls(&chain, &anchors, &policy, &crls, NULL) ==
              DEVID_E_DEPTH);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify revocation");
    TCase *cases = tcase_create("revocation");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_unchecked_fixture(cases, make_keys, free_keys);
    tcase_add_loop_test(cases, verdicts, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, arguments);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
