/* What a caller, or who writes the flash, may hand over by mistake or on
 * purpose: nothing, too much, the same twice, octets that are used twice. */
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include "chain_rows.h"

#include <check.h>
#include <devid/verify.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row good = {.what = "good"};
static const struct devid_slice nothing = {NULL, 0};

static enum devid_status verify(const struct world *world,
                                struct devid_identity *identity)
{
    return devid_verify_chain(&world->chain, &world->anchors, &world->policy,
                              identity);
}

START_TEST(empty_slices)
{
    struct world world;
    struct devid_identity id;
    struct devid_slice list[2];
    struct devid_slice value;
    struct devid_crl crl;
    struct devid_crls crls = {&nothing, 1, NULL};
    struct devid_crl_entry entry;
    struct devid_slice entries = nothing;
    struct devid_cert cert;

    world_build(&world, &good);
    ck_assert(devid_cert_read(nothing, &cert) == DEVID_E_TRUNCATED);
    ck_assert(devid_crl_read(nothing, &crl) == DEVID_E_TRUNCATED);
    ck_assert(devid_crl_next(&entries, &entry) == DEVID_E_EMPTY);
    ck_assert(devid_verify_chain_crls(&world.chain, &world.anchors,
                                      &world.policy, &crls,
                                      NULL) == DEVID_E_TRUNCATED);
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(devid_verify_signature(&id, nothing, nothing) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_signature(&id, world.anchor.subject, nothing) ==
              DEVID_E_ARGUMENT);
    list[0] = (struct devid_slice){id.public_key.data, 32};
    ck_assert(devid_verify_signature(&id, list[0], nothing) ==
              DEVID_E_SIGNATURE_FORMAT);
    ck_assert(devid_identity_extension(&id, nothing, &value) ==
              DEVID_E_EXTENSIONS);
    id.public_key = nothing;
    ck_assert(devid_verify_signature(&id, list[0], nothing) ==
              DEVID_E_ARGUMENT);
    /* of two certificates either one may be nothing */
    for (size_t at = 0; at < 2; at++) {
        list[at] = nothing;
        list[1 - at] = world.certificates[1 - at];
        world.chain.certificates = list;
        ck_assert(verify(&world, NULL) == DEVID_E_TRUNCATED);
    }
    world.anchor.subject = nothing;
    world.chain.certificates = world.certificates;
    ck_assert(verify(&world, NULL) == DEVID_E_NO_ANCHOR);
    world_clear(&world);
}
END_TEST

START_TEST(one_octet)
{
    struct devid_cert cert;
    struct devid_crl crl;

    for (unsigned value = 0; value < 256; value++) {
        const uint8_t octet = (uint8_t)value;
        const struct devid_slice one = {&octet, 1};

        ck_assert(devid_cert_read(one, &cert) != DEVID_OK);
        ck_assert(devid_crl_read(one, &crl) != DEVID_OK);
    }
}
END_TEST

/* Points that no anchor's key may be: their octets, then what pads them. */
#define X_G                            \
    "\x6B\x17\xD1\xF2\xE1\x2C\x42\x47" \
    "\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2" \
    "\x77\x03\x7D\x81\x2D\xEB\x33\xA0" \
    "\xF4\xA1\x39\x45\xD8\x98\xC2\x96"
static const struct {
    const char *what;
    const char *octets;
    size_t octets_len;
    size_t len;
} broken_points[] = {
    {"infinity", "", 0, 1},
    {"zero", "\x04", 1, 65},
    {"off the curve", "\x04" X_G, 33, 65},
    {"x only", "\x04" X_G, 33, 33},
    {"compressed", "\x03" X_G, 33, 33},
    {"compressed, padded", "\x03" X_G, 33, 65},
    {"hybrid", "\x06" X_G, 33, 65},
    {"no prefix", X_G, 32, 64},
    {"an octet short", "\x04" X_G, 33, 64},
    {"an octet long", "\x04" X_G, 33, 66},
    {"zero on P-384", "\x04", 1, 97},
    {"off P-384", "\x04" X_G, 33, 97},
};

START_TEST(broken_anchor)
{
    uint8_t point[128] = {0};
    struct world world;
    enum devid_status status;

    world_build(&world, &good);
    memcpy(point, broken_points[_i].octets, broken_points[_i].octets_len);
    world.anchor.public_key =
        (struct devid_slice){point, broken_points[_i].len};
    status = verify(&world, NULL);
    ck_assert_msg(status == DEVID_E_KEY_POINT, "%s: %s", broken_points[_i].what,
                  devid_status_id(status));
    world_clear(&world);
}
END_TEST

