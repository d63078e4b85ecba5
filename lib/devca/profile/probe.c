/* The last check of a profile: make a certificate and let libdevid read it. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devca/profile/render.h"
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include <string.h>

#define UID_OCTETS_MAX 64
/* 2020-01-01: before any date that a profile can give. */
#define PROBE_NOW INT64_C(1577836800)

/* P-256 wants 65 octets that begin with 04; nobody computes with these. */
static const uint8_t point[65] = {0x04, 1};
static const uint8_t hash[32] = {1};
static const uint8_t uid_octets_of_probe[UID_OCTETS_MAX] = {0xA5};
static const uint8_t signature[8] = {0x30, 6, 2, 1, 1, 2, 1, 1};
/* C=US */
static const uint8_t issuer[15] = {0x30, 13,   0x31, 11,   0x30, 9,   6,  3,
                                   0x55, 0x04, 0x06, 0x13, 2,    'U', 'S'};

/* The shortest of everything, so that only what can never fit is refused. */
static struct profile_subject invent(size_t uid_octets)
{
    struct profile_subject subject = {
        .uid = {uid_octets_of_probe, uid_octets != 0 ? uid_octets : 1},
        .product = "p",
        .org = "o",
        .country = "US",
        .name = "n",
        .serial = {hash, 20},
        .key_curve = DEVID_P256,
        .public_key = {point, sizeof point},
        .key_sha1 = {hash, 20},
        .key_sha256 = {hash, sizeof hash},
        .issuer_key_id = {hash, 20},
        .issuer_subject = {issuer, sizeof issuer},
        .issuer_not_after = DEVCA_NEVER,
        .now = PROBE_NOW,
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
    const struct bytes *tbs = context;

    devid_signed_write(w, bytes_slice(tbs), DEVID_P256,
                       (struct devid_slice){signature, sizeof signature});
}

static bool make(const struct profile_subject *subject,
                 const struct profile_fields *fields, struct bytes *der)
{
    struct bytes spki = {0};
    struct bytes signed_part = {0};
    struct devid_tbs tbs = {
        .serial = subject->serial,
        .issuer = subject->issuer_subject,
        .subject = bytes_slice(&fields->subject),
        .extensions = bytes_slice(&fields->extensions),
        .not_before = devca_time_pack(fields->not_before),
        .not_after = devca_time_pack(fields->not_after),
        .signature_curve = DEVID_P256,
    };
    bool made = bytes_write(&spki, write_spki, subject);

    tbs.spki = bytes_slice(&spki);
    made = made && bytes_write(&signed_part, write_tbs, &tbs) &&
           bytes_write(der, write_signed, &signed_part);
    bytes_clear(&spki);
    bytes_clear(&signed_part);
    return made;
}

/* What libdevid and maxSize say to the certificate. */
static enum devca_code judge(const struct profile *profile,
                             const struct reading *reading,
                             const struct bytes *der)
{
    struct devid_cert certificate;
    enum devid_status status = devid_cert_read(bytes_slice(der), &certificate);

    if (status != DEVID_OK)
        return fail_devid(reading->error, reading->invalid, reading->object,
                          "/", status);
    if (profile->max_size != 0 && der->len > profile->max_size)
        return fail(reading->error, reading->invalid, reading->object,
                    CLAUSE_SCHEMA, "/maxSize",
                    "the shortest certificate has %zu octets already",
                    der->len);
    return DEVCA_OK;
}

enum devca_code probe(const struct profile *profile,
                      const struct reading *reading, size_t uid_octets)
{
    struct profile_subject subject = invent(uid_octets);
    struct program_run run = {&subject, profile->key_id, reading->object,
                              reading->invalid, reading->error};
    struct profile_fields fields;
    struct bytes der = {0};
    enum devca_code code;

    if (uid_octets > UID_OCTETS_MAX)
        return fail(reading->error, reading->invalid, reading->object,
                    "RFC 5280 A.1", "uid", "a UID has at most %d octets",
                    UID_OCTETS_MAX);
    code = render_fields(profile, &run, &fields);
    if (code != DEVCA_OK)
        return code;
    if (make(&subject, &fields, &der))
        code = judge(profile, reading, &der);
    else
        code = fail_memory(reading->error);
    bytes_clear(&der);
    profile_fields_clear(&fields);
    return code;
}
