/* Canonical JSON, the journal's key, signed notes and proofs as text. */
#include "devca/base/text.h"
#include "devca/journal/canonical.h"
#include "devca/journal/entry.h"
#include "devca/journal/note.h"
#include "devca/key/crypto.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* RFC 8785, 3.2.2.2 and 3.2.3: what JSON has two characters for, the other
 * controls in lower-case hex, nothing else escaped, members by their names. */
START_TEST(test_canonical)
{
    static const char hostile[] = "\b\t\n\f\r\"\\/\x1F\x7F\xC3\xA9\xE2\x80\xA8";
    struct canonical_member members[3];
    struct bytes json = {0};

    members[0] = canonical_text("z", hostile);
    members[1] = canonical_number("b", -9007199254740991);
    members[2] = canonical_text("A", "\xFF\xC0\x80");
    ck_assert(canonical_write(members, 3, &json));
    ck_assert_str_eq((const char *)json.data,
                     "{\"A\":\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\","
                     "\"b\":-9007199254740991,"
                     "\"z\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\x7F\xC3\xA9"
                     "\xE2\x80\xA8\"}");
    bytes_clear(&json);
}
END_TEST

static void hex(const char *text, uint8_t *octets)
{
    struct bytes read = {0};

    ck_assert(hex_read(text, strlen(text), &read));
    memcpy(octets, read.data, read.len);
    bytes_clear(&read);
}

/* RFC 8032, 7.1, test 1. */
START_TEST(test_ed25519)
{
    struct journal_key key;
    uint8_t signature[JOURNAL_SIGNATURE_LEN], expected[JOURNAL_SIGNATURE_LEN];
    const struct devid_slice nothing = {(const uint8_t *)"", 0};

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        key.seed);
    hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        key.public_key);
    hex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        expected);
    ck_assert_int_eq(journal_key_sign(&key, nothing, signature, NULL),
                     DEVCA_OK);
    ck_assert_mem_eq(signature, expected, sizeof expected);
    signature[3] ^= 1;
    ck_assert(!journal_key_verify(key.public_key, nothing, signature));
    /* A public key that is not the seed's: the result is not given out. */
    key.public_key[0] ^= 1;
    ck_assert_int_eq(journal_key_sign(&key, nothing, signature, NULL),
                     DEVCA_E_KEY);
}
END_TEST

