/* What people hand in: PEM or DER, UIDs, serials, names. */
#ifndef DEVCA_CA_INPUT_H
#define DEVCA_CA_INPUT_H

#include "devca/base/bytes.h"
#include "devid/x509/request.h"

enum input_kind { INPUT_CERTIFICATE, INPUT_REQUEST, INPUT_CRL };

/*
 * One object of a kind, PEM or DER, into *der. DEVCA_E_MALFORMED when the input
 * is empty, is another kind of object (said so), or more follows.
 */
struct input {
    struct devid_slice octets;
    const char *object;
    enum input_kind kind;
};
enum devca_code input_read(const struct input *input, struct bytes *der,
                           struct devca_error *error);

/* The next object of a sequence of PEM blocks, or the one DER object. *rest
 * starts as all of input->octets. DEVCA_E_NOT_FOUND at the end. */
enum devca_code input_next(const struct input *input, struct devid_slice *rest,
                           struct bytes *der, struct devca_error *error);

/* A certificate's view, refusals told as object's. */
enum devca_code input_certificate(struct devid_slice der, const char *object,
                                  struct devid_cert *certificate,
                                  struct devca_error *error);

/*
 * A request's view; what the reader refuses is sorted: other algorithms are
 * DEVCA_E_ALGORITHM, a point off its curve DEVCA_E_KEY_POINT, everything else
 * DEVCA_E_MALFORMED.
 */
enum devca_code input_request(struct devid_slice der, const char *object,
                              struct devid_request *request,
                              struct devca_error *error);

/* A UID in hex as a product's format ("hex", "hex:N") wants it. DEVCA_E_UID.
 * format NULL: any length up to UID_MAX octets. */
#define UID_MAX 32
enum devca_code input_uid(const char *text, const char *format,
                          struct bytes *uid, struct devca_error *error);

/* Octets that "hex:N" fixes; 0 for "hex". DEVCA_E_USAGE for any other text. */
enum devca_code input_uid_format(const char *format, size_t *octets,
                                 struct devca_error *error);

/* A serial number in hex, to INTEGER content octets. DEVCA_E_MALFORMED. */
enum devca_code input_serial(const char *text, struct bytes *serial,
                             struct devca_error *error);

/* "p256" or "p384"; NULL: p256. DEVCA_E_USAGE. */
enum devca_code input_key_type(const char *text, enum devid_curve *curve,
                               struct devca_error *error);
const char *input_key_type_name(enum devid_curve curve);

/* The owner of a store: an organizationName, and two capital letters or NULL.
 * DEVCA_E_USAGE. */
enum devca_code input_owner(const char *org, const char *country,
                            struct devca_error *error);

/* A product's name: 1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first.
 * DEVCA_E_USAGE. */
enum devca_code input_product_name(const char *name, struct devca_error *error);

#endif
