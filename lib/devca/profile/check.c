/* Rules between the fields of a profile, in the order of RFC 5280. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

/* A rule broken: the member of the document it is about, the clause and what
 * is wrong; fault NULL when it holds. */
struct breach {
    const char *pointer;
    const char *clause;
    const char *fault;
};
#define EXTENSION(name) "/extensions/" name

static bool has(const struct profile *profile, const char *oid, size_t len)
{
    return profile_find(profile, (struct devid_slice){(const uint8_t *)oid,
                                                      len}) != NULL;
}
#define HAS(profile, oid) has(profile, oid, sizeof(oid) - 1)

static bool is_critical(const struct profile *profile, struct devid_slice oid)
{
    const struct profile_extension *extension = profile_find(profile, oid);

    return extension != NULL && extension->critical;
}

/* RFC 5280 4.1.2.6 and 4.2.1.6 */
static struct breach subject_rule(const struct profile *p)
{
    bool certain = !p->subject_may_be_empty;
    bool ca_kind = p->kind == PROFILE_ROOT || p->kind == PROFILE_INTERMEDIATE;

    if (certain)
        return (struct breach){0};
    if (p->ca || ca_kind)
        return (struct breach){"/subject", "RFC 5280 4.1.2.6",
                               "a CA's subject must not be empty"};
    if (p->subject_has_attribute)
        return (struct breach){"/subject", "RFC 5280 4.1.2.6",
                               "every attribute is optional: the subject could "
                               "be empty"};
    if (!HAS(p, OID_SUBJECT_ALT_NAME) || p->request_names_only)
        return (struct breach){EXTENSION("subjectAltName"), "RFC 5280 4.1.2.6",
                               "an empty subject needs a subjectAltName"};
    if (!is_critical(p, OID_SLICE(OID_SUBJECT_ALT_NAME)))
        return (struct breach){EXTENSION("subjectAltName"), "RFC 5280 4.2.1.6",
                               "must be critical beside an empty subject"};
    return (struct breach){0};
}

