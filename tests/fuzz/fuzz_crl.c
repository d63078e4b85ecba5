#include "fuzz.h"

#include "devid/x509/certificate.h"

#include <devid/verify.h>

/* Is it its own issuer's, and does it speak of the certificate behind it? The
 * port believes every signature. */
static void judge(const struct devid_crl *crl, struct devid_slice behind)
{
    static const uint8_t point[65] = {0x04};
    const struct devid_anchor issuer = {.subject = crl->issuer,
                                        .public_key = {point, sizeof point},
                                        .key_id = crl->key_id};
    const struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    struct devid_cert cert;

    (void)devid_crl_verify(crl, &issuer, &policy, crl->number);
    if (devid_cert_read(behind, &cert) == DEVID_OK)
        (void)devid_crl_covers(crl, cert.extensions);
}

/* A list alone, of all or of a part, with a certificate behind it or not. */
static bool read_list(struct devid_slice whole, struct devid_crl *crl,
                      struct devid_slice *behind)
{
    struct devid_slice list;

    *behind = whole;
    if (devid_der_read_element(behind, DER_SEQUENCE, &list) != DEVID_OK ||
        behind->len == 0) {
        list = whole;
        behind->len = 0;
    }
    return devid_crl_read(list, crl) == DEVID_OK ||
           devid_crl_read_part(list, crl) == DEVID_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t serial[] = {5};
    struct devid_crl_entry entry;
    struct devid_slice cursor;
    struct devid_slice behind;
    struct devid_crl crl;

    if (!read_list((struct devid_slice){data, size}, &crl, &behind))
        return 0;
    fuzz_inside(crl.tbs, data, size);
    fuzz_inside(crl.number, data, size);
    judge(&crl, behind);
    cursor = crl.entries;
    while (devid_crl_next(&cursor, &entry) == DEVID_OK)
        fuzz_inside(entry.serial, data, size);
    (void)devid_crl_find(&crl, (struct devid_slice){serial, sizeof serial},
                         &entry);
    return 0;
}