/* The anchor's own octets are those of the chain's certificates; one
 * certificate is an octet of the other longer. */
START_TEST(overlapping)
{
    struct world world;
    struct devid_cert top;
    struct devid_slice list[2];
    struct devid_slice device;
    struct devid_slice ca;
    uint8_t *both;

    world_build(&world, &good);
    device = world.certificates[0];
    ca = world.certificates[1];
    ck_assert(devid_cert_read(ca, &top) == DEVID_OK);
    world.anchor.subject = top.issuer;
    world.anchor.key_id = top.authority_key_id;
    ck_assert(verify(&world, NULL) == DEVID_OK);
    both = malloc(device.len + ca.len);
    ck_assert_ptr_nonnull(both);
    memcpy(both, device.data, device.len);
    memcpy(both + device.len, ca.data, ca.len);
    list[0] = (struct devid_slice){both, device.len};
    list[1] = (struct devid_slice){both + device.len, ca.len};
    world.chain.certificates = list;
    ck_assert(verify(&world, NULL) == DEVID_OK);
    list[0].len++;
    ck_assert(verify(&world, NULL) == DEVID_E_TRAILING);
    list[0].len += ca.len - 1;
    ck_assert(verify(&world, NULL) == DEVID_E_TRAILING);
    list[0].len = device.len;
    list[1].data--;
    list[1].len++;
    ck_assert(verify(&world, NULL) != DEVID_OK);
    list[1] = list[0];
    ck_assert(verify(&world, NULL) == DEVID_E_NO_ANCHOR);
    free(both);
    world_clear(&world);
}
END_TEST

/* The CA's certificate lies inside the device's, in an extension: one octet is
 * part of both. */
START_TEST(one_inside_the_other)
{
    struct world world;
    struct devid_identity id;
    struct devid_slice list[2];
    struct devid_slice value;
    struct devid_writer w;
    static char text[8192];
    static uint8_t octets[2048];
    struct mint device = {{[MINT_SPKI] = test_key_spki(chain_keys.device),
                           [MINT_EXTENSIONS] = text}};
    size_t used = 0;

    world_build(&world, &good);
    devid_writer_init(&w, octets, sizeof octets);
    devid_extension_write(
        &w, &(struct devid_extension){OID_SLICE("\x2A\x03\x04"),
                                      world.certificates[1], false});
    ck_assert_uint_le(w.len, sizeof octets);
    used = (size_t)snprintf(text, sizeof text, "%s", EXT_AKI(ID_CA));
    for (size_t i = 0; i < w.len; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%02X",
                                 octets[i]);
    list[0] = test_key_issue(chain_keys.top, &device);
    list[1] = world.certificates[1];
    world.chain = (struct devid_chain){list, 2};
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(devid_identity_extension(&id, OID_SLICE("\x2A\x03\x04"),
                                       &value) == DEVID_OK);
    list[1] = value;
    ck_assert(verify(&world, &id) == DEVID_OK);
    free((void *)(uintptr_t)list[0].data);
    world.chain = (struct devid_chain){world.certificates, 2};
    world_clear(&world);
}
END_TEST

/* Certificates around and above 64 KB: good ones, and all cut ends. */
START_TEST(large)
{
    static const size_t sizes[] = {65000, 65535, 65536, 70000, 0x100000};
    size_t size = sizes[_i];
    char *text = malloc(2 * size + 200);
    struct mint device = {{[MINT_SPKI] = test_key_spki(chain_keys.device),
                           [MINT_EXTENSIONS] = text}};
    struct devid_slice list[2];
    struct world world;
    struct devid_writer w;
    uint8_t *octets = malloc(size + 64);
    uint8_t *value = calloc(1, size);
    size_t used;

    ck_assert(text != NULL && octets != NULL && value != NULL);
    world_build(&world, &good);
    devid_writer_init(&w, octets, size + 64);
    devid_extension_write(&w,
                          &(struct devid_extension){
                              OID_SLICE("\x2A\x03\x04"), {value, size}, false});
    used = (size_t)snprintf(text, 200, "%s", EXT_AKI(ID_CA));
    for (size_t i = 0; i < w.len; i++)
        used += (size_t)snprintf(text + used, 3, "%02X", octets[i]);
    list[0] = test_key_issue(chain_keys.top, &device);
    list[1] = world.certificates[1];
    world.chain = (struct devid_chain){list, 2};
    ck_assert_uint_gt(list[0].len, size);
    ck_assert(verify(&world, NULL) == DEVID_OK);
    for (size_t cut = 1; cut < list[0].len; cut += list[0].len / 97) {
        list[0].len -= cut;
        ck_assert(verify(&world, NULL) == DEVID_E_TRUNCATED);
        list[0].len += cut;
    }
    free((void *)(uintptr_t)list[0].data);
    free(text);
    free(octets);
    free(value);
    world.chain = (struct devid_chain){world.certificates, 2};
    world_clear(&world);
}
END_TEST

