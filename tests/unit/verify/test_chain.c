/*
 * The walk from the anchor to the device: one thing wrong at a time. The chain
 * is device, sub CA (where a row has one), top CA; the anchor is the root.
 */
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include "authority.h"

#include <devid/port.h>
#include <devid/verify.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SUB NAME_CN("53")
#define ID_SUB "04040404"
#define NO_MINT  \
    {            \
        {        \
            NULL \
        }        \
    }
#define EXT_DEVICE EXT_AKI(ID_CA) EXT_KU_SIGN

struct row {
    const char *what;
    enum devid_status expected;
    struct mint device;
    struct mint top;
    struct mint sub; /* sub.field[MINT_SUBJECT] set: there is a sub CA */
    struct devid_policy policy;
};

#define WITH(f, text)    \
    {                    \
        {                \
            [f] = (text) \
        }                \
    }
#define DEVICE_EXT(text) .device = WITH(MINT_EXTENSIONS, text)
#define TOP_EXT(text) .top = WITH(MINT_EXTENSIONS, text)
#define TOP_BASE EXT_AKI(ID_ROOT) EXT_SKI(ID_CA)
#define SUB_EXT(text)                   \
    .sub = {{[MINT_SUBJECT] = NAME_SUB, \
             [MINT_EXTENSIONS] = EXT_AKI(ID_CA) EXT_SKI(ID_SUB) text}}
#define SUB_PLAIN SUB_EXT(EXT_CA EXT_KU_CA)
#define UNDER_SUB                         \
    .device = {{[MINT_ISSUER] = NAME_SUB, \
                [MINT_EXTENSIONS] = EXT_AKI(ID_SUB) EXT_KU_SIGN}}

/* nameConstraints: permitted or excluded directoryName CN=D, CN=X;
 * otherName 1.2.3.4 NULL */
#define NC(list) "30200603551D1E0101FF04163014" list
#define NC_DIR(tag, name) NC(tag "123010A40E" name)
#define NC_OTHER(tag) \
    "301B0603551D1E0101FF0411300F" tag "0D300BA00906032A0304A0020500"
#define NAME_X NAME_CN("58")
#define SAN_OTHER "30140603551D11040D300BA00906032A0304A0020500"
#define SAN_OTHER_5 "30140603551D11040D300BA00906032A0305A0020500"
#define SAN_OTHER_INT "30150603551D11040E300CA00A06032A0304A003020101"
#define TOP_NC(nc) TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA nc)

#define AT(y) .time = {DEVID_TIME_DATE(y, 1, 1), 0}
#define OID_CODE                                \
    {                                           \
        (const uint8_t *)OID_KP_CODE_SIGNING, 8 \
    }
#define TEXT(t)                             \
    {                                       \
        (const uint8_t *)(t), sizeof(t) - 1 \
    }
/* CN=D, serialNumber=0a1B in PrintableString */
#define NAME_UID "301B 310A300806035504030C0144 310D300B06035504051304 30613142"
/* hardwareModuleName with serial 0A1B, subject empty */
#define SAN_HMN                                                    \
    "30240603551D110101FF041A3018A01606082B06010505070804A00A3008" \
    "06022A0304020A1B"
/* O=A, OU=P, CN=I */
#define NAME_PRODUCT "3018 310A3008060355040B0C0150 310A300806035504030C0149"

