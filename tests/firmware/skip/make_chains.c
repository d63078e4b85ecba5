/*
 * Prints chains.h: the chains and signatures of the skip test, each wrong in
 * one way. Keys are fresh each time, so the header is kept in the tree: the
 * figures of the test are then the same on every machine.
 */
#include "../../unit/verify/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CN=D, serialNumber=0a1B */
#define NAME_UID "301B 310A300806035504030C0144 310D300B06035504051304 30613142"
#define EXT_DEVICE EXT_AKI(ID_CA) EXT_KU_SIGN
#define EXT_TOP EXT_AKI(ID_ROOT) EXT_SKI(ID_CA)

static void print(const char *name, struct devid_slice octets)
{
    printf("\nstatic const uint8_t %s[] = {", name);
    for (size_t i = 0; i < octets.len; i++)
        printf("%s0x%02X,", i % 12 == 0 ? "\n    " : " ", octets.data[i]);
    printf("\n};\n");
}

static void print_issued(const char *name, struct test_key *by,
                         const struct mint *mint)
{
    struct devid_slice der = test_key_issue(by, mint);

    print(name, der);
    free((void *)(uintptr_t)der.data);
}

struct keys {
    struct test_key *root;
    struct test_key *top;
    struct test_key *device;
    struct test_key *stranger;
};

static void print_devices(const struct keys *keys)
{
    struct mint mint = {{[MINT_SUBJECT] = NAME_UID,
                         [MINT_SPKI] = test_key_spki(keys->device),
                         [MINT_EXTENSIONS] = EXT_DEVICE EXT_EKU_CODE}};

    print_issued("device", keys->top, &mint);
    print_issued("device_by_stranger", keys->stranger, &mint);
    mint.field[MINT_EXTENSIONS] = EXT_DEVICE;
    print_issued("device_without_purpose", keys->top, &mint);
}

static void print_tops(const struct keys *keys)
{
    struct mint mint = {
        {[MINT_ISSUER] = NAME_ROOT,
         [MINT_SUBJECT] = NAME_CA,
         [MINT_SPKI] = test_key_spki(keys->top),
         [MINT_EXTENSIONS] = EXT_TOP EXT_CA_PATH("00") EXT_KU_CA}};

    print_issued("top", keys->root, &mint);
    print_issued("top_by_stranger", keys->stranger, &mint);
    mint.field[MINT_ISSUER] = NAME_CN("58");
    print_issued("top_of_another", keys->root, &mint);
    mint.field[MINT_ISSUER] = NAME_ROOT;
    mint.field[MINT_EXTENSIONS] = EXT_TOP EXT_KU_SIGN;
    print_issued("top_no_ca", keys->root, &mint);
}

int main(void)
{
    static const uint8_t application[] = {0x41, 0x70, 0x70};
    struct devid_slice message = {application, sizeof application};
    struct keys keys = {test_key_new(DEVID_P256), test_key_new(DEVID_P256),
                        test_key_new(DEVID_P256), test_key_new(DEVID_P256)};
    uint8_t buffer[128];

    printf("/* Printed by make_chains.c. */\n"
           "#ifndef SKIP_CHAINS_H\n#define SKIP_CHAINS_H\n\n"
           "#include <stdint.h>\n\n/* clang-format off */");
    print("root_point", test_key_point(keys.root));
    print_tops(&keys);
    print_devices(&keys);
    print("application", message);
    print("signature", test_key_sign(keys.device, message, buffer));
    print("signature_of_stranger",
          test_key_sign(keys.stranger, message, buffer));
    printf("/* clang-format on */\n\n#endif\n");
    test_key_free(keys.root);
    test_key_free(keys.top);
    test_key_free(keys.device);
    test_key_free(keys.stranger);
    return 0;
}
