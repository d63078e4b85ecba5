/* What a finished string of a certificate may look like. */
#ifndef DEVCA_PROFILE_ALPHABET_H
#define DEVCA_PROFILE_ALPHABET_H

#include <devid/slice.h>

#include <stdint.h>

/* Attribute types of Matter, Core 6.1.1: VendorID and ProductID, four
 * upper-case hex digits in an UTF8String. */
#define OID_MATTER "\x2B\x06\x01\x04\x01\x82\xA2\x7C\x02"
#define OID_MATTER_VID OID_MATTER "\x01"
#define OID_MATTER_PID OID_MATTER "\x02"

enum alphabet {
    ALPHABET_ATTRIBUTE, /* a subject attribute's: by its OID and string type */
    ALPHABET_STRING,    /* UTF8String, PrintableString, IA5String: by type */
    ALPHABET_OCTETS,    /* anything that is not empty */
    ALPHABET_URI,       /* RFC 3986: scheme and something behind it */
    ALPHABET_DNS,       /* RFC 1034 3.5, as RFC 5280 4.2.1.6 asks */
    ALPHABET_MAIL       /* RFC 5280 4.2.1.6: Mailbox of RFC 2821 */
};

struct alphabet_rule {
    enum alphabet alphabet;
    uint8_t tag;            /* of the string */
    struct devid_slice oid; /* of the attribute, or empty */
};

/* NULL, or what is wrong with the octets; static. *clause gets the standard's
 * clause, always. */
const char *alphabet_check(const struct alphabet_rule *rule,
                           struct devid_slice octets, const char **clause);

#endif
