/* A public key in the forms that people hand in. */
#include "devca/key/crypto.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devid/codec/pem.h"
#include "devid/x509/key.h"

#include <string.h>

#define KEY_INPUT_MAX ((size_t)1024)

static enum devca_code read_spki(struct public_key *key, struct devid_slice der,
                                 const char *object, struct devca_error *error)
{
    struct devid_slice point;
    enum devid_curve curve;
    enum devid_status status = devid_spki_read(&der, &curve, &point);

    if (status == DEVID_OK)
        status = devid_der_end(&der);
    if (status == DEVID_E_KEY_ALGORITHM) {
        fail_devid(error, DEVCA_E_ALGORITHM, object, "SubjectPublicKeyInfo",
                   status);
        return fail_hint(error, DEVCA_E_ALGORITHM, "use P-256 or P-384");
    }
    if (status == DEVID_E_KEY_POINT)
        return fail_devid(error, DEVCA_E_KEY_POINT, object,
                          "SubjectPublicKeyInfo", status);
    if (status != DEVID_OK)
        return fail_devid(error, DEVCA_E_MALFORMED, object,
                          "SubjectPublicKeyInfo", status);
    return public_key_read(key, curve, point, object, error);
}

static enum devca_code read_pem(struct public_key *key, struct devid_slice text,
                                const char *object, struct devca_error *error)
{
    uint8_t der[KEY_INPUT_MAX];
    struct devid_slice label, octets, other;
    struct devid_writer w, none;

    devid_writer_init(&none, NULL, 0);
    devid_writer_init(&w, der, sizeof der);
    if (devid_pem_read(&text, &label, &w) != DEVID_OK ||
        devid_writer_done(&w, &octets) != DEVID_OK)
        return fail(error, DEVCA_E_MALFORMED, object, "RFC 7468 3", "PEM",
                    "cannot be read");
    if (label.len != 10 || memcmp(label.data, "PUBLIC KEY", 10) != 0)
        return fail(error, DEVCA_E_MALFORMED, object, "RFC 7468 13",
                    "PEM label", "\"%.*s\" is not PUBLIC KEY",
                    (int)(label.len > 64 ? 64 : label.len),
                    (const char *)label.data);
    if (devid_pem_read(&text, &other, &none) != DEVID_E_EMPTY)
        return fail(error, DEVCA_E_MALFORMED, object, "RFC 7468 13", "PEM",
                    "holds more than one block: which key is meant?");
    return read_spki(key, octets, object, error);
}

static bool is_point(struct devid_slice octets)
{
    return (octets.len == 65 || octets.len == 97) && octets.data[0] == 0x04;
}

static enum devca_code read_point(struct public_key *key,
                                  struct devid_slice point, const char *object,
                                  struct devca_error *error)
{
    return public_key_read(key, point.len == 65 ? DEVID_P256 : DEVID_P384,
                           point, object, error);
}

/* Hex with nothing but white space around it. */
static bool read_hex(struct devid_slice text, struct bytes *octets)
{
    while (text.len > 0 && strchr(" \t\r\n", text.data[text.len - 1]))
        text.len--;
    return text.len > 0 && hex_read((const char *)text.data, text.len, octets);
}

enum devca_code public_key_parse(struct public_key *key,
                                 struct devid_slice input, const char *object,
                                 struct devca_error *error)
{
    struct bytes octets = {0};
    enum devca_code code;

    if (input.len == 0 || input.len > 4 * KEY_INPUT_MAX)
        return fail(error, DEVCA_E_MALFORMED, object, "RFC 5480 2",
                    "public key", "is empty or too long for one");
    if (devid_pem_detect(input))
        return read_pem(key, input, object, error);
    if (is_point(input))
        return read_point(key, input, object, error);
    /* No DER of a key is hex throughout: its BIT STRING holds a 00. */
    if (read_hex(input, &octets)) {
        code = is_point(bytes_slice(&octets))
                   ? read_point(key, bytes_slice(&octets), object, error)
                   : read_spki(key, bytes_slice(&octets), object, error);
        bytes_clear(&octets);
        return code;
    }
    bytes_clear(&octets);
    return read_spki(key, input, object, error);
}