START_TEST(test_key_file)
{
    char path[] = "/tmp/devca-journal-XXXXXX";
    struct journal_key key, read;
    struct devca_error error;
    FILE *file;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_ptr_nonnull(mkdtemp(path));
    ck_assert_int_eq(chdir(path), 0);
    ck_assert_int_eq(journal_key_generate(&key, NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_write(&key, "k.pem", NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_write(&key, "k.pem", NULL),
                     DEVCA_E_FILE_EXISTS);
    ck_assert_int_eq(journal_key_read(&read, "k.pem", NULL), DEVCA_OK);
    ck_assert_mem_eq(&read, &key, sizeof key);
    ck_assert_int_eq(chmod("k.pem", 0640), 0);
    ck_assert_int_eq(journal_key_read(&read, "k.pem", &error), DEVCA_E_KEY);
    ck_assert_int_eq(chmod("k.pem", 0600), 0);
    file = fopen("k.pem", "w");
    ck_assert_ptr_nonnull(file);
    fputs("-----BEGIN PRIVATE KEY-----\nMA==\n-----END PRIVATE KEY-----\n",
          file);
    fclose(file);
    ck_assert_int_eq(journal_key_read(&read, "k.pem", &error), DEVCA_E_KEY);
    ck_assert_int_eq(unlink("k.pem"), 0);
    ck_assert_int_eq(journal_key_read(&read, "k.pem", &error),
                     DEVCA_E_KEY_MISSING);
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

/* A proof of the second of three entries, whole. */
static void make_proof(struct journal_key *key, struct bytes *text)
{
    static const char *const entries[] = {"one", "two", "three"};
    uint8_t leaves[3][MERKLE_HASH];
    struct note_proof proof = {.index = 1, .count = 2};
    struct merkle tree = {0};
    size_t i;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_generate(key, NULL), DEVCA_OK);
    for (i = 0; i < 3; i++) {
        ck_assert(
            journal_text_leaf((struct devid_slice){(const uint8_t *)entries[i],
                                                   strlen(entries[i])},
                              leaves[i]));
        merkle_append(&tree, leaves[i]);
    }
    memcpy(proof.path[0], leaves[0], MERKLE_HASH);
    memcpy(proof.path[1], leaves[2], MERKLE_HASH);
    proof.entry = (struct devid_slice){(const uint8_t *)"two", 3};
    proof.checkpoint.size = tree.size;
    merkle_root(&tree, proof.checkpoint.root);
    ck_assert_int_eq(note_sign(&proof.checkpoint, key, NULL), DEVCA_OK);
    ck_assert(note_proof_write(&proof, key->public_key, text));
}

static enum devca_code read_proof(const struct journal_key *key,
                                  struct devid_slice text)
{
    struct note_source source = {text, key->public_key, "proof"};
    struct note_proof proof;
    struct bytes entry = {0};
    enum devca_code code = note_proof_read(&proof, &source, &entry, NULL);

    if (code == DEVCA_OK) {
        ck_assert_uint_eq(proof.entry.len, 3);
        ck_assert_mem_eq(proof.entry.data, "two", 3);
        ck_assert_uint_eq(proof.checkpoint.size, 3);
    }
    bytes_clear(&entry);
    return code;
}

/* Every octet counts: none may be another, none be missing at the end. */
START_TEST(test_proof)
{
    struct journal_key key;
    struct bytes text = {0};
    enum devca_code code;
    size_t i;

    make_proof(&key, &text);
    ck_assert_int_eq(read_proof(&key, bytes_slice(&text)), DEVCA_OK);
    for (i = 0; i < text.len; i++) {
        text.data[i] ^= 1;
        code = read_proof(&key, bytes_slice(&text));
        ck_assert_msg(code == DEVCA_E_MALFORMED || code == DEVCA_E_REFUSED,
                      "octet %zu: %d", i, code);
        text.data[i] ^= 1;
        code = read_proof(&key, (struct devid_slice){text.data, i});
        ck_assert_msg(code == DEVCA_E_MALFORMED || code == DEVCA_E_REFUSED,
                      "cut at %zu: %d", i, code);
    }
    bytes_clear(&text);
}
END_TEST

/* A witness's line beside the journal's own is passed over. */
START_TEST(test_witness)
{
    static const char line[] = "\xE2\x80\x94 witness.example AAAAAAAAAAA=\n";
    struct journal_key key;
    struct bytes text = {0};

    make_proof(&key, &text);
    ck_assert(bytes_append_text(&text, line));
    ck_assert_int_eq(read_proof(&key, bytes_slice(&text)), DEVCA_OK);
    ck_assert(bytes_append_text(&text, "nonsense\n"));
    ck_assert_int_eq(read_proof(&key, bytes_slice(&text)), DEVCA_E_MALFORMED);
    bytes_clear(&text);
}
END_TEST

START_TEST(test_key_text)
{
    static const char *const wrong[] = {"",      "+",        "a+b",
                                        "a+b+c", "a+b+AQ==", "++"};
    uint8_t public_key[JOURNAL_KEY_LEN];
    struct journal_key key;
    struct bytes text = {0};
    size_t i;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_generate(&key, NULL), DEVCA_OK);
    ck_assert(note_key_write(key.public_key, &text));
    ck_assert_int_eq(note_key_read((const char *)text.data, public_key, NULL),
                     DEVCA_OK);
    ck_assert_mem_eq(public_key, key.public_key, JOURNAL_KEY_LEN);
    text.data[text.len - 2] ^= 4;
    ck_assert_int_eq(note_key_read((const char *)text.data, public_key, NULL),
                     DEVCA_E_MALFORMED);
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_int_eq(note_key_read(wrong[i], public_key, NULL),
                         DEVCA_E_MALFORMED);
    bytes_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal note");
    TCase *tcase = tcase_create("text");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_canonical);
    tcase_add_test(tcase, test_ed25519);
    tcase_add_test(tcase, test_key_file);
    tcase_add_test(tcase, test_proof);
    tcase_add_test(tcase, test_witness);
    tcase_add_test(tcase, test_key_text);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
