#include "fuzz.h"

#include <devid/revocation_set.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t point[65] = {0x04};
    struct devid_anchor issuer = {.public_key = {point, sizeof point}};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    struct devid_revocation_set set;
    uint8_t serial[20] = {1};
    unsigned i;

    if (devid_revocation_set_open((struct devid_slice){data, size}, &set) !=
        DEVID_OK)
        return 0;
    fuzz_inside(set.signed_part, data, size);
    fuzz_inside(set.key_id, data, size);
    fuzz_inside(set.number, data, size);
    fuzz_inside(set.signature, data, size);
    for (i = 0; i < 64; i++) {
        serial[1] = (uint8_t)i;
        (void)devid_revocation_set_lookup(
            &set, (struct devid_slice){serial, 1 + i % sizeof serial});
    }
    (void)devid_revocation_set_verify(&set, &issuer, &policy, set.number);
    return 0;
}
