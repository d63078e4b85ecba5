/* Chains that every platform is tested with. */
#include "chain_rows.h"

#include "devid/codec/oid.h"

#include <stdlib.h>

struct chain_keys chain_keys;

#define NO_MINT  \
    {            \
        {        \
            NULL \
        }        \
    }
#define EXT_DEVICE EXT_AKI(ID_CA) EXT_KU_SIGN

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
#define EXT_EKU_ANY "300F0603551D250408300606 04551D2500"
/* CN=D, serialNumber=0a1B in PrintableString */
#define NAME_UID "301B 310A300806035504030C0144 310D300B06035504051304 30613142"
/* The same with 0a:1, and with 0a1 */
#define NAME_UID_TEXT \
    "301B 310A300806035504030C0144 310D300B06035504051304 30613A31"
#define NAME_UID_ODD \
    "301A 310A300806035504030C0144 310C300A06035504051303 306131"
/* hardwareModuleName that is NULL */
#define SAN_HMN_NULL "30190603551D1104123010A00E06082B06010505070804A0020500"
/* hardwareModuleName with serial 0A1B, subject empty */
#define SAN_HMN                                                    \
    "30240603551D110101FF041A3018A01606082B06010505070804A00A3008" \
    "06022A0304020A1B"
/* O=A, OU=P, CN=I */
#define NAME_PRODUCT "3018 310A3008060355040B0C0150 310A300806035504030C0149"

const struct row chain_rows[] = {
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
     DEVICE_EXT(EXT_DEVICE EXT_EKU_SERVER),
     .policy = {.required_eku = OID_CODE}},
    {.what = "anyExtendedKeyUsage",
     .expected = DEVID_E_EXT_KEY_USAGE,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_ANY),
     .policy = {.required_eku = OID_CODE}},
    {.what = "no extKeyUsage",
     .expected = DEVID_E_EXT_KEY_USAGE,
     .policy = {.required_eku = OID_CODE}},
    {.what = "no extKeyUsage and may",
     .expected = DEVID_OK,
     .policy = {.required_eku = OID_CODE, .allow_absent_eku = true}},
    /* and of those that issue */
    {.what = "CA with another purpose",
     .expected = DEVID_E_EXT_KEY_USAGE,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_CODE),
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_SERVER),
     .policy = {.required_eku = OID_CODE}},
    {.what = "CA with another purpose, and none may do",
     .expected = DEVID_E_EXT_KEY_USAGE,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_SERVER),
     .policy = {.required_eku = OID_CODE, .allow_absent_eku = true}},
    {.what = "CA with another purpose, not asked",
     .expected = DEVID_OK,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_SERVER)},
    {.what = "CA with the purpose",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_CODE),
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_CODE),
     .policy = {.required_eku = OID_CODE}},
    {.what = "CA with the purpose, device without",
     .expected = DEVID_E_EXT_KEY_USAGE,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_CODE),
     .policy = {.required_eku = OID_CODE}},
    {.what = "CA with anyExtendedKeyUsage",
     .expected = DEVID_OK,
     DEVICE_EXT(EXT_DEVICE EXT_EKU_CODE),
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_ANY),
     .policy = {.required_eku = OID_CODE}},
    {.what = "sub CA with another purpose",
     .expected = DEVID_E_EXT_KEY_USAGE,
     .device = {{[MINT_ISSUER] = NAME_SUB,
                 [MINT_EXTENSIONS] = EXT_AKI(ID_SUB) EXT_KU_SIGN EXT_EKU_CODE}},
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_CODE),
     SUB_EXT(EXT_CA EXT_KU_CA EXT_EKU_SERVER),
     .policy = {.required_eku = OID_CODE}},
    {.what = "CA of a sub CA with another purpose",
     .expected = DEVID_E_EXT_KEY_USAGE,
     .device = {{[MINT_ISSUER] = NAME_SUB,
                 [MINT_EXTENSIONS] = EXT_AKI(ID_SUB) EXT_KU_SIGN EXT_EKU_CODE}},
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_SERVER),
     SUB_EXT(EXT_CA EXT_KU_CA EXT_EKU_CODE),
     .policy = {.required_eku = OID_CODE}},
    {.what = "both CAs with the purpose",
     .expected = DEVID_OK,
     .device = {{[MINT_ISSUER] = NAME_SUB,
                 [MINT_EXTENSIONS] = EXT_AKI(ID_SUB) EXT_KU_SIGN EXT_EKU_CODE}},
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA EXT_EKU_CODE),
     SUB_EXT(EXT_CA EXT_KU_CA EXT_EKU_CODE),
     .policy = {.required_eku = OID_CODE}},
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
    {.what = "UID whose octets are the text",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("0a1B")}},
    {.what = "UID that begins like the text",
     .expected = DEVID_E_IDENTITY,
     .device = WITH(MINT_SUBJECT, NAME_UID),
     .policy = {.required_uid = TEXT("\x0A\x1B\x00")}},
    {.what = "UID text of an odd number of digits",
     .expected = DEVID_OK,
     .device = WITH(MINT_SUBJECT, NAME_UID_ODD),
     .policy = {.required_uid = TEXT("0a1")}},
    {.what = "UID text that is no hexadecimal",
     .expected = DEVID_OK,
     .device = WITH(MINT_SUBJECT, NAME_UID_TEXT),
     .policy = {.required_uid = TEXT("0a:1")}},
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
    {.what = "CA with a malformed hardwareModuleName",
     .expected = DEVID_OK,
     TOP_EXT(TOP_BASE EXT_CA EXT_KU_CA SAN_HMN_NULL)},
    {.what = "device with a malformed hardwareModuleName",
     .expected = DEVID_E_TAG,
     DEVICE_EXT(EXT_DEVICE SAN_HMN_NULL)},
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
    {.what = "key whose x is the prime",
     .expected = DEVID_E_KEY_POINT,
     .device = WITH(
         MINT_SPKI,
         SPKI_P256
         "04"
         "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"
         "66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4")},
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

