#include "devca/ca/input.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devid/codec/pem.h"

#include <stdlib.h>
#include <string.h>

struct kind {
    const char *label;
    const char *other_label; /* an older name for the same */
    const char *text;
};

static const struct kind kinds[] = {
    [INPUT_CERTIFICATE] = {"CERTIFICATE", "X509 CERTIFICATE", "a certificate"},
    [INPUT_REQUEST] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST",
                       "a certification request"},
    [INPUT_CRL] = {"X509 CRL", "CRL", "a certificate revocation list"}};

static bool label_is(struct devid_slice label, const char *text)
{
    return label.len == strlen(text) &&
           memcmp(label.data, text, label.len) == 0;
}

/* A block is never longer than its text, so one pass into a buffer of that
 * size is enough. */
static enum devca_code read_block(const struct input *input,
                                  struct devid_slice *rest,
                                  struct devid_slice *label, struct bytes *der,
                                  struct devca_error *error)
{
    struct devid_writer w;
    struct devid_slice octets;
    enum devid_status status;

    der->len = 0;
    if (!bytes_reserve(der, rest->len + 1))
        return fail_memory(error);
    devid_writer_init(&w, der->data, rest->len);
    status = devid_pem_read(rest, label, &w);
    if (status == DEVID_E_EMPTY)
        return fail(error, DEVCA_E_NOT_FOUND, input->object, "RFC 7468 2", NULL,
                    "no further PEM block");
    if (status == DEVID_OK)
        status = devid_writer_done(&w, &octets);
    if (status != DEVID_OK)
        return fail(error, DEVCA_E_MALFORMED, input->object, "RFC 7468 3",
                    "PEM", "%s",
                    status == DEVID_E_TRUNCATED ? "no END line matches BEGIN"
                                                : "base64 is broken");
    der->len = octets.len;
    der->data[der->len] = 0;
    return DEVCA_OK;
}

static enum devca_code take_der(struct devid_slice *rest, struct bytes *der,
                                struct devca_error *error)
{
    der->len = 0;
    if (!bytes_append_slice(der, *rest))
        return fail_memory(error);
    rest->len = 0;
    return DEVCA_OK;
}

static enum devca_code next_block(const struct input *input,
                                  struct devid_slice *rest, struct bytes *der,
                                  struct devca_error *error)
{
    const struct kind *kind = &kinds[input->kind];
    struct devid_slice label;
    enum devca_code code;

    code = read_block(input, rest, &label, der, error);
    if (code != DEVCA_OK)
        return code;
    if (!label_is(label, kind->label) && !label_is(label, kind->other_label))
        return fail(error, DEVCA_E_MALFORMED, input->object, "RFC 7468 4",
                    "PEM label", "\"%.*s\" is not %s",
                    (int)(label.len > 64 ? 64 : label.len),
                    (const char *)label.data, kind->text);
    return DEVCA_OK;
}

enum devca_code input_next(const struct input *input, struct devid_slice *rest,
                           struct bytes *der, struct devca_error *error)
{
    if (devid_pem_detect(input->octets))
        return next_block(input, rest, der, error);
    if (rest->len == 0)
        return fail(error, DEVCA_E_NOT_FOUND, input->object, NULL, NULL,
                    "no further object");
    return take_der(rest, der, error);
}

enum devca_code input_read(const struct input *input, struct bytes *der,
                           struct devca_error *error)
{
    struct devid_slice rest = input->octets, label;
    struct bytes more = {0};
    enum devca_code code;

    if (rest.len == 0)
        return fail(error, DEVCA_E_MALFORMED, input->object, NULL, NULL,
                    "is empty, not %s", kinds[input->kind].text);
    if (!devid_pem_detect(input->octets))
        return take_der(&rest, der, error);
    code = next_block(input, &rest, der, error);
    if (code == DEVCA_E_NOT_FOUND)
        return fail(error, DEVCA_E_MALFORMED, input->object, "RFC 7468 2", NULL,
                    "holds no PEM block");
    if (code != DEVCA_OK)
        return code;
    code = read_block(input, &rest, &label, &more, NULL);
    bytes_clear(&more);
    if (code == DEVCA_E_NO_MEMORY)
        return fail_memory(error);
    if (code != DEVCA_E_NOT_FOUND)
        return fail(error, DEVCA_E_MALFORMED, input->object, "RFC 7468 2",
                    "PEM", "more than one block; expected only %s",
                    kinds[input->kind].text);
    return DEVCA_OK;
}

enum devca_code input_certificate(struct devid_slice der, const char *object,
                                  struct devid_cert *certificate,
                                  struct devca_error *error)
{
    enum devid_status status = devid_cert_read(der, certificate);

    if (status == DEVID_OK)
        return DEVCA_OK;
    return fail_devid(error, DEVCA_E_MALFORMED, object, "Certificate", status);
}

enum devca_code input_request(struct devid_slice der, const char *object,
                              struct devid_request *request,
                              struct devca_error *error)
{
    enum devid_status status = devid_request_read(der, request);
    struct devid_cert certificate;