static const struct row rows[] = {
    {.what = "as it is", .expected = DEVID_OK},
    {.what = "under a sub CA", .expected = DEVID_OK, UNDER_SUB, SUB_PLAIN},
    /* names and key identifiers */
    {.what = "device's issuer is another",
     .expected = DEVID_E_NAME_CHAINING,
     .device = WITH(MINT_ISSUER, NAME_X)},
    {.what = "issuer with another string type",
     .expected = DEVID_E_NAME_CHAINING,
     .device = WITH(MINT_ISSUER, "300C310A30080603550403130149")},
    {.what = "top CA's issuer is no anchor",
     .expected = DEVID_E_NO_ANCHOR,
     .top = WITH(MINT_ISSUER, NAME_X)},
    {.what = "device without AKI",
     .expected = DEVID_E_KEY_IDENTIFIER,
     DEVICE_EXT(EXT_KU_SIGN)},
    {.what = "device with another AKI",
     .expected = DEVID_E_KEY_IDENTIFIER,
     DEVICE_EXT(EXT_AKI(ID_ROOT) EXT_KU_SIGN)},
    {.what = "top CA with another AKI",
     .expected = DEVID_E_KEY_IDENTIFIER,
     TOP_EXT(EXT_AKI(ID_CA) EXT_SKI(ID_CA) EXT_CA EXT_KU_CA)},
    /* what a CA must say */
    {.what = "CA without basicConstraints",
     .expected = DEVID_E_BASIC_CONSTRAINTS,
     TOP_EXT(TOP_BASE EXT_KU_SIGN)},
    {.what = "CA without keyUsage",
     .expected = DEVID_E_KEY_USAGE,
     TOP_EXT(TOP_BASE EXT_CA)},
    {.what = "CA without keyCertSign",
     .expected = DEVID_E_KEY_USAGE,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_SIGN)},
    {.what = "CA without extensions",
     .expected = DEVID_E_KEY_IDENTIFIER,
     .top = WITH(MINT_TAIL, "")},
    {.what = "device is a CA",
     .expected = DEVID_E_BASIC_CONSTRAINTS,
     DEVICE_EXT(EXT_AKI(ID_CA) EXT_SKI(ID_DEVICE) EXT_CA EXT_KU_CA)},
    {.what = "device is a CA and may be",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_AKI(ID_CA) EXT_SKI(ID_DEVICE) EXT_CA EXT_KU_CA),
     .policy = {.allow_ca_device = true}},
    {.what = "keyUsage padded",
     .expected = DEVID_E_BIT_STRING,
     DEVICE_EXT(EXT_AKI(ID_CA) "300E0603551D0F0101FF040403020080")},
    {.what = "keyUsage padded and may be",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_AKI(ID_CA) "300E0603551D0F0101FF040403020080"),
     .policy = {.allow_padded_key_usage = true}},
    /* path length */
    {.what = "pathLen 0 over a device",
     .expected = DEVID_OK,
     TOP_EXT(TOP_BASE EXT_CA_PATH("00") EXT_KU_CA)},
    {.what = "pathLen 0 over a sub CA",
     .expected = DEVID_E_PATH_LENGTH,
     UNDER_SUB,
     TOP_EXT(TOP_BASE EXT_CA_PATH("00") EXT_KU_CA),
     SUB_PLAIN},
    {.what = "pathLen 1 over a sub CA",
     .expected = DEVID_OK,
     UNDER_SUB,
     TOP_EXT(TOP_BASE EXT_CA_PATH("01") EXT_KU_CA),
     SUB_PLAIN},
    {.what = "sub CA raises pathLen",
     .expected = DEVID_OK,
     UNDER_SUB,
     TOP_EXT(TOP_BASE EXT_CA_PATH("01") EXT_KU_CA),
     SUB_EXT(EXT_CA_PATH("05") EXT_KU_CA)},
    {.what = "pathLen 0 over a CA device",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_AKI(ID_CA) EXT_SKI(ID_DEVICE) EXT_CA EXT_KU_CA),
     TOP_EXT(TOP_BASE EXT_CA_PATH("00") EXT_KU_CA),
     .policy = {.allow_ca_device = true}},
    /* time */
    {.what = "before notBefore",
     .expected = DEVID_E_NOT_YET_VALID,
     .policy = {AT(2023)}},
    {.what = "after notAfter",
     .expected = DEVID_E_EXPIRED,
     .policy = {AT(2035)}},
    {.what = "at notBefore", .expected = DEVID_OK, .policy = {AT(2024)}},
    {.what = "at notAfter", .expected = DEVID_OK, .policy = {AT(2034)}},
    {.what = "a second after notAfter",
     .expected = DEVID_E_EXPIRED,
     .policy = {.time = {DEVID_TIME_DATE(2034, 1, 1), 1}}},
    {.what = "floor before notBefore",
     .expected = DEVID_OK,
     .policy = {AT(2023), .clock = DEVID_CLOCK_FLOOR}},
    {.what = "floor after notAfter",
     .expected = DEVID_E_EXPIRED,
     .policy = {AT(2035), .clock = DEVID_CLOCK_FLOOR}},
    {.what = "no clock",
     .expected = DEVID_OK,
     .policy = {AT(2035), .clock = DEVID_CLOCK_NONE}},
    {.what = "a clock that is none",
     .expected = DEVID_E_ARGUMENT,
     .policy = {AT(2025), .clock = (enum devid_clock)77}},
    {.what = "only the device has expired",
     .expected = DEVID_E_EXPIRED,
     .device = WITH(MINT_VALIDITY, "301E" TIME_2024 TIME_2024)},
    /* purposes */
    {.what = "purpose there",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_CODE),
     .policy = {.required_eku = OID_CODE}},
    {.what = "purpose not asked",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_CODE)},
    {.what = "another purpose",
     .expected = DEVID_E_EXT_KEY_USAGE,
     DEVICE_EXT(EXT_DEVICE "30130603551D25040C300A06082B06010505070301"),
     .policy = {.required_eku = OID_CODE}},
    {.what = "anyExtendedKeyUsage",
     .expected = DEVID_E_EXT_KEY_USAGE,
     DEVICE_EXT(EXT_DEVICE "300F0603551D250408300606 04551D2500"),
     .policy = {.required_eku = OID_CODE}},
    {.what = "no extKeyUsage",
     .expected = DEVID_E_EXT_KEY_USAGE,
     .policy = {.required_eku = OID_CODE}},
    {.what = "no extKeyUsage and may",
     .expected = DEVID_OK,
     .policy = {.required_eku = OID_CODE, .allow_absent_eku = true}},
    /* name constraints */
    {.what = "permitted CN=D",
     .expected = DEVID_OK,
     TOP_NC(NC_DIR("A0", NAME_DEVICE))},
    {.what = "permitted CN=X",
     .expected = DEVID_E_NOT_PERMITTED,
     TOP_NC(NC_DIR("A0", NAME_X))},
    {.what = "excluded CN=D",
     .expected = DEVID_E_NOT_PERMITTED,
     TOP_NC(NC_DIR("A1", NAME_DEVICE))},
    {.what = "excluded CN=X",
     .expected = DEVID_OK,
     TOP_NC(NC_DIR("A1", NAME_X))},
    {.what = "permitted is a prefix",
     .expected = DEVID_OK,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     TOP_NC(NC_DIR("A0", NAME_DEVICE))},
    {.what = "excluded for the CA itself",
     .expected = DEVID_OK,
     TOP_NC(NC_DIR("A1", NAME_CA))},
    {.what = "sub CA outside",
     .expected = DEVID_E_NOT_PERMITTED,
     UNDER_SUB,
     TOP_NC(NC_DIR("A0", NAME_DEVICE)),
     SUB_PLAIN},
    {.what = "directoryName in SAN outside",
     .expected = DEVID_E_NOT_PERMITTED,
     DEVICE_EXT(EXT_DEVICE "30190603551D1104123010A40E" NAME_X),
     TOP_NC(NC_DIR("A0", NAME_DEVICE))},
    {.what = "otherName excluded by type",
     .expected = DEVID_E_NOT_PERMITTED,
     DEVICE_EXT(EXT_DEVICE SAN_OTHER_INT),
     TOP_NC(NC_OTHER("A1"))},
    {.what = "otherName of another type",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE SAN_OTHER_5),
     TOP_NC(NC_OTHER("A1"))},
    {.what = "otherName permitted",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE SAN_OTHER),
     TOP_NC(NC_OTHER("A0"))},
    {.what = "otherName of another value",
     .expected = DEVID_E_NOT_PERMITTED,
     DEVICE_EXT(EXT_DEVICE SAN_OTHER_INT),
     TOP_NC(NC_OTHER("A0"))},
    {.what = "otherName constraint, DNS name",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE "300C0603551D1104053003820161"),
     TOP_NC(NC_OTHER("A0"))},
    /* identity */
    {.what = "UID in serialNumber",
     .expected = DEVID_OK,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("\x0A\x1B")}},
    {.what = "UID as text",
     .expected = DEVID_OK,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("0a1B")}},
    {.what = "another UID",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("\x0A\x1C")}},
    {.what = "UID too short",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("\x0A")}},
    {.what = "no UID at all",
     .expected = DEVID_E_IDENTITY,
     .policy = {.required_uid = TEXT("\x0A")}},
    {.what = "UID in hardwareModuleName",
     .expected = DEVID_OK,
     .device = {{[MINT_SUBJECT] = NAME_EMPTY,
                 [MINT_EXTENSIONS] = EXT_DEVICE SAN_HMN}},
     .policy = {.required_uid = TEXT("\x0A\x1B")}},
    {.what = "another UID in hardwareModuleName",
     .expected = DEVID_E_IDENTITY,
     .device = {{[MINT_SUBJECT] = NAME_EMPTY,
                 [MINT_EXTENSIONS] = EXT_DEVICE SAN_HMN}},
     .policy = {.required_uid = TEXT("0A1B")}},
    {.what = "UID in commonName by policy",
     .expected = DEVID_OK,
     .policy = {.required_uid = TEXT("D"),
                .uid_attribute = TEXT(OID_COMMON_NAME)}},
    {.what = "UID not where the policy says",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("\x0A\x1B"),
                .uid_attribute = TEXT(OID_COMMON_NAME)}},
    {.what = "product",
     .expected = DEVID_OK,
     .device = WITH(MINT_ISSUER, NAME_PRODUCT),
     .top = WITH(MINT_SUBJECT, NAME_PRODUCT),
     .policy = {.required_product = TEXT("P")}},
    {.what = "another product",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_ISSUER, NAME_PRODUCT),
     .top = WITH(MINT_SUBJECT, NAME_PRODUCT),
     .policy = {.required_product = TEXT("Q")}},
    /* signatures */
    {.what = "signature of 0 and 0",
     .expected = DEVID_E_SIGNATURE_FORMAT,
     .device = WITH(MINT_SIGNATURE, "0309003006020100020100")},
    {.what = "signature of 1 and 1",
     .expected = DEVID_E_SIGNATURE,
     .device = WITH(MINT_SIGNATURE, "0309003006020101020101")},
    {.what = "key off the curve",
     .expected = DEVID_E_KEY_POINT,
     .device = WITH(MINT_SPKI, SPKI_P256
                    "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A139"
                    "45D898C296"
                    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB64068"
                    "37BF51F6")},
    {.what = "key above the field",
     .expected = DEVID_E_KEY_POINT,
     .device = WITH(MINT_SPKI, SPKI_P256
                    "04FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
                    "FFFFFFFFFF"
                    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
                    "FFFFFFFF")},
    {.what = "key zero",
     .expected = DEVID_E_KEY_POINT,
     .device = WITH(MINT_SPKI, SPKI_P256
                    "04000000000000000000000000000000000000000000000000000000"
                    "0000000000"
                    "00000000000000000000000000000000000000000000000000000000"
                    "00000000")},
    /* the policy's own reader errors reach the caller */
    {.what = "unknown critical extension in the CA",
     .expected = DEVID_E_EXTENSION_CRITICAL,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA "300B06042A0304050101FF0400")},
};

