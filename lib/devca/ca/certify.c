#include "devca/ca/certify.h"

#include "devca/base/fail.h"
#include "devca/ca/input.h"
#include "devca/ca/judge.h"

#include <string.h>
#include <time.h>

#define TBS_GUESS 575 /* enough for nearly all */

void certified_clear(struct certified *certified)
{
    bytes_clear(&certified->der);
    memset(certified, 0, sizeof *certified);
}

static struct devid_slice write_spki(const struct public_key *key,
                                     uint8_t *buffer)
{
    struct devid_writer w;
    struct devid_slice spki = {buffer, 0};

    devid_writer_init(&w, buffer, CERTIFY_SPKI_MAX);
    devid_spki_write(&w, key->curve, public_key_slice(key));
    (void)devid_writer_done(&w, &spki);
    return spki;
}

void key_digest(const struct public_key *key, uint8_t digest[32])
{
    uint8_t buffer[CERTIFY_SPKI_MAX];

    digest_sha256(write_spki(key, buffer), digest);
}

/*
 * 20 octets, positive (RFC 5280, 4.1.2.2): milliseconds since 1970 in 48 bits,
 * so that a store's index grows at its right edge, then 112 random bits. The
 * leading octet is 1 to 127 from 2004 to 6429.
 */
static enum devca_code draw_serial(struct certifying *work,
                                   struct devca_error *error)
{
    struct timespec now;
    uint64_t prefix = (uint64_t)work->request.now * 1000u;
    int i;

    if (clock_gettime(CLOCK_REALTIME, &now) == 0)
        prefix += (uint64_t)now.tv_nsec / 1000000u;
    for (i = 0; i < 6; i++)
        work->serial[i] = (uint8_t)(prefix >> (40 - 8 * i));
    if (work->serial[0] == 0 || work->serial[0] > 0x7F)
        return fail(error, DEVCA_E_CLOCK, work->request.object,
                    "RFC 5280 4.1.2.2", "serialNumber",
                    "the clock is outside the years 2005 to 6429");
    return random_public(work->serial + 6, SERIAL_LEN - 6, error);
}

/* As far as the profile speaks of them. */
static void hash_key(struct certifying *work)
{
    struct profile_subject *subject = &work->subject;

    if (work->traits.key_sha1) {
        digest_sha1(subject->public_key, work->key_sha1);
        subject->key_sha1 = (struct devid_slice){work->key_sha1, 20};
    }
    if (work->traits.key_sha256) {
        digest_sha256(subject->public_key, work->key_sha256);
        subject->key_sha256 = (struct devid_slice){work->key_sha256, 32};
    }
}

static void fill_subject(struct certifying *work)
{
    const struct certify_request *request = &work->request;
    const struct issuer *issuer = request->issuer;
    struct profile_subject *subject = &work->subject;

    *subject = request->subject;
    subject->serial = (struct devid_slice){work->serial, SERIAL_LEN};
    subject->key_curve = request->key->curve;
    subject->public_key = public_key_slice(request->key);
    hash_key(work);
    subject->now = request->now;
    subject->issuer_not_after = DEVCA_NEVER;
    if (issuer) {
        subject->issuer_key_id = issuer->certificate.subject_key_id;
        subject->issuer_subject = issuer->certificate.subject;
        subject->issuer_not_after = issuer->row.not_after;
    }
}

static void write_tbs(struct devid_writer *w, const void *context)
{
    devid_tbs_write(w, context);
}

static enum devca_code build_tbs(struct certifying *work,
                                 struct devca_error *error)
{
    const struct certify_request *request = &work->request;
    struct devid_tbs *tbs = &work->tbs;

    work->signature_curve = signer_public_key(request->signer)->curve;
    tbs->serial = work->subject.serial;
    tbs->subject = bytes_slice(&work->fields.subject);
    tbs->issuer =
        request->issuer ? request->issuer->certificate.subject : tbs->subject;
    tbs->spki = write_spki(request->key, work->spki);
    tbs->extensions = bytes_slice(&work->fields.extensions);
    tbs->not_before = devca_time_pack(work->fields.not_before);
    tbs->not_after = devca_time_pack(work->fields.not_after);
    tbs->signature_curve = work->signature_curve;
    if (!bytes_reserve(&work->tbs_der, TBS_GUESS) ||
        !bytes_write(&work->tbs_der, write_tbs, tbs))
        return fail_memory(error);
    return DEVCA_OK;
}

