/* The tree of RFC 9162, against its own definition for every small size. */
#include "devca/base/text.h"
#include "devca/journal/entry.h"
#include "devca/journal/merkle.h"
#include "devca/key/crypto.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define SIZES 70

static uint8_t leaves[SIZES][MERKLE_HASH];

static void make_leaves(void)
{
    uint8_t i;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    for (i = 0; i < SIZES; i++)
        digest_sha256((struct devid_slice){&i, 1}, leaves[i]);
}

/* MTH, RFC 9162, 2.1.1, word for word. */
static void define(unsigned from, unsigned to, uint8_t *head)
{
    uint8_t left[MERKLE_HASH], right[MERKLE_HASH];
    unsigned k = 1;

    if (to - from == 1) {
        memcpy(head, leaves[from], MERKLE_HASH);
        return;
    }
    while (2 * k < to - from)
        k *= 2;
    define(from, from + k, left);
    define(from + k, to, right);
    merkle_join(left, right, head);
}

START_TEST(test_heads)
{
    struct merkle tree = {0}, loaded;
    uint8_t head[MERKLE_HASH], defined[MERKLE_HASH];
    unsigned size;

    make_leaves();
    for (size = 1; size <= SIZES; size++) {
        merkle_append(&tree, leaves[size - 1]);
        merkle_root(&tree, head);
        define(0, size, defined);
        ck_assert_mem_eq(head, defined, MERKLE_HASH);
        ck_assert(merkle_load(&loaded, size, merkle_edge(&tree)));
        merkle_root(&loaded, head);
        ck_assert_mem_eq(head, defined, MERKLE_HASH);
        ck_assert(!merkle_load(&loaded, size ^ 1, merkle_edge(&tree)));
    }
}
END_TEST

/* The heads that Certificate Transparency's first test data has for the trees
 * of its eight entries. */
static const struct {
    const char *entry;
    const char *head;
} known[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", NULL},
    {"2021", NULL},
    {"3031", NULL},
    {"40414243", NULL},
    {"5051525354555657", NULL},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};

START_TEST(test_known)
{
    static const char nothing[] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    struct merkle tree = {0};
    struct bytes entry = {0};
    uint8_t hash[MERKLE_HASH];
    char text[2 * MERKLE_HASH + 1];
    size_t i;

    make_leaves();
    merkle_root(&tree, hash);
    hex_write((struct devid_slice){hash, MERKLE_HASH}, text);
    ck_assert_str_eq(text, nothing);
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        entry.len = 0;
        ck_assert(hex_read(known[i].entry, strlen(known[i].entry), &entry));
        ck_assert(journal_text_leaf(bytes_slice(&entry), hash));
        merkle_append(&tree, hash);
        merkle_root(&tree, hash);
        hex_write((struct devid_slice){hash, MERKLE_HASH}, text);
        if (known[i].head != NULL)
            ck_assert_str_eq(text, known[i].head);
    }
    bytes_clear(&entry);
}
END_TEST

static unsigned make_path(unsigned index, unsigned size,
                          uint8_t path[][MERKLE_HASH])
{
    struct merkle_range ranges[MERKLE_LEVELS];
    unsigned i, count = merkle_path(index, size, ranges);

    for (i = 0; i < count; i++)
        define((unsigned)ranges[i].from, (unsigned)ranges[i].to, path[i]);
    return count;
}

/* Each path holds, and holds for nothing else: no other place, leaf, head,
 * length, no bit turned. */
static void try_path(unsigned index, unsigned size)
{
    uint8_t path[MERKLE_LEVELS][MERKLE_HASH], head[MERKLE_HASH];
    struct merkle_proof proof = {index, size, NULL, 0};
    unsigned i, other;

    proof.count = make_path(index, size, path);
    proof.path = (const uint8_t(*)[MERKLE_HASH])path;
    define(0, size, head);
    ck_assert(merkle_proof_holds(&proof, leaves[index], head));
    ck_assert(!merkle_proof_holds(&proof, leaves[(index + 1) % SIZES], head));
    for (other = 0; other <= size; other++) {
        proof.index = other;
        ck_assert_int_eq(merkle_proof_holds(&proof, leaves[index], head),
                         other == index);
    }
    proof.index = index;
    for (i = 0; i < proof.count; i++) {
        path[i][i] ^= 1;
        ck_assert(!merkle_proof_holds(&proof, leaves[index], head));
        path[i][i] ^= 1;
    }
    proof.count++;
    ck_assert(!merkle_proof_holds(&proof, leaves[index], head));
    proof.count--;
    head[31] ^= 0x80;
    ck_assert(!merkle_proof_holds(&proof, leaves[index], head));
}

START_TEST(test_paths)
{
    unsigned index, size;

    make_leaves();
    for (size = 1; size <= 33; size++)
        for (index = 0; index < size; index++)
            try_path(index, size);
}
END_TEST

START_TEST(test_large)
{
    struct merkle_range ranges[MERKLE_LEVELS];
    const uint64_t size = (UINT64_C(1) << 62) + 3;
    struct merkle_proof proof = {0, UINT64_MAX, NULL, 0};
    uint8_t hash[MERKLE_HASH] = {0};

    ck_assert_uint_eq(merkle_path(0, size, ranges), 63);
    ck_assert_uint_eq(merkle_path(size - 1, size, ranges), 2);
    ck_assert(!merkle_proof_holds(&proof, hash, hash));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("journal merkle");
    TCase *tcase = tcase_create("tree");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_heads);
    tcase_add_test(tcase, test_known);
    tcase_add_test(tcase, test_paths);
    tcase_add_test(tcase, test_large);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
