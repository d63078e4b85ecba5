/* The walk from the anchor to the device. */
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include "chain_rows.h"

#include <devid/port.h>
#include <devid/verify.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NAME_X NAME_CN("58")
/* CN=D, serialNumber=0a1B in PrintableString */
#define NAME_UID "301B 310A300806035504030C0144 310D300B06035504051304 30613142"
#define EXT_DEVICE EXT_AKI(ID_CA) EXT_KU_SIGN

static enum devid_status verify(const struct world *world,
                                struct devid_identity *identity)
{
    return devid_verify_chain(&world->chain, &world->anchors, &world->policy,
                              identity);
}

START_TEST(verdicts)
{
    const struct row *row = &chain_rows[_i];
    struct world world;
    enum devid_status status;

    world_build(&world, row);
    status = verify(&world, NULL);
    ck_assert_msg(status == row->expected, "%s: %s, not %s", row->what,
                  devid_status_id(status), devid_status_id(row->expected));
    world_clear(&world);
}
END_TEST

/* Every octet of every certificate counts: changed, the chain is refused. */
START_TEST(every_octet)
{
    world_every_octet(verify);
}
END_TEST

START_TEST(identity)
{
    const struct row row = {
        .device = {{[MINT_SUBJECT] = NAME_UID,
                    [MINT_EXTENSIONS] =
                        EXT_DEVICE EXT_EKU_CODE "300806042A0304050400"}}};
    struct world world;
    struct devid_identity id;
    struct devid_slice value;

    world_build(&world, &row);
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(id.uid_is_text && id.uid.len == 4);
    ck_assert(memcmp(id.uid.data, "0a1B", 4) == 0);
    ck_assert_uint_eq(id.product.len, 0);
    ck_assert_uint_eq(id.serial.len, 1);
    ck_assert_uint_eq(id.key_usage, DEVID_KU_DIGITAL_SIGNATURE);
    ck_assert(
        devid_slice_equal(id.public_key, test_key_point(chain_keys.device)));
    ck_assert_uint_eq(id.not_after.date, DEVID_TIME_DATE(2034, 1, 1));
    ck_assert(devid_identity_extension(&id, OID_SLICE(OID_EXT_KEY_USAGE),
                                       &value) == DEVID_OK);
    ck_assert_uint_eq(value.len, 12);
    ck_assert(devid_identity_extension(&id, OID_SLICE("\x2A\x03\x04\x05"),
                                       &value) == DEVID_OK);
    ck_assert_uint_eq(value.len, 0);
    ck_assert(devid_identity_extension(&id, OID_SLICE(OID_KEY_USAGE "\x01"),
                                       &value) == DEVID_E_EXTENSIONS);
    world_clear(&world);
}
END_TEST

/* A refused chain leaves the caller's identity as it was. */
START_TEST(identity_untouched)
{
    const struct row row = {.device = {{[MINT_ISSUER] = NAME_X}}};
    struct world world;
    struct devid_identity id;
    struct devid_identity before;

    memset(&id, 0x5A, sizeof id);
    before = id;
    world_build(&world, &row);
    ck_assert(verify(&world, &id) == DEVID_E_NAME_CHAINING);
    ck_assert_mem_eq(&id, &before, sizeof id);
    world_clear(&world);
}
END_TEST

START_TEST(leaf_signature)
{
    const struct row row = {.what = "good"};
    struct world world;
    struct devid_identity id;
    uint8_t hash[32];
    uint8_t buffer[128];
    const struct devid_slice message = {(const uint8_t *)"image", 5};
    struct devid_slice signature =
        test_key_sign(chain_keys.device, message, buffer);
    struct devid_slice digest = {hash, sizeof hash};

    world_build(&world, &row);
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(devid_port_hash(DEVID_P256, message, hash) == DEVID_OK);
    ck_assert(devid_verify_signature(&id, digest, signature) == DEVID_OK);
    hash[0] ^= 1;
    ck_assert(devid_verify_signature(&id, digest, signature) ==
              DEVID_E_SIGNATURE);
    hash[0] ^= 1;
    digest.len = 31;
    ck_assert(devid_verify_signature(&id, digest, signature) ==
              DEVID_E_ARGUMENT);
    digest.len = 32;
    signature.len--;
    ck_assert(devid_verify_signature(&id, digest, signature) ==
              DEVID_E_SIGNATURE_FORMAT);
    signature.len++;
    id.key_usage = DEVID_KU_KEY_AGREEMENT;
    ck_assert(devid_verify_signature(&id, digest, signature) ==
              DEVID_E_KEY_USAGE);
    ck_assert(devid_verify_signature(NULL, digest, signature) ==
              DEVID_E_ARGUMENT);
    world_clear(&world);
}
END_TEST

