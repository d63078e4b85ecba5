/* What a key is for: basicConstraints, keyUsage, extKeyUsage. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

#define PATH_LEN_MAX 254

/* Adds one finished element. */
static enum devca_code add_element(struct builder *builder,
                                   const struct devid_writer *w)
{
    struct devid_slice element = {NULL, 0};

    if (devid_writer_done(w, &element) == DEVID_OK)
        element = arena_slice(&builder->profile->arena, element);
    if (element.data == NULL)
        return fail_memory(builder->reading.error);
    program_raw(builder->program, element);
    return DEVCA_OK;
}

/* RFC 5280 4.2.1.9 */
enum devca_code build_basic_constraints(struct builder *builder,
                                        const struct place *place)
{
    struct profile *profile = builder->profile;
    uint8_t octets[16];
    struct devid_writer w;
    struct place member;
    size_t mark;
    enum devca_code code =
        place_member_bool(&builder->reading, place, "ca", &profile->ca);

    if (code == DEVCA_OK && place_member(place, "pathLen", &member)) {
        profile->has_path_len = true;
        code = place_number(&builder->reading, &member, PATH_LEN_MAX,
                            &profile->path_len);
        if (code == DEVCA_OK && !profile->ca)
            code = place_refuse(&builder->reading, &member, NULL,
                                "RFC 5280 4.2.1.9", "pathLen without ca");
    }
    if (code != DEVCA_OK)
        return code;
    devid_writer_init(&w, octets, sizeof octets);
    mark = devid_der_open(&w, DER_SEQUENCE);
    if (profile->ca)
        devid_der_write_true(&w);
    if (profile->has_path_len)
        devid_der_write_small(&w, DER_INTEGER, profile->path_len);
    devid_der_close(&w, mark);
    return add_element(builder, &w);
}

/* RFC 5280 4.2.1.3, by bit number. */
static const char *const usages[] = {
    "digitalSignature", "nonRepudiation", "keyEncipherment",
    "dataEncipherment", "keyAgreement",   "keyCertSign",
    "cRLSign",          "encipherOnly",   "decipherOnly",
};
#define USAGES (sizeof usages / sizeof usages[0])

static enum devca_code read_usage(struct builder *builder,
                                  const struct place *place, uint16_t *bits)
{
    const char *name = NULL;
    enum devca_code code = place_string(&builder->reading, place, &name);
    size_t bit = 0;

    if (code != DEVCA_OK)
        return code;
    while (bit < USAGES && strcmp(usages[bit], name) != 0)
        bit++;
    if (bit == USAGES)
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1.3",
                            "\"%.64s\" is not a bit of KeyUsage", name);
    if ((*bits >> bit & 1) != 0)
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1.3",
                            "appears twice");
    *bits = (uint16_t)(*bits | 1u << bit);
    if ((1u << bit &
         (DEVID_KU_KEY_ENCIPHERMENT | DEVID_KU_DATA_ENCIPHERMENT)) != 0)
        return place_refuse(&builder->reading, place, NULL, "RFC 8813 3",
                            "an EC key cannot encipher");
    return DEVCA_OK;
}

enum devca_code build_key_usage(struct builder *builder,
                                const struct place *place)
{
    uint8_t octets[16];
    struct devid_writer w;
    struct place bits;
    struct place item;
    uint16_t *usage = &builder->profile->key_usage;
    enum devca_code code;

    place_member(place, "bits", &bits);
    code = place_array(&builder->reading, &bits, 1, USAGES);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(bits.value);
         i++) {
        place_item(&bits, i, &item);
        code = read_usage(builder, &item, usage);
    }
    if (code != DEVCA_OK)
        return code;
    if ((*usage & (DEVID_KU_ENCIPHER_ONLY | DEVID_KU_DECIPHER_ONLY)) != 0 &&
        (*usage & DEVID_KU_KEY_AGREEMENT) == 0)
        return place_refuse(&builder->reading, &bits, NULL, "RFC 5280 4.2.1.3",
                            "encipherOnly and decipherOnly qualify "
                            "keyAgreement, which is not there");
    devid_writer_init(&w, octets, sizeof octets);
    devid_der_write_bit_names(&w, DER_BIT_STRING, *usage);
    return add_element(builder, &w);
}

/* RFC 5280 4.2.1.12. needs: one of these bits must be set when keyUsage is
 * there. */
struct purpose {
    const char *name;
    struct devid_slice oid;
    uint16_t needs;
};

