/* Extensions of a certificate: one table, one reader each. */
#include "extension.h"

#include "../codec/oid.h"
#include "general_name.h"

#include <string.h>

enum {
    MAX_EXTENSIONS = 32, /* the search for duplicates is quadratic */
    DEFINED_KEY_USAGES = 0x1FF
};

/* RFC 5280 4.2.1.9 */
static enum devid_status basic_constraints(struct devid_cert *cert,
                                           struct devid_slice in, bool critical)
{
    uint32_t limit;
    enum devid_status status = devid_der_read_default_false(&in, &cert->ca);

    if (status == DEVID_OK && in.len != 0) {
        status = devid_der_read_small(&in, DER_INTEGER, &limit);
        if (status == DEVID_OK)
            status = devid_der_end(&in);
        if (status == DEVID_OK && !cert->ca)
            status = DEVID_E_PATH_LENGTH;
        cert->path_len = limit < DEVID_PATH_LEN_NONE
                             ? (uint8_t)limit
                             : (uint8_t)(DEVID_PATH_LEN_NONE - 1);
    }
    if (status == DEVID_OK && cert->ca && !critical)
        status = DEVID_E_EXTENSION_CRITICALITY;
    return status;
}

/* RFC 5280 4.2.1.3 */
static enum devid_status key_usage(struct devid_cert *cert,
                                   struct devid_slice in, bool critical)
{
    enum devid_status status =
        devid_der_bits(in, &cert->key_usage, &cert->padded_key_usage);

    (void)critical;
    if (status == DEVID_OK &&
        (cert->key_usage == 0 || cert->key_usage > DEFINED_KEY_USAGES))
        status = DEVID_E_KEY_USAGE;
    return status;
}

/* RFC 5280 4.2.1.2 */
static enum devid_status subject_key_id(struct devid_cert *cert,
                                        struct devid_slice in, bool critical)
{
    (void)critical;
    cert->subject_key_id = in;
    return in.len != 0 ? DEVID_OK : DEVID_E_KEY_IDENTIFIER;
}

enum devid_status devid_authority_key_id_read(struct devid_slice content,
                                              struct devid_slice *key_id)
{
    struct devid_slice names;
    struct devid_slice serial;
    enum devid_status status;

    status = devid_der_read(&content, DER_CONTEXT(0), key_id);
    if (status != DEVID_OK || key_id->len == 0)
        return DEVID_E_KEY_IDENTIFIER;
    if (content.len == 0)
        return DEVID_OK;
    if ((status = devid_der_read(&content, DER_CONTEXT_CONSTRUCTED(1),
                                 &names)) != DEVID_OK ||
        (status = devid_general_names_check(names)) != DEVID_OK ||
        (status = devid_der_read_integer(&content, DER_CONTEXT(2), &serial)) !=
            DEVID_OK)
        return status;
    return devid_der_end(&content);
}

static enum devid_status authority_key_id(struct devid_cert *cert,
                                          struct devid_slice in, bool critical)
{
    (void)critical;
    return devid_authority_key_id_read(in, &cert->authority_key_id);
}

/* RFC 5280 4.2.1.6 */
static enum devid_status subject_alt_name(struct devid_cert *cert,
                                          struct devid_slice in, bool critical)
{
    cert->subject_alt_name = in;
    if (devid_name_is_empty(cert->subject) && !critical)
        return DEVID_E_SUBJECT_ALT_NAME;
    return devid_general_names_check(in);
}

/* RFC 5280 4.2.1.12 */
static enum devid_status ext_key_usage(struct devid_cert *cert,
                                       struct devid_slice in, bool critical)
{
    enum devid_status status = DEVID_OK;
    struct devid_slice purpose;

    (void)critical;
    if (in.len == 0)
        return DEVID_E_EXT_KEY_USAGE;
    cert->ext_key_usage = in;
    while (status == DEVID_OK && in.len != 0)
        status = devid_der_read_oid(&in, DER_OID, &purpose);
    return status;
}

