/* From a compiled profile and one subject to the fields of a TBSCertificate. */
#include "devca/profile/model.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include "devca/profile/render.h"

#include <stdio.h>

struct devid_slice profile_key_id(const struct profile *profile,
                                  const struct profile_subject *subject)
{
    return program_key_id(profile->key_id, subject);
}

void profile_fields_clear(struct profile_fields *fields)
{
    bytes_clear(&fields->subject);
    bytes_clear(&fields->extensions);
}

static enum devca_code write_subject(const struct profile *profile,
                                     const struct program_run *run,
                                     struct devid_writer *w)
{
    size_t mark = devid_der_open(w, DER_SEQUENCE);
    enum devca_code code =
        program_run(&profile->subject, 0, profile->subject.count, run, w);

    devid_der_close(w, mark);
    return code;
}

/* A subjectAltName of taken names only may turn out to have none; an empty one
 * is not allowed (RFC 5280 4.2.1.6). */
static bool is_empty_value(const struct profile *profile,
                           const struct profile_extension *extension,
                           size_t value_len)
{
    return value_len == 2 && profile->request_names_only &&
           devid_slice_equal(extension->oid, OID_SLICE(OID_SUBJECT_ALT_NAME));
}

static enum devca_code
write_extension(const struct profile *profile,
                const struct profile_extension *extension,
                const struct program_run *run, struct devid_writer *w)
{
    size_t start = w->len;
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t value;
    enum devca_code code;

    devid_der_write(w, DER_OID, extension->oid);
    if (extension->critical)
        devid_der_write_true(w);
    value = devid_der_open(w, DER_OCTET_STRING);
    code = program_run(&profile->values, extension->first, extension->count,
                       run, w);
    if (is_empty_value(profile, extension, w->len - value)) {
        w->len = start;
        return code;
    }
    devid_der_close(w, value);
    devid_der_close(w, outer);
    return code;
}

static enum devca_code write_extensions(const struct profile *profile,
                                        const struct program_run *run,
                                        struct devid_writer *w)
{
    enum devca_code code = DEVCA_OK;

    for (size_t i = 0; code == DEVCA_OK && i < profile->extension_count; i++)
        code = write_extension(profile, &profile->extensions[i], run, w);
    return code;
}

/* One of the two writers above. */
typedef enum devca_code section(const struct profile *profile,
                                const struct program_run *run,
                                struct devid_writer *w);

/* Into a buffer that is nearly always large enough; measured and written again
 * when it was not. */
#define SECTION_GUESS 511

static enum devca_code write_section(section *write,
                                     const struct profile *profile,
                                     const struct program_run *run,
                                     struct bytes *out)
{
    struct devid_writer w = {NULL, 0, SECTION_GUESS};
    enum devca_code code;

    do {
        if (!bytes_reserve(out, w.len))
            return fail_memory(run->error);
        devid_writer_init(&w, out->data, out->capacity);
        code = write(profile, run, &w);
    } while (code == DEVCA_OK && w.len > out->capacity);
    if (code == DEVCA_OK)
        out->len = w.len;
    return code;
}

/* RFC 5280 4.1.2.5; no certificate outlives its issuer. */
static enum devca_code set_validity(const struct profile *profile,
                                    const struct program_run *run,
                                    struct profile_fields *fields)
{
    const struct profile_subject *subject = run->subject;
    bool own = profile->kind == PROFILE_ROOT;

    fields->not_before = subject->now;
    fields->not_after = lifetime_end(&profile->lifetime, subject->now);
    if (!own && subject->issuer_not_after <= subject->now)
        return fail(run->error, DEVCA_E_ISSUER_EXPIRED, run->object,
                    "RFC 5280 6.1.3 (a)(2)", "notAfter",
                    "the issuing CA's certificate has expired");
    if (!own && fields->not_after > subject->issuer_not_after)
        fields->not_after = subject->issuer_not_after;
    if (fields->not_after <= subject->now)
        return fail(run->error, DEVCA_E_PROFILE, run->object,
                    "RFC 5280 4.1.2.5", "/validity/notAfter",
                    "the validity that the profile gives is over");
    return DEVCA_OK;
}

