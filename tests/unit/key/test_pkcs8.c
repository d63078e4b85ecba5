/* Key files that others wrote, files that are refused, and ours read back. */
#include "place.h"

#include "devca/key/crypto.h"
#include "devid/codec/pem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct file {
    const char *name;
    const char *secret;
    const char *public; /* whose public key it must have; NULL: any */
} files[] = {
    {"p256.pem", NULL, "p256.pub.pem"},
    {"p384.pem", NULL, "p384.pub.pem"},
    {"p256-no-point.pem", NULL, "p256.pub.pem"},
    {"p256-aes-256-cbc.pem", "sesame", "p256.pub.pem"},
    {"p256-aes-128-cbc.pem", "sesame", "p256.pub.pem"},
    {"p384-sha512.pem", "sesame", "p384.pub.pem"},
    {"p384-sha1.pem", "sesame", "p384.pub.pem"},
    {"gnutls-sealed.pem", "sesame", NULL},
    {"p256-key-length.pem", "sesame", "p256.pub.pem"},
};

/* Opens a fixture, put into the folder as "key". */
static enum devca_code open_fixture(const char *name, const char *text,
                                    struct signer **signer,
                                    struct devca_error *error)
{
    struct bytes pem = {0}, secret = place_secret(text);
    const struct signer_location location = {"file:key", ".",
                                             text ? &secret : NULL};
    enum devca_code code;

    place_fixture(name, &pem);
    place_put("key", bytes_slice(&pem), 0600);
    code = signer_open(signer, &location, error);
    bytes_clear(&pem);
    bytes_clear(&secret);
    return code;
}

START_TEST(test_open)
{
    const struct file *row = &files[_i];
    const struct signer_location location = {"file:key", ".", NULL};
    struct devca_error error = {0};
    struct bytes pem = {0};
    struct public_key expected;
    struct signer *signer;
    bool needed;

    ck_assert_msg(open_fixture(row->name, row->secret, &signer, &error) ==
                      DEVCA_OK,
                  "%s: %s", row->name, error.fault);
    if (row->public) {
        place_fixture(row->public, &pem);
        ck_assert_int_eq(
            public_key_parse(&expected, bytes_slice(&pem), "x", NULL),
            DEVCA_OK);
        ck_assert_uint_eq(expected.len, signer_public_key(signer)->len);
        ck_assert_mem_eq(expected.point, signer_public_key(signer)->point,
                         expected.len);
        bytes_clear(&pem);
    }
    ck_assert_int_eq(signer_needs_secret(&location, &needed, &error), DEVCA_OK);
    ck_assert_int_eq(needed, row->secret != NULL);
    signer_close(signer);
}
END_TEST

static const struct refusal {
    const char *name;
    const char *secret;
    enum devca_code code;
} refusals[] = {
    {"p256-aes-256-cbc.pem", NULL, DEVCA_E_PASSPHRASE},
    {"p256-aes-256-cbc.pem", "Sesame", DEVCA_E_PASSPHRASE},
    {"p256-aes-256-cbc.pem", "sesame ", DEVCA_E_PASSPHRASE},
    {"p256-aes-256-cbc.pem", "", DEVCA_E_PASSPHRASE},
    {"p384-sha512.pem", "wrong", DEVCA_E_PASSPHRASE},
    {"refused-des3.pem", "sesame", DEVCA_E_KEY},
    {"refused-pbe1.pem", "sesame", DEVCA_E_KEY},
    {"refused-scrypt.pem", "sesame", DEVCA_E_KEY},
    {"refused-iterations.pem", "sesame", DEVCA_E_KEY},
    {"refused-key-length.pem", "sesame", DEVCA_E_KEY},
    {"refused-key-length-0.pem", "sesame", DEVCA_E_KEY},
    {"refused-traditional.pem", NULL, DEVCA_E_KEY},
    {"refused-ed25519.pem", NULL, DEVCA_E_KEY},
    {"refused-rsa.pem", NULL, DEVCA_E_KEY},
    {"refused-p192.pem", NULL, DEVCA_E_KEY},
    {"refused-explicit.pem", NULL, DEVCA_E_KEY},
    {"refused-compressed.pem", NULL, DEVCA_E_KEY},
    {"p256.pub.pem", NULL, DEVCA_E_KEY},
};

START_TEST(test_refuse)
{
    const struct refusal *row = &refusals[_i];
    struct devca_error error = {0};
    struct signer *signer;
    enum devca_code code =
        open_fixture(row->name, row->secret, &signer, &error);

    ck_assert_msg(code == row->code, "%s: %s: %s", row->name,
                  devca_code_text(code), error.fault);
    ck_assert_ptr_null(signer);
    ck_assert_str_eq(error.object, "./key");
    ck_assert_str_ne(error.fault, "");
}
END_TEST

