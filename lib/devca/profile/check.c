/* Rules between the fields of a profile, in the order of RFC 5280. */
#include "devca/profile/build.h"

#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

/* A rule broken: the member of the document it is about, the clause and what
 * is wrong; fault NULL when it holds. */
struct breach {
    const char *key; /* below /extensions; NULL: /subject */
    const char *clause;
    const char *fault;
};

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
        return (struct breach){NULL, "RFC 5280 4.1.2.6",
                               "a CA's subject must not be empty"};
    if (p->subject_has_attribute)
        return (struct breach){NULL, "RFC 5280 4.1.2.6",
                               "every attribute is optional: the subject could "
                               "be empty"};
    if (!HAS(p, OID_SUBJECT_ALT_NAME) || p->request_names_only)
        return (struct breach){"subjectAltName", "RFC 5280 4.1.2.6",
                               "an empty subject needs a subjectAltName"};
    if (!is_critical(p, OID_SLICE(OID_SUBJECT_ALT_NAME)))
        return (struct breach){"subjectAltName", "RFC 5280 4.2.1.6",
                               "must be critical beside an empty subject"};
    return (struct breach){0};
}

/* Where libdevid finds who a certificate is about. */
static struct breach identity_rule(const struct profile *p)
{
    if (p->kind == PROFILE_INTERMEDIATE && !p->names_product)
        return (struct breach){NULL, "libdevid identity",
                               "needs organizationalUnitName = {product}: a "
                               "verifier reads the product there"};
    if (p->kind != PROFILE_DEVICE || p->names_uid)
        return (struct breach){0};
    if (!p->module_is_uid)
        return (struct breach){NULL, "IEEE 802.1AR 8.6",
                               "a device certificate needs {uid} as a whole "
                               "attribute, or {uid:bytes} as hwSerialNum of "
                               "the first hardwareModuleName"};
    if (p->names_serial_number)
        return (struct breach){NULL, "IEEE 802.1AR 8.6",
                               "a serialNumber that is not {uid} would be read "
                               "as the UID before hwSerialNum"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.1, 4.2.1.2 */
static struct breach key_id_rule(const struct profile *p)
{
    if (p->kind != PROFILE_ROOT && !HAS(p, OID_AUTHORITY_KEY_IDENTIFIER))
        return (struct breach){"authorityKeyIdentifier", "RFC 5280 4.2.1.1",
                               "is missing: all but a root need one"};
    if (p->ca && p->key_id == KEY_ID_NONE)
        return (struct breach){"subjectKeyIdentifier", "RFC 5280 4.2.1.2",
                               "is missing: every CA needs one"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.9 */
static struct breach ca_rule(const struct profile *p)
{
    bool ca_kind = p->kind == PROFILE_ROOT || p->kind == PROFILE_INTERMEDIATE;

    if (ca_kind && !p->ca)
        return (struct breach){"basicConstraints", "RFC 5280 4.2.1.9",
                               "a root or intermediate needs ca true"};
    if (p->kind == PROFILE_SIGNER && p->ca)
        return (struct breach){"basicConstraints", "RFC 5280 4.2.1.9",
                               "a signer is no CA"};
    if (p->ca && !is_critical(p, OID_SLICE(OID_BASIC_CONSTRAINTS)))
        return (struct breach){"basicConstraints", "RFC 5280 4.2.1.9",
                               "must be critical in a CA"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.3 */
static struct breach usage_rule(const struct profile *p)
{
    bool issues_crls =
        p->kind == PROFILE_ROOT || p->kind == PROFILE_INTERMEDIATE;
    struct breach breach = {"keyUsage", "RFC 5280 4.2.1.3", NULL};

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
        return (struct breach){"nameConstraints", "RFC 5280 4.2.1.10",
                               "only a CA can constrain names"};
    return (struct breach){0};
}

/* RFC 5280 4.2.1.13 */
static struct breach shard_rule(const struct profile *p)
{
    if ((p->holes & HOLE_BIT(HOLE_SHARD)) != 0 && p->shards == 0)
        return (struct breach){"cRLDistributionPoints", "RFC 5280 4.2.1.13",
                               "{shard} is written and no shards are"};
    return (struct breach){0};
}

typedef struct breach rule(const struct profile *profile);
static rule *const rules[] = {
    ca_rule,       usage_rule,       subject_rule, key_id_rule,
    identity_rule, constraints_rule, shard_rule,
};

enum devca_code check_rules(const struct reading *reading,
                            const struct place *top,
                            const struct profile *profile)
{
    struct place place;
    struct place purposes;

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct breach breach = rules[i](profile);

        if (breach.fault == NULL)
            continue;
        place_member(top, breach.key != NULL ? "extensions" : "subject",
                     &place);
        return place_refuse(reading, &place, breach.key, breach.clause, "%s",
                            breach.fault);
    }
    place_member(top, "extensions", &place);
    if (place_member(&place, "extKeyUsage", &purposes))
        return check_purposes(reading, &purposes, profile);
    return DEVCA_OK;
}
