/*
 * DER out: a measuring writer. Write everything, look once at the end: a buffer
 * that was too small (or NULL with 0) still yields the size needed.
 *
 *   devid_writer_init(&w, buffer, sizeof buffer);
 *   size_t tbs = devid_der_open(&w, DER_SEQUENCE);
 *   ...
 *   devid_der_close(&w, tbs);
 *   if (devid_writer_done(&w, &slice) != DEVID_OK) need = w.len;
 */
#ifndef DEVID_CODEC_WRITER_H
#define DEVID_CODEC_WRITER_H

#include "der.h"

struct devid_writer {
    uint8_t *buffer;
    size_t capacity; /* octets */
    size_t len;      /* octets written, or needed when above capacity; ends at
                        SIZE_MAX */
};

void devid_writer_init(struct devid_writer *w, uint8_t *buffer,
                       size_t capacity);

/* *written is what stands in the buffer; DEVID_E_SPACE when it did not fit. */
enum devid_status devid_writer_done(const struct devid_writer *w,
                                    struct devid_slice *written);

/* Octets as they are: already encoded elements. */
void devid_write_raw(struct devid_writer *w, struct devid_slice octets);

/* Tag and length alone, before `len` octets of content that come later. */
void devid_der_write_header(struct devid_writer *w, uint8_t tag, size_t len);

/* open gives the mark that close needs; they nest. */
size_t devid_der_open(struct devid_writer *w, uint8_t tag);
void devid_der_close(struct devid_writer *w, size_t mark);

void devid_der_write(struct devid_writer *w, uint8_t tag,
                     struct devid_slice value);
/* An unsigned magnitude, big-endian, any leading zeros: made minimal, positive.
 */
void devid_der_write_unsigned(struct devid_writer *w, uint8_t tag,
                              struct devid_slice magnitude);
void devid_der_write_small(struct devid_writer *w, uint8_t tag, uint32_t value);
void devid_der_write_true(struct devid_writer *w);
void devid_der_write_bit_octets(struct devid_writer *w,
                                struct devid_slice octets);
void devid_der_write_bit_names(struct devid_writer *w, uint8_t tag,
                               uint16_t bits);
/* RFC 5280 4.1.2.5: UTCTime for 1950 to 2049, GeneralizedTime otherwise. */
void devid_der_write_time(struct devid_writer *w, struct devid_time time);
void devid_der_write_generalized_time(struct devid_writer *w,
                                      struct devid_time time);

#endif
