/* Every octet of every certificate counts. Apart from chain_rows.c, which also
 * goes into programs without Check. */
#include "chain_rows.h"

#include <check.h>

void world_every_octet(world_verifier *verify)
{
    static const struct row good = {.what = "good"};
    struct world world;

    world_build(&world, &good);
    for (size_t at = 0; at < world.chain.count; at++) {
        struct devid_slice der = world.certificates[at];
        uint8_t *octets = (uint8_t *)(uintptr_t)der.data;

        for (size_t i = 0; i < der.len; i++) {
            octets[i] ^= 0x01;
            ck_assert_msg(verify(&world, NULL) != DEVID_OK,
                          "certificate %zu, octet %zu", at, i);
            octets[i] ^= 0x01;
        }
    }
    ck_assert(verify(&world, NULL) == DEVID_OK);
    world_clear(&world);
}
