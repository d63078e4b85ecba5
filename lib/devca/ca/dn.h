/* A Name as text, RFC 4514. */
#ifndef DEVCA_CA_DN_H
#define DEVCA_CA_DN_H

#include "devca/base/bytes.h"

/* Appends "CN=Root,O=Acme", the last RDN first as RFC 4514 2.1 has it; false
 * when memory is short. Attributes without a short name stand as their dotted
 * OID; control characters are escaped as \XX. */
bool dn_write(struct devid_slice name, struct bytes *text);

#endif