/* GeneralSubtrees: minimum is 0, so absent, and maximum must be absent. */
static enum devid_status check_subtrees(struct devid_slice list)
{
    struct devid_general_name base;
    struct devid_slice subtree;
    enum devid_status status;

    do {
        status = devid_der_read(&list, DER_SEQUENCE, &subtree);
        if (status != DEVID_OK)
            return status;
        /* The forms whose matching is defined and handled here. */
        if (devid_der_peek(&subtree) != NAME_DIRECTORY &&
            devid_der_peek(&subtree) != NAME_OTHER)
            return DEVID_E_NAME_CONSTRAINTS;
        status = devid_general_name_read(&subtree, &base);
        if (status == DEVID_OK)
            status = devid_der_end(&subtree);
    } while (status == DEVID_OK && list.len != 0);
    return status;
}

/* RFC 5280 4.2.1.10 */
static enum devid_status name_constraints(struct devid_cert *cert,
                                          struct devid_slice in, bool critical)
{
    (void)critical;
    cert->name_constraints = in;
    if (in.len == 0)
        return DEVID_E_NAME_CONSTRAINTS;
    for (uint8_t tag = DER_CONTEXT_CONSTRUCTED(0);
         tag <= DER_CONTEXT_CONSTRUCTED(1); tag++) {
        struct devid_slice list;
        enum devid_status status;

        if (devid_der_peek(&in) != tag)
            continue;
        status = devid_der_read(&in, tag, &list);
        if (status == DEVID_OK)
            status = check_subtrees(list);
        if (status != DEVID_OK)
            return status;
    }
    return devid_der_end(&in);
}

/* PolicyQualifiers. Those of RFC 5280 have forms; others may stand only where
 * the extension need not be understood. */
static enum devid_status check_qualifiers(struct devid_slice list,
                                          bool critical)
{
    enum devid_status status;

    do {
        struct devid_slice info;
        struct devid_slice id;
        struct devid_slice value;
        uint8_t tag;

        if ((status = devid_der_read(&list, DER_SEQUENCE, &info)) != DEVID_OK ||
            (status = devid_der_read_oid(&info, DER_OID, &id)) != DEVID_OK ||
            (status = devid_der_read_any(&info, &tag, &value)) != DEVID_OK ||
            (status = devid_der_end(&info)) != DEVID_OK)
            return status;
        if (devid_slice_equal(id, OID_SLICE(OID_QT_CPS))) {
            if (tag != DER_IA5_STRING)
                return DEVID_E_POLICY;
        } else if (devid_slice_equal(id, OID_SLICE(OID_QT_USER_NOTICE))) {
            if (tag != DER_SEQUENCE)
                return DEVID_E_POLICY;
        } else if (critical) {
            return DEVID_E_POLICY;
        }
    } while (list.len != 0);
    return status;
}

/* Takes one PolicyInformation off *in. */
static enum devid_status read_policy(struct devid_slice *in, bool critical,
                                     struct devid_slice *policy)
{
    struct devid_slice info;
    struct devid_slice qualifiers;
    enum devid_status status;

    if ((status = devid_der_read(in, DER_SEQUENCE, &info)) != DEVID_OK ||
        (status = devid_der_read_oid(&info, DER_OID, policy)) != DEVID_OK ||
        info.len == 0)
        return status;
    status = devid_der_read_whole(info, DER_SEQUENCE, &qualifiers);
    return status == DEVID_OK ? check_qualifiers(qualifiers, critical) : status;
}

/* RFC 5280 4.2.1.4: no policy twice. */
static enum devid_status certificate_policies(struct devid_cert *cert,
                                              struct devid_slice in,
                                              bool critical)
{
    struct devid_slice all = in;
    enum devid_status status;

    (void)cert;
    do {
        struct devid_slice before = all;
        struct devid_slice policy;
        struct devid_slice other;

        before.len -= in.len;
        status = read_policy(&in, critical, &policy);
        if (status != DEVID_OK)
            return status;
        while (before.len != 0) {
            status = read_policy(&before, critical, &other);
            if (status == DEVID_OK && devid_slice_equal(policy, other))
                return DEVID_E_POLICY;
        }
    } while (in.len != 0);
    return status;
}