/* The DER of a fixture, and PEM around other DER. */
static void fixture_der(const char *name, struct bytes *der)
{
    struct bytes pem = {0};
    struct devid_slice text, label, octets;
    struct devid_writer w;

    place_fixture(name, &pem);
    text = bytes_slice(&pem);
    ck_assert(bytes_reserve(der, pem.len));
    devid_writer_init(&w, der->data, pem.len);
    ck_assert_int_eq(devid_pem_read(&text, &label, &w), DEVID_OK);
    ck_assert_int_eq(devid_writer_done(&w, &octets), DEVID_OK);
    der->len = octets.len;
    bytes_clear(&pem);
}

static enum devca_code read_der(struct devid_slice der, const char *label,
                                const struct bytes *secret)
{
    uint8_t pem[2048];
    struct private_key key;
    struct pkcs8_source source = {.secret = secret, .object = "key"};
    struct devid_writer w;
    enum devca_code code;

    devid_writer_init(&w, pem, sizeof pem);
    devid_pem_write(&w, label, der);
    ck_assert_int_eq(devid_writer_done(&w, &source.pem), DEVID_OK);
    code = pkcs8_read(&key, &source, NULL);
    private_key_clear(&key);
    return code;
}

/* Each length but the whole, and one octet more. */
START_TEST(test_truncated)
{
    struct bytes der = {0};
    size_t len;

    fixture_der("p384.pem", &der);
    for (len = 0; len < der.len; len++)
        ck_assert_int_eq(
            read_der((struct devid_slice){der.data, len}, "PRIVATE KEY", NULL),
            DEVCA_E_KEY);
    ck_assert_int_eq(read_der(bytes_slice(&der), "PRIVATE KEY", NULL),
                     DEVCA_OK);
    ck_assert(bytes_append(&der, "", 1));
    ck_assert_int_eq(read_der(bytes_slice(&der), "PRIVATE KEY", NULL),
                     DEVCA_E_KEY);
    bytes_clear(&der);
}
END_TEST

/* The file `key` with these octets, opened as a store's own. */
static enum devca_code open_der(const struct bytes *der, const char *label,
                                const struct bytes *secret,
                                struct devca_error *error)
{
    struct signer_location location = {"file:key", ".", secret};
    struct devid_slice text;
    struct devid_writer w;
    struct signer *signer;
    uint8_t pem[1024];
    enum devca_code code;

    devid_writer_init(&w, pem, sizeof pem);
    devid_pem_write(&w, label, bytes_slice(der));
    ck_assert_int_eq(devid_writer_done(&w, &text), DEVID_OK);
    place_put("key", text, 0600);
    memset(error, 0, sizeof *error);
    code = signer_open(&signer, &location, error);
    signer_close(signer);
    return code;
}

/* Every octet of the file in turn is another: never a different key. */
START_TEST(test_damaged)
{
    struct bytes der = {0};
    struct devca_error error;
    enum devca_code code;
    size_t i;

    fixture_der("p256.pem", &der);
    for (i = 0; i < der.len; i++) {
        der.data[i] ^= 0x01;
        code = open_der(&der, "PRIVATE KEY", NULL, &error);
        /* Octet 5 is the version: 0 and 1 are both known. */
        ck_assert_msg(i == 5 ? code == DEVCA_OK : code == DEVCA_E_KEY,
                      "octet %zu: %s", i, devca_code_text(code));
        der.data[i] ^= 0x01;
    }
    bytes_clear(&der);
}
END_TEST

/* An encrypted file damaged anywhere opens as nothing, and where the format
 * lets one tell (in the structure, and between the first and the last two
 * blocks of what is encrypted) the passphrase is not blamed. Few iterations:
 * the structure is the same. */
START_TEST(test_damaged_sealed)
{
    struct bytes der = {0}, secret = place_secret("sesame");
    struct devca_error error;
    enum devca_code code;
    size_t i, from;

    fixture_der("p256-aes-256-cbc.pem", &der);
    ck_assert_int_eq(
        read_der(bytes_slice(&der), "ENCRYPTED PRIVATE KEY", &secret),
        DEVCA_OK);
    from = der.len - 144;
    ck_assert_int_eq(der.data[from - 1], 144);
    for (i = 0; i < der.len; i++) {
        der.data[i] ^= 0x80;
        code = open_der(&der, "ENCRYPTED PRIVATE KEY", &secret, &error);
        ck_assert_msg(code == DEVCA_E_KEY || code == DEVCA_E_PASSPHRASE,
                      "octet %zu: %s", i, devca_code_text(code));
        if (code == DEVCA_E_PASSPHRASE)
            ck_assert_ptr_nonnull(strstr(error.hint, "is damaged"));
        if (i < 16 || (i >= from + 16 && i < der.len - 32))
            ck_assert_msg(code == DEVCA_E_KEY, "octet %zu: blames", i);
        der.data[i] ^= 0x80;
    }
    bytes_clear(&der);
    bytes_clear(&secret);
}
END_TEST

