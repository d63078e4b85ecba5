/*
 * Makes an anchor header and images for the boot manager example: one good,
 * the others wrong in one way each.
 *
 * make_boot FOLDER APPLICATION.bin
 */
#include "../unit/verify/authority.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 0x1000, MAX_APPLICATION = 0x10000 };

#define CHAIN_CA EXT_AKI(ID_ROOT) EXT_SKI(ID_CA) EXT_CA_PATH("00") EXT_KU_CA
#define CHAIN_SIGNER EXT_AKI(ID_CA) EXT_KU_SIGN EXT_EKU_CODE
#define CHAIN_DEVICE EXT_AKI(ID_CA) EXT_KU_SIGN

static uint8_t application[MAX_APPLICATION];
static size_t application_len;

struct parts {
    struct devid_slice signer;
    struct devid_slice ca;
    struct devid_slice signature;
    uint32_t magic;
    uint32_t app_len;
};

static FILE *create(const char *folder, const char *name)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "wb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

static size_t put_word(uint8_t *out, size_t at, size_t word)
{
    for (size_t i = 0; i < 4; i++)
        out[at + i] = (uint8_t)(word >> 8 * i & 0xFF);
    return at + 4;
}

static size_t put_slice(uint8_t *out, size_t at, struct devid_slice part)
{
    memcpy(out + at, part.data, part.len);
    return at + part.len;
}

static void write_image(const char *folder, const char *name,
                        const struct parts *parts)
{
    static uint8_t image[ROOM + MAX_APPLICATION];
    FILE *file = create(folder, name);
    size_t at = 0;

    memset(image, 0xFF, sizeof image);
    at = put_word(image, at, parts->magic);
    at = put_word(image, at, parts->signer.len);
    at = put_word(image, at, parts->ca.len);
    at = put_word(image, at, parts->signature.len);
    at = put_word(image, at, parts->app_len);
    at = put_slice(image, at, parts->signer);
    at = put_slice(image, at, parts->ca);
    (void)put_slice(image, at, parts->signature);
    memcpy(image + ROOM, application, application_len);
    (void)fwrite(image, 1, ROOM + application_len, file);
    (void)fclose(file);
}

static void write_array(FILE *file, const char *name, struct devid_slice octets)
{
    fprintf(file, "static const uint8_t devid_anchor_root_%s[] = {", name);
    for (size_t i = 0; i < octets.len; i++)
        fprintf(file, "%s%u,", i % 16 == 0 ? "\n    " : " ", octets.data[i]);
    fprintf(file, "};\n");
}

/* As devca export --format c-header writes it. */
static void write_anchor(const char *folder, struct devid_slice point)
{
    static const uint8_t subject[] = {0x30, 0x0C, 0x31, 0x0A, 0x30, 0x08, 0x06,
                                      0x03, 0x55, 0x04, 0x03, 0x0C, 0x01, 0x52};
    static const uint8_t key_id[] = {1, 1, 1, 1};
    FILE *file = create(folder, "anchor.h");

    fprintf(file, "#include <devid/verify.h>\n");
    write_array(file, "subject", (struct devid_slice){subject, sizeof subject});
    write_array(file, "public_key", point);
    write_array(file, "key_id", (struct devid_slice){key_id, sizeof key_id});
    fprintf(file, "static const struct devid_anchor devid_anchor_root = {\n"
                  "    {devid_anchor_root_subject, "
                  "sizeof devid_anchor_root_subject},\n"
                  "    {devid_anchor_root_public_key, "
                  "sizeof devid_anchor_root_public_key},\n"
                  "    {devid_anchor_root_key_id, "
                  "sizeof devid_anchor_root_key_id},\n"
                  "    0x0060};\n");
    (void)fclose(file);
}

static struct devid_slice issue(struct test_key *by, const char *extensions,
                                const struct test_key *subject)
{
    struct mint mint = {
        {[MINT_SPKI] = test_key_spki(subject), [MINT_EXTENSIONS] = extensions}};

    return test_key_issue(by, &mint);
}

static struct devid_slice issue_ca(struct test_key *by,
                                   const struct test_key *subject)
{
    struct mint mint = {{[MINT_ISSUER] = NAME_ROOT,
                         [MINT_SUBJECT] = NAME_CA,
                         [MINT_SPKI] = test_key_spki(subject),
                         [MINT_EXTENSIONS] = CHAIN_CA}};

    return test_key_issue(by, &mint);
}

static void write_images(const char *folder)
{
    struct test_key *root = test_key_new(DEVID_P256);
    struct test_key *ca = test_key_new(DEVID_P256);
    struct test_key *signer = test_key_new(DEVID_P256);
    struct test_key *stranger = test_key_new(DEVID_P256);
    uint8_t buffer[2][128];
    struct devid_slice app = {application, application_len};
    const struct parts good = {issue(ca, CHAIN_SIGNER, signer),
                               issue_ca(root, ca),
                               test_key_sign(signer, app, buffer[0]),
                               0x31474D49, (uint32_t)application_len};
    struct parts bad = good;

    write_anchor(folder, test_key_point(root));
    write_image(folder, "good.bin", &good);
    bad.magic ^= 1;
    write_image(folder, "no-magic.bin", &bad);
    bad = good;
    bad.app_len = 0x40000000;
    write_image(folder, "too-long.bin", &bad);
    bad = good;
    bad.signer = issue(ca, CHAIN_DEVICE, signer);
    write_image(folder, "device-as-signer.bin", &bad);
    free((void *)(uintptr_t)bad.signer.data);
    bad = good;
    bad.ca = issue_ca(stranger, ca);
    write_image(folder, "foreign-root.bin", &bad);
    free((void *)(uintptr_t)bad.ca.data);
    bad = good;
    bad.signature = test_key_sign(stranger, app, buffer[1]);
    write_image(folder, "foreign-signature.bin", &bad);
    application[application_len / 2] ^= 1;
    write_image(folder, "changed.bin", &good);
    free((void *)(uintptr_t)good.signer.data);
    free((void *)(uintptr_t)good.ca.data);
    test_key_free(root);
    test_key_free(ca);
    test_key_free(signer);
    test_key_free(stranger);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;

    if (file == NULL) {
        fprintf(stderr, "usage: make_boot FOLDER APPLICATION.bin\n");
        return 2;
    }
    application_len = fread(application, 1, sizeof application, file);
    (void)fclose(file);
    write_images(argv[1]);
    return 0;
}
