/*
 * ASN.1 as data: a form is a short program of octets that says what a structure
 * holds, in the order of its ASN.1 module. One function reads them all.
 *
 * A step that takes a TLV is an operation and a tag (or FORM_ANY_TAG); its
 * flags add operands, in this order:
 *
 *   FORM_OPTIONAL  octets of the form to skip when the tag is another
 *   FORM_SAVE      which of the caller's slices gets the content
 *
 * FORM_ENTER goes inside until FORM_LEAVE.
 * FORM_AGAIN, n goes n octets back, its own two included, while something is
 * left.
 */
#ifndef DEVID_X509_FORM_H
#define DEVID_X509_FORM_H

#include "../codec/der.h"

#include <stddef.h>

/* Operations. */
enum {
    /* control: no tag */
    FORM_LEAVE = 0, /* what was entered is used up */
    FORM_END = 0,   /* the same outermost: the structure is used up */
    FORM_AGAIN,
    /* saved with its header */
    FORM_WHOLE,
    FORM_WHOLE_NAME, /* a Name */
    /* content saved, and how it is checked */
    FORM_RAW,       /* not at all */
    FORM_FILLED,    /* not empty */
    FORM_OID,       /* OBJECT IDENTIFIER */
    FORM_NATURAL,   /* the same, not negative */
    FORM_TRUE,      /* BOOLEAN TRUE: a DEFAULT FALSE is never written */
    FORM_OCTETS,    /* BIT STRING of whole octets; those are saved */
    FORM_BITS,      /* BIT STRING that names bits */
    FORM_GENERALS,  /* GeneralNames */
    FORM_V3,        /* [0] EXPLICIT version, of FORM_ANY_TAG */
    FORM_SERIAL,    /* CertificateSerialNumber */
    FORM_UNIQUE,    /* UniqueIdentifier, which is refused */
    FORM_QUALIFIER, /* OID of a policy qualifier that RFC 5280 defines */
    FORM_OID_ONCE,  /* OID, first in a SEQUENCE OF what it names */
    FORM_GENERAL,   /* GeneralName, of FORM_ANY_TAG */
    FORM_SUBTREE,   /* the same in a GeneralSubtree */
};

/* Flags, and the tag that stands for all. */
enum {
    FORM_ENTER = 0x20,
    FORM_OPTIONAL = 0x40,
    FORM_SAVE = 0x80,
    FORM_ANY_TAG = 0
};

/* The number of a slice among those that stand in a row in a struct. */
#define FORM_AT(type, first, member)                    \
    ((offsetof(type, member) - offsetof(type, first)) / \
     sizeof(struct devid_slice))

/*
 * Does an element of rest (SEQUENCEs that an OID begins) begin with this OID?
 * DEVID_E_EXTENSION_DUPLICATE; and DEVID_E_EXTENSIONS when there are more than
 * 31: the search is quadratic for who asks it of each element.
 */
enum devid_status devid_oid_once(const struct devid_slice *oid,
                                 struct devid_slice rest);

/*
 * Reads content by form; out is the first of the slices that it saves to, may
 * be NULL when it saves nothing. Slices of optional parts that are absent stay
 * as they were. DEVID_E_EMPTY, DEVID_E_TRAILING, and what the checks answer.
 */
enum devid_status devid_form_read(struct devid_slice content,
                                  const uint8_t *form, struct devid_slice *out);

#endif
