/* Extensions of a certificate: a table of forms, and the rules that no form
 * can say. */
#include "extension.h"

#include "../codec/oid.h"
#include "form.h"
#include "general_name.h"

#include <string.h>

enum { DEFINED_KEY_USAGES = 0x1FF };

/* Extension, RFC 5280 4.1. */
enum { OID, CRITICAL_FLAG, VALUE, PARTS };

static const uint8_t extension_form[] = {
    FORM_OID | FORM_SAVE,
    DER_OID,
    OID,
    FORM_TRUE | FORM_OPTIONAL | FORM_SAVE,
    DER_BOOLEAN,
    1,
    CRITICAL_FLAG,
    FORM_RAW | FORM_SAVE,
    DER_OCTET_STRING,
    VALUE,
    FORM_END,
};

enum devid_status devid_extension_next(struct devid_slice *cursor,
                                       struct devid_extension *extension)
{
    struct devid_slice parts[PARTS];
    struct devid_slice content;
    enum devid_status status;

    if (cursor->len == 0)
        return DEVID_E_EMPTY;
    parts[OID].len = 0;
    parts[CRITICAL_FLAG].len = 0;
    parts[VALUE].len = 0;
    status = devid_der_read(cursor, DER_SEQUENCE, &content);
    if (status == DEVID_OK)
        status = devid_form_read(content, extension_form, parts);
    if (status != DEVID_OK)
        return status;
    extension->oid = parts[OID];
    extension->value = parts[VALUE];
    extension->critical = parts[CRITICAL_FLAG].len != 0;
    return DEVID_OK;
}

/* The first slice that a row's form saves to; its own operands count from
 * there. */
#define SAVE(member) FORM_AT(struct devid_cert, issuer, member)
#define FORM(name) offsetof(struct forms, name)

/* RFC 5280 4.2.1.10. GeneralSubtree: minimum is 0, so absent, and maximum must
 * be absent. */
#define SUBTREES(n)                                                          \
    FORM_FILLED | FORM_ENTER | FORM_OPTIONAL, DER_CONTEXT_CONSTRUCTED(n), 8, \
        FORM_FILLED | FORM_ENTER, DER_SEQUENCE, FORM_SUBTREE, FORM_ANY_TAG,  \
        FORM_LEAVE, FORM_AGAIN, 7, FORM_LEAVE

/* RFC 5280 4.2.1.4. The qualifiers that it defines have to be understood only
 * where the extension is critical. */
#define POLICIES(qualifier)                                                   \
    FORM_FILLED | FORM_ENTER, DER_SEQUENCE, FORM_FILLED | FORM_ENTER,         \
        DER_SEQUENCE, FORM_OID_ONCE, DER_OID,                                 \
        FORM_FILLED | FORM_ENTER | FORM_OPTIONAL, DER_SEQUENCE, 10,           \
        FORM_FILLED | FORM_ENTER, DER_SEQUENCE, qualifier, DER_OID, FORM_RAW, \
        FORM_ANY_TAG, FORM_LEAVE, FORM_AGAIN, 9, FORM_LEAVE, FORM_LEAVE,      \
        FORM_AGAIN, 20, FORM_LEAVE, FORM_END

/* Where each form begins in forms[]; offsets into it fit an octet. */
struct forms {
    uint8_t subject_key_id[4];
    uint8_t key_usage[4];
    uint8_t names[4];
    uint8_t basic_constraints[12];
    uint8_t name_constraints[27];
    uint8_t distribution_points[20];
    uint8_t policies[24];
    uint8_t critical_policies[24];
    uint8_t authority_key_id[12];
    uint8_t policy_constraints[3];
    uint8_t ext_key_usage[9];
    uint8_t inhibit_any_policy[3];
    uint8_t access[13];
};

