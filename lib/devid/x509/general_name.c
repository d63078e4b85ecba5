/* GeneralName, RFC 5280 4.2.1.6, read in place. */
#include "general_name.h"

#include "name.h"

enum devid_status devid_other_name_read(struct devid_slice content,
                                        struct devid_slice *type,
                                        struct devid_slice *value)
{
    struct devid_slice inner;
    struct devid_slice ignored;
    uint8_t tag;
    enum devid_status status;

    if ((status = devid_der_read_oid(&content, DER_OID, type)) != DEVID_OK ||
        (status = devid_der_read_whole(content, DER_CONTEXT_CONSTRUCTED(0),
                                       value)) != DEVID_OK)
        return status;
    inner = *value;
    status = devid_der_read_any(&inner, &tag, &ignored);
    return status == DEVID_OK ? devid_der_end(&inner) : status;
}

static enum devid_status check_other_name(struct devid_slice content)
{
    struct devid_slice type;
    struct devid_slice value;

    return devid_other_name_read(content, &type, &value);
}

static enum devid_status check_directory_name(struct devid_slice content)
{
    struct devid_slice rdns;
    enum devid_status status =
        devid_der_read_whole(content, DER_SEQUENCE, &rdns);

    if (status == DEVID_OK && rdns.len == 0)
        status = DEVID_E_NAME;
    return status == DEVID_OK ? devid_name_check(&rdns) : status;
}

/* IA5String without blanks and controls: none of the three forms has them. */
static enum devid_status check_graphic(struct devid_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] - 0x21u >= 0x7F - 0x21)
            return DEVID_E_STRING;
    }
    return text.len != 0 ? DEVID_OK : DEVID_E_STRING;
}

/* NAME_EMAIL, NAME_DNS and NAME_URI: [1], [2] and [6], as bits. */
static bool is_text(uint8_t tag)
{
    return (tag & 0xF8) == DER_CONTEXT(0) && (0x46u >> tag % 8 & 1) != 0;
}

enum devid_status
devid_general_name_check(const struct devid_general_name *name)
{
    struct devid_slice value = name->value;
    uint8_t tag = name->tag;

    if (tag == NAME_OTHER)
        return check_other_name(value);
    if (tag == NAME_DIRECTORY)
        return check_directory_name(value);
    if (is_text(tag))
        return check_graphic(value);
    if (tag == NAME_REGISTERED_ID)
        return devid_der_check_oid(&value);
    return tag == NAME_IP && (value.len == 4 || value.len == 16)
               ? DEVID_OK
               : DEVID_E_SUBJECT_ALT_NAME;
}

enum devid_status devid_subtree_check(const struct devid_general_name *name)
{
    uint8_t tag = name->tag;

    if (tag != NAME_OTHER && tag != NAME_DIRECTORY)
        return DEVID_E_NAME_CONSTRAINTS;
    return devid_general_name_check(name);
}

enum devid_status devid_general_name_read(struct devid_slice *in,
                                          struct devid_general_name *name)
{
    enum devid_status status = devid_der_read_any(in, &name->tag, &name->value);

    return status == DEVID_OK ? devid_general_name_check(name) : status;
}

enum devid_status devid_general_names_check(struct devid_slice *content)
{
    struct devid_slice in = *content;
    struct devid_general_name name;
    enum devid_status status = in.len != 0 ? DEVID_OK : DEVID_E_EMPTY;

    while (status == DEVID_OK && in.len != 0)
        status = devid_general_name_read(&in, &name);
    return status;
}
