/* A certificate in words. */
#include "describe.h"

#include "devca/base/text.h"
#include "devid/codec/oid.h"
#include "devid/x509/general_name.h"

#include <check.h>
#include <devca/time.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void say(struct bytes *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(struct bytes *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    ck_assert(bytes_append_text(text, line));
}

static void say_oid(struct bytes *text, struct devid_slice oid)
{
    char dotted[128];

    ck_assert(oid_write(oid, dotted, sizeof dotted));
    say(text, " %s", dotted);
}

static void say_hex(struct bytes *text, struct devid_slice octets)
{
    char hex[1024];

    ck_assert_uint_lt(2 * octets.len, sizeof hex);
    hex_write(octets, hex);
    say(text, " %s", hex);
}

static const char *type_of(uint8_t tag)
{
    return tag == DER_UTF8_STRING        ? "utf8"
           : tag == DER_PRINTABLE_STRING ? "printable"
           : tag == DER_IA5_STRING       ? "ia5"
                                         : "?";
}

static void say_name(struct bytes *text, const char *what,
                     struct devid_slice name)
{
    struct devid_slice cursor = devid_name_attributes(name);
    struct devid_attribute attribute;

    while (devid_name_next(&cursor, &attribute) == DEVID_OK) {
        say(text, "%s", what);
        say_oid(text, attribute.oid);
        say(text, " %s %.*s\n", type_of(attribute.tag),
            (int)attribute.value.len, (const char *)attribute.value.data);
    }
}

static void say_time(struct bytes *text, const char *what,
                     struct devid_time time)
{
    char moment[DEVCA_TIME_TEXT];

    devca_time_write(devca_time_unpack(time), moment);
    say(text, "%s %s\n", what, moment);
}

static void say_usage(struct bytes *text, const struct devid_cert *certificate)
{
    static const char *const names[] = {
        "digitalSignature", "nonRepudiation", "keyEncipherment",
        "dataEncipherment", "keyAgreement",   "keyCertSign",
        "cRLSign",          "encipherOnly",   "decipherOnly"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((certificate->key_usage >> i & 1) != 0)
            say(text, " %s", names[i]);
    }
}

static void say_purposes(struct bytes *text, struct devid_slice list)
{
    struct devid_slice oid;

    while (devid_der_read_oid(&list, DER_OID, &oid) == DEVID_OK)
        say_oid(text, oid);
}

/* hardwareModuleName and permanentIdentifier: their members one by one. */
static void say_other_name(struct bytes *text, struct devid_slice content)
{
    struct devid_slice type;
    struct devid_slice value;
    struct devid_slice member;
    uint8_t tag;

    ck_assert_int_eq(devid_other_name_read(content, &type, &value), DEVID_OK);
    say(text, " otherName");
    say_oid(text, type);
    ck_assert_int_eq(devid_der_read_whole(value, DER_SEQUENCE, &value),
                     DEVID_OK);
    while (devid_der_read_any(&value, &tag, &member) == DEVID_OK) {
        if (tag == DER_OID)
            say_oid(text, member);
        else if (tag == DER_UTF8_STRING)
            say(text, " \"%.*s\"", (int)member.len, (const char *)member.data);
        else
            say_hex(text, member);
    }
}

static void say_alt_names(struct bytes *text, struct devid_slice names)
{
    struct devid_general_name name;

    while (names.len != 0) {
        ck_assert_int_eq(devid_general_name_read(&names, &name), DEVID_OK);
        if (name.tag == NAME_OTHER)
            say_other_name(text, name.value);
        else
            say(text, " [%d] %.*s", name.tag & 0x1F, (int)name.value.len,
                (const char *)name.value.data);
    }
}

static void say_policies(struct bytes *text, struct devid_slice value)
{
    struct devid_slice list;
    struct devid_slice info;
    struct devid_slice oid;

    ck_assert_int_eq(devid_der_read_whole(value, DER_SEQUENCE, &list),
                     DEVID_OK);
    while (devid_der_read(&list, DER_SEQUENCE, &info) == DEVID_OK) {
        ck_assert_int_eq(devid_der_read_oid(&info, DER_OID, &oid), DEVID_OK);
        say_oid(text, oid);
    }
}

static bool is(struct devid_slice oid, struct devid_slice other)
{
    return devid_slice_equal(oid, other);
}

static void say_extension(struct bytes *text,
                          const struct devid_cert *certificate,
                          const struct devid_extension *extension)
{
    struct devid_slice oid = extension->oid;

    say(text, "extension");
    say_oid(text, oid);
    if (extension->critical)
        say(text, " critical");
    if (is(oid, OID_SLICE(OID_BASIC_CONSTRAINTS))) {
        say(text, certificate->ca ? " ca" : " not-ca");
        if (certificate->path_len != DEVID_PATH_LEN_NONE)
            say(text, " pathLen %u", certificate->path_len);
    } else if (is(oid, OID_SLICE(OID_KEY_USAGE))) {
        say_usage(text, certificate);
    } else if (is(oid, OID_SLICE(OID_EXT_KEY_USAGE))) {
        say_purposes(text, certificate->ext_key_usage);
    } else if (is(oid, OID_SLICE(OID_SUBJECT_KEY_IDENTIFIER))) {
        say_hex(text, certificate->subject_key_id);
    } else if (is(oid, OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER))) {
        say_hex(text, certificate->authority_key_id);
    } else if (is(oid, OID_SLICE(OID_SUBJECT_ALT_NAME))) {
        say_alt_names(text, certificate->subject_alt_name);
    } else if (is(oid, OID_SLICE(OID_CERTIFICATE_POLICIES))) {
        say_policies(text, extension->value);
    } else {
        say_hex(text, extension->value);
    }
    say(text, "\n");
}

void describe_certificate(const struct devid_cert *certificate,
                          struct bytes *text)
{
    struct devid_slice cursor = certificate->extensions;
    struct devid_extension extension;

    say_name(text, "subject", certificate->subject);
    say_time(text, "notBefore", certificate->not_before);
    say_time(text, "notAfter", certificate->not_after);
    while (devid_extension_next(&cursor, &extension) == DEVID_OK)
        say_extension(text, certificate, &extension);
}