/* clang-format off */
static const uint8_t forms[sizeof(struct forms)] = {
    [FORM(subject_key_id)] =
        FORM_FILLED | FORM_SAVE, DER_OCTET_STRING, 0, FORM_END,
    [FORM(key_usage)] =
        FORM_FILLED | FORM_SAVE, DER_BIT_STRING, 0, FORM_END,
    [FORM(names)] =
        FORM_GENERALS | FORM_SAVE, DER_SEQUENCE, 0, FORM_END,
    [FORM(basic_constraints)] =
        FORM_RAW | FORM_ENTER, DER_SEQUENCE,
            FORM_TRUE | FORM_OPTIONAL | FORM_SAVE, DER_BOOLEAN, 1, 0,
            FORM_NATURAL | FORM_OPTIONAL | FORM_SAVE, DER_INTEGER, 1, 1,
        FORM_LEAVE,
        FORM_END,
    [FORM(name_constraints)] =
        FORM_FILLED | FORM_ENTER | FORM_SAVE, DER_SEQUENCE, 0,
            SUBTREES(0),
            SUBTREES(1),
        FORM_LEAVE,
        FORM_END,
    /* RFC 5280 4.2.1.13: fullName alone; a cRLIssuer without it, and a name
     * relative to one, are for lists that this verifier never uses. */
    [FORM(distribution_points)] =
        FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
            FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
                FORM_FILLED | FORM_ENTER, DER_CONTEXT_CONSTRUCTED(0),
                    FORM_GENERALS, DER_CONTEXT_CONSTRUCTED(0),
                FORM_LEAVE,
                FORM_BITS | FORM_OPTIONAL, DER_CONTEXT(1), 0,
                FORM_GENERALS | FORM_OPTIONAL, DER_CONTEXT_CONSTRUCTED(2), 0,
            FORM_LEAVE,
            FORM_AGAIN, 16,
        FORM_LEAVE,
        FORM_END,
    [FORM(policies)] =
        POLICIES(FORM_OID),
    [FORM(critical_policies)] =
        POLICIES(FORM_QUALIFIER),
    /* RFC 5280 4.2.1.1: the keyIdentifier must be there, the issuer and its
     * serial both or neither. */
    [FORM(authority_key_id)] =
        FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
            FORM_FILLED | FORM_SAVE, DER_CONTEXT(0), 0,
            FORM_GENERALS | FORM_OPTIONAL, DER_CONTEXT_CONSTRUCTED(1), 2,
            FORM_SERIAL, DER_CONTEXT(2),
        FORM_LEAVE,
        FORM_END,
    [FORM(policy_constraints)] =
        FORM_FILLED, DER_SEQUENCE, FORM_END,
    [FORM(ext_key_usage)] =
        FORM_FILLED | FORM_ENTER | FORM_SAVE, DER_SEQUENCE, 0,
            FORM_OID, DER_OID,
            FORM_AGAIN, 4,
        FORM_LEAVE,
        FORM_END,
    /* RFC 5280 4.2.1.14. Nothing here ever requires an explicit policy, so the
     * number changes no verdict (6.1.5 (g)). */
    [FORM(inhibit_any_policy)] =
        FORM_NATURAL, DER_INTEGER, FORM_END,
    /* RFC 5280 4.2.2: SEQUENCE OF AccessDescription. */
    [FORM(access)] =
        FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
            FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
                FORM_OID, DER_OID,
                FORM_GENERAL, FORM_ANY_TAG,
            FORM_LEAVE,
            FORM_AGAIN, 9,
        FORM_LEAVE,
        FORM_END,
};
/* clang-format on */

enum devid_status devid_authority_key_id_read(struct devid_slice value,
                                              struct devid_slice *key_id)
{
    key_id->len = 0;
    return devid_form_read(value, forms + FORM(authority_key_id), key_id);
}

/* Last octets of the OIDs below id-ce and, with PE set, below id-pe. */
enum {
    SUBJECT_ALT_NAME = 17,
    BASIC_CONSTRAINTS = 19,
    POLICIES = 32,
    PE = 0x80
};

/* What critical says: either will do; it must be; it must not be; it means
 * more than this verifier can do; the whole extension does (policyConstraints
 * needs a policy tree). */
enum criticality { EITHER, CRITICAL, NOT_CRITICAL, NOT_HANDLED, NEVER };

static const enum devid_status verdicts[][2] = {
    [EITHER] = {DEVID_OK, DEVID_OK},
    [CRITICAL] = {DEVID_E_EXTENSION_CRITICALITY, DEVID_OK},
    [NOT_CRITICAL] = {DEVID_OK, DEVID_E_EXTENSION_CRITICALITY},
    [NOT_HANDLED] = {DEVID_OK, DEVID_E_EXTENSION_CRITICAL},
    [NEVER] = {DEVID_E_EXTENSION_CRITICALITY, DEVID_E_EXTENSION_CRITICAL},
};

struct row {
    uint8_t type;
    uint8_t criticality;
    uint8_t save;
    uint8_t form;
};