static struct test_key *root_key;
static struct test_key *top_key;
static struct test_key *sub_key;
static struct test_key *device_key;

static void make_keys(void)
{
    root_key = test_key_new(DEVID_P256);
    top_key = test_key_new(DEVID_P256);
    sub_key = test_key_new(DEVID_P256);
    device_key = test_key_new(DEVID_P256);
}

static void free_keys(void)
{
    test_key_free(root_key);
    test_key_free(top_key);
    test_key_free(sub_key);
    test_key_free(device_key);
}

static void preset(struct mint *mint, enum mint_field field, const char *text)
{
    if (mint->field[field] == NULL)
        mint->field[field] = text;
}

/* A chain and its anchor, made for a row. */
struct world {
    struct devid_slice certificates[4];
    struct devid_chain chain;
    struct devid_anchor anchor;
    struct devid_anchors anchors;
    struct devid_policy policy;
};

static const uint8_t root_name[] = {0x30, 0x0C, 0x31, 0x0A, 0x30, 0x08, 0x06,
                                    0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, 0x52};
static const uint8_t root_id[] = {1, 1, 1, 1};

static void build(struct world *world, const struct row *row)
{
    struct mint device = row->device;
    struct mint top = row->top;
    struct mint sub = row->sub;
    bool has_sub = sub.field[MINT_SUBJECT] != NULL;
    size_t count = 0;

    preset(&device, MINT_SPKI, test_key_spki(device_key));
    preset(&top, MINT_ISSUER, NAME_ROOT);
    preset(&top, MINT_SUBJECT, NAME_CA);
    preset(&top, MINT_SPKI, test_key_spki(top_key));
    preset(&top, MINT_EXTENSIONS, TOP_BASE EXT_CA EXT_KU_CA);
    preset(&sub, MINT_ISSUER, NAME_CA);
    preset(&sub, MINT_SPKI, test_key_spki(sub_key));
    world->certificates[count++] =
        test_key_issue(has_sub ? sub_key : top_key, &device);
    if (has_sub)
        world->certificates[count++] = test_key_issue(top_key, &sub);
    world->certificates[count++] = test_key_issue(root_key, &top);
    world->chain = (struct devid_chain){world->certificates, count};
    world->anchor =
        (struct devid_anchor){.subject = {root_name, sizeof root_name},
                              .public_key = test_key_point(root_key),
                              .key_id = {root_id, sizeof root_id}};
    world->anchors = (struct devid_anchors){&world->anchor, 1};
    world->policy = row->policy;
    if (world->policy.time.date == 0)
        world->policy.time.date = DEVID_TIME_DATE(2025, 1, 1);
}

