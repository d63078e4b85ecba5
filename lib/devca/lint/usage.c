/* What a key may be used for: checks 19 to 27. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include <string.h>

#define BASIC "tbsCertificate.extensions.basicConstraints"
#define USAGE "tbsCertificate.extensions.keyUsage"
#define PURPOSE "tbsCertificate.extensions.extKeyUsage"

static bool read_basic(struct lint_state *run, struct devid_slice value)
{
    struct devid_slice inner;

    if (devid_der_read(&value, DER_SEQUENCE, &inner) != DEVID_OK ||
        value.len != 0 ||
        devid_der_read_default_false(&inner, &run->ca) != DEVID_OK)
        return false;
    if (devid_der_peek(&inner) == DER_INTEGER) {
        if (devid_der_read_small(&inner, DER_INTEGER, &run->path_len) !=
            DEVID_OK)
            return false;
        run->has_path_len = true;
    }
    return inner.len == 0;
}

static void check_basic(struct lint_state *run)
{
    const struct lint_extension *basic =
        lint_find(run, OID_SLICE(OID_BASIC_CONSTRAINTS));

    run->has_basic_constraints = basic != NULL;
    if (!basic) {
        if (run->subject->traits && run->subject->traits->ca)
            lint_tell(run, 19, LINT_ERROR, BASIC, "is missing in a CA");
        return;
    }
    if (!read_basic(run, basic->value)) {
        lint_tell(run, 19, LINT_ERROR, BASIC,
                  "is malformed, or writes cA FALSE or another BOOLEAN than "
                  "FF");
        return;
    }
    if (run->ca && !basic->critical)
        lint_tell(run, 19, LINT_ERROR, BASIC, "is not critical in a CA");
    if (run->has_path_len && !run->ca)
        lint_tell(run, 20, LINT_ERROR, BASIC, "has pathLen without cA");
}

static bool read_usage(struct lint_state *run, struct devid_slice value)
{
    return devid_der_read_bit_names(&value, DER_BIT_STRING, &run->key_usage) ==
               DEVID_OK &&
           value.len == 0;
}

static void check_usage(struct lint_state *run)
{
    const struct lint_extension *usage =
        lint_find(run, OID_SLICE(OID_KEY_USAGE));

    run->has_key_usage = usage != NULL;
    if (!usage)
        return;
    if (!read_usage(run, usage->value) || run->key_usage == 0) {
        lint_tell(run, 21, LINT_ERROR, USAGE,
                  "names no bit, or has trailing zero or unused bits");
        run->has_key_usage = false;
        return;
    }
    if (run->key_usage & ~0x01FFu)
        lint_tell(run, 21, LINT_ERROR, USAGE, "names bits that do not exist");
    if (!usage->critical)
        lint_tell(run, 21, LINT_WARNING, USAGE, "is not critical");
    if ((run->key_usage & DEVID_KU_KEY_CERT_SIGN) && !run->ca)
        lint_tell(run, 22, LINT_ERROR, USAGE, "has keyCertSign without cA");
    if (run->key_usage &
        (DEVID_KU_KEY_ENCIPHERMENT | DEVID_KU_DATA_ENCIPHERMENT))
        lint_tell(run, 24, LINT_ERROR, USAGE,
                  "has keyEncipherment or dataEncipherment for an EC key");
    if ((run->key_usage & (DEVID_KU_ENCIPHER_ONLY | DEVID_KU_DECIPHER_ONLY)) &&
        !(run->key_usage & DEVID_KU_KEY_AGREEMENT))
        lint_tell(run, 21, LINT_ERROR, USAGE,
                  "has encipherOnly or decipherOnly without keyAgreement");
}

static void check_ca(struct lint_state *run)
{
    if (run->has_path_len && run->has_key_usage &&
        !(run->key_usage & DEVID_KU_KEY_CERT_SIGN))
        lint_tell(run, 20, LINT_ERROR, BASIC,
                  "has pathLen without "
                  "keyCertSign");
    if (!run->has_key_usage)
        lint_tell(run, 23, LINT_ERROR, USAGE, "is missing in a CA");
    else if (!(run->key_usage & DEVID_KU_KEY_CERT_SIGN))
        lint_tell(run, 23, LINT_ERROR, USAGE, "lacks keyCertSign in a CA");
    else if (!(run->key_usage & DEVID_KU_CRL_SIGN))
        lint_tell(run, 23, LINT_NOTICE, USAGE,
                  "lacks cRLSign: this CA cannot issue CRLs");
}

static void check_device(struct lint_state *run)
{
    if (run->has_key_usage &&
        !(run->key_usage &
          (DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_NON_REPUDIATION |
           DEVID_KU_KEY_AGREEMENT | DEVID_KU_KEY_CERT_SIGN)))
        lint_tell(run, 25, LINT_WARNING, USAGE,
                  "has neither digitalSignature nor keyAgreement");
}

/* RFC 5280 4.2.1.12: the bits each purpose is consistent with. */
struct purpose {
    const char *oid;
    size_t len;
    uint16_t any_of;
    const char *name;
};
#define ROW(oid, any_of, name)             \
    {                                      \
        oid, sizeof(oid) - 1, any_of, name \
    }
#define SIGN (DEVID_KU_DIGITAL_SIGNATURE)
#define AGREE (DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_KEY_AGREEMENT)

static const struct purpose purposes[] = {
    ROW(OID_KP_SERVER_AUTH, AGREE | DEVID_KU_KEY_ENCIPHERMENT, "serverAuth"),
    ROW(OID_KP_CLIENT_AUTH, AGREE, "clientAuth"),
    ROW(OID_KP_CODE_SIGNING, SIGN, "codeSigning")};

static void check_purpose(struct lint_state *run, struct devid_slice oid)
{
    size_t i;

    /* Those of a CA are what its certificates may be good for. */
    if (!run->has_key_usage || run->ca)
        return;
    for (i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (purposes[i].len == oid.len &&
            memcmp(purposes[i].oid, oid.data, oid.len) == 0 &&
            !(run->key_usage & purposes[i].any_of))
            lint_tell(run, 27, LINT_ERROR, PURPOSE,
                      "%s has no bit of keyUsage that serves it",
                      purposes[i].name);
}

static void check_purposes(struct lint_state *run)
{
    const struct lint_extension *extension =
        lint_find(run, OID_SLICE(OID_EXT_KEY_USAGE));
    struct devid_slice value, list, oid;

    if (!extension)
        return;
    value = extension->value;
    if (devid_der_read(&value, DER_SEQUENCE, &list) != DEVID_OK ||
        value.len != 0 || list.len == 0) {
        lint_tell(run, 26, LINT_ERROR, PURPOSE, "is empty or malformed");
        return;
    }
    while (list.len > 0) {
        if (devid_der_read_oid(&list, DER_OID, &oid) != DEVID_OK) {
            lint_tell(run, 26, LINT_ERROR, PURPOSE, "holds no OID");
            return;
        }
        if (extension->critical &&
            devid_slice_equal(oid, OID_SLICE(OID_ANY_EXT_KEY_USAGE)))
            lint_tell(run, 26, LINT_WARNING, PURPOSE,
                      "is critical with anyExtendedKeyUsage");
        check_purpose(run, oid);
    }
}

void lint_usage(struct lint_state *run)
{
    if (!run->parts.spki.data)
        return;
    check_basic(run);
    check_usage(run);
    if (run->ca)
        check_ca(run);
    else
        check_device(run);
    check_purposes(run);
}
