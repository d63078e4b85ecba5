#include "fuzz.h"

#include "devid/x509/certificate.h"

static void walk_name(struct devid_slice name, const uint8_t *data, size_t size)
{
    struct devid_slice cursor = devid_name_attributes(name);
    struct devid_attribute attribute;

    while (devid_name_next(&cursor, &attribute) == DEVID_OK)
        fuzz_inside(attribute.value, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_cert certificate;
    struct devid_extension extension;
    struct devid_slice cursor;

    if (devid_cert_read((struct devid_slice){data, size}, &certificate) !=
        DEVID_OK)
        return 0;
    fuzz_inside(certificate.tbs, data, size);
    fuzz_inside(certificate.serial, data, size);
    fuzz_inside(certificate.public_key, data, size);
    fuzz_inside(certificate.signature, data, size);
    walk_name(certificate.issuer, data, size);
    walk_name(certificate.subject, data, size);
    cursor = certificate.extensions;
    while (devid_extension_next(&cursor, &extension) == DEVID_OK)
        fuzz_inside(extension.value, data, size);
    return 0;
}