const size_t chain_row_count = sizeof chain_rows / sizeof chain_rows[0];

void chain_keys_make(void)
{
    chain_keys.root = test_key_new(DEVID_P256);
    chain_keys.top = test_key_new(DEVID_P256);
    chain_keys.sub = test_key_new(DEVID_P256);
    chain_keys.device = test_key_new(DEVID_P256);
}

void chain_keys_free(void)
{
    test_key_free(chain_keys.root);
    test_key_free(chain_keys.top);
    test_key_free(chain_keys.sub);
    test_key_free(chain_keys.device);
}

static void preset(struct mint *mint, enum mint_field field, const char *text)
{
    if (mint->field[field] == NULL)
        mint->field[field] = text;
}

static const uint8_t root_name[] = {0x30, 0x0C, 0x31, 0x0A, 0x30, 0x08, 0x06,
                                    0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, 0x52};
static const uint8_t root_id[] = {1, 1, 1, 1};

void world_build(struct world *world, const struct row *row)
{
    struct mint device = row->device;
    struct mint top = row->top;
    struct mint sub = row->sub;
    bool has_sub = sub.field[MINT_SUBJECT] != NULL;
    size_t count = 0;

    preset(&device, MINT_SPKI, test_key_spki(chain_keys.device));
    preset(&top, MINT_ISSUER, NAME_ROOT);
    preset(&top, MINT_SUBJECT, NAME_CA);
    preset(&top, MINT_SPKI, test_key_spki(chain_keys.top));
    preset(&top, MINT_EXTENSIONS, TOP_BASE EXT_CA EXT_KU_CA);
    preset(&sub, MINT_ISSUER, NAME_CA);
    preset(&sub, MINT_SPKI, test_key_spki(chain_keys.sub));
    world->certificates[count++] =
        test_key_issue(has_sub ? chain_keys.sub : chain_keys.top, &device);
    if (has_sub)
        world->certificates[count++] = test_key_issue(chain_keys.top, &sub);
    world->certificates[count++] = test_key_issue(chain_keys.root, &top);
    world->chain = (struct devid_chain){world->certificates, count};
    world->anchor =
        (struct devid_anchor){.subject = {root_name, sizeof root_name},
                              .public_key = test_key_point(chain_keys.root),
                              .key_id = {root_id, sizeof root_id}};
    world->anchors = (struct devid_anchors){&world->anchor, 1};
    world->policy = row->policy;
    if (world->policy.time.date == 0)
        world->policy.time.date = DEVID_TIME_DATE(2025, 1, 1);
}

void world_clear(struct world *world)
{
    for (size_t i = 0; i < world->chain.count; i++)
        free((void *)(uintptr_t)world->certificates[i].data);
}
