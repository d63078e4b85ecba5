/* What the tests of this room share. */
#include "support.h"

#include "devca/base/file.h"
#include "devca/base/text.h"
#include "devca/profile/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void load_file(const char *path, struct bytes *content)
{
    char whole[512];
    struct devca_error error = {0};

    snprintf(whole, sizeof whole, "%s/%s", SOURCE_DIR, path);
    *content = (struct bytes){0};
    ck_assert_msg(file_read(whole, 1 << 20, content, &error) == DEVCA_OK,
                  "%s: %s", whole, error.fault);
}

static struct profile *load(struct devid_slice json, const char *name)
{
    struct devca_error error = {0};
    struct profile *profile;

    ck_assert_msg(profile_read(&profile, json, name, &error) == DEVCA_OK,
                  "%s: %s: %s: %s", name, error.clause, error.field,
                  error.fault);
    return profile;
}

struct profile *load_shipped(const char *name)
{
    struct devid_slice json;

    ck_assert_msg(profile_shipped(name, &json), "%s is not shipped", name);
    return load(json, name);
}

struct profile *load_text(const char *json)
{
    return load((struct devid_slice){(const uint8_t *)json, strlen(json)},
                "text");
}

static const uint8_t uid[4] = {0x0A, 0x1B, 0x2C, 0x3D};
static const uint8_t serial[20] = {0x12, 0x34};
static const uint8_t point[65] = {0x04, 0x11};
static const uint8_t sha1[20] = {0x51, 0xA1};
static const uint8_t sha256[32] = {0x52, 0x56};
static const uint8_t issuer_key[20] = {0x15, 0x5E};
/* OU=meter-3 */
static const uint8_t issuer[20] = {0x30, 18,   0x31, 16,   0x30, 14, 6,
                                   3,    0x55, 0x04, 0x0B, 0x0C, 7,  'm',
                                   'e',  't',  'e',  'r',  '-',  '3'};

struct profile_subject sample_subject(void)
{
    struct profile_subject subject = {
        .uid = {uid, sizeof uid},
        .product = "meter-3",
        .org = "Example",
        .country = "DE",
        .name = "Example Root",
        .serial = {serial, sizeof serial},
        .key_curve = DEVID_P256,
        .public_key = {point, sizeof point},
        .key_sha1 = {sha1, sizeof sha1},
        .key_sha256 = {sha256, sizeof sha256},
        .issuer_key_id = {issuer_key, sizeof issuer_key},
        .issuer_subject = {issuer, sizeof issuer},
        .issuer_not_after = DEVCA_NEVER,
        .now = SAMPLE_NOW,
    };

    return subject;
}

static void write_spki(struct devid_writer *w, const void *context)
{
    const struct profile_subject *subject = context;

    devid_spki_write(w, subject->key_curve, subject->public_key);
}

static void write_tbs(struct devid_writer *w, const void *context)
{
    devid_tbs_write(w, context);
}

static void write_signed(struct devid_writer *w, const void *context)
{
    static const uint8_t signature[8] = {0x30, 6, 2, 1, 1, 2, 1, 1};

    devid_signed_write(w, bytes_slice(context), DEVID_P256,
                       (struct devid_slice){signature, sizeof signature});
}

void make_certificate(const struct profile *profile,
                      const struct profile_subject *subject, struct bytes *der,
                      struct devid_cert *certificate)
{
    struct devca_error error = {0};
    struct profile_fields fields = {0};
    struct bytes spki = {0};
    struct bytes body = {0};
    struct devid_tbs tbs = {0};

    ck_assert_msg(profile_render(profile, subject, &fields, &error) == DEVCA_OK,
                  "%s: %s: %s", error.clause, error.field, error.fault);
    ck_assert(bytes_write(&spki, write_spki, subject));
    tbs.serial = subject->serial;
    tbs.issuer = profile_kind(profile) == PROFILE_ROOT
                     ? bytes_slice(&fields.subject)
                     : subject->issuer_subject;
    tbs.subject = bytes_slice(&fields.subject);
    tbs.spki = bytes_slice(&spki);
    tbs.extensions = bytes_slice(&fields.extensions);
    tbs.not_before = devca_time_pack(fields.not_before);
    tbs.not_after = devca_time_pack(fields.not_after);
    tbs.signature_curve = DEVID_P256;
    *der = (struct bytes){0};
    ck_assert(bytes_write(&body, write_tbs, &tbs));
    ck_assert(bytes_write(der, write_signed, &body));
    ck_assert_int_eq(devid_cert_read(bytes_slice(der), certificate), DEVID_OK);
    bytes_clear(&spki);
    bytes_clear(&body);
    profile_fields_clear(&fields);
}

bool find_extension(const struct devid_cert *certificate,
                    struct devid_slice oid, struct devid_extension *extension)
{
    struct devid_slice cursor = certificate->extensions;

    while (devid_extension_next(&cursor, extension) == DEVID_OK) {
        if (devid_slice_equal(extension->oid, oid))
            return true;
    }
    return false;
}

const char *hex_of(struct devid_slice octets)
{
    static char text[4096];

    ck_assert_uint_lt(2 * octets.len, sizeof text);
    hex_write(octets, text);
    return text;
}
