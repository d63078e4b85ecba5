/* Name, written from attributes. */
#include "name.h"

void devid_name_write(struct devid_writer *w,
                      const struct devid_attribute *attributes, size_t count)
{
    size_t name = devid_der_open(w, DER_SEQUENCE);

    for (size_t i = 0; i < count; i++) {
        size_t rdn = devid_der_open(w, DER_SET);
        size_t pair = devid_der_open(w, DER_SEQUENCE);

        devid_der_write(w, DER_OID, attributes[i].oid);
        devid_der_write(w, attributes[i].tag, attributes[i].value);
        devid_der_close(w, pair);
        devid_der_close(w, rdn);
    }
    devid_der_close(w, name);
}