#define ID_KP "\x2B\x06\x01\x05\x05\x07\x03"
#define PURPOSE(name, oid, needs)                              \
    {                                                          \
        name, {(const uint8_t *)(oid), sizeof(oid) - 1}, needs \
    }
static const struct purpose purposes[] = {
    PURPOSE("serverAuth", OID_KP_SERVER_AUTH,
            DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_KEY_AGREEMENT),
    PURPOSE("clientAuth", OID_KP_CLIENT_AUTH,
            DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_KEY_AGREEMENT),
    PURPOSE("codeSigning", OID_KP_CODE_SIGNING, DEVID_KU_DIGITAL_SIGNATURE),
    PURPOSE("emailProtection", ID_KP "\x04",
            DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_NON_REPUDIATION |
                DEVID_KU_KEY_AGREEMENT),
    PURPOSE("timeStamping", ID_KP "\x08",
            DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_NON_REPUDIATION),
    PURPOSE("OCSPSigning", ID_KP "\x09",
            DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_NON_REPUDIATION),
    PURPOSE("anyExtendedKeyUsage", OID_ANY_EXT_KEY_USAGE, 0),
};
#define PURPOSES (sizeof purposes / sizeof purposes[0])

static enum devca_code read_purpose(struct builder *builder,
                                    const struct place *place,
                                    struct devid_slice *oid)
{
    const char *name = NULL;
    enum devca_code code = place_string(&builder->reading, place, &name);

    if (code != DEVCA_OK)
        return code;
    for (size_t i = 0; i < PURPOSES; i++) {
        if (strcmp(purposes[i].name, name) == 0) {
            *oid = purposes[i].oid;
            return DEVCA_OK;
        }
    }
    if ((*name < '0' || *name > '9') && *name != '{')
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1.12",
                            "unknown purpose \"%.64s\": give its dotted OID",
                            name);
    return build_oid(builder, place, oid);
}

enum devca_code build_ext_key_usage(struct builder *builder,
                                    const struct place *place)
{
    struct devid_slice *seen = builder->profile->purposes;
    struct place list;
    struct place item;
    enum devca_code code;

    place_member(place, "purposes", &list);
    code = place_array(&builder->reading, &list, 1, PROFILE_LIST_MAX);
    program_open(builder->program, DER_SEQUENCE);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(list.value);
         i++) {
        place_item(&list, i, &item);
        code = read_purpose(builder, &item, &seen[i]);
        for (size_t n = 0; code == DEVCA_OK && n < i; n++) {
            if (devid_slice_equal(seen[n], seen[i]))
                code = place_refuse(&builder->reading, &item, NULL,
                                    "RFC 5280 4.2.1.12", "appears twice");
        }
        if (code == DEVCA_OK)
            program_oid(builder->program, DER_OID, seen[i]);
    }
    program_close(builder->program);
    if (code == DEVCA_OK)
        builder->profile->purpose_count = json_array_size(list.value);
    return code;
}

/* Why this purpose may not stand in that profile; NULL when it may. Signed code
 * must be signed for that: no signer may be good for everything. */
static const char *purpose_fault(const struct profile *profile,
                                 struct devid_slice oid, bool critical)
{
    if (devid_slice_equal(oid, OID_SLICE(OID_ANY_EXT_KEY_USAGE))) {
        if (critical)
            return "anyExtendedKeyUsage in a critical extension";
        if (profile->kind == PROFILE_SIGNER)
            return "a signer's certificate names its purpose, never "
                   "anyExtendedKeyUsage";
    }
    for (size_t i = 0; i < PURPOSES; i++) {
        if (devid_slice_equal(purposes[i].oid, oid) && purposes[i].needs != 0 &&
            profile->key_usage != 0 && !profile->ca &&
            (profile->key_usage & purposes[i].needs) == 0)
            return "keyUsage has no bit that this purpose needs";
    }
    return NULL;
}

enum devca_code check_purposes(const struct reading *reading,
                               const struct place *place,
                               const struct profile *profile)
{
    struct place list;
    struct place item;
    bool critical = json_is_true(json_object_get(place->value, "critical"));

    place_member(place, "purposes", &list);
    for (size_t i = 0; i < profile->purpose_count; i++) {
        const char *fault =
            purpose_fault(profile, profile->purposes[i], critical);

        place_item(&list, i, &item);
        if (fault != NULL)
            return place_refuse(reading, &item, NULL, "RFC 5280 4.2.1.12", "%s",
                                fault);
    }
    return DEVCA_OK;
}
