/* Extensions of a certificate: a table of forms, and the rules that no form
 * can say. */
#include "extension.h"

#include "../codec/oid.h"
#include "form.h"
#include "general_name.h"

#include <string.h>

enum {
    MAX_EXTENSIONS = 32, /* the search for duplicates is quadratic */
    DEFINED_KEY_USAGES = 0x1FF
};

/* Extension, RFC 5280 4.1. */
struct parts {
    struct devid_slice oid;
    struct devid_slice critical;
    struct devid_slice value;
};

static const uint8_t extension_form[] = {
    FORM_OID | FORM_SAVE,
    DER_OID,
    FORM_AT(struct parts, oid),
    FORM_TRUE | FORM_OPTIONAL | FORM_SAVE,
    DER_BOOLEAN,
    1,
    FORM_AT(struct parts, critical),
    FORM_RAW | FORM_SAVE,
    DER_OCTET_STRING,
    FORM_AT(struct parts, value),
    FORM_END,
};

enum devid_status devid_extension_next(struct devid_slice *cursor,
                                       struct devid_extension *extension)
{
    struct parts parts;
    struct devid_slice content;
    enum devid_status status;

    if (cursor->len == 0)
        return DEVID_E_EMPTY;
    parts.critical.len = 0;
    status = devid_der_read(cursor, DER_SEQUENCE, &content);
    if (status == DEVID_OK)
        status = devid_form_read(content, extension_form, &parts);
    if (status != DEVID_OK)
        return status == DEVID_E_EMPTY ? DEVID_E_EXTENSIONS : status;
    extension->oid = parts.oid;
    extension->value = parts.value;
    extension->critical = parts.critical.len != 0;
    return DEVID_OK;
}

/* RFC 5280 4.2.1.1: the keyIdentifier must be there, the issuer and its serial
 * both or neither. */
static const uint8_t authority_key_id_form[] = {
    FORM_FILLED | FORM_SAVE,
    DER_CONTEXT(0),
    0,
    FORM_GENERALS | FORM_OPTIONAL,
    DER_CONTEXT_CONSTRUCTED(1),
    2,
    FORM_INTEGER,
    DER_CONTEXT(2),
    FORM_END,
};

enum devid_status devid_authority_key_id_read(struct devid_slice content,
                                              struct devid_slice *key_id)
{
    return devid_form_read(content, authority_key_id_form, key_id);
}

static const uint8_t ext_key_usage_form[] = {
    FORM_OID, DER_OID, FORM_AGAIN, 4, FORM_END,
};

/* RFC 5280 4.2.1.10. GeneralSubtree: minimum is 0, so absent, and maximum must
 * be absent. */
#define SUBTREES(n)                                                       \
    FORM_RAW | FORM_ENTER | FORM_OPTIONAL, DER_CONTEXT_CONSTRUCTED(n), 8, \
        FORM_RAW | FORM_ENTER, DER_SEQUENCE, FORM_SUBTREE, FORM_ANY_TAG,  \
        FORM_LEAVE, FORM_AGAIN, 7, FORM_LEAVE
static const uint8_t name_constraints_form[] = {
    SUBTREES(0),
    SUBTREES(1),
    FORM_END,
};

/* RFC 5280 4.2.1.4. The qualifiers that it defines have to be understood only
 * where the extension is critical. */
#define POLICIES(qualifier)                                                \
    FORM_RAW | FORM_ENTER, DER_SEQUENCE, FORM_OID, DER_OID,                \
        FORM_RAW | FORM_ENTER | FORM_OPTIONAL, DER_SEQUENCE, 10,           \
        FORM_RAW | FORM_ENTER, DER_SEQUENCE, qualifier, DER_OID, FORM_RAW, \
        FORM_ANY_TAG, FORM_LEAVE, FORM_AGAIN, 9, FORM_LEAVE, FORM_LEAVE,   \
        FORM_AGAIN, 20, FORM_END
static const uint8_t policies_form[] = {POLICIES(FORM_OID)};
static const uint8_t critical_policies_form[] = {POLICIES(FORM_QUALIFIER)};

/* RFC 5280 4.2.1.13: fullName alone; a cRLIssuer without it, and a name
 * relative to one, are for lists that this verifier never uses. */
static const uint8_t distribution_points_form[] = {
    FORM_RAW | FORM_ENTER,
    DER_SEQUENCE,
    FORM_RAW | FORM_ENTER,
    DER_CONTEXT_CONSTRUCTED(0),
    FORM_GENERALS,
    DER_CONTEXT_CONSTRUCTED(0),
    FORM_LEAVE,
    FORM_BITS | FORM_OPTIONAL,
    DER_CONTEXT(1),
    0,
    FORM_GENERALS | FORM_OPTIONAL,
    DER_CONTEXT_CONSTRUCTED(2),
    0,
    FORM_LEAVE,
    FORM_AGAIN,
    16,
    FORM_END,
};