static enum devca_code lint_tbs(const struct certifying *work,
                                struct devca_error *error)
{
    const struct issuer *issuer = work->request.issuer;
    struct lint_subject subject = {.kind = LINT_TBS, .traits = &work->traits};

    subject.der = bytes_slice(&work->tbs_der);
    subject.issuer_subject = work->tbs.issuer;
    if (issuer) {
        subject.issuer_key_id = issuer->certificate.subject_key_id;
        subject.issuer_not_before = issuer->certificate.not_before;
        subject.issuer_not_after = issuer->certificate.not_after;
    }
    return judge_lints(&subject, work->request.object, error);
}

struct signed_parts {
    struct devid_slice tbs;
    struct devid_slice signature;
    enum devid_curve curve;
};

static void write_signed(struct devid_writer *w, const void *context)
{
    const struct signed_parts *parts = context;

    devid_signed_write(w, parts->tbs, parts->curve, parts->signature);
}

/*
 * verify_issued() has libdevid verify this very signature under the key of the
 * issuer's certificate before the certificate goes anywhere: where that is the
 * signer's key, once is enough. A root is verified by the signer and again.
 */
static enum signer_check who_verifies(const struct certify_request *request)
{
    struct devid_slice own =
        public_key_slice(signer_public_key(request->signer));

    if (request->issuer &&
        devid_slice_equal(own, request->issuer->certificate.public_key))
        return CALLER_VERIFIES;
    return SIGNER_VERIFIES;
}

static enum devca_code sign_tbs(struct certifying *work,
                                struct certified *certified,
                                struct devca_error *error)
{
    struct signed_parts parts = {
        bytes_slice(&work->tbs_der), {NULL, 0}, work->signature_curve};
    enum devca_code code;

    code =
        signer_sign_as(work->request.signer, parts.tbs,
                       who_verifies(&work->request), &work->signature, error);
    if (code != DEVCA_OK)
        return code;
    parts.signature =
        (struct devid_slice){work->signature.der, work->signature.len};
    if (!bytes_write(&certified->der, write_signed, &parts))
        return fail_memory(error);
    return DEVCA_OK;
}

static void fill_policy(const struct certifying *work,
                        struct devid_policy *policy)
{
    memset(policy, 0, sizeof *policy);
    policy->clock = DEVID_CLOCK_TIME;
    policy->time = devca_time_pack(work->request.now);
    policy->allow_ca_device = work->traits.ca;
    policy->uid_attribute = work->traits.uid_attribute;
    policy->required_eku = work->traits.required_eku;
    if (work->traits.uid_bound)
        policy->required_uid = work->subject.uid;
}

/* Under the root itself the chain is one certificate, which is read for who
 * asked. */
static enum devid_status verify_under_root(const struct certifying *work,
                                           struct certified *certified,
                                           struct devid_identity *identity)
{
    struct devid_slice der = bytes_slice(&certified->der);
    struct devid_chain chain = {&der, 1};
    struct devid_anchor anchor;
    struct devid_anchors anchors = {&anchor, 1};
    struct devid_policy policy;
    enum devid_status status = devid_cert_read(der, &certified->view);

    if (status != DEVID_OK)
        return status;
    fill_policy(work, &policy);
    issuer_anchor(work->request.issuer, &anchor);
    return devid_verify_chain(&chain, &anchors, &policy, identity);
}

/* The chain above was verified when the issuer was loaded: issuer_verify(). */
static enum devid_status verify_issued(const struct certifying *work,
                                       struct certified *certified,
                                       struct devid_identity *identity)
{
    const struct issuer *issuer = work->request.issuer;
    struct devid_policy policy;

    if (issuer_is_root(issuer))
        return verify_under_root(work, certified, identity);
    fill_policy(work, &policy);
    return devid_issued_verify(bytes_slice(&certified->der), &issuer->verified,
                               &policy, identity);
}

static enum devca_code verify_self_signed(const struct certifying *work,
                                          struct certified *certified,
                                          struct devca_error *error)
{
    enum devid_status status =
        devid_cert_read(bytes_slice(&certified->der), &certified->view);

