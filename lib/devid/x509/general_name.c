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

static enum devid_status check_directory_name(struct devid_slice content)
{
    struct devid_slice name;
    enum devid_status status = devid_name_read(&content, &name);

    if (status == DEVID_OK)
        status = devid_der_end(&content);
    if (status == DEVID_OK && devid_name_is_empty(name))
        status = DEVID_E_NAME;
    return status;
}

/* IA5String without blanks and controls: none of the three forms has them. */
static enum devid_status check_graphic(struct devid_slice text)
{
    if (text.len == 0)
        return DEVID_E_STRING;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return DEVID_E_STRING;
    }
    return DEVID_OK;
}

enum devid_status devid_general_name_read(struct devid_slice *in,
                                          struct devid_general_name *name)
{
    struct devid_slice type;
    struct devid_slice value;
    struct devid_slice whole = *in;
    enum devid_status status = devid_der_read_any(in, &name->tag, &name->value);

    if (status != DEVID_OK)
        return status;
    switch (name->tag) {
    case NAME_OTHER:
        return devid_other_name_read(name->value, &type, &value);
    case NAME_EMAIL:
    case NAME_DNS:
    case NAME_URI:
        return check_graphic(name->value);
    case NAME_DIRECTORY:
        return check_directory_name(name->value);
    case NAME_REGISTERED_ID:
        return devid_der_read_oid(&whole, NAME_REGISTERED_ID, &value);
    case NAME_IP:
        if (name->value.len == 4 || name->value.len == 16)
            return DEVID_OK;
        break;
    default:
        break;
    }
    return DEVID_E_SUBJECT_ALT_NAME;
}

enum devid_status devid_general_names_check(struct devid_slice content)
{
    struct devid_general_name name;
    enum devid_status status;

    do {
        status = devid_general_name_read(&content, &name);
    } while (status == DEVID_OK && content.len != 0);
    return status;
}
