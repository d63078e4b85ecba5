/* The outer SEQUENCE of everything signed. */
#include "signed.h"

enum { MAX_SERIAL = 20 }; /* RFC 5280 4.1.2.2 */

enum devid_status devid_signed_read(struct devid_slice der,
                                    struct devid_signed *out)
{
    struct devid_slice body;
    enum devid_status status;

    if ((status = devid_der_read_whole(der, DER_SEQUENCE, &body)) != DEVID_OK ||
        (status = devid_der_read_element(&body, DER_SEQUENCE, &out->tbs)) !=
            DEVID_OK ||
        (status = devid_signature_algorithm_read(&body, &out->curve)) !=
            DEVID_OK ||
        (status = devid_der_read_bit_octets(&body, &out->signature)) !=
            DEVID_OK ||
        (status = devid_der_end(&body)) != DEVID_OK)
        return status;
    return devid_der_read_whole(out->tbs, DER_SEQUENCE, &out->content);
}

enum devid_status devid_serial_check(struct devid_slice *content)
{
    enum devid_status status = devid_der_check_integer(content);

    if (status != DEVID_OK)
        return status;
    if (content->len > MAX_SERIAL || (content->data[0] & 0x80) != 0 ||
        (content->len == 1 && content->data[0] == 0))
        return DEVID_E_SERIAL;
    return DEVID_OK;
}

enum devid_status devid_serial_read(struct devid_slice *in,
                                    struct devid_slice *serial)
{
    enum devid_status status = devid_der_read(in, DER_INTEGER, serial);

    return status == DEVID_OK ? devid_serial_check(serial) : status;
}

enum devid_status devid_inner_algorithm_read(struct devid_slice *in,
                                             enum devid_curve outer)
{
    enum devid_curve inner;
    enum devid_status status = devid_signature_algorithm_read(in, &inner);

    if (status == DEVID_OK && inner != outer)
        status = DEVID_E_ALGORITHM_MISMATCH;
    return status;
}
