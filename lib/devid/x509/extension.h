/* Extensions of a certificate, RFC 5280 4.2, taken into the view. */
#ifndef DEVID_X509_EXTENSION_H
#define DEVID_X509_EXTENSION_H

#include "certificate.h"

/*
 * Checks every extension in cert->extensions (form, criticality, none twice,
 * none unknown and critical) and fills the fields of *cert that come from
 * them. cert->subject has been read.
 */
enum devid_status devid_extensions_read(struct devid_cert *cert);

/*
 * devid_extension_next() that also refuses an OID that stands again behind it
 * (DEVID_E_EXTENSION_DUPLICATE), and more than 32 extensions
 * (DEVID_E_EXTENSIONS): the search is quadratic.
 */
enum devid_status
devid_extension_next_unique(struct devid_slice *cursor,
                            struct devid_extension *extension);

/* value: an AuthorityKeyIdentifier, RFC 5280 4.2.1.1: its keyIdentifier,
 * which must be there; the issuer and its serial both or neither. */
enum devid_status devid_authority_key_id_read(struct devid_slice value,
                                              struct devid_slice *key_id);

#endif
