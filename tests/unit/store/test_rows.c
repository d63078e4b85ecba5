/* What is put in comes out again, and what must be unique is. */
#include "place.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static void same(struct devid_slice got, struct devid_slice wanted)
{
    ck_assert_uint_eq(got.len, wanted.len);
    ck_assert_mem_eq(got.data, wanted.data, wanted.len);
}

START_TEST(test_profile)
{
    struct place place;
    struct store_profile put = {.name = "p"}, got;
    int64_t first, again, changed;

    place_fill(&place);
    put.product_id = place.product;
    put.digest = place_octets(50, 32);
    put.document = place_octets(51, 90);
    ck_ok(store_profile_put(place.store, &put, &first, &place.error));
    ck_ok(store_profile_put(place.store, &put, &again, &place.error));
    ck_assert_int_eq(first, again);
    put.digest = place_octets(52, 32);
    ck_ok(store_profile_put(place.store, &put, &changed, &place.error));
    ck_assert_int_ne(first, changed);
    ck_ok(store_profile_find(place.store, place.product, "p", &got,
                             &place.error));
    ck_assert_int_eq(got.id, first);
    ck_assert_str_eq(got.name, "p");
    same(got.document, put.document);
    store_row_clear(&got.memory);
    ck_assert_ptr_null(got.memory);
    ck_ok(store_profile_get(place.store, changed, &got, &place.error));
    same(got.digest, put.digest);
    store_row_clear(&got.memory);
    ck_code(store_profile_find(place.store, 0, "p", &got, &place.error),
            DEVCA_E_NOT_FOUND);
    ck_code(store_profile_get(place.store, 999, &got, &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

START_TEST(test_authority)
{
    struct place place;
    struct store_authority got, put;
    struct store_certificate row;
    int64_t id, certificate;

    place_fill(&place);
    ck_ok(store_authority_find(place.store, STORE_ROOT, NULL, &got,
                               &place.error));
    ck_assert_int_eq(got.id, place.root);
    ck_assert_str_eq(got.name, "OEM Root");
    ck_assert_str_eq(got.key_uri, "file:x");
    ck_assert_int_eq(got.certificate_id, 0);
    ck_assert_uint_eq(got.request.len, 0);
    same(got.public_key, place_octets(2, 65));
    put = got;
    put.name = "Another Root";
    ck_code(store_authority_put(place.store, &put, &id, &place.error),
            DEVCA_E_EXISTS);
    store_row_clear(&got.memory);
    row = place_row(&place, 1);
    row.issuer_id = place.root;
    row.profile_id = 0;
    ck_ok(store_certificate_put(place.store, &row, &certificate, &place.error));
    ck_ok(store_authority_install(place.store, place.root, certificate,
                                  &place.error));
    ck_ok(store_authority_get(place.store, place.root, &got, &place.error));
    ck_assert_int_eq(got.certificate_id, certificate);
    store_row_clear(&got.memory);
    ck_code(store_authority_install(place.store, 99, certificate, &place.error),
            DEVCA_E_NOT_FOUND);
    ck_code(store_authority_find(place.store, STORE_PRODUCT, "x", &got,
                                 &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

static enum devca_code collect(const struct store_product *product,
                               void *context)
{
    strcat(context, product->name);
    return DEVCA_OK;
}

START_TEST(test_product)
{
    struct place place;
    struct store_product got;
    struct store_authority ca;
    char names[64] = "";
    int64_t id;

    place_fill(&place);
    ck_ok(store_product_find(place.store, "meter", &got, &place.error));
    ck_assert_int_eq(got.id, place.product);
    ck_assert_int_eq(got.device_profile_id, place.profile);
    ck_assert_str_eq(got.uid_format, "hex:6");
    ck_code(store_product_put(place.store, &got, &id, &place.error),
            DEVCA_E_EXISTS);
    store_row_clear(&got.memory);
    ck_ok(store_authority_get(place.store, place.ca, &ca, &place.error));
    ca.name = "gauge";
    ck_ok(store_authority_put(place.store, &ca, &id, &place.error));
    store_row_clear(&ca.memory);
    got = (struct store_product){
        .name = "gauge", .authority_id = id, .uid_format = "hex"};
    ck_ok(store_product_put(place.store, &got, &id, &place.error));
    ck_ok(store_product_list(place.store, collect, names, &place.error));
    ck_assert_str_eq(names, "gaugemeter");
    ck_code(store_product_find(place.store, "x", &got, &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

START_TEST(test_device)
{
    struct place place;
    struct store_device device = {.product_id = 77, .created_at = 5};
    int64_t first, id;

    place_fill(&place);
    first = place_device(&place, 1);
    ck_assert_int_eq(place_device(&place, 1), first);
    ck_assert_int_ne(place_device(&place, 2), first);
    device.uid = place_octets(9, 6);
    ck_code(store_device_find(place.store, place.product, device.uid, &id,
                              &place.error),
            DEVCA_E_NOT_FOUND);
    ck_code(store_device_put(place.store, &device, &id, &place.error),
            DEVCA_E_INTERNAL);
    place_remove(&place);
}
END_TEST

START_TEST(test_certificate)
{
    struct place place;
    struct store_certificate put, got;
    int64_t id, second;

    place_fill(&place);
    id = place_issue(&place, 7, 0);
    put = place_row(&place, 7);
    ck_ok(store_certificate_get(place.store, id, &got, &place.error));
    same(got.serial, put.serial);
    same(got.key_digest, put.key_digest);
    ck_assert_int_eq(got.not_before, put.not_before);
    ck_assert_int_eq(got.issued_at, put.issued_at);
    same(got.der, put.der);
    ck_assert_int_eq(got.issuer_id, place.ca);
    ck_assert_int_eq(got.not_after, DEVCA_NEVER);
    ck_assert_int_eq(got.key_type, 1);
    ck_assert_int_eq(got.status, STORE_ACTIVE);
    store_row_clear(&got.memory);
    ck_code(store_certificate_put(place.store, &put, &second, &place.error),
            DEVCA_E_EXISTS);
    put.issuer_id = place.root; /* the same serial of another issuer */
    put.not_before -= 77;
    ck_ok(store_certificate_put(place.store, &put, &second, &place.error));
    ck_ok(store_certificate_by_serial(place.store, place.root, put.serial, &got,
                                      &place.error));
    ck_assert_int_eq(got.id, second);
    ck_assert_int_eq(got.not_before, put.not_before);
    ck_assert_int_eq(got.issued_at, put.issued_at);
    store_row_clear(&got.memory);
    ck_ok(store_certificate_by_serial(place.store, 0, put.serial, &got,
                                      &place.error));
    store_row_clear(&got.memory);
    ck_code(store_certificate_by_serial(place.store, 55, put.serial, &got,
                                        &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

START_TEST(test_key)
{
    struct place place;
    struct store_certificate got;
    uint8_t digest[32];
    int64_t id;

    place_fill(&place);
    place_issue(&place, 7, 0);
    id = place_issue(&place, 8, 0);
    memcpy(digest, place_row(&place, 8).key_digest.data, 32);
    ck_ok(store_certificate_by_key(
        place.store, (struct devid_slice){digest, 32}, &got, &place.error));
    ck_assert_int_eq(got.id, id);
    store_row_clear(&got.memory);
    digest[31] ^= 1; /* the indexed beginning is the same */
    ck_code(store_certificate_by_key(place.store,
                                     (struct devid_slice){digest, 32}, &got,
                                     &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

START_TEST(test_current)
{
    struct place place;
    struct store_certificate row, got;
    int64_t device, first, second, other;

    place_fill(&place);
    device = place_device(&place, 1);
    ck_code(store_certificate_current(place.store, device, "idevid", &got,
                                      &place.error),
            DEVCA_E_NOT_FOUND);
    first = place_issue(&place, 1, device);
    second = place_issue(&place, 2, device);
    row = place_row(&place, 3);
    row.device_id = device;
    row.profile_id = place.other;
    ck_ok(store_certificate_put(place.store, &row, &other, &place.error));
    ck_ok(store_certificate_current(place.store, device, "idevid", &got,
                                    &place.error));
    ck_assert_int_eq(got.id, second);
    store_row_clear(&got.memory);
    ck_ok(store_certificate_current(place.store, device, "ldevid2", &got,
                                    &place.error));
    ck_assert_int_eq(got.id, other);
    store_row_clear(&got.memory);
    ck_ok(store_certificate_set_status(place.store, second, STORE_SUPERSEDED,
                                       &place.error));
    ck_ok(store_certificate_current(place.store, device, "idevid", &got,
                                    &place.error));
    ck_assert_int_eq(got.id, first);
    store_row_clear(&got.memory);
    ck_code(store_certificate_set_status(place.store, 999, STORE_REVOKED,
                                         &place.error),
            DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

/* Rows that the schema refuses. */
static const struct {
    size_t serial, key;
    int status;
} misfits[] = {{0, 32, 0}, {33, 32, 0}, {8, 31, 0}, {8, 32, 4}, {8, 32, -1}};

START_TEST(test_misfit)
{
    struct place place;
    struct store_certificate row;
    int64_t id;

    place_fill(&place);
    row = place_row(&place, 1);
    row.device_id = place_device(&place, 1);
    row.serial.len = misfits[_i].serial;
    row.key_digest.len = misfits[_i].key;
    row.status = (enum store_status)misfits[_i].status;
    ck_code(store_certificate_put(place.store, &row, &id, &place.error),
            DEVCA_E_INTERNAL);
    ck_assert_str_eq(place.error.field, "certificate");
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM certificate"), 0);
    place_remove(&place);
}
END_TEST

START_TEST(test_crl)
{
    struct place place;
    struct store_crl crl = {.number = 1, .entries = 3, .next_update = 9};
    struct store_authority ca;

    place_fill(&place);
    crl.authority_id = place.ca;
    crl.digest = place_octets(1, 32);
    ck_ok(store_crl_put(place.store, &crl, &place.error));
    ck_code(store_crl_put(place.store, &crl, &place.error), DEVCA_E_EXISTS);
    ck_assert_str_eq(place.error.field, "cRLNumber");
    crl.number = 3;
    ck_code(store_crl_put(place.store, &crl, &place.error), DEVCA_E_EXISTS);
    crl.number = 2;
    crl.digest.len = 5; /* refused after the number was used up */
    ck_code(store_crl_put(place.store, &crl, &place.error), DEVCA_E_INTERNAL);
    ck_ok(store_authority_get(place.store, place.ca, &ca, &place.error));
    ck_assert_int_eq(ca.crl_number, 1);
    store_row_clear(&ca.memory);
    place_remove(&place);
}
END_TEST

START_TEST(test_transaction)
{
    struct place place;

    place_fill(&place);
    store_rollback(place.store);
    ck_ok(store_begin(place.store, &place.error));
    place_issue(&place, 1, 0);
    store_rollback(place.store);
    store_rollback(place.store);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM certificate"), 0);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM tally"), 0);
    ck_ok(store_begin(place.store, &place.error));
    place_issue(&place, 1, 0);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM device"), 1);
    ck_assert_int_ne(store_commit(place.store, &place.error), DEVCA_OK);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store rows");
    TCase *tcase = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_profile);
    tcase_add_test(tcase, test_authority);
    tcase_add_test(tcase, test_product);
    tcase_add_test(tcase, test_device);
    tcase_add_test(tcase, test_certificate);
    tcase_add_test(tcase, test_key);
    tcase_add_test(tcase, test_current);
    tcase_add_loop_test(tcase, test_misfit, 0,
                        (int)(sizeof misfits / sizeof misfits[0]));
    tcase_add_test(tcase, test_crl);
    tcase_add_test(tcase, test_transaction);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
