#include "made.h"

#include "devid/codec/writer.h"

#include <string.h>

#define S(literal) \
    ((struct devid_slice){(const uint8_t *)(literal), sizeof(literal) - 1})

#define ECDSA_SHA256 "\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02"
#define NAME_CA                                            \
    "\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x0C\x02" \
    "CA"
#define NAME_DEVICE                                        \
    "\x30\x0F\x31\x0D\x30\x0B\x06\x03\x55\x04\x05\x13\x04" \
    "0a1b"
/* 2P on P-256: any point will do that nobody has published as a key */
#define POINT                                                          \
    "\x7C\xF2\x7B\x18\x8D\x03\x4F\x7E\x8A\x52\x38\x03\x04\xB5\x1A\xC3" \
    "\xC0\x89\x69\xE2\x77\xF2\x1B\x35\xA6\x0B\x48\xFC\x47\x66\x99\x78" \
    "\x07\x77\x55\x10\xDB\x8E\xD0\x40\x29\x3D\x9A\xC6\x9F\x74\x30\xDB" \
    "\xBA\x7D\xAD\xE6\x3C\xE9\x82\x29\x9E\x04\xB7\x9D\x22\x78\x73\xD1"
#define SPKI_P256                                                      \
    "\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A" \
    "\x86\x48\xCE\x3D\x03\x01\x07\x03\x42\x00\x04" POINT
#define KEY_ID "12345678901234567890"

void made_device(struct made *made)
{
    static const struct devid_slice good[PIECES] = {
        [VERSION] = S("\xA0\x03\x02\x01\x02"),
        [SERIAL] = S("\x02\x09\x01\x02\x03\x04\x05\x06\x07\x08\x09"),
        [ALGORITHM] = S(ECDSA_SHA256),
        [ISSUER] = S(NAME_CA),
        [NOT_BEFORE] = S("\x17\x0D"
                         "260101000000Z"),
        [NOT_AFTER] = S("\x18\x0F"
                        "99991231235959Z"),
        [SUBJECT] = S(NAME_DEVICE),
        [SPKI] = S(SPKI_P256),
        [E_USAGE] = S("\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04"
                      "\x03\x02\x07\x80"),
        [E_AKI] =
            S("\x30\x1F\x06\x03\x55\x1D\x23\x04\x18\x30\x16\x80\x14" KEY_ID),
        [OUTER_ALGORITHM] = S(ECDSA_SHA256),
        [SIGNATURE] = S("\x00\x30\x06\x02\x01\x05\x02\x01\x07")};

    memset(made, 0, sizeof *made);
    memcpy(made->pieces, good, sizeof good);
}

void made_ca(struct made *made)
{
    made_device(made);
    made->pieces[SUBJECT] =
        S("\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x0C\x02"
          "P1");
    made->pieces[E_BASIC] = S("\x30\x12\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x08"
                              "\x30\x06\x01\x01\xFF\x02\x01\x00");
    made->pieces[E_USAGE] = S("\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04"
                              "\x03\x02\x01\x06");
    made->pieces[E_SKI] = S("\x30\x1D\x06\x03\x55\x1D\x0E\x04\x16\x04\x14"
                            "abcdefghijklmnopqrst");
}

void made_list(struct made *made)
{
    static const struct devid_slice good[L_PIECES] = {
        [L_VERSION] = S("\x02\x01\x01"),
        [L_ALGORITHM] = S(ECDSA_SHA256),
        [L_ISSUER] = S(NAME_CA),
        [L_THIS_UPDATE] = S("\x17\x0D"
                            "260101000000Z"),
        [L_NEXT_UPDATE] = S("\x17\x0D"
                            "260201000000Z"),
        [L_ENTRIES] = S("\x30\x22\x30\x20\x02\x01\x05\x17\x0D"
                        "260101000000Z"
                        "\x30\x0C\x30\x0A\x06\x03\x55\x1D\x15\x04\x03"
                        "\x0A\x01\x01"),
        [L_NUMBER] = S("\x30\x0A\x06\x03\x55\x1D\x14\x04\x03\x02\x01\x07"),
        [L_AKI] =
            S("\x30\x1F\x06\x03\x55\x1D\x23\x04\x18\x30\x16\x80\x14" KEY_ID),
        [L_OUTER_ALGORITHM] = S(ECDSA_SHA256),
        [L_SIGNATURE] = S("\x00\x30\x06\x02\x01\x05\x02\x01\x07")};

    memset(made, 0, sizeof *made);
    memcpy(made->pieces, good, sizeof good);
}

static void put(struct devid_writer *w, const struct made *made, int from,
                int to)
{
    for (; from <= to; from++)
        devid_write_raw(w, made->pieces[from]);
}

static struct devid_slice finish(struct devid_writer *w, struct made *made,
                                 size_t outer, int algorithm)
{
    devid_write_raw(w, made->pieces[algorithm]);
    devid_der_write(w, DER_BIT_STRING, made->pieces[algorithm + 1]);
    devid_der_close(w, outer);
    devid_write_raw(w, made->pieces[algorithm + 2]);
    return (struct devid_slice){made->der, w->len};
}

struct devid_slice made_certificate(struct made *made)
{
    struct devid_writer w;
    size_t outer, tbs, part, list;

    devid_writer_init(&w, made->der, sizeof made->der);
    outer = devid_der_open(&w, DER_SEQUENCE);
    tbs = devid_der_open(&w, DER_SEQUENCE);
    put(&w, made, VERSION, ISSUER);
    part = devid_der_open(&w, DER_SEQUENCE);
    put(&w, made, NOT_BEFORE, NOT_AFTER);
    devid_der_close(&w, part);
    put(&w, made, SUBJECT, UNIQUE_ID);
    part = devid_der_open(&w, DER_CONTEXT_CONSTRUCTED(3));
    list = devid_der_open(&w, DER_SEQUENCE);
    put(&w, made, E_BASIC, E_EXTRA2);
    devid_der_close(&w, list);
    devid_der_close(&w, part);
    devid_der_close(&w, tbs);
    return finish(&w, made, outer, OUTER_ALGORITHM);
}

struct devid_slice made_crl(struct made *made)
{
    struct devid_writer w;
    size_t outer, tbs, part, list;

    devid_writer_init(&w, made->der, sizeof made->der);
    outer = devid_der_open(&w, DER_SEQUENCE);
    tbs = devid_der_open(&w, DER_SEQUENCE);
    put(&w, made, L_VERSION, L_ENTRIES);
    part = devid_der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
    list = devid_der_open(&w, DER_SEQUENCE);
    put(&w, made, L_NUMBER, L_EXTRA);
    devid_der_close(&w, list);
    devid_der_close(&w, part);
    devid_der_close(&w, tbs);
    return finish(&w, made, outer, L_OUTER_ALGORITHM);
}
