/* PKCS #11 URIs (RFC 7512): which key, on which token, by which module. */
#ifndef DEVCA_KEY_PKCS11_URI_H
#define DEVCA_KEY_PKCS11_URI_H

#include "devca/base/bytes.h"

/* The attributes that devca matches by, in the order in which it writes them.
 */
enum pkcs11_attribute {
    PKCS11_TOKEN,
    PKCS11_MANUFACTURER,
    PKCS11_SERIAL,
    PKCS11_MODEL,
    PKCS11_SLOT_ID,
    PKCS11_OBJECT,
    PKCS11_ID,
    PKCS11_TYPE,
    PKCS11_MODULE_PATH,
    PKCS11_ATTRIBUTES
};

#define PKCS11_URI_MAX 2048
#define PKCS11_VALUE_MAX 512

/* Octets after percent decoding, a NUL behind them. */
struct pkcs11_value {
    bool given;
    size_t len;
    uint8_t octets[PKCS11_VALUE_MAX + 1];
};
struct pkcs11_uri {
    struct pkcs11_value values[PKCS11_ATTRIBUTES];
    unsigned long slot_id; /* when PKCS11_SLOT_ID is given */
};

/*
 * Reads text, at most PKCS11_URI_MAX octets. DEVCA_E_USAGE naming the
 * attribute: not the scheme, a character that must be percent-encoded, a broken
 * encoding, an attribute twice, unknown, in the wrong component or too long, a
 * NUL in a text, a type other than private, a slot-id that is no number, a
 * module-path that is not absolute. pin-value and pin-source are refused: the
 * text is kept in the store, and a PIN has its own option. No error repeats
 * text, for a PIN may stand in it. RFC 7512, 2.3.
 */
enum devca_code pkcs11_uri_read(struct pkcs11_uri *uri, const char *text,
                                struct devca_error *error);

/* Appends the URI in one form, without module-path unless `module`: reading it
 * gives the same values. false when memory is short. */
bool pkcs11_uri_write(const struct pkcs11_uri *uri, bool module,
                      struct bytes *text);

/* Sets one value; octets has at most PKCS11_VALUE_MAX. */
void pkcs11_uri_set(struct pkcs11_uri *uri, enum pkcs11_attribute attribute,
                    struct devid_slice octets);
struct devid_slice pkcs11_uri_get(const struct pkcs11_uri *uri,
                                  enum pkcs11_attribute attribute);

#endif