static const struct {
    const char *name;
    mode_t mode;
    enum devca_code code;
} permissions[] = {
    {"file:key", 0600, DEVCA_OK},     {"file:key", 0400, DEVCA_OK},
    {"file:key", 0640, DEVCA_E_KEY},  {"file:key", 0604, DEVCA_E_KEY},
    {"file:key", 0660, DEVCA_E_KEY},  {"file:no", 0600, DEVCA_E_KEY_MISSING},
    {"key", 0600, DEVCA_E_KEY},       {"http:key", 0600, DEVCA_E_KEY},
    {"pkcs11:x", 0600, DEVCA_E_USAGE}};

START_TEST(test_location)
{
    const struct signer_location location = {permissions[_i].name, ".", NULL};
    struct devca_error error = {0};
    struct bytes pem = {0};
    struct signer *signer;

    place_fixture("p256.pem", &pem);
    place_put("key", bytes_slice(&pem), permissions[_i].mode);
    ck_assert_int_eq(signer_open(&signer, &location, &error),
                     permissions[_i].code);
    ck_assert(signer || *error.fault);
    signer_close(signer);
    bytes_clear(&pem);
}
END_TEST

/* ---- ours, read by others ---- */

static const struct reader {
    const char *program, *plain, *sealed;
} readers[] = {
    {"openssl", "openssl pkey -in key -check -noout 2>&1",
     "openssl pkey -in key -passin pass:sesame -check -noout 2>&1"},
    {"certtool",
     "certtool --pkcs8 --null-password -k --infile key "
     "</dev/null 2>&1 | grep -q 'Public Key PIN'",
     "certtool --pkcs8 --password sesame -k --infile key "
     "</dev/null 2>&1 | grep -q 'Public Key PIN'"},
};

static void write_ours(enum devid_curve curve, const char *text)
{
    struct bytes pem = {0}, again = {0}, secret = place_secret(text);
    const struct signer_location location = {"file:key", ".",
                                             text ? &secret : NULL};
    struct signer *signer, *reopened;

    ck_assert_int_eq(signer_generate(&signer, curve, NULL), DEVCA_OK);
    ck_assert_int_eq(signer_export(signer, location.secret, &pem, NULL),
                     DEVCA_OK);
    place_put("key", bytes_slice(&pem), 0600);
    ck_assert_int_eq(signer_open(&reopened, &location, NULL), DEVCA_OK);
    ck_assert_mem_eq(signer_public_key(signer)->point,
                     signer_public_key(reopened)->point,
                     signer_public_key(signer)->len);
    ck_assert_int_eq(signer_export(reopened, NULL, &again, NULL), DEVCA_OK);
    ck_assert_ptr_nonnull(strstr((char *)again.data, "BEGIN PRIVATE KEY"));
    signer_close(signer);
    signer_close(reopened);
    bytes_clear(&pem);
    bytes_clear(&again);
    bytes_clear(&secret);
}

START_TEST(test_read_by_others)
{
    enum devid_curve curve = _i & 1 ? DEVID_P384 : DEVID_P256;
    const char *secret = _i & 2 ? "sesame" : NULL;
    const struct reader *reader = &readers[_i >> 2];
    char line[512], which[64];

    snprintf(which, sizeof which, "command -v %s", reader->program);
    if (place_run(which, line, sizeof line) != 0)
        return;
    write_ours(curve, secret);
    ck_assert_msg(place_run(secret ? reader->sealed : reader->plain, line,
                            sizeof line) == 0,
                  "%s: %s", reader->program, line);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.pkcs8");
    TCase *cases = tcase_create("pkcs8");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, place_make, place_remove);
    tcase_add_loop_test(cases, test_open, 0, sizeof files / sizeof files[0]);
    tcase_add_loop_test(cases, test_refuse, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_test(cases, test_truncated);
    tcase_add_test(cases, test_damaged);
    tcase_add_test(cases, test_damaged_sealed);
    tcase_add_loop_test(cases, test_location, 0,
                        sizeof permissions / sizeof permissions[0]);
    tcase_add_loop_test(cases, test_read_by_others, 0, 8);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
