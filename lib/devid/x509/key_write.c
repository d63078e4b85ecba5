/* SubjectPublicKeyInfo, algorithms and signature values, written. */
#include "key.h"

#include "curves.h"

static void write_algorithm(struct devid_writer *w, enum devid_curve curve,
                            unsigned which)
{
    const struct devid_curve_data *data = devid_curve_find(curve);

    if (data != NULL)
        devid_write_raw(w, data->algorithm[which]);
}

void devid_spki_write(struct devid_writer *w, enum devid_curve curve,
                      struct devid_slice point)
{
    size_t spki = devid_der_open(w, DER_SEQUENCE);

    write_algorithm(w, curve, CURVE_KEY);
    devid_der_write_bit_octets(w, point);
    devid_der_close(w, spki);
}

void devid_signature_algorithm_write(struct devid_writer *w,
                                     enum devid_curve curve)
{
    write_algorithm(w, curve, CURVE_SIGNATURE);
}

void devid_signature_write(struct devid_writer *w, enum devid_curve curve,
                           const uint8_t *raw)
{
    const struct devid_curve_data *data = devid_curve_find(curve);
    size_t pair = devid_der_open(w, DER_SEQUENCE);

    if (data != NULL) {
        size_t field = data->field;

        devid_der_write_unsigned(w, DER_INTEGER,
                                 (struct devid_slice){raw, field});
        devid_der_write_unsigned(w, DER_INTEGER,
                                 (struct devid_slice){raw + field, field});
    }
    devid_der_close(w, pair);
}