/* RFC 5280 4.2.2: SEQUENCE OF AccessDescription. */
static const uint8_t access_form[] = {
    FORM_RAW | FORM_ENTER, DER_SEQUENCE, FORM_OID,   DER_OID, FORM_GENERAL,
    FORM_ANY_TAG,          FORM_LEAVE,   FORM_AGAIN, 9,       FORM_END,
};

static const uint8_t basic_constraints_form[] = {
    FORM_TRUE | FORM_OPTIONAL | FORM_SAVE,
    DER_BOOLEAN,
    1,
    0,
    FORM_INTEGER | FORM_OPTIONAL | FORM_SAVE,
    DER_INTEGER,
    1,
    2,
    FORM_END,
};

/* RFC 5280 4.2.1.9 */
static enum devid_status basic_constraints(struct devid_cert *cert,
                                           struct devid_slice in, bool critical)
{
    struct devid_slice parts[2] = {{NULL, 0}, {NULL, 0}}; /* cA, pathLen */
    const struct devid_slice *limit = &parts[1];
    enum devid_status status =
        devid_form_read(in, basic_constraints_form, parts);

    if (status != DEVID_OK)
        return status;
    cert->ca = parts[0].len != 0;
    if (cert->ca && !critical)
        return DEVID_E_EXTENSION_CRITICALITY;
    if (limit->len == 0)
        return DEVID_OK;
    if (!cert->ca)
        return DEVID_E_PATH_LENGTH;
    if ((limit->data[0] & 0x80) != 0)
        return DEVID_E_INTEGER;
    cert->path_len =
        limit->len == 1 ? limit->data[0] : (uint8_t)(DEVID_PATH_LEN_NONE - 1);
    return DEVID_OK;
}

/* RFC 5280 4.2.1.3 */
static enum devid_status key_usage(struct devid_cert *cert,
                                   struct devid_slice in, bool critical)
{
    enum devid_status status =
        devid_der_bits(in, &cert->key_usage, &cert->padded_key_usage);

    (void)critical;
    if (status == DEVID_OK && cert->key_usage - 1u >= DEFINED_KEY_USAGES)
        status = DEVID_E_KEY_USAGE;
    return status;
}

/* RFC 5280 4.2.1.6 */
static enum devid_status subject_alt_name(struct devid_cert *cert,
                                          struct devid_slice in, bool critical)
{
    if (devid_name_is_empty(cert->subject) && !critical)
        return DEVID_E_SUBJECT_ALT_NAME;
    return devid_general_names_check(0, &in);
}

/* RFC 5280 4.2.1.4: no policy twice. */
static enum devid_status policies(struct devid_cert *cert,
                                  struct devid_slice in, bool critical)
{
    struct devid_slice information;
    enum devid_status status = devid_form_read(
        in, critical ? critical_policies_form : policies_form, NULL);

    (void)cert;
    if (status != DEVID_OK)
        return status;
    while (devid_der_read(&in, DER_SEQUENCE, &information) == DEVID_OK) {
        struct devid_slice after = in;
        struct devid_slice policy;

        (void)devid_der_read(&information, DER_OID, &policy);
        while (devid_der_read(&after, DER_SEQUENCE, &information) == DEVID_OK) {
            struct devid_slice other;

            (void)devid_der_read(&information, DER_OID, &other);
            if (devid_slice_equal(policy, other))
                return DEVID_E_POLICY;
        }
    }
    return DEVID_OK;
}

/*
 * RFC 5280 4.2.1.14. Nothing here ever requires an explicit policy, so the
 * number changes no verdict (6.1.5 (g)).
 */
static enum devid_status inhibit_any_policy(struct devid_cert *cert,
                                            struct devid_slice in,
                                            bool critical)
{
    (void)cert;
    (void)critical;
    return (in.data[0] & 0x80) == 0 ? devid_der_check_integer(&in)
                                    : DEVID_E_INTEGER;
}

typedef enum devid_status extension_rule(struct devid_cert *cert,
                                         struct devid_slice content,
                                         bool critical);

/* Last octets of the OIDs below id-ce and, with PE set, below id-pe. */
enum { PE = 0x80 };

/* What critical says: either will do; it must be; it must not be; it means
 * more than this verifier can do. */
enum criticality { EITHER, CRITICAL, NOT_CRITICAL, NOT_HANDLED };

struct row {
    uint8_t type;
    uint8_t tag; /* of the value */
    uint8_t criticality;
    uint8_t save; /* FORM_AT of the content in the view, or 0 */
    const uint8_t *form;
    extension_rule *rule; /* where form is NULL */
};

#define SAVE(member) FORM_AT(struct devid_cert, member)