/* DistributionPoint, RFC 5280 4.2.1.13: its content. Reasons alone name no
 * place. */
static enum devid_status check_distribution_point(struct devid_slice in)
{
    struct devid_slice outer;
    struct devid_slice names;
    uint16_t reasons;
    enum devid_status status = DEVID_E_EXTENSIONS;

    if (devid_der_peek(&in) == DER_CONTEXT_CONSTRUCTED(0)) {
        if ((status = devid_der_read(&in, DER_CONTEXT_CONSTRUCTED(0),
                                     &outer)) != DEVID_OK ||
            (status = devid_der_read_whole(outer, DER_CONTEXT_CONSTRUCTED(0),
                                           &names)) != DEVID_OK ||
            (status = devid_general_names_check(names)) != DEVID_OK)
            return status;
    }
    if (devid_der_peek(&in) == DER_CONTEXT(1) &&
        devid_der_read_bit_names(&in, DER_CONTEXT(1), &reasons) != DEVID_OK)
        return DEVID_E_BIT_STRING;
    if (in.len == 0)
        return status;
    status = devid_der_read_whole(in, DER_CONTEXT_CONSTRUCTED(2), &names);
    return status == DEVID_OK ? devid_general_names_check(names) : status;
}

static enum devid_status distribution_points(struct devid_cert *cert,
                                             struct devid_slice in,
                                             bool critical)
{
    struct devid_slice point;
    enum devid_status status;

    (void)cert;
    (void)critical;
    do {
        status = devid_der_read(&in, DER_SEQUENCE, &point);
        if (status == DEVID_OK)
            status = check_distribution_point(point);
    } while (status == DEVID_OK && in.len != 0);
    return status;
}

/* RFC 5280 4.2.2: SEQUENCE OF AccessDescription. */
static enum devid_status access_descriptions(struct devid_cert *cert,
                                             struct devid_slice in,
                                             bool critical)
{
    struct devid_general_name location;
    struct devid_slice description;
    struct devid_slice method;
    enum devid_status status;

    (void)cert;
    (void)critical;
    do {
        if ((status = devid_der_read(&in, DER_SEQUENCE, &description)) !=
                DEVID_OK ||
            (status = devid_der_read_oid(&description, DER_OID, &method)) !=
                DEVID_OK ||
            (status = devid_general_name_read(&description, &location)) !=
                DEVID_OK ||
            (status = devid_der_end(&description)) != DEVID_OK)
            return status;
    } while (in.len != 0);
    return status;
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
    return in.len != 0 && (in.data[0] & 0x80) == 0 ? DEVID_OK : DEVID_E_INTEGER;
}

/* policyConstraints needs the policy tree that this verifier has not. */
static enum devid_status policy_constraints(struct devid_cert *cert,
                                            struct devid_slice in,
                                            bool critical)
{
    (void)cert;
    (void)in;
    (void)critical;
    return DEVID_E_EXTENSION_CRITICAL;
}

typedef enum devid_status
extension_reader(struct devid_cert *cert, struct devid_slice in, bool critical);

/* Last octets of the OIDs below id-ce and, with PE set, below id-pe. */
enum { PE = 0x80, ANY = DEVID_OK };

struct row {
    uint8_t type;
    uint8_t tag;             /* of the value */
    uint8_t if_critical;     /* status, or ANY */
    uint8_t if_not_critical; /* status, or ANY */
    extension_reader *read;
};

