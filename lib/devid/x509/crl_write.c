/* TBSCertList, written in pieces. */
#include "crl_write.h"

#include "../codec/oid.h"

/* The marks of an Extension that is open, and of its value. */
struct open_extension {
    size_t whole;
    size_t value;
};

static struct open_extension open_extension(struct devid_writer *w,
                                            struct devid_slice oid)
{
    struct open_extension marks;

    marks.whole = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, oid);
    marks.value = devid_der_open(w, DER_OCTET_STRING);
    return marks;
}

static void close_extension(struct devid_writer *w, struct open_extension marks)
{
    devid_der_close(w, marks.value);
    devid_der_close(w, marks.whole);
}

static void write_reason(struct devid_writer *w, uint8_t reason)
{
    struct open_extension marks = open_extension(w, OID_SLICE(OID_CRL_REASON));

    devid_der_write_small(w, DER_ENUMERATED, reason);
    close_extension(w, marks);
}

static void write_invalidity_date(struct devid_writer *w,
                                  struct devid_time time)
{
    struct open_extension marks =
        open_extension(w, OID_SLICE(OID_INVALIDITY_DATE));

    devid_der_write_generalized_time(w, time);
    close_extension(w, marks);
}

void devid_crl_entry_write(struct devid_writer *w,
                           const struct devid_crl_entry *entry)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);
    size_t extensions;

    devid_der_write_unsigned(w, DER_INTEGER, entry->serial);
    devid_der_write_time(w, entry->revoked_at);
    if (entry->reason != 0 || entry->invalidity_date.date != 0) {
        extensions = devid_der_open(w, DER_SEQUENCE);
        if (entry->reason != 0)
            write_reason(w, entry->reason);
        if (entry->invalidity_date.date != 0)
            write_invalidity_date(w, entry->invalidity_date);
        devid_der_close(w, extensions);
    }
    devid_der_close(w, whole);
}

/* The fields of TBSCertList before revokedCertificates. */
static void write_fields(struct devid_writer *w,
                         const struct devid_crl_head *head)
{
    devid_der_write_small(w, DER_INTEGER, 1); /* v2 */
    devid_signature_algorithm_write(w, head->signature_curve);
    devid_write_raw(w, head->issuer);
    devid_der_write_time(w, head->this_update);
    devid_der_write_time(w, head->next_update);
}

static size_t header_len(size_t len)
{
    struct devid_writer measure;

    devid_writer_init(&measure, NULL, 0);
    devid_der_write_header(&measure, DER_SEQUENCE, len);
    return measure.len;
}

void devid_crl_head_write(struct devid_writer *w,
                          const struct devid_crl_head *head, size_t entries_len)
{
    struct devid_writer measure;
    size_t entries = 0;

    devid_writer_init(&measure, NULL, 0);
    write_fields(&measure, head);
    devid_crl_tail_write(&measure, head);
    if (entries_len != 0)
        entries = header_len(entries_len) + entries_len;
    devid_der_write_header(w, DER_SEQUENCE, measure.len + entries);
    write_fields(w, head);
    if (entries_len != 0)
        devid_der_write_header(w, DER_SEQUENCE, entries_len);
}

static void write_key_id(struct devid_writer *w, struct devid_slice key_id)
{
    struct open_extension marks =
        open_extension(w, OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER));
    size_t content = devid_der_open(w, DER_SEQUENCE);

    devid_der_write(w, DER_CONTEXT(0), key_id);
    devid_der_close(w, content);
    close_extension(w, marks);
}

static void write_number(struct devid_writer *w, struct devid_slice number)
{
    struct open_extension marks = open_extension(w, OID_SLICE(OID_CRL_NUMBER));

    devid_der_write_unsigned(w, DER_INTEGER, number);
    close_extension(w, marks);
}

void devid_crl_tail_write(struct devid_writer *w,
                          const struct devid_crl_head *head)
{
    size_t outer = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(0));
    size_t extensions = devid_der_open(w, DER_SEQUENCE);

    write_key_id(w, head->key_id);
    write_number(w, head->number);
    devid_write_raw(w, head->extensions);
    devid_der_close(w, extensions);
    devid_der_close(w, outer);
}

void devid_crl_outer_write(struct devid_writer *w, size_t tbs_len,
                           enum devid_curve curve, size_t signature_len)
{
    struct devid_writer measure;

    devid_writer_init(&measure, NULL, 0);
    devid_signature_algorithm_write(&measure, curve);
    /* The BIT STRING's unused-bits octet is one more. */
    devid_der_write_header(w, DER_SEQUENCE,
                           tbs_len + measure.len +
                               header_len(signature_len + 1) + 1 +
                               signature_len);
}

void devid_crl_signature_write(struct devid_writer *w, enum devid_curve curve,
                               struct devid_slice signature)
{
    devid_signature_algorithm_write(w, curve);
    devid_der_write_bit_octets(w, signature);
}