    certified->serial = certified->view.serial;
    if (status == DEVID_OK)
        return judge_root(&certified->view, work->request.object, error);
    return fail_devid(error, DEVCA_E_LINT, work->request.object, "certificate",
                      status);
}

static enum devca_code verify_result(const struct certifying *work,
                                     struct certified *certified,
                                     struct devca_error *error)
{
    struct devid_identity identity;
    enum devid_status status;

    if (!work->request.issuer)
        return verify_self_signed(work, certified, error);
    status = verify_issued(work, certified, &identity);
    if (status != DEVID_OK)
        return fail_devid(error, DEVCA_E_LINT, work->request.object,
                          "certificate", status);
    certified->serial = identity.serial;
    return DEVCA_OK;
}

static void digest_result(const struct certifying *work,
                          struct certified *certified)
{
    const uint8_t *known = work->request.key_digest;

    if (known)
        memcpy(certified->key_digest, known, sizeof certified->key_digest);
    else
        digest_sha256(work->tbs.spki, certified->key_digest);
    digest_sha256(bytes_slice(&certified->der), certified->fingerprint);
}

static enum devca_code check_size(const struct certifying *work,
                                  const struct certified *certified,
                                  struct devca_error *error)
{
    if (work->traits.max_size == 0 ||
        certified->der.len <= work->traits.max_size)
        return DEVCA_OK;
    return fail(error, DEVCA_E_PROFILE, work->request.object, NULL, "/maxSize",
                "the certificate has %zu octets, more than %zu",
                certified->der.len, work->traits.max_size);
}

/* The certificate before; the memory stays. */
static void forget(struct certifying *work)
{
    struct bytes tbs_der = work->tbs_der;

    profile_fields_clear(&work->fields);
    memset(work, 0, sizeof *work);
    bytes_reset(&tbs_der);
    work->tbs_der = tbs_der;
}

enum devca_code certify_prepare(struct certifying *work,
                                const struct certify_request *request,
                                struct devca_error *error)
{
    const struct profile *profile = request->policy->profile;
    enum devca_code code;

    forget(work);
    work->request = *request;
    profile_traits(profile, &work->traits);
    code = draw_serial(work, error);
    if (code == DEVCA_OK) {
        fill_subject(work);
        code = profile_admit(profile, &work->subject, request->object, error);
    }
    if (code == DEVCA_OK)
        code = profile_render(profile, &work->subject, &work->fields, error);
    if (code == DEVCA_OK)
        code = build_tbs(work, error);
    return code == DEVCA_OK ? lint_tbs(work, error) : code;
}

enum devca_code certify_sign(struct certifying *work,
                             struct certified *certified,
                             struct devca_error *error)
{
    enum devca_code code = sign_tbs(work, certified, error);

    return code == DEVCA_OK ? check_size(work, certified, error) : code;
}

enum devca_code certify_check(struct certifying *work,
                              struct certified *certified,
                              struct devca_error *error)
{
    enum devca_code code = verify_result(work, certified, error);

    if (code != DEVCA_OK)
        return code;
    digest_result(work, certified);
    certified->key_curve = work->request.key->curve;
    certified->not_before = work->fields.not_before;
    certified->not_after = work->fields.not_after;
    certified->issued_at = work->request.now;
    return DEVCA_OK;
}

void certifying_clear(struct certifying *work)
{
    bytes_clear(&work->tbs_der);
    profile_fields_clear(&work->fields);
    memset(work, 0, sizeof *work);
}

enum devca_code certify(const struct certify_request *request,
                        struct certified *certified, struct devca_error *error)
{
    struct certifying work = {0};
    enum devca_code code = certify_prepare(&work, request, error);

    if (code == DEVCA_OK)
        code = certify_sign(&work, certified, error);
    if (code == DEVCA_OK)
        code = certify_check(&work, certified, error);
    certifying_clear(&work);
    return code;
}

void certified_row(const struct certified *certified,
                   struct store_certificate *row)
{
    memset(row, 0, sizeof *row);
    row->serial = certified->serial;
    row->key_digest = (struct devid_slice){certified->key_digest, 32};
    row->key_type = (int)certified->key_curve;
    row->der = bytes_slice(&certified->der);
    row->not_before = certified->not_before;
    row->not_after = certified->not_after;
    row->issued_at = certified->issued_at;
    row->status = STORE_ACTIVE;
}