static void clear(struct world *world)
{
    for (size_t i = 0; i < world->chain.count; i++)
        free((void *)(uintptr_t)world->certificates[i].data);
}

static enum devid_status verify(const struct world *world,
                                struct devid_identity *identity)
{
    return devid_verify_chain(&world->chain, &world->anchors, &world->policy,
                              identity);
}

START_TEST(verdicts)
{
    const struct row *row = &rows[_i];
    struct world world;
    enum devid_status status;

    build(&world, row);
    status = verify(&world, NULL);
    ck_assert_msg(status == row->expected, "%s: %s, not %s", row->what,
                  devid_status_id(status), devid_status_id(row->expected));
    clear(&world);
}
END_TEST

/* Every octet of every certificate counts: changed, the chain is refused. */
START_TEST(every_octet)
{
    static const struct row good = {.what = "good"};
    struct world world;

    build(&world, &good);
    for (size_t at = 0; at < world.chain.count; at++) {
        struct devid_slice der = world.certificates[at];
        uint8_t *octets = (uint8_t *)(uintptr_t)der.data;

        for (size_t i = 0; i < der.len; i++) {
            octets[i] ^= 0x01;
            ck_assert_msg(verify(&world, NULL) != DEVID_OK,
                          "certificate %zu, octet %zu", at, i);
            octets[i] ^= 0x01;
        }
    }
    ck_assert(verify(&world, NULL) == DEVID_OK);
    clear(&world);
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

    build(&world, &row);
    ck_assert(verify(&world, &id) == DEVID_OK);
    ck_assert(id.uid_is_text && id.uid.len == 4);
    ck_assert(memcmp(id.uid.data, "0a1B", 4) == 0);
    ck_assert_uint_eq(id.product.len, 0);
    ck_assert_uint_eq(id.serial.len, 1);
    ck_assert_uint_eq(id.key_usage, DEVID_KU_DIGITAL_SIGNATURE);
    ck_assert(devid_slice_equal(id.public_key, test_key_point(device_key)));
    ck_assert_uint_eq(id.not_after.date, DEVID_TIME_DATE(2034, 1, 1));
    ck_assert(devid_identity_extension(&id, OID_SLICE(OID_EXT_KEY_USAGE),
                                       &value) == DEVID_OK);
    ck_assert_uint_eq(value.len, 12);
    ck_assert(devid_identity_extension(&id, OID_SLICE("\x2A\x03\x04\x05"),
                                       &value) == DEVID_OK);
    ck_assert_uint_eq(value.len, 0);
    ck_assert(devid_identity_extension(&id, OID_SLICE(OID_KEY_USAGE "\x01"),
                                       &value) == DEVID_E_EXTENSIONS);
    clear(&world);
}
END_TEST

