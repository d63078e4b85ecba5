#include "fuzz.h"

#include <devid/crl.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t serial[] = {5};
    struct devid_crl_entry entry;
    struct devid_slice cursor;
    struct devid_crl crl;

    if (devid_crl_read((struct devid_slice){data, size}, &crl) != DEVID_OK)
        return 0;
    fuzz_inside(crl.tbs, data, size);
    fuzz_inside(crl.number, data, size);
    cursor = crl.entries;
    while (devid_crl_next(&cursor, &entry) == DEVID_OK)
        fuzz_inside(entry.serial, data, size);
    (void)devid_crl_find(&crl, (struct devid_slice){serial, sizeof serial},
                         &entry);
    return 0;
}