    if (status == DEVID_OK)
        return DEVCA_OK;
    if (devid_cert_read(der, &certificate) == DEVID_OK)
        return fail(error, DEVCA_E_MALFORMED, object, "RFC 2986 4.2",
                    "CertificationRequest",
                    "is a certificate, not a certification request");
    if (status == DEVID_E_KEY_ALGORITHM || status == DEVID_E_ALGORITHM ||
        status == DEVID_E_ALGORITHM_MISMATCH) {
        fail_devid(error, DEVCA_E_ALGORITHM, object,
                   status == DEVID_E_KEY_ALGORITHM ? "subjectPKInfo"
                                                   : "signatureAlgorithm",
                   status);
        return fail_hint(error, DEVCA_E_ALGORITHM,
                         "use P-256 with SHA-256 or P-384 with SHA-384");
    }
    if (status == DEVID_E_KEY_POINT)
        return fail_devid(error, DEVCA_E_KEY_POINT, object, "subjectPKInfo",
                          status);
    return fail_devid(error, DEVCA_E_MALFORMED, object, "CertificationRequest",
                      status);
}

enum devca_code input_uid_format(const char *format, size_t *octets,
                                 struct devca_error *error)
{
    char *end;
    unsigned long count;

    *octets = 0;
    if (strcmp(format, "hex") == 0)
        return DEVCA_OK;
    if (strncmp(format, "hex:", 4) == 0 && format[4] >= '1' &&
        format[4] <= '9') {
        count = strtoul(format + 4, &end, 10);
        if (*end == '\0' && count <= UID_MAX) {
            *octets = count;
            return DEVCA_OK;
        }
    }
    return fail(error, DEVCA_E_USAGE, "--uid-format", NULL, NULL,
                "\"%s\" is not hex or hex:N with N from 1 to %d octets", format,
                UID_MAX);
}

enum devca_code input_uid(const char *text, const char *format,
                          struct bytes *uid, struct devca_error *error)
{
    size_t octets = 0;
    enum devca_code code = DEVCA_OK;

    if (format)
        code = input_uid_format(format, &octets, error);
    if (code != DEVCA_OK)
        return code;
    uid->len = 0;
    if (text[0] == '\0' || !hex_read(text, strlen(text), uid))
        return fail(error, DEVCA_E_UID, text, NULL, "uid",
                    "is not an even number of hex digits");
    if (uid->len > UID_MAX)
        return fail(error, DEVCA_E_UID, text, NULL, "uid",
                    "has %zu octets, more than %d", uid->len, UID_MAX);
    if (octets > 0 && uid->len != octets)
        return fail(error, DEVCA_E_UID, text, NULL, "uid",
                    "has %zu octets, the product's format %s wants %zu",
                    uid->len, format, octets);
    return DEVCA_OK;
}

enum devca_code input_serial(const char *text, struct bytes *serial,
                             struct devca_error *error)
{
    size_t zeros = 0;

    serial->len = 0;
    if (!hex_read(text, strlen(text), serial) || serial->len == 0 ||
        serial->len > 21)
        return fail(error, DEVCA_E_MALFORMED, text, "RFC 5280 4.1.2.2",
                    "serial", "is not 1 to 20 octets in hex");
    while (zeros + 1 < serial->len && serial->data[zeros] == 0 &&
           serial->data[zeros + 1] < 0x80)
        zeros++;
    memmove(serial->data, serial->data + zeros, serial->len - zeros);
    serial->len -= zeros;
    return DEVCA_OK;
}

enum devca_code input_key_type(const char *text, enum devid_curve *curve,
                               struct devca_error *error)
{
    *curve = DEVID_P256;
    if (!text || strcmp(text, "p256") == 0)
        return DEVCA_OK;
    *curve = DEVID_P384;
    if (strcmp(text, "p384") == 0)
        return DEVCA_OK;
    return fail(error, DEVCA_E_USAGE, "--key-type", NULL, NULL,
                "\"%s\" is not p256 or p384", text);
}

const char *input_key_type_name(enum devid_curve curve)
{
    return curve == DEVID_P384 ? "p384" : "p256";
}

enum devca_code input_product_name(const char *name, struct devca_error *error)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static const char marks[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t len = strlen(name);

    if (len == 0 || len > 64 || !strchr(letters, name[0]) ||
        strspn(name, marks) != len)
        return fail(error, DEVCA_E_USAGE, name, "RFC 5280 A.1", "product",
                    "must be 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a "
                    "letter or digit");
    return DEVCA_OK;
}

#define ORG_MAX 64 /* RFC 5280 appendix A.1: ub-organization-name */

enum devca_code input_owner(const char *org, const char *country,
                            struct devca_error *error)
{
    size_t len = org ? strlen(org) : 0;

    if (len == 0 || len > ORG_MAX)
        return fail(error, DEVCA_E_USAGE, "--org", "RFC 5280 A.1",
                    "organizationName", "must have 1 to %d octets", ORG_MAX);
    if (!utf8_is_line((struct devid_slice){(const uint8_t *)org, len}))
        return fail(error, DEVCA_E_USAGE, "--org", "RFC 3629 4",
                    "organizationName",
                    "must be text without control characters");
    if (country && (strlen(country) != 2 || country[0] < 'A' ||
                    country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z'))
        return fail(error, DEVCA_E_USAGE, "--country", "RFC 5280 A.1",
                    "countryName",
                    "must be two capital letters (ISO 3166), not %s", country);
    return DEVCA_OK;
}