/* What signs firmware is the policy's to say: without a purpose asked for,
 * any certificate's key makes a good signature, for whatever purpose. */
START_TEST(signature_of_any_purpose)
{
    static const uint8_t octets[] = {'h', 'i'};
    const struct devid_slice message = {octets, sizeof octets};
    struct row row = {
        .what = "server",
        .device = {{[MINT_EXTENSIONS] = EXT_AKI(ID_CA) EXT_EKU_SERVER}}};
    struct devid_identity id;
    struct world world;
    uint8_t hash[32], buffer[128];
    struct devid_slice signature =
        test_key_sign(chain_keys.device, message, buffer);

    world_build(&world, &row);
    ck_assert(devid_port_hash(DEVID_P256, message, hash) == DEVID_OK);
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(devid_verify_signature(&id, (struct devid_slice){hash, 32},
                                     signature) == DEVID_OK);
    world.policy.required_eku = OID_SLICE(OID_KP_CODE_SIGNING);
    ck_assert(verify(&world, &id) == DEVID_E_EXT_KEY_USAGE);
    world_clear(&world);
}
END_TEST

START_TEST(anchors)
{
    const struct row row = {.what = "good"};
    struct world world;
    struct devid_anchor list[3];

    world_build(&world, &row);
    list[0] = world.anchor;
    list[0].public_key =
        test_key_point(chain_keys.device); /* same name, other key */
    list[1] = world.anchor;
    list[1].subject = world.anchor.key_id; /* another name */
    list[2] = world.anchor;
    world.anchors = (struct devid_anchors){list, 3};
    ck_assert(verify(&world, NULL) == DEVID_OK);
    world.anchors.count = 2;
    ck_assert(verify(&world, NULL) == DEVID_E_SIGNATURE);
    world.anchors = (struct devid_anchors){list + 1, 1};
    ck_assert(verify(&world, NULL) == DEVID_E_NO_ANCHOR);
    world.anchors.count = 0;
    ck_assert(verify(&world, NULL) == DEVID_E_NO_ANCHOR);
    world.anchors = (struct devid_anchors){NULL, 0};
    ck_assert(verify(&world, NULL) == DEVID_E_NO_ANCHOR);
    /* an anchor's key that is no point */
    world.anchors = (struct devid_anchors){list, 1};
    list[0].public_key = (struct devid_slice){(const uint8_t *)"no point", 8};
    ck_assert(verify(&world, NULL) == DEVID_E_KEY_POINT);
    list[0].public_key = (struct devid_slice){NULL, 0};
    ck_assert(verify(&world, NULL) == DEVID_E_KEY_POINT);
    world_clear(&world);
}
END_TEST