static const struct row rows[] = {
    {14, NOT_CRITICAL, SAVE(subject_key_id), FORM(subject_key_id)},
    {15, EITHER, SAVE(key_usage_bits), FORM(key_usage)},
    {SUBJECT_ALT_NAME, EITHER, SAVE(subject_alt_name), FORM(names)},
    {BASIC_CONSTRAINTS, EITHER, SAVE(basic), FORM(basic_constraints)},
    {30, CRITICAL, SAVE(name_constraints), FORM(name_constraints)},
    {31, NOT_HANDLED, 0, FORM(distribution_points)},
    {POLICIES, EITHER, 0, FORM(policies)},
    {35, NOT_CRITICAL, SAVE(authority_key_id), FORM(authority_key_id)},
    {36, NEVER, 0, FORM(policy_constraints)},
    {37, EITHER, SAVE(ext_key_usage), FORM(ext_key_usage)},
    {46, NOT_CRITICAL, 0, FORM(distribution_points)},
    {54, CRITICAL, 0, FORM(inhibit_any_policy)},
    {PE | 1, NOT_CRITICAL, 0, FORM(access)},
    {PE | 11, NOT_CRITICAL, 0, FORM(access)},
};

/* NULL for an extension that is not known. */
static const struct row *find_row(const struct devid_slice *oid)
{
    static const uint8_t ce[] = OID_CE;
    static const uint8_t pe[] = OID_PE;
    const struct row *row = rows;
    unsigned type;

    if (oid->len == 3 && memcmp(oid->data, ce, 2) == 0)
        type = oid->data[2];
    else if (oid->len == 8 && memcmp(oid->data, pe, 7) == 0)
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

static enum devid_status read_one(struct devid_cert *cert,
                                  const struct devid_extension *extension)
{
    const struct row *row = find_row(&extension->oid);
    unsigned form;
    enum devid_status status;

    if (row == NULL)
        return extension->critical ? DEVID_E_EXTENSION_CRITICAL : DEVID_OK;
    status = verdicts[row->criticality][extension->critical];
    if (status != DEVID_OK)
        return status;
    form = row->form;
    if (row->type == POLICIES && extension->critical)
        form = FORM(critical_policies);
    status = devid_form_read(extension->value, forms + form,
                             &cert->issuer + row->save);
    if (status != DEVID_OK || extension->critical)
        return status;
    /* RFC 5280 4.2.1.9 and 4.2.1.6: here it depends on what is said. */
    if (row->type == BASIC_CONSTRAINTS && cert->basic[0].len != 0)
        return DEVID_E_EXTENSION_CRITICALITY;
    if (row->type == SUBJECT_ALT_NAME && devid_name_is_empty(cert->subject))
        return DEVID_E_SUBJECT_ALT_NAME;
    return DEVID_OK;
}

/* RFC 5280 4.2.1.9 */
static enum devid_status take_basic_constraints(struct devid_cert *cert)
{
    const struct devid_slice *limit = &cert->basic[1];

    cert->ca = cert->basic[0].len != 0;
    if (limit->len == 0)
        return DEVID_OK;
    cert->path_len =
        limit->len == 1 ? limit->data[0] : (uint8_t)(DEVID_PATH_LEN_NONE - 1);
    return cert->ca ? DEVID_OK : DEVID_E_PATH_LENGTH;
}

/* RFC 5280 4.2.1.3 */
static enum devid_status take_key_usage(struct devid_cert *cert)
{
    enum devid_status status;

    if (cert->key_usage_bits.len == 0)
        return DEVID_OK;
    status = devid_der_bits(cert->key_usage_bits, &cert->key_usage,
                            &cert->padded_key_usage);
    if (status == DEVID_OK && cert->key_usage - 1u >= DEFINED_KEY_USAGES)
        status = DEVID_E_KEY_USAGE;
    return status;
}

enum devid_status devid_extension_next_unique(struct devid_slice *cursor,
                                              struct devid_extension *extension)
{
    enum devid_status status = devid_extension_next(cursor, extension);

    return status == DEVID_OK ? devid_oid_once(&extension->oid, *cursor)
                              : status;
}

enum devid_status devid_extensions_read(struct devid_cert *cert)
{
    struct devid_slice cursor = cert->extensions;
    struct devid_extension extension;
    enum devid_status status;

    while (cursor.len != 0) {
        status = devid_extension_next_unique(&cursor, &extension);
        if (status == DEVID_OK)
            status = read_one(cert, &extension);
        if (status != DEVID_OK)
            return status;
    }
    status = take_key_usage(cert);
    return status == DEVID_OK ? take_basic_constraints(cert) : status;
}
