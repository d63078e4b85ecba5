/* The table of keys. */
#include "devca/profile/shape.h"

#include <string.h>

#define SHAPE_KEYS_MAX 16

/* A key that must be there starts with an exclamation mark. */
struct shape_row {
    const char *name;
    const char *keys[SHAPE_KEYS_MAX];
};

#define VALUE_KEYS                                                             \
    "der", "octetString", "utf8String", "printableString", "ia5String", "oid", \
        "integer", "boolean", "sequence", "set"

static const struct shape_row shapes[SHAPES] = {
    [SHAPE_PROFILE] = {"profile",
                       {"$schema", "!name", "!description", "!kind",
                        "parameters", "!subject", "!validity", "!keys",
                        "!extensions", "fromRequest", "unknownCritical",
                        "maxSize"}},
    [SHAPE_PARAMETER] = {"parameter", {"!default", "description", "perDevice"}},
    [SHAPE_ATTRIBUTE] = {"attribute",
                         {"!attribute", "!value", "type", "optional"}},
    [SHAPE_VALIDITY] = {"validity", {"notBefore", "!notAfter"}},
    [SHAPE_KEYS] = {"keys", {"!allowed"}},
    [SHAPE_EXTENSIONS] = {"extensions",
                          {"basicConstraints", "keyUsage", "extKeyUsage",
                           "subjectKeyIdentifier", "authorityKeyIdentifier",
                           "subjectAltName", "certificatePolicies",
                           "nameConstraints", "cRLDistributionPoints",
                           "freshestCRL", "authorityInfoAccess"}},
    [SHAPE_BASIC_CONSTRAINTS] = {"basicConstraints",
                                 {"critical", "ca", "pathLen"}},
    [SHAPE_KEY_USAGE] = {"keyUsage", {"critical", "!bits"}},
    [SHAPE_EXT_KEY_USAGE] = {"extKeyUsage", {"critical", "!purposes"}},
    [SHAPE_SUBJECT_KEY_IDENTIFIER] = {"subjectKeyIdentifier",
                                      {"critical", "!method"}},
    [SHAPE_AUTHORITY_KEY_IDENTIFIER] = {"authorityKeyIdentifier", {"critical"}},
    [SHAPE_SUBJECT_ALT_NAME] = {"subjectAltName", {"critical", "!names"}},
    [SHAPE_GENERAL_NAME] = {"generalName",
                            {"hardwareModuleName", "permanentIdentifier",
                             "otherName", "rfc822Name", "dNSName",
                             "directoryName", "uniformResourceIdentifier",
                             "registeredID"}},
    [SHAPE_HARDWARE_MODULE_NAME] = {"hardwareModuleName",
                                    {"!hwType", "!hwSerialNum"}},
    [SHAPE_PERMANENT_IDENTIFIER] = {"permanentIdentifier",
                                    {"identifierValue", "assigner"}},
    [SHAPE_OTHER_NAME] = {"otherName", {"!typeId", "!value"}},
    [SHAPE_CERTIFICATE_POLICIES] = {"certificatePolicies",
                                    {"critical", "!policies"}},
    [SHAPE_POLICY_INFORMATION] = {"policyInformation",
                                  {"!policyIdentifier", "cPSuri"}},
    [SHAPE_NAME_CONSTRAINTS] = {"nameConstraints",
                                {"critical", "permittedSubtrees",
                                 "excludedSubtrees"}},
    [SHAPE_CRL_DISTRIBUTION_POINTS] = {"cRLDistributionPoints",
                                       {"critical", "!fullName", "shards"}},
    [SHAPE_FRESHEST_CRL] = {"freshestCRL", {"critical", "!fullName"}},
    [SHAPE_AUTHORITY_INFO_ACCESS] = {"authorityInfoAccess",
                                     {"critical", "caIssuers", "ocsp"}},
    [SHAPE_CUSTOM_EXTENSION] = {"customExtension", {"critical", VALUE_KEYS}},
    [SHAPE_VALUE] = {"value", {VALUE_KEYS}},
    [SHAPE_SETTINGS] = {"settings", {"!org", "country", "!encryptedKeys"}},
    [SHAPE_PLAN] = {"a plan",
                    {"!ceremony", "description", "store", "actor",
                     "!transcript", "!attends", "inputs", "secrets", "!steps"}},
    [SHAPE_PLAN_PERSON] = {"a person", {"!name", "!role"}},
    [SHAPE_PLAN_INPUT] = {"an input", {"!path", "!sha256"}},
    [SHAPE_PLAN_SECRETS] = {"secrets", {"passphrase", "pin"}},
    [SHAPE_PLAN_STEP] = {"a step",
                         {"!id", "!run", "note", "arguments", "options",
                          "expect"}},
};

const char *shape_name(enum shape shape)
{
    return shapes[shape].name;
}

const char *shape_key(enum shape shape, size_t i, bool *required)
{
    const char *key = i < SHAPE_KEYS_MAX ? shapes[shape].keys[i] : NULL;

    *required = key != NULL && *key == '!';
    return *required ? key + 1 : key;
}

bool shape_has(enum shape shape, const char *key)
{
    const char *each;
    bool required;

    for (size_t i = 0; (each = shape_key(shape, i, &required)) != NULL; i++) {
        if (strcmp(each, key) == 0)
            return true;
    }
    return false;
}

const char *shape_required(enum shape shape, size_t i)
{
    const char *each;
    bool required;

    for (size_t n = 0; (each = shape_key(shape, n, &required)) != NULL; n++) {
        if (required && i-- == 0)
            return each;
    }
    return NULL;
}