static enum devca_code check_key_ids(const struct profile *profile,
                                     const struct program_run *run)
{
    const struct profile_subject *subject = run->subject;
    bool own = profile->kind == PROFILE_ROOT;

    if (profile->key_id != KEY_ID_NONE &&
        program_key_id(profile->key_id, subject).len != KEY_ID_OCTETS)
        return fail(run->error, DEVCA_E_INTERNAL, run->object,
                    "RFC 5280 4.2.1.2", "subjectKeyIdentifier",
                    "the hash of the key was not given");
    if (!own && subject->issuer_key_id.len == 0 &&
        profile_find(profile, OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER)) != NULL)
        return fail(run->error, DEVCA_E_INTERNAL, run->object,
                    "RFC 5280 4.2.1.1", "authorityKeyIdentifier",
                    "the issuer's key identifier was not given");
    return DEVCA_OK;
}

unsigned profile_shards(const struct profile *profile)
{
    return profile->shards;
}

unsigned profile_shard(const struct profile *profile, struct devid_slice serial)
{
    uint32_t last = 0;
    size_t i = serial.len > 4 ? serial.len - 4 : 0;

    for (; i < serial.len; i++)
        last = last << 8 | serial.data[i];
    return profile->shards == 0 ? 0 : last % profile->shards + 1;
}

/* The holes that a list can fill. */
static bool is_of_lists(const struct profile *profile,
                        const struct profile_extension *extension,
                        const struct profile_subject *subject)
{
    unsigned known =
        HOLE_BIT(HOLE_PRODUCT) | HOLE_BIT(HOLE_ORG) | HOLE_BIT(HOLE_COUNTRY);

    if (subject->shard != NULL)
        known |= HOLE_BIT(HOLE_SHARD);
    for (size_t i = 0; i < extension->count; i++) {
        const struct op *op = &profile->values.ops[extension->first + i];

        if (op->kind == OP_TEXT && (template_holes(&op->text) & ~known) != 0)
            return false;
    }
    return true;
}

/* What write_section() writes of a list. */
static enum devca_code write_value(const struct profile *profile,
                                   const struct profile_extension *extension,
                                   const struct program_run *run,
                                   struct bytes *value)
{
    struct devid_writer w;
    enum devca_code code;

    devid_writer_init(&w, NULL, 0);
    code = program_run(&profile->values, extension->first, extension->count,
                       run, &w);
    if (code != DEVCA_OK)
        return code;
    if (!bytes_reserve(value, value->len + w.len))
        return fail_memory(run->error);
    devid_writer_init(&w, value->data + value->len, w.len);
    code = program_run(&profile->values, extension->first, extension->count,
                       run, &w);
    value->len += w.len;
    return code;
}

enum devca_code profile_list_value(const struct profile *profile,
                                   const struct profile_subject *subject,
                                   struct devid_slice oid, struct bytes *value,
                                   struct devca_error *error)
{
    const struct profile_extension *extension = profile_find(profile, oid);
    struct program_run run = {subject, profile->key_id, profile->name,
                              DEVCA_E_PROFILE, error};

    if (extension == NULL)
        return DEVCA_E_NOT_FOUND;
    if (!is_of_lists(profile, extension, subject))
        return fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5",
                    "fullName",
                    "differs from device to device: no list can be there");
    return write_value(profile, extension, &run, value);
}

static enum devca_code write_fields(const struct profile *profile,
                                    const struct program_run *run,
                                    struct profile_fields *fields)
{
    enum devca_code code = check_key_ids(profile, run);

    *fields = (struct profile_fields){0};
    if (code == DEVCA_OK)
        code = set_validity(profile, run, fields);
    if (code == DEVCA_OK)
        code = write_section(write_subject, profile, run, &fields->subject);
    if (code == DEVCA_OK)
        code =
            write_section(write_extensions, profile, run, &fields->extensions);
    if (code != DEVCA_OK)
        profile_fields_clear(fields);
    return code;
}

enum devca_code render_fields(const struct profile *profile,
                              const struct program_run *run,
                              struct profile_fields *fields)
{
    struct profile_subject subject = *run->subject;
    struct program_run sharded = *run;
    char shard[12];

    snprintf(shard, sizeof shard, "%u", profile_shard(profile, subject.serial));
    if (profile->shards != 0 && subject.shard == NULL)
        subject.shard = shard;
    sharded.subject = &subject;
    return write_fields(profile, &sharded, fields);
}

enum devca_code profile_render(const struct profile *profile,
                               const struct profile_subject *subject,
                               struct profile_fields *fields,
                               struct devca_error *error)
{
    struct program_run run = {subject, profile->key_id, profile->name,
                              DEVCA_E_PROFILE, error};

    return render_fields(profile, &run, fields);
}
