/*
 * The object identifiers that libdevid and libdevca know, as content octets.
 * Each is a macro usable as a string literal: OID_SLICE(OID_COMMON_NAME).
 */
#ifndef DEVID_CODEC_OID_H
#define DEVID_CODEC_OID_H

#include <devid/slice.h>

#define OID_SLICE(literal) \
    ((struct devid_slice){(const uint8_t *)(literal), sizeof(literal) - 1})

/* The same where a constant is wanted. */
#define OID_LITERAL(literal)                            \
    {                                                   \
        (const uint8_t *)(literal), sizeof(literal) - 1 \
    }

/* Algorithms: RFC 5480, RFC 5758. */
#define OID_EC_PUBLIC_KEY "\x2A\x86\x48\xCE\x3D\x02\x01"
#define OID_P256 "\x2A\x86\x48\xCE\x3D\x03\x01\x07"
#define OID_P384 "\x2B\x81\x04\x00\x22"
#define OID_ECDSA_SHA256 "\x2A\x86\x48\xCE\x3D\x04\x03\x02"
#define OID_ECDSA_SHA384 "\x2A\x86\x48\xCE\x3D\x04\x03\x03"
/* Attributes: X.520, RFC 4519, RFC 2985. */
#define OID_COMMON_NAME "\x55\x04\x03"
#define OID_SERIAL_NUMBER "\x55\x04\x05"
#define OID_COUNTRY "\x55\x04\x06"
#define OID_LOCALITY "\x55\x04\x07"
#define OID_STATE "\x55\x04\x08"
#define OID_ORGANIZATION "\x55\x04\x0A"
#define OID_ORGANIZATIONAL_UNIT "\x55\x04\x0B"
#define OID_DN_QUALIFIER "\x55\x04\x2E"
#define OID_DOMAIN_COMPONENT "\x09\x92\x26\x89\x93\xF2\x2C\x64\x01\x19"
#define OID_EMAIL_ADDRESS "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x01"
#define OID_EXTENSION_REQUEST "\x2A\x86\x48\x86\xF7\x0D\x01\x09\x0E"
/* Arcs of extensions: id-ce, and id-pe of PKIX. */
#define OID_CE "\x55\x1D"
#define OID_PE "\x2B\x06\x01\x05\x05\x07\x01"
/* Extensions: RFC 5280 4.2 and 5.2. */
#define OID_SUBJECT_KEY_IDENTIFIER "\x55\x1D\x0E"
#define OID_KEY_USAGE "\x55\x1D\x0F"
#define OID_SUBJECT_ALT_NAME "\x55\x1D\x11"
#define OID_ISSUER_ALT_NAME "\x55\x1D\x12"
#define OID_BASIC_CONSTRAINTS "\x55\x1D\x13"
#define OID_CRL_NUMBER "\x55\x1D\x14"
#define OID_CRL_REASON "\x55\x1D\x15"
#define OID_INVALIDITY_DATE "\x55\x1D\x18"
#define OID_DELTA_CRL_INDICATOR "\x55\x1D\x1B"
#define OID_ISSUING_DISTRIBUTION_POINT "\x55\x1D\x1C"
#define OID_CERTIFICATE_ISSUER "\x55\x1D\x1D"
#define OID_NAME_CONSTRAINTS "\x55\x1D\x1E"
#define OID_CRL_DISTRIBUTION_POINTS "\x55\x1D\x1F"
#define OID_CERTIFICATE_POLICIES "\x55\x1D\x20"
#define OID_POLICY_MAPPINGS "\x55\x1D\x21"
#define OID_AUTHORITY_KEY_IDENTIFIER "\x55\x1D\x23"
#define OID_POLICY_CONSTRAINTS "\x55\x1D\x24"
#define OID_EXT_KEY_USAGE "\x55\x1D\x25"
#define OID_FRESHEST_CRL "\x55\x1D\x2E"
#define OID_INHIBIT_ANY_POLICY "\x55\x1D\x36"
#define OID_AUTHORITY_INFO_ACCESS "\x2B\x06\x01\x05\x05\x07\x01\x01"
#define OID_ANY_EXT_KEY_USAGE "\x55\x1D\x25\x00"
#define OID_KP_SERVER_AUTH "\x2B\x06\x01\x05\x05\x07\x03\x01"
#define OID_KP_CLIENT_AUTH "\x2B\x06\x01\x05\x05\x07\x03\x02"
#define OID_KP_CODE_SIGNING "\x2B\x06\x01\x05\x05\x07\x03\x03"
#define OID_AD_OCSP "\x2B\x06\x01\x05\x05\x07\x30\x01"
#define OID_AD_CA_ISSUERS "\x2B\x06\x01\x05\x05\x07\x30\x02"
/* Policy qualifiers: RFC 5280 4.2.1.4. */
#define OID_QT_CPS "\x2B\x06\x01\x05\x05\x07\x02\x01"
#define OID_QT_USER_NOTICE "\x2B\x06\x01\x05\x05\x07\x02\x02"
/* otherName forms: RFC 4108, RFC 4043. */
#define OID_ON_HARDWARE_MODULE_NAME "\x2B\x06\x01\x05\x05\x07\x08\x04"
#define OID_ON_PERMANENT_IDENTIFIER "\x2B\x06\x01\x05\x05\x07\x08\x03"

#endif
