/* Headers of tar: there and back, and nothing but what was written. */
#include "devca/base/tar.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct size_case {
    uint64_t size;
    unsigned padding;
};

static const struct size_case sizes[] = {
    {0, 0},
    {1, 511},
    {511, 1},
    {512, 0},
    {513, 511},
    {(UINT64_C(1) << 33) - 1, 1}, /* the last in octal */
    {UINT64_C(1) << 33, 0},
    {UINT64_C(1) << 40, 0},
    {UINT64_MAX, 1}};

START_TEST(test_sizes)
{
    struct tar_member member = {.name = "identity.db", .modified = 1767225600};
    struct tar_member again;
    uint8_t block[TAR_BLOCK];
    const char *fault;

    member.size = sizes[_i].size;
    tar_header_write(&member, block);
    ck_assert(tar_header_read(block, &again, &fault));
    ck_assert_ptr_null(fault);
    ck_assert_str_eq(again.name, member.name);
    ck_assert(again.size == member.size);
    ck_assert(again.modified == member.modified);
    ck_assert_uint_eq(tar_padding(member.size), sizes[_i].padding);
}
END_TEST

START_TEST(test_long_name)
{
    struct tar_member member = {.size = 1}, again;
    uint8_t block[TAR_BLOCK];
    const char *fault;

    memset(member.name, 'n', TAR_NAME);
    tar_header_write(&member, block);
    ck_assert(tar_header_read(block, &again, &fault));
    ck_assert_uint_eq(strlen(again.name), TAR_NAME);
}
END_TEST

/* Whatever octet is changed, the header is refused, or is another member's:
 * then its sum was changed with it, which one octet cannot do. */
START_TEST(test_every_octet)
{
    struct tar_member member = {.name = "identity.db", .size = 1234}, again;
    uint8_t block[TAR_BLOCK];
    const char *fault;
    size_t at;
    unsigned bit;

    for (at = 0; at < TAR_BLOCK; at++) {
        for (bit = 0; bit < 8; bit++) {
            tar_header_write(&member, block);
            block[at] ^= (uint8_t)(1u << bit);
            ck_assert_msg(!tar_header_read(block, &again, &fault),
                          "bit %u of octet %zu goes unseen", bit, at);
            ck_assert_ptr_nonnull(fault);
        }
    }
}
END_TEST

/* GNU tar reads it as it was meant. */
START_TEST(test_tar_reads)
{
    static const char name[] = "/tmp/devca-tar-XXXXXX";
    struct tar_member member = {.name = "keys/a.pem", .size = 3};
    uint8_t block[TAR_BLOCK], rest[3 * TAR_BLOCK] = "abc";
    char path[sizeof name], command[128], line[128] = "";
    FILE *file, *pipe;
    int fd;

    memcpy(path, name, sizeof name);
    fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    file = fdopen(fd, "w");
    tar_header_write(&member, block);
    ck_assert_uint_eq(fwrite(block, 1, sizeof block, file), sizeof block);
    ck_assert_uint_eq(fwrite(rest, 1, sizeof rest, file), sizeof rest);
    ck_assert_int_eq(fclose(file), 0);
    snprintf(command, sizeof command,
             "tar -xOf %s keys/a.pem && tar -tf %s 2>&1", path, path);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, pipe));
    ck_assert_int_eq(pclose(pipe), 0);
    ck_assert_str_eq(line, "abckeys/a.pem\n");
    ck_assert_int_eq(remove(path), 0);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("tar");
    Suite *suite = suite_create("tar");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tests, test_sizes, 0,
                        (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(tests, test_long_name);
    tcase_add_test(tests, test_every_octet);
    tcase_add_test(tests, test_tar_reads);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
