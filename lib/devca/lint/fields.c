/* Version, serial number, algorithms, signature, key: checks 2 to 8, 38, 39. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"
#include "devid/x509/key.h"

#include <string.h>

static void check_version(struct lint_state *run)
{
    static const char field[] = "tbsCertificate.version";
    struct devid_slice version = run->parts.version;
    uint32_t value = 0;

    if (!version.data) {
        lint_tell(run, 2, LINT_ERROR, field, "is v1: not written");
        return;
    }
    if (devid_der_read_small(&version, DER_INTEGER, &value) != DEVID_OK ||
        version.len != 0)
        lint_tell(run, 2, LINT_ERROR, field, "is no INTEGER");
    else if (value != 2)
        lint_tell(run, 2, LINT_ERROR, field, "is v%u, not v3%s", value + 1,
                  value == 0 ? ", and a DEFAULT that is written" : "");
}

static void check_serial(struct lint_state *run)
{
    static const char field[] = "tbsCertificate.serialNumber";
    struct devid_slice serial = run->parts.serial;
    bool zero = true;
    size_t i;

    if (!serial.data)
        return;
    for (i = 0; i < serial.len; i++)
        zero = zero && serial.data[i] == 0;
    if (zero || serial.data[0] & 0x80)
        lint_tell(run, 3, LINT_ERROR, field, zero ? "is zero" : "is negative");
    if (serial.len > 1 && ((serial.data[0] == 0 && serial.data[1] < 0x80) ||
                           (serial.data[0] == 0xFF && serial.data[1] >= 0x80)))
        lint_tell(run, 1, LINT_ERROR, field, "is not minimal");
    if (serial.len > 20)
        lint_tell(run, 4, LINT_ERROR, field, "has %zu octets, more than 20",
                  serial.len);
    if (serial.len < 8)
        lint_tell(run, 5, LINT_WARNING, field,
                  "has %zu octets: no room for 64 random bits", serial.len);
}

static bool is_ecdsa(struct devid_slice oid)
{
    return devid_slice_equal(oid, OID_SLICE(OID_ECDSA_SHA256)) ||
           devid_slice_equal(oid, OID_SLICE(OID_ECDSA_SHA384));
}

void lint_algorithm(struct lint_state *run, struct devid_slice element,
                    const char *field)
{
    struct devid_slice inner, oid;

    if (!element.data)
        return;
    if (devid_der_read(&element, DER_SEQUENCE, &inner) != DEVID_OK ||
        devid_der_read_oid(&inner, DER_OID, &oid) != DEVID_OK)
        lint_tell(run, 7, LINT_ERROR, field, "is no AlgorithmIdentifier");
    else if (!is_ecdsa(oid))
        lint_tell(run, 7, LINT_ERROR, field,
                  "is not ecdsa-with-SHA256 or ecdsa-with-SHA384");
    else if (inner.len != 0)
        lint_tell(run, 7, LINT_ERROR, field, "has parameters");
}

void lint_signature(struct lint_state *run, struct devid_slice bits)
{
    static const char field[] = "signatureValue";
    struct devid_slice value, sequence, number;
    int i;

    if (!bits.data)
        return;
    if (bits.len == 0 || bits.data[0] != 0) {
        lint_tell(run, 8, LINT_ERROR, field, "has unused bits");
        return;
    }
    value = (struct devid_slice){bits.data + 1, bits.len - 1};
    if (devid_der_read(&value, DER_SEQUENCE, &sequence) != DEVID_OK ||
        value.len != 0) {
        lint_tell(run, 8, LINT_ERROR, field, "is not one DER SEQUENCE");
        return;
    }
    for (i = 0; i < 2; i++)
        if (devid_der_read_integer(&sequence, DER_INTEGER, &number) !=
                DEVID_OK ||
            number.data[0] & 0x80 || (number.len == 1 && number.data[0] == 0)) {
            lint_tell(run, 8, LINT_ERROR, field, "%s is not positive",
                      i == 0 ? "r" : "s");
            return;
        }
    if (sequence.len != 0)
        lint_tell(run, 8, LINT_ERROR, field, "has more than two INTEGERs");
}

static void check_algorithms(struct lint_state *run)
{
    const struct lint_parts *parts = &run->parts;

    lint_algorithm(run, parts->inner_algorithm, "tbsCertificate.signature");
    if (run->subject->kind != LINT_CERTIFICATE)
        return;
    if (parts->outer_algorithm.data && parts->inner_algorithm.data &&
        !devid_slice_equal(parts->inner_algorithm, parts->outer_algorithm))
        lint_tell(run, 6, LINT_ERROR, "signatureAlgorithm",
                  "is not tbsCertificate.signature");
    lint_signature(run, parts->signature);
}

/* x of points whose private keys everybody knows: the generators of P-256 and
 * P-384 (scalar 1), and the key of RFC 6979, A.2.5. */
static const char *const known_points[] = {
    "\x6B\x17\xD1\xF2\xE1\x2C\x42\x47\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2"
    "\x77\x03\x7D\x81\x2D\xEB\x33\xA0\xF4\xA1\x39\x45\xD8\x98\xC2\x96",
    "\xAA\x87\xCA\x22\xBE\x8B\x05\x37\x8E\xB1\xC7\x1E\xF3\x20\xAD\x74"
    "\x6E\x1D\x3B\x62\x8B\xA7\x9B\x98\x59\xF7\x41\xE0\x82\x54\x2A\x38",
    "\x60\xFE\xD4\xBA\x25\x5A\x9D\x31\xC9\x61\xEB\x74\xC6\x35\x6D\x68"
    "\xC0\x49\xB8\x92\x3B\x61\xFA\x6C\xE6\x69\x62\x2E\x60\xF2\x9F\xB6"};

static void check_key(struct lint_state *run)
{
    static const char field[] = "tbsCertificate.subjectPublicKeyInfo";
    struct devid_slice spki = run->parts.spki, point;
    enum devid_curve curve;
    enum devid_status status;
    size_t i;

    if (!spki.data)
        return;
    status = devid_spki_read(&spki, &curve, &point);
    if (status != DEVID_OK) {
        lint_tell(run, 38, LINT_ERROR, field, "%s", devid_status_text(status));
        return;
    }
    for (i = 0; i < sizeof known_points / sizeof known_points[0]; i++)
        if (memcmp(point.data + 1, known_points[i], 32) == 0)
            lint_tell(run, 38, LINT_ERROR, field,
                      "is a key whose private half is published");
}

void lint_fields(struct lint_state *run)
{
    if (run->parts.serial.data)
        check_version(run);
    check_serial(run);
    check_algorithms(run);
    check_key(run);
    if (run->parts.has_unique_id)
        lint_tell(run, 39, LINT_ERROR, "tbsCertificate",
                  "has issuerUniqueID or subjectUniqueID");
}
