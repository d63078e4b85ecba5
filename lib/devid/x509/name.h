/*
 * Name ::= RDNSequence, RFC 5280 4.1.2.4: reading as a view, writing from
 * attributes.
 */
#ifndef DEVID_X509_NAME_H
#define DEVID_X509_NAME_H

#include "../codec/writer.h"

struct devid_attribute {
    struct devid_slice oid;   /* AttributeType, content octets */
    struct devid_slice value; /* content octets of the string */
    uint8_t tag;              /* of the string: DER_UTF8_STRING, ... */
};

/*
 * Takes a Name (SEQUENCE with header) off *in into *name and checks it whole:
 * RDNs not empty and sorted, string types, alphabets and upper bounds. An empty
 * RDNSequence is taken here; callers that need a name check for it.
 */
enum devid_status devid_name_read(struct devid_slice *in,
                                  struct devid_slice *name);

/* The same for the content of a Name. */
enum devid_status devid_name_check(struct devid_slice *content);

/* True for the Name 30 00. */
bool devid_name_is_empty(struct devid_slice name);

/*
 * Attributes one by one, over a name that devid_name_read() has checked: start
 * with devid_name_attributes(), then until DEVID_E_EMPTY.
 */
struct devid_slice devid_name_attributes(struct devid_slice name);
enum devid_status devid_name_next(struct devid_slice *cursor,
                                  struct devid_attribute *attribute);

/* The first attribute with this OID; DEVID_E_EMPTY when there is none. */
enum devid_status devid_name_find(struct devid_slice name,
                                  struct devid_slice oid,
                                  struct devid_attribute *attribute);

/* One string checked for type, alphabet, UTF-8 and upper bound
 * (RFC 5280 appendix A.1). */
enum devid_status
devid_attribute_check(const struct devid_attribute *attribute);

/* Writes a Name of single-valued RDNs in the order given. */
void devid_name_write(struct devid_writer *w,
                      const struct devid_attribute *attributes, size_t count);

#endif
