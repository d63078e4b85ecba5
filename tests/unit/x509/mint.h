/*
 * Certificates made field by field from hexadecimal text, right or wrong. What
 * a row does not replace is a device certificate that libdevid takes.
 */
#ifndef TEST_MINT_H
#define TEST_MINT_H

#include "devid/codec/writer.h"

enum mint_field {
    MINT_VERSION,
    MINT_SERIAL,
    MINT_INNER, /* AlgorithmIdentifier inside the TBS */
    MINT_ISSUER,
    MINT_VALIDITY,
    MINT_SUBJECT,
    MINT_SPKI,
    MINT_UNIQUE,     /* [1] and [2], default nothing */
    MINT_EXTENSIONS, /* content of Extensions */
    MINT_TAIL,       /* replaces [3] as a whole */
    MINT_OUTER,      /* the outer AlgorithmIdentifier */
    MINT_SIGNATURE,  /* the BIT STRING */
    MINT_AFTER,      /* octets after everything, inside the outer SEQUENCE */
    MINT_FIELDS
};

struct mint {
    const char *field[MINT_FIELDS]; /* NULL: the default */
};

/* Names of one letter: CN in UTF8String. */
#define NAME_CN(letter) "300C310A300806035504030C01" letter
#define NAME_ROOT NAME_CN("52")
#define NAME_CA NAME_CN("49")
#define NAME_DEVICE NAME_CN("44")
#define NAME_EMPTY "3000"

/* Key identifiers of four octets. */
#define ID_ROOT "01010101"
#define ID_CA "02020202"
#define ID_DEVICE "03030303"

#define EXT_SKI(id) "300D0603551D0E04060404" id
#define EXT_AKI(id) "300F0603551D23040830068004" id
#define EXT_CA "300F0603551D130101FF040530030101FF"
#define EXT_CA_PATH(n) "30120603551D130101FF040830060101FF0201" n
#define EXT_KU_CA "300E0603551D0F0101FF040403020106"
#define EXT_KU_SIGN "300E0603551D0F0101FF040403020780"
#define EXT_EKU_SERVER "30130603551D25040C300A06082B06010505070301"
#define EXT_EKU_CODE "30130603551D25040C300A06082B06010505070303"

#define ALG_SHA256 "300A06082A8648CE3D040302"
#define ALG_SHA384 "300A06082A8648CE3D040303"

/* SubjectPublicKeyInfo of P-256 up to the point, and its generator. */
#define SPKI_P256 "3059301306072A8648CE3D020106082A8648CE3D030107034200"
#define POINT_G                                                        \
    "04"                                                               \
    "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296" \
    "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"

/* 2024-01-01 to 2034-01-01 */
#define TIME_2024 "170D3234303130313030303030305A"
#define TIME_2034 "170D3334303130313030303030305A"
#define VALIDITY "301E" TIME_2024 TIME_2034

/* Blanks are skipped. */
void mint_hex(struct devid_writer *w, const char *text);

/* The TBSCertificate, then the whole around any TBS. */
void mint_tbs(struct devid_writer *w, const struct mint *mint);
void mint_whole(struct devid_writer *w, const struct mint *mint,
                struct devid_slice tbs);

/* Both, with a signature that only looks like one. The octets are allocated to
 * their very length; free them. */
struct devid_slice mint_certificate(const struct mint *mint);

#endif
