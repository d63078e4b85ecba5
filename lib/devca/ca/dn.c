#include "devca/ca/dn.h"

#include "devca/base/text.h"
#include "devid/codec/oid.h"
#include "devid/x509/name.h"

#include <stdio.h>
#include <string.h>

#define ATTRIBUTES_MAX 16

struct short_name {
    const char *oid;
    size_t len;
    const char *text;
};

#define ROW(oid, text)             \
    {                              \
        oid, sizeof(oid) - 1, text \
    }
static const struct short_name short_names[] = {
    ROW(OID_COMMON_NAME, "CN"),
    ROW(OID_COUNTRY, "C"),
    ROW(OID_LOCALITY, "L"),
    ROW(OID_STATE, "ST"),
    ROW(OID_ORGANIZATION, "O"),
    ROW(OID_ORGANIZATIONAL_UNIT, "OU"),
    ROW(OID_DOMAIN_COMPONENT, "DC"),
    ROW(OID_SERIAL_NUMBER, "serialNumber"),
    ROW(OID_DN_QUALIFIER, "dnQualifier")};

static bool write_type(struct devid_slice oid, struct bytes *text)
{
    char dotted[128];
    size_t i;

    for (i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (short_names[i].len == oid.len &&
            memcmp(short_names[i].oid, oid.data, oid.len) == 0)
            return bytes_append_text(text, short_names[i].text);
    if (!oid_write(oid, dotted, sizeof dotted))
        return bytes_append_text(text, "?");
    return bytes_append_text(text, dotted);
}

static bool write_value(struct devid_slice value, struct bytes *text)
{
    char escaped[4];
    size_t i;
    uint8_t c;
    bool edge;

    for (i = 0; i < value.len; i++) {
        c = value.data[i];
        edge = (i == 0 && (c == ' ' || c == '#')) ||
               (i + 1 == value.len && c == ' ');
        if (c < 0x20 || c == 0x7F)
            snprintf(escaped, sizeof escaped, "\\%02X", c);
        else if (edge || strchr("\"+,;<>\\", c))
            snprintf(escaped, sizeof escaped, "\\%c", c);
        else
            snprintf(escaped, sizeof escaped, "%c", c);
        if (!bytes_append_text(text, escaped))
            return false;
    }
    return true;
}

bool dn_write(struct devid_slice name, struct bytes *text)
{
    struct devid_attribute attributes[ATTRIBUTES_MAX];
    struct devid_slice cursor = devid_name_attributes(name);
    size_t count = 0;

    while (count < ATTRIBUTES_MAX &&
           devid_name_next(&cursor, &attributes[count]) == DEVID_OK)
        count++;
    while (count-- > 0) {
        if (!write_type(attributes[count].oid, text) ||
            !bytes_append_text(text, "=") ||
            !write_value(attributes[count].value, text) ||
            (count > 0 && !bytes_append_text(text, ",")))
            return false;
    }
    return true;
}