/* A refused chain leaves the caller's identity as it was. */
START_TEST(identity_untouched)
{
    const struct row row = {.device = WITH(MINT_ISSUER, NAME_X)};
    struct world world;
    struct devid_identity id;
    struct devid_identity before;

    memset(&id, 0x5A, sizeof id);
    before = id;
    build(&world, &row);
    ck_assert(verify(&world, &id) == DEVID_E_NAME_CHAINING);
    ck_assert_mem_eq(&id, &before, sizeof id);
    clear(&world);
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
    struct devid_slice signature = test_key_sign(device_key, message, buffer);
    struct devid_slice digest = {hash, sizeof hash};

    build(&world, &row);
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
    clear(&world);
}
END_TEST

START_TEST(anchors)
{
    const struct row row = {.what = "good"};
    struct world world;
    struct devid_anchor list[3];

    build(&world, &row);
    list[0] = world.anchor;
    list[0].public_key = test_key_point(device_key); /* same name, other key */
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
    list[0].public_key = (struct devid_slice){root_name, sizeof root_name};
    ck_assert(verify(&world, NULL) == DEVID_E_KEY_POINT);
    list[0].public_key = (struct devid_slice){NULL, 0};
    ck_assert(verify(&world, NULL) == DEVID_E_KEY_POINT);
    clear(&world);
}
END_TEST