static const struct row rows[] = {
    {14, DER_OCTET_STRING, DEVID_E_EXTENSION_CRITICALITY, ANY, subject_key_id},
    {15, DER_BIT_STRING, ANY, ANY, key_usage},
    {17, DER_SEQUENCE, ANY, ANY, subject_alt_name},
    {19, DER_SEQUENCE, ANY, ANY, basic_constraints},
    {30, DER_SEQUENCE, ANY, DEVID_E_EXTENSION_CRITICALITY, name_constraints},
    {31, DER_SEQUENCE, DEVID_E_EXTENSION_CRITICAL, ANY, distribution_points},
    {32, DER_SEQUENCE, ANY, ANY, certificate_policies},
    {35, DER_SEQUENCE, DEVID_E_EXTENSION_CRITICALITY, ANY, authority_key_id},
    {36, DER_SEQUENCE, ANY, DEVID_E_EXTENSION_CRITICALITY, policy_constraints},
    {37, DER_SEQUENCE, ANY, ANY, ext_key_usage},
    {46, DER_SEQUENCE, DEVID_E_EXTENSION_CRITICALITY, ANY, distribution_points},
    {54, DER_INTEGER, ANY, DEVID_E_EXTENSION_CRITICALITY, inhibit_any_policy},
    {PE | 1, DER_SEQUENCE, DEVID_E_EXTENSION_CRITICALITY, ANY,
     access_descriptions},
    {PE | 11, DER_SEQUENCE, DEVID_E_EXTENSION_CRITICALITY, ANY,
     access_descriptions},
};

/* NULL for an extension that is not known. */
static const struct row *find_row(struct devid_slice oid)
{
    unsigned type;

    if (oid.len == 3 && memcmp(oid.data, OID_CE, 2) == 0)
        type = oid.data[2];
    else if (oid.len == 8 && memcmp(oid.data, OID_PE, 7) == 0)
        type = PE | oid.data[7];
    else
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].type == type)
            return &rows[i];
    }
    return NULL;
}

static enum devid_status read_one(struct devid_cert *cert,
                                  const struct devid_extension *extension)
{
    const struct row *row = find_row(extension->oid);
    struct devid_slice content;
    enum devid_status status;

    if (row == NULL)
        return extension->critical ? DEVID_E_EXTENSION_CRITICAL : DEVID_OK;
    status = (enum devid_status)(extension->critical ? row->if_critical
                                                     : row->if_not_critical);
    if (status == DEVID_OK)
        status = devid_der_read_whole(extension->value, row->tag, &content);
    return status == DEVID_OK ? row->read(cert, content, extension->critical)
                              : status;
}

enum devid_status devid_extension_next(struct devid_slice *cursor,
                                       struct devid_extension *extension)
{
    struct devid_slice content;
    enum devid_status status;

    if (cursor->len == 0)
        return DEVID_E_EMPTY;
    if ((status = devid_der_read(cursor, DER_SEQUENCE, &content)) != DEVID_OK ||
        (status = devid_der_read_oid(&content, DER_OID, &extension->oid)) !=
            DEVID_OK ||
        (status = devid_der_read_default_false(
             &content, &extension->critical)) != DEVID_OK)
        return status;
    return devid_der_read_whole(content, DER_OCTET_STRING, &extension->value);
}

enum devid_status devid_extension_next_unique(struct devid_slice all,
                                              struct devid_slice *cursor,
                                              struct devid_extension *extension)
{
    struct devid_extension other;
    enum devid_status status;
    unsigned left = MAX_EXTENSIONS;

    all.len -= cursor->len;
    status = devid_extension_next(cursor, extension);
    while (status == DEVID_OK &&
           devid_extension_next(&all, &other) == DEVID_OK) {
        if (devid_slice_equal(extension->oid, other.oid))
            status = DEVID_E_EXTENSION_DUPLICATE;
        if (--left == 0)
            status = DEVID_E_EXTENSIONS;
    }
    return status;
}

enum devid_status devid_extensions_read(struct devid_cert *cert)
{
    struct devid_slice cursor = cert->extensions;
    struct devid_extension extension;
    enum devid_status status;

    do {
        status =
            devid_extension_next_unique(cert->extensions, &cursor, &extension);
        if (status == DEVID_OK)
            status = read_one(cert, &extension);
    } while (status == DEVID_OK);
    return status == DEVID_E_EMPTY && cursor.len == 0 ? DEVID_OK : status;
}
