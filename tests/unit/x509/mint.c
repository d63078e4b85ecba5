/* Certificates made field by field. */
#include "mint.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const defaults[MINT_FIELDS] = {
    [MINT_VERSION] = "A003020102",
    [MINT_SERIAL] = "020101",
    [MINT_INNER] = ALG_SHA256,
    [MINT_ISSUER] = NAME_CA,
    [MINT_VALIDITY] = VALIDITY,
    [MINT_SUBJECT] = NAME_DEVICE,
    [MINT_SPKI] = SPKI_P256 POINT_G,
    [MINT_UNIQUE] = "",
    [MINT_EXTENSIONS] = EXT_AKI(ID_CA) EXT_KU_SIGN,
    [MINT_TAIL] = NULL,
    [MINT_OUTER] = ALG_SHA256,
    [MINT_SIGNATURE] = "03090030060201010201 01",
    [MINT_AFTER] = "",
};

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

void mint_hex(struct devid_writer *w, const char *text)
{
    unsigned octet = 1;

    for (; *text != '\0'; text++) {
        if (!isxdigit((unsigned char)*text))
            continue;
        octet = octet << 4 | digit(*text);
        if (octet > 0xFF) {
            uint8_t value = (uint8_t)octet;

            devid_write_raw(w, (struct devid_slice){&value, 1});
            octet = 1;
        }
    }
}

static void put(struct devid_writer *w, const struct mint *mint,
                enum mint_field field)
{
    const char *text = mint->field[field];

    mint_hex(w, text != NULL ? text : defaults[field]);
}

void mint_tbs(struct devid_writer *w, const struct mint *mint)
{
    size_t tbs = devid_der_open(w, DER_SEQUENCE);

    for (int field = MINT_VERSION; field <= MINT_UNIQUE; field++)
        put(w, mint, (enum mint_field)field);
    if (mint->field[MINT_TAIL] != NULL) {
        mint_hex(w, mint->field[MINT_TAIL]);
    } else {
        size_t outer = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(3));
        size_t list = devid_der_open(w, DER_SEQUENCE);

        put(w, mint, MINT_EXTENSIONS);
        devid_der_close(w, list);
        devid_der_close(w, outer);
    }
    devid_der_close(w, tbs);
}

void mint_whole(struct devid_writer *w, const struct mint *mint,
                struct devid_slice tbs)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);

    devid_write_raw(w, tbs);
    put(w, mint, MINT_OUTER);
    put(w, mint, MINT_SIGNATURE);
    put(w, mint, MINT_AFTER);
    devid_der_close(w, whole);
}

struct devid_slice mint_certificate(const struct mint *mint)
{
    static uint8_t tbs_buffer[8192];
    static uint8_t buffer[8192];
    struct devid_writer w;
    struct devid_slice tbs;
    struct devid_slice whole;
    uint8_t *copy;

    devid_writer_init(&w, tbs_buffer, sizeof tbs_buffer);
    mint_tbs(&w, mint);
    if (devid_writer_done(&w, &tbs) != DEVID_OK)
        abort();
    devid_writer_init(&w, buffer, sizeof buffer);
    mint_whole(&w, mint, tbs);
    if (devid_writer_done(&w, &whole) != DEVID_OK)
        abort();
    copy = malloc(whole.len);
    if (copy == NULL)
        abort();
    memcpy(copy, whole.data, whole.len);
    return (struct devid_slice){copy, whole.len};
}
