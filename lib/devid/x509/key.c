/* SubjectPublicKeyInfo and signature values, read in place. */
#include "key.h"

#include "curves.h"

#include <string.h>

enum { UNCOMPRESSED = 0x04 }; /* SEC 1, 2.3.3 */

const struct devid_curve_data *devid_curve_find(enum devid_curve curve)
{
    const struct devid_curve_data *data;
    unsigned i = 0;

    do {
        data = devid_curve_row(i++);
    } while (data != NULL && data->curve != (uint8_t)curve);
    return data;
}

const struct devid_curve_data *devid_curve_of_point(size_t octets)
{
    const struct devid_curve_data *data;
    unsigned i = 0;

    do {
        data = devid_curve_row(i++);
    } while (data != NULL && 2u * data->field + 1 != octets);
    return data;
}

const struct devid_curve_data *
devid_curve_of_algorithm(const struct devid_slice *algorithm, unsigned which)
{
    const struct devid_curve_data *data;
    unsigned i = 0;

    do {
        data = devid_curve_row(i++);
    } while (data != NULL &&
             !devid_slice_same(&data->algorithm[which], algorithm));
    return data;
}

enum devid_status devid_key_find(const struct devid_slice *algorithm,
                                 const struct devid_slice *point,
                                 uint8_t *curve)
{
    const struct devid_curve_data *data =
        devid_curve_of_algorithm(algorithm, CURVE_KEY);

    if (data == NULL)
        return DEVID_E_KEY_ALGORITHM;
    if (point->len != 2u * data->field + 1 || point->data[0] != UNCOMPRESSED)
        return DEVID_E_KEY_POINT;
    *curve = data->curve;
    return DEVID_OK;
}

enum devid_status devid_spki_read(struct devid_slice *in,
                                  enum devid_curve *curve,
                                  struct devid_slice *point)
{
    struct devid_slice spki;
    struct devid_slice algorithm;
    uint8_t found;
    enum devid_status status;

    if ((status = devid_der_read(in, DER_SEQUENCE, &spki)) != DEVID_OK ||
        (status = devid_der_read_element(&spki, DER_SEQUENCE, &algorithm)) !=
            DEVID_OK ||
        (status = devid_der_read_bit_octets(&spki, point)) != DEVID_OK ||
        (status = devid_der_end(&spki)) != DEVID_OK ||
        (status = devid_key_find(&algorithm, point, &found)) != DEVID_OK)
        return status;
    *curve = (enum devid_curve)found;
    return DEVID_OK;
}

enum devid_status devid_signature_algorithm_read(struct devid_slice *in,
                                                 enum devid_curve *curve)
{
    const struct devid_curve_data *data;
    struct devid_slice element;

    if (devid_der_read_element(in, DER_SEQUENCE, &element) != DEVID_OK)
        return DEVID_E_ALGORITHM;
    data = devid_curve_of_algorithm(&element, CURVE_SIGNATURE);
    if (data == NULL)
        return DEVID_E_ALGORITHM;
    *curve = (enum devid_curve)data->curve;
    return DEVID_OK;
}

/* One INTEGER in 1..n-1, to `field` octets; order is n. */
static bool read_scalar(struct devid_slice *in, const uint8_t *order,
                        size_t field, uint8_t *out)
{
    struct devid_slice value;

    if (devid_der_read_integer(in, DER_INTEGER, &value) != DEVID_OK ||
        (value.data[0] & 0x80) != 0)
        return false;
    if (value.data[0] == 0) {
        value.data++;
        value.len--;
    }
    if (value.len == 0 || value.len > field)
        return false;
    memset(out, 0, field);
    memcpy(out + (field - value.len), value.data, value.len);
    return memcmp(out, order, field) < 0;
}

enum devid_status devid_signature_read(struct devid_slice der,
                                       enum devid_curve curve, uint8_t *raw)
{
    const struct devid_curve_data *data = devid_curve_find(curve);
    struct devid_slice pair;
    size_t field;

    if (data == NULL)
        return DEVID_E_ALGORITHM;
    field = data->field;
    if (devid_der_read_whole(der, DER_SEQUENCE, &pair) != DEVID_OK ||
        !read_scalar(&pair, data->order, field, raw) ||
        !read_scalar(&pair, data->order, field, raw + field) || pair.len != 0)
        return DEVID_E_SIGNATURE_FORMAT;
    return DEVID_OK;
}