START_TEST(arguments)
{
    const struct row row = {.what = "good"};
    struct world world;

    build(&world, &row);
    ck_assert(devid_verify_chain(NULL, &world.anchors, &world.policy, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_chain(&world.chain, NULL, &world.policy, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_verify_chain(&world.chain, &world.anchors, NULL, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(verify(&world, NULL) == DEVID_OK);
    clear(&world);
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

    build(&world, &row);
    root.field[MINT_SPKI] = test_key_spki(root_key);
    self.field[MINT_SPKI] = test_key_spki(top_key);
    root_der = test_key_issue(root_key, &root);
    self_der = test_key_issue(top_key, &self);
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
    clear(&world);
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

    build(&world, &row);
    device.field[MINT_SPKI] = test_key_spki(big);
    der = test_key_issue(big, &device);
    world.chain = (struct devid_chain){&der, 1};
    world.anchor.public_key = test_key_point(big);
    ck_assert(verify(&world, NULL) == DEVID_OK);
    world.anchor.public_key = test_key_point(root_key);
    ck_assert(verify(&world, NULL) == DEVID_E_ALGORITHM);
    free((void *)(uintptr_t)der.data);
    device.field[MINT_INNER] = ALG_SHA256;
    device.field[MINT_OUTER] = ALG_SHA256;
    der = test_key_issue(big, &device);
    world.anchor.public_key = test_key_point(big);
    ck_assert(verify(&world, NULL) == DEVID_E_ALGORITHM);
    free((void *)(uintptr_t)der.data);
    world.chain = (struct devid_chain){world.certificates, 2};
    clear(&world);
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
    tcase_add_unchecked_fixture(cases, make_keys, free_keys);
    tcase_add_loop_test(cases, verdicts, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, every_octet);
    tcase_add_test(cases, identity);
    tcase_add_test(cases, identity_untouched);
    tcase_add_test(cases, leaf_signature);
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
