/* Strings of certificates: RFC 5280 4.1.2.4 and 4.2.1.6. */
#include "devca/profile/alphabet.h"

#include "devid/codec/der.h"
#include "devid/x509/name.h"

#include <stdbool.h>
#include <string.h>

#define LABEL_MAX 63
#define HOST_MAX 253

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Letters, digits and inner hyphens. */
static bool is_label(struct devid_slice label)
{
    if (label.len == 0 || label.len > LABEL_MAX)
        return false;
    for (size_t i = 0; i < label.len; i++) {
        uint8_t c = label.data[i];
        bool edge = i == 0 || i + 1 == label.len;

        if (!is_letter(c) && !is_digit(c) && (c != '-' || edge))
            return false;
    }
    return true;
}

static bool is_host(struct devid_slice host)
{
    if (host.len > HOST_MAX)
        return false;
    for (;;) {
        struct devid_slice label = host;
        const uint8_t *dot =
            host.len != 0 ? memchr(host.data, '.', host.len) : NULL;

        if (dot != NULL)
            label.len = (size_t)(dot - host.data);
        if (!is_label(label))
            return false;
        if (dot == NULL)
            return true;
        host.data = dot + 1;
        host.len -= label.len + 1;
    }
}

/* atext of RFC 2821, without quoted strings. */
static bool is_mailbox(struct devid_slice mail)
{
    const uint8_t *at = mail.len != 0 ? memchr(mail.data, '@', mail.len) : NULL;
    size_t local = at != NULL ? (size_t)(at - mail.data) : 0;

    if (local == 0 || local > 64 || mail.data[0] == '.' ||
        mail.data[local - 1] == '.')
        return false;
    for (size_t i = 0; i < local; i++) {
        uint8_t c = mail.data[i];

        if (!is_letter(c) && !is_digit(c) &&
            (c == '\0' || strchr("!#$%&'*+-/=?^_`{|}~.", c) == NULL))
            return false;
        if (c == '.' && mail.data[i + 1] == '.')
            return false;
    }
    return is_host((struct devid_slice){at + 1, mail.len - local - 1});
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* RFC 3986 appendix A, without taking the authority apart. */
static bool is_uri(struct devid_slice uri)
{
    static const char mark[] = {'+', '-', '.'};
    size_t scheme = 0;

    while (scheme < uri.len && (is_letter(uri.data[scheme]) ||
                                (scheme != 0 && (is_digit(uri.data[scheme]) ||
                                                 memchr(mark, uri.data[scheme],
                                                        sizeof mark) != NULL))))
        scheme++;
    if (scheme == 0 || scheme + 1 >= uri.len || uri.data[scheme] != ':')
        return false;
    for (size_t i = scheme + 1; i < uri.len; i++) {
        uint8_t c = uri.data[i];

        if (c == '%' && (uri.len - i < 3 || !is_hex(uri.data[i + 1]) ||
                         !is_hex(uri.data[i + 2])))
            return false;
        if (!is_letter(c) && !is_digit(c) &&
            (c == '\0' || strchr("%-._~:/?#[]@!$&'()*+,;=", c) == NULL))
            return false;
    }
    return true;
}

static bool is_matter_id(struct devid_slice octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        uint8_t c = octets.data[i];

        if (!is_digit(c) && (c < 'A' || c > 'F'))
            return false;
    }
    return octets.len == 4;
}

/* No name or text needs one, and they would speak to whoever prints it. */
static bool has_control(struct devid_slice octets)
{
    for (size_t i = 0; i < octets.len; i++) {
        if (octets.data[i] < 0x20 || octets.data[i] == 0x7F)
            return true;
    }
    return false;
}

static const char *check_attribute(const struct alphabet_rule *rule,
                                   struct devid_slice octets)
{
    struct devid_attribute attribute = {rule->oid, octets, rule->tag};
    bool matter =
        rule->oid.len == sizeof OID_MATTER_VID - 1 &&
        memcmp(rule->oid.data, OID_MATTER, sizeof OID_MATTER - 1) == 0;

    if (matter && (rule->tag != DER_UTF8_STRING || !is_matter_id(octets)))
        return "is not four upper-case hex digits in an UTF8String";
    if (has_control(octets))
        return "holds a control character";
    if (devid_attribute_check(&attribute) == DEVID_OK)
        return NULL;
    return octets.len == 0 ? "is empty"
                           : "string type, alphabet or length is not allowed";
}

const char *alphabet_check(const struct alphabet_rule *rule,
                           struct devid_slice octets, const char **clause)
{
    *clause = "RFC 5280 4.2.1.6";
    switch (rule->alphabet) {
    case ALPHABET_ATTRIBUTE:
    case ALPHABET_STRING:
        *clause = "RFC 5280 4.1.2.4";
        return check_attribute(rule, octets);
    case ALPHABET_OCTETS:
        *clause = "RFC 5280 4.2";
        return octets.len != 0 ? NULL : "is empty";
    case ALPHABET_URI:
        return is_uri(octets) ? NULL : "is not an absolute URI";
    case ALPHABET_DNS:
        return is_host(octets) ? NULL : "is not a DNS name";
    case ALPHABET_MAIL:
        return is_mailbox(octets) ? NULL : "is not a mailbox";
    }
    return "is of an unknown kind";
}