/* Where libdevid finds who a certificate is about. */
static struct breach identity_rule(const struct profile *p)
{
    if (p->kind == PROFILE_INTERMEDIATE && !p->names_product)
        return (struct breach){"/subject", "libdevid identity",
                               "needs organizationalUnitName = {product}: a "
                               "verifier reads the product there"};
    if (p->kind != PROFILE_DEVICE || p->names_uid)
        return (struct breach){0};
    if (!p->module_is_uid)
        return (struct breach){"/subject", "IEEE 802.1AR 8.6",
                               "a device certificate needs {uid} as a whole "
                               "attribute, or {uid:bytes} as hwSerialNum of "
                               "the first hardwareModuleName"};
    if (p->names_serial_number)
        return (struct breach){"/subject", "IEEE 802.1AR 8.6",
                               "a serialNumber that is not {uid} would be read "
                               "as the UID before hwSerialNum"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.1, 4.2.1.2 */
static struct breach key_id_rule(const struct profile *p)
{
    if (p->kind != PROFILE_ROOT && !HAS(p, OID_AUTHORITY_KEY_IDENTIFIER))
        return (struct breach){EXTENSION("authorityKeyIdentifier"),
                               "RFC 5280 4.2.1.1",
                               "is missing: all but a root need one"};
    if (p->ca && p->key_id == KEY_ID_NONE)
        return (struct breach){EXTENSION("subjectKeyIdentifier"),
                               "RFC 5280 4.2.1.2",
                               "is missing: every CA needs one"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.9 */
static struct breach ca_rule(const struct profile *p)
{
    bool ca_kind = p->kind == PROFILE_ROOT || p->kind == PROFILE_INTERMEDIATE;

    if (ca_kind && !p->ca)
        return (struct breach){EXTENSION("basicConstraints"),
                               "RFC 5280 4.2.1.9",
                               "a root or intermediate needs ca true"};
    if (p->kind == PROFILE_SIGNER && p->ca)
        return (struct breach){EXTENSION("basicConstraints"),
                               "RFC 5280 4.2.1.9", "a signer is no CA"};
    if (p->ca && !is_critical(p, OID_SLICE(OID_BASIC_CONSTRAINTS)))
        return (struct breach){EXTENSION("basicConstraints"),
                               "RFC 5280 4.2.1.9", "must be critical in a CA"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.3 */
static struct breach usage_rule(const struct profile *p)
{
    bool issues_crls =
        p->kind == PROFILE_ROOT || p->kind == PROFILE_INTERMEDIATE;
    struct breach breach = {EXTENSION("keyUsage"), "RFC 5280 4.2.1.3", NULL};

    if (p->ca && (p->key_usage & DEVID_KU_KEY_CERT_SIGN) == 0)
        breach.fault = "a CA needs keyCertSign";
    else if (!p->ca && (p->key_usage & DEVID_KU_KEY_CERT_SIGN) != 0)
        breach.fault = "keyCertSign without basicConstraints ca";
    else if (issues_crls && (p->key_usage & DEVID_KU_CRL_SIGN) == 0)
        breach.fault = "a CA that issues CRLs needs cRLSign";
    else if (!p->ca && (p->key_usage & DEVID_KU_CRL_SIGN) != 0)
        breach.fault = "cRLSign without basicConstraints ca";
    else if (p->ca && !is_critical(p, OID_SLICE(OID_KEY_USAGE)))
        breach.fault = "must be critical in a CA";
    return breach;
}

/* RFC 5280 4.2.1.10 */
static struct breach constraints_rule(const struct profile *p)
{
    if (!p->ca && HAS(p, OID_NAME_CONSTRAINTS))
        return (struct breach){EXTENSION("nameConstraints"),
                               "RFC 5280 4.2.1.10",
                               "only a CA can constrain names"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.13 */
static struct breach shard_rule(const struct profile *p)
{
    if ((p->holes & HOLE_BIT(HOLE_SHARD)) != 0 && p->shards == 0)
        return (struct breach){EXTENSION("cRLDistributionPoints"),
                               "RFC 5280 4.2.1.13",
                               "{shard} is written and no shards are"};
    return (struct breach){0};
}

/* What stands where libdevid looks first is the UID, also when a policy finds
 * it elsewhere. */
static struct breach one_uid_rule(const struct profile *p)
{
    bool serial_is_uid =
        devid_slice_equal(p->uid_attribute, OID_SLICE(OID_SERIAL_NUMBER));

    if (p->kind != PROFILE_DEVICE)
        return (struct breach){0};
    if (p->names_serial_number && !serial_is_uid)
        return (struct breach){"/subject", "IEEE 802.1AR 8.6",
                               "a serialNumber that is not {uid} would be read "
                               "as the UID"};
    if (!p->names_serial_number && p->names_module && !p->module_is_uid)
        return (struct breach){EXTENSION("subjectAltName"), "IEEE 802.1AR 8.6",
                               "a first hardwareModuleName without {uid:bytes} "
                               "as hwSerialNum would be read as the UID"};
    return (struct breach){0};
}

bool takes_attribute(const struct profile *profile, struct devid_slice oid)
{
    for (size_t i = 0; i < profile->subject.count; i++) {
        const struct op *op = &profile->subject.ops[i];

        if (op->take && devid_slice_equal(op->rule.oid, oid))
            return true;
    }
    return false;
}

/* What identifies a device or a product is the authority's word, never the
 * requester's: of a signer too, whose certificate a verifier that asks for no
 * purpose takes for a device's. */
static struct breach takeover_rule(const struct profile *p)
{
    if (takes_attribute(p, OID_SLICE(OID_SERIAL_NUMBER)))
        return (struct breach){"/fromRequest", "libdevid identity",
                               "a verifier reads the UID in serialNumber: a "
                               "request cannot choose it"};
    if (p->ca && takes_attribute(p, OID_SLICE(OID_ORGANIZATIONAL_UNIT)))
        return (struct breach){"/fromRequest", "libdevid identity",
                               "a verifier reads the product in a CA's "
                               "organizationalUnitName: a request cannot "
                               "choose it"};
    return (struct breach){0};
}

/* A device that is a CA certifies what it likes: what for is all that binds it.
 */
static struct breach layers_rule(const struct profile *p)
{
    struct breach breach = {EXTENSION("extKeyUsage"), "RFC 5280 4.2.1.12",
                            NULL};

    if (p->kind != PROFILE_DEVICE || !p->ca)
        return breach;
    if (p->purpose_count == 0)
        breach.fault = "is missing: a device that is a CA could certify "
                       "signers of code";
    for (size_t i = 0; i < p->purpose_count; i++) {
        if (devid_slice_equal(p->purposes[i], OID_SLICE(OID_KP_CODE_SIGNING)))
            breach.fault = "has codeSigning: a device that is a CA could "
                           "certify signers of code";
        if (devid_slice_equal(p->purposes[i], OID_SLICE(OID_ANY_EXT_KEY_USAGE)))
            breach.fault = "has anyExtendedKeyUsage: a device that is a CA "
                           "could certify signers of code";
    }
    return breach;
}

/* A list names all places of its partition; one without {shard} is every
 * partition's. */
static struct breach partition_rule(const struct profile *p)
{
    const char *pointer;

    if (p->shards != 0 && !places_are_partitions(p))
        return (struct breach){EXTENSION("cRLDistributionPoints/fullName"),
                               "RFC 5280 5.2.5",
                               "has shards and a place without {shard}: the "
                               "list of one partition would pass for all"};
    if (p->shards != 0 && !places_are_of_lists(p))
        return (struct breach){EXTENSION("cRLDistributionPoints/fullName"),
                               "RFC 5280 5.2.5",
                               "has shards and a place that speaks of one "
                               "certificate: no list of a partition can name "
                               "it"};
    pointer = places_collide(p, p, NULL);
    return (struct breach){pointer, "RFC 5280 5.2.5",
                           pointer != NULL ? PLACES_OF_ONE : NULL};
}

typedef struct breach rule(const struct profile *profile);

static enum devca_code check_each(const struct reading *reading,
                                  rule *const *rules, size_t count,
                                  const struct profile *profile)
{
    for (size_t i = 0; i < count; i++) {
        struct breach breach = rules[i](profile);

        if (breach.fault != NULL)
            return fail(reading->error, reading->invalid, reading->object,
                        breach.clause, breach.pointer, "%s", breach.fault);
    }
    return DEVCA_OK;
}

enum devca_code check_rules(const struct reading *reading,
                            const struct place *top,
                            const struct profile *profile)
{
    static rule *const rules[] = {
        ca_rule,       usage_rule,       subject_rule, key_id_rule,
        identity_rule, constraints_rule, shard_rule,
    };
    struct place place;
    struct place purposes;
    enum devca_code code =
        check_each(reading, rules, sizeof rules / sizeof rules[0], profile);

    if (code != DEVCA_OK)
        return code;
    place_member(top, "extensions", &place);
    if (place_member(&place, "extKeyUsage", &purposes))
        return check_purposes(reading, &purposes, profile);
    return DEVCA_OK;
}

enum devca_code check_trust(const struct reading *reading,
                            const struct profile *profile)
{
    static rule *const rules[] = {one_uid_rule, takeover_rule, layers_rule,
                                  partition_rule};

    return check_each(reading, rules, sizeof rules / sizeof rules[0], profile);
}