static const struct row rows[] = {
    {14, DER_OCTET_STRING, NOT_CRITICAL, SAVE(subject_key_id), NULL, NULL},
    {15, DER_BIT_STRING, EITHER, 0, NULL, key_usage},
    {17, DER_SEQUENCE, EITHER, SAVE(subject_alt_name), NULL, subject_alt_name},
    {19, DER_SEQUENCE, EITHER, 0, NULL, basic_constraints},
    {30, DER_SEQUENCE, CRITICAL, SAVE(name_constraints), name_constraints_form,
     NULL},
    {31, DER_SEQUENCE, NOT_HANDLED, 0, distribution_points_form, NULL},
    {32, DER_SEQUENCE, EITHER, 0, NULL, policies},
    {35, DER_SEQUENCE, NOT_CRITICAL, 0, authority_key_id_form, NULL},
    {36, DER_SEQUENCE, CRITICAL, 0, NULL, NULL},
    {37, DER_SEQUENCE, EITHER, SAVE(ext_key_usage), ext_key_usage_form, NULL},
    {46, DER_SEQUENCE, NOT_CRITICAL, 0, distribution_points_form, NULL},
    {54, DER_INTEGER, CRITICAL, 0, NULL, inhibit_any_policy},
    {PE | 1, DER_SEQUENCE, NOT_CRITICAL, 0, access_form, NULL},
    {PE | 11, DER_SEQUENCE, NOT_CRITICAL, 0, access_form, NULL},
};

enum { BASIC_CONSTRAINTS = 19, POLICY_CONSTRAINTS = 36 };

/* NULL for an extension that is not known. */
static const struct row *find_row(const struct devid_slice *oid)
{
    const struct row *row = rows;
    unsigned type;

    if (oid->len == 3 && memcmp(oid->data, OID_CE, 2) == 0)
        type = oid->data[2];
    else if (oid->len == 8 && memcmp(oid->data, OID_PE, 7) == 0)
        type = PE | oid->data[7];
    else
        return NULL;
    while (row < rows + sizeof rows / sizeof rows[0]) {
        if (row->type == type)
            return row;
        row++;
    }
    return NULL;
}

static enum devid_status check_criticality(const struct row *row, bool critical)
{
    unsigned wanted = row->criticality;

    if (wanted == EITHER || (wanted == CRITICAL) == critical)
        return DEVID_OK;
    return wanted == NOT_HANDLED ? DEVID_E_EXTENSION_CRITICAL
                                 : DEVID_E_EXTENSION_CRITICALITY;
}

static enum devid_status read_one(struct devid_cert *cert,
                                  const struct devid_extension *extension)
{
    const struct row *row = find_row(&extension->oid);
    struct devid_slice content;
    enum devid_status status;

    if (row == NULL)
        return extension->critical ? DEVID_E_EXTENSION_CRITICAL : DEVID_OK;
    status = check_criticality(row, extension->critical);
    if (status == DEVID_OK)
        status = devid_der_read_whole(extension->value, row->tag, &content);
    if (status != DEVID_OK)
        return status;
    /* policyConstraints needs a policy tree, which this verifier has not. */
    if (row->type == POLICY_CONSTRAINTS)
        return DEVID_E_EXTENSION_CRITICAL;
    if (content.len == 0 && row->type != BASIC_CONSTRAINTS)
        return DEVID_E_EMPTY;
    if (row->save != 0)
        *(struct devid_slice *)((size_t *)cert + row->save) = content;
    /* The one form that saves anything is the authority's key identifier. */
    if (row->form != NULL)
        return devid_form_read(content, row->form, &cert->authority_key_id);
    return row->rule != NULL ? row->rule(cert, content, extension->critical)
                             : DEVID_OK;
}

enum devid_status devid_extension_next_unique(struct devid_slice all,
                                              struct devid_slice *cursor,
                                              struct devid_extension *extension)
{
    struct devid_slice other;
    enum devid_status status;
    size_t oid_len; /* of the OID with its header of two octets */
    unsigned left = MAX_EXTENSIONS;

    all.len -= cursor->len;
    status = devid_extension_next(cursor, extension);
    if (status != DEVID_OK)
        return status;
    oid_len = extension->oid.len + 2;
    /* An OID is the first thing in an Extension: what begins alike is it. */
    while (devid_der_read(&all, DER_SEQUENCE, &other) == DEVID_OK) {
        if (other.len >= oid_len &&
            memcmp(other.data, extension->oid.data - 2, oid_len) == 0)
            return DEVID_E_EXTENSION_DUPLICATE;
        if (--left == 0)
            return DEVID_E_EXTENSIONS;
    }
    return DEVID_OK;
}

enum devid_status devid_extensions_read(struct devid_cert *cert)
{
    struct devid_slice cursor = cert->extensions;
    struct devid_extension extension;
    enum devid_status status = DEVID_OK;

    while (status == DEVID_OK && cursor.len != 0) {
        status =
            devid_extension_next_unique(cert->extensions, &cursor, &extension);
        if (status == DEVID_OK)
            status = read_one(cert, &extension);
    }
    return status;
}
