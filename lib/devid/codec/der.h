/*
 * DER in: a strict cursor over a slice (ITU-T X.690, 8 to 11).
 *
 * A cursor is the part of a slice that is still unread. Every reader takes one
 * TLV off its front, or says why not; where the cursor then stands, before that
 * TLV or behind it, is not told. Nothing outside the slice is ever read.
 * Low-tag-number form only; definite, minimal lengths only, below 2^32.
 */
#ifndef DEVID_CODEC_DER_H
#define DEVID_CODEC_DER_H

#include <devid/slice.h>
#include <devid/status.h>
#include <devid/time.h>

#include <stdbool.h>
#include <stdint.h>

enum {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_NULL = 0x05,
    DER_OID = 0x06,
    DER_ENUMERATED = 0x0A,
    DER_UTF8_STRING = 0x0C,
    DER_PRINTABLE_STRING = 0x13,
    DER_TELETEX_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_UNIVERSAL_STRING = 0x1C,
    DER_BMP_STRING = 0x1E,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31
};
#define DER_CONTEXT(n) (0x80 | (n))             /* [n] IMPLICIT, primitive */
#define DER_CONTEXT_CONSTRUCTED(n) (0xA0 | (n)) /* [n] constructed */

/* The tag of the next TLV, or -1 when nothing is left. */
int devid_der_peek(const struct devid_slice *in);

/* One TLV of this tag; *value gets its content octets. */
enum devid_status devid_der_read(struct devid_slice *in, uint8_t tag,
                                 struct devid_slice *value);

/* One TLV of this tag, header included, in *element. */
enum devid_status devid_der_read_element(struct devid_slice *in, uint8_t tag,
                                         struct devid_slice *element);

/* One TLV of whatever tag. */
enum devid_status devid_der_read_any(struct devid_slice *in, uint8_t *tag,
                                     struct devid_slice *value);

/* One TLV of this tag and nothing after it. */
enum devid_status devid_der_read_whole(struct devid_slice in, uint8_t tag,
                                       struct devid_slice *value);

/* Content octets, checked as the readers below check them. check_octets also
 * takes the unused-bits octet off. */
enum devid_status devid_der_check_integer(struct devid_slice *content);
enum devid_status devid_der_check_true(struct devid_slice *content);
enum devid_status devid_der_check_oid(struct devid_slice *content);
enum devid_status devid_der_check_octets(struct devid_slice *content);

/* DEVID_E_TRAILING unless the cursor is used up. */
enum devid_status devid_der_end(const struct devid_slice *in);

/* INTEGER or ENUMERATED (`tag` may be a context tag): minimal content octets,
 * sign included. */
enum devid_status devid_der_read_integer(struct devid_slice *in, uint8_t tag,
                                         struct devid_slice *value);

/* The same, not negative and below 2^31. */
enum devid_status devid_der_read_small(struct devid_slice *in, uint8_t tag,
                                       uint32_t *value);

/* BOOLEAN DEFAULT FALSE: absent gives false; a written FALSE is
 * DEVID_E_DEFAULT. */
enum devid_status devid_der_read_default_false(struct devid_slice *in,
                                               bool *value);

/* BIT STRING with 0 unused bits: the octets after the unused-bits octet. */
enum devid_status devid_der_read_bit_octets(struct devid_slice *in,
                                            struct devid_slice *value);

/* BIT STRING that names bits (X.690 11.2.2: no trailing zero bits), up to 16:
 * bit n of *bits is named bit n. */
enum devid_status devid_der_read_bit_names(struct devid_slice *in, uint8_t tag,
                                           uint16_t *bits);

/* The same from the content octets of the BIT STRING. *padded: the last octet
 * ends in zero bits that X.690 11.2.2 wants taken off; the caller judges. A
 * last octet of zero is refused here. */
enum devid_status devid_der_bits(struct devid_slice content, uint16_t *bits,
                                 bool *padded);

/* OBJECT IDENTIFIER: content octets, checked for form. */
enum devid_status devid_der_read_oid(struct devid_slice *in, uint8_t tag,
                                     struct devid_slice *oid);

/* Time ::= CHOICE, RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime
 * after, seconds, Z, no fraction, a date that exists. */
enum devid_status devid_der_read_time(struct devid_slice *in,
                                      struct devid_time *time);

/* GeneralizedTime of any year (invalidityDate, RFC 5280 5.3.2). */
enum devid_status devid_der_read_generalized_time(struct devid_slice *in,
                                                  struct devid_time *time);

/* <0, 0, >0 as a is before, at or after b. */
int devid_time_compare(struct devid_time a, struct devid_time b);

/* X.690 11.6: may the element `after` follow `before` in a SET OF? before is
 * empty for the first one. Both whole TLVs. */
bool devid_der_ascends(struct devid_slice before, struct devid_slice after);

/* Same length and octets; on the target pointers to slices are shorter. */
bool devid_slice_same(const struct devid_slice *a, const struct devid_slice *b);
bool devid_slice_equal(struct devid_slice a, struct devid_slice b);

#endif