START_TEST(arguments)
{
    const struct row row = {.what = "good"};
    struct world world;

    world_build(&world, &row);
    ck_assert(devid_verify_chain(NULL, &world.anchors, &world.policy, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_chain(&world.chain, NULL, &world.policy, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_chain(&world.chain, &world.anchors, NULL, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(verify(&world, NULL) == DEVID_OK);
    world_clear(&world);
}
END_TEST

/* Depth: nothing, the bound, one more, with and without the root's own
 * certificate at the end, the same certificate twice, a loop. */
START_TEST(depth)
{
    const struct row row = {.what = "good"};
    struct mint root = {{[MINT_ISSUER] = NAME_ROOT,
                         [MINT_SUBJECT] = NAME_ROOT,
                         [MINT_EXTENSIONS] = EXT_AKI(ID_ROOT) EXT_SKI(ID_ROOT)
                             EXT_CA EXT_KU_CA}};
    struct mint self = {
        {[MINT_ISSUER] = NAME_CA,
         [MINT_SUBJECT] = NAME_CA,
         [MINT_EXTENSIONS] = EXT_AKI(ID_CA) EXT_SKI(ID_CA) EXT_CA EXT_KU_CA}};
    struct world world;
    struct devid_slice list[DEVID_MAX_DEPTH + 3];
    struct devid_slice root_der;
    struct devid_slice self_der;

    world_build(&world, &row);
    root.field[MINT_SPKI] = test_key_spki(chain_keys.root);
    self.field[MINT_SPKI] = test_key_spki(chain_keys.top);
    root_der = test_key_issue(chain_keys.root, &root);
    self_der = test_key_issue(chain_keys.top, &self);
    list[0] = world.certificates[0];
    world.chain.certificates = list;

    world.chain.count = 0;
    ck_assert(verify(&world, NULL) == DEVID_E_DEPTH);
    /* device, CA reissuing itself, ..., CA */
    for (size_t count = 2; count <= DEVID_MAX_DEPTH + 1; count++) {
        for (size_t i = 1; i + 1 < count; i++)
            list[i] = self_der;
        list[count - 1] = world.certificates[1];
        world.chain.count = count;
        ck_assert(verify(&world, NULL) ==
                  (count <= DEVID_MAX_DEPTH ? DEVID_OK : DEVID_E_DEPTH));
        list[count] = root_der;
        world.chain.count = count + 1;
        ck_assert(verify(&world, NULL) ==
                  (count <= DEVID_MAX_DEPTH ? DEVID_OK : DEVID_E_DEPTH));
    }
    /* the device twice, the CA twice */
    list[1] = list[0];
    list[2] = world.certificates[1];
    world.chain.count = 3;
    ck_assert(verify(&world, NULL) == DEVID_E_BASIC_CONSTRAINTS);
    list[1] = list[2];
    ck_assert(verify(&world, NULL) == DEVID_E_NAME_CHAINING);
    /* the root alone is a CA */
    list[0] = root_der;
    world.chain.count = 1;
    ck_assert(verify(&world, NULL) == DEVID_E_BASIC_CONSTRAINTS);
    /* an empty certificate */
    list[0] = (struct devid_slice){NULL, 0};
    ck_assert(verify(&world, NULL) == DEVID_E_TRUNCATED);
    free((void *)(uintptr_t)root_der.data);
    free((void *)(uintptr_t)self_der.data);
    world.chain = (struct devid_chain){world.certificates, 2};
    world_clear(&world);
}
END_TEST

/* P-384 with SHA-384 from top to bottom, and what must not mix. */
START_TEST(p384)
{
    struct test_key *big = test_key_new(DEVID_P384);
    struct mint device = {{[MINT_ISSUER] = NAME_ROOT,
                           [MINT_INNER] = ALG_SHA384,
                           [MINT_OUTER] = ALG_SHA384,
                           [MINT_EXTENSIONS] = EXT_AKI(ID_ROOT) EXT_KU_SIGN}};
    const struct row row = {.what = "good"};
    struct world world;
    struct devid_slice der;

    world_build(&world, &row);
    device.field[MINT_SPKI] = test_key_spki(big);
    der = test_key_issue(big, &device);
    world.chain = (struct devid_chain){&der, 1};
    world.anchor.public_key = test_key_point(big);
    ck_assert(verify(&world, NULL) == DEVID_OK);
    world.anchor.public_key = test_key_point(chain_keys.root);
    ck_assert(verify(&world, NULL) == DEVID_E_ALGORITHM);
    free((void *)(uintptr_t)der.data);
    device.field[MINT_INNER] = ALG_SHA256;
    device.field[MINT_OUTER] = ALG_SHA256;
    der = test_key_issue(big, &device);
    world.anchor.public_key = test_key_point(big);
    ck_assert(verify(&world, NULL) == DEVID_E_ALGORITHM);
    free((void *)(uintptr_t)der.data);
    world.chain = (struct devid_chain){world.certificates, 2};
    world_clear(&world);
    test_key_free(big);
}
END_TEST

START_TEST(status_texts)
{
    ck_assert_str_eq(devid_status_id(DEVID_OK), "ok");
    ck_assert_str_eq(devid_status_id(DEVID_E_NAME_CHAINING), "name-chaining");
    ck_assert_str_eq(devid_status_clause(DEVID_E_EXPIRED),
                     "RFC 5280 6.1.3 (a)(2)");
    ck_assert_str_eq(devid_status_id((enum devid_status)9999), "unknown");
    ck_assert_str_eq(devid_status_text((enum devid_status)9999),
                     "unknown status");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify chain");
    TCase *cases = tcase_create("chain");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_unchecked_fixture(cases, chain_keys_make, chain_keys_free);
    tcase_add_loop_test(cases, verdicts, 0, (int)chain_row_count);
    tcase_add_test(cases, every_octet);
    tcase_add_test(cases, identity);
    tcase_add_test(cases, identity_untouched);
    tcase_add_test(cases, leaf_signature);
    tcase_add_test(cases, signature_of_any_purpose);
    tcase_add_test(cases, anchors);
    tcase_add_test(cases, arguments);
    tcase_add_test(cases, depth);
    tcase_add_test(cases, p384);
    tcase_add_test(cases, status_texts);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