/* Lengths of up to four octets, with nothing behind them. */
START_TEST(length_alone)
{
    static const struct {
        const char *octets;
        size_t len;
        enum devid_status expected;
    } heads[] = {
        {"\x30\x84\xFF\xFF\xFF\xFF", 6, DEVID_E_TRUNCATED},
        {"\x30\x84\x7F\xFF\xFF\xFF", 6, DEVID_E_TRUNCATED},
        {"\x30\x84\x80\x00\x00\x00", 6, DEVID_E_TRUNCATED},
        {"\x30\x83\x01\x00\x00", 5, DEVID_E_TRUNCATED},
        {"\x30\x85\x01\x00\x00\x00\x00", 7, DEVID_E_LENGTH},
        {"\x30\x88\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10, DEVID_E_LENGTH},
        {"\x30\xFF\xFF\xFF", 4, DEVID_E_LENGTH},
        {"\x30\x84\xFF\xFF", 4, DEVID_E_TRUNCATED},
        {"\x30\x80\x00\x00", 4, DEVID_E_LENGTH},
    };
    struct devid_slice der = {(const uint8_t *)heads[_i].octets, heads[_i].len};
    struct devid_cert cert;
    struct devid_crl crl;

    ck_assert(devid_cert_read(der, &cert) == heads[_i].expected);
    ck_assert(devid_crl_read(der, &crl) == heads[_i].expected);
}
END_TEST

/* Two CAs that have certified each other, as often as there is room. */
START_TEST(loop)
{
    struct mint again = {
        {[MINT_ISSUER] = NAME_CA,
         [MINT_SUBJECT] = NAME_ROOT,
         [MINT_SPKI] = test_key_spki(chain_keys.root),
         [MINT_EXTENSIONS] = EXT_AKI(ID_CA) EXT_SKI(ID_ROOT) EXT_CA EXT_KU_CA}};
    struct world world;
    struct devid_slice list[DEVID_MAX_DEPTH + 3];
    struct devid_slice root_by_ca;
    size_t count = 1;

    world_build(&world, &good);
    root_by_ca = test_key_issue(chain_keys.top, &again);
    list[0] = world.certificates[0];
    world.chain.certificates = list;
    while (count + 2 <= DEVID_MAX_DEPTH + 3) {
        list[count++] = world.certificates[1];
        world.chain.count = count;
        ck_assert(verify(&world, NULL) ==
                  (count <= DEVID_MAX_DEPTH ? DEVID_OK : DEVID_E_DEPTH));
        /* ends with the CA's certificate for the root: no way back */
        list[count++] = root_by_ca;
        world.chain.count = count;
        ck_assert(
            verify(&world, NULL) ==
            (count <= DEVID_MAX_DEPTH ? DEVID_E_NO_ANCHOR : DEVID_E_DEPTH));
    }
    free((void *)(uintptr_t)root_by_ca.data);
    world.chain = (struct devid_chain){world.certificates, 2};
    world_clear(&world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify input");
    TCase *cases = tcase_create("input");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_unchecked_fixture(cases, chain_keys_make, chain_keys_free);
    tcase_add_test(cases, empty_slices);
    tcase_add_test(cases, one_octet);
    tcase_add_loop_test(cases, broken_anchor, 0,
                        sizeof broken_points / sizeof broken_points[0]);
    tcase_add_test(cases, overlapping);
    tcase_add_test(cases, one_inside_the_other);
    tcase_add_loop_test(cases, large, 0, 5);
    tcase_add_loop_test(cases, length_alone, 0, 9);
    tcase_add_test(cases, loop);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
