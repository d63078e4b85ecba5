/* Filters, cursors, counts and --where. */
#include "place.h"

#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Certificates 1 to 6 of devices 1 to 6: 2 superseded, 3 revoked, 4 held, 5
 * ended at 5000 (it is 6000 now), 6 of the other profile. 7: the CA's own. */
static void fill(struct place *place)
{
    struct store_certificate row;
    struct store_revocation revoked = {.reason = 1, .revoked_at = 4000};
    int64_t id;
    unsigned n;

    place_fill(place);
    for (n = 1; n <= 4; n++)
        ck_assert_int_eq(place_issue(place, n, 0), n);
    ck_ok(store_certificate_set_status(place->store, 2, STORE_SUPERSEDED,
                                       &place->error));
    revoked.certificate_id = 3;
    ck_ok(store_revocation_put(place->store, &revoked, &place->error));
    revoked.certificate_id = 4;
    revoked.reason = 6;
    ck_ok(store_revocation_put(place->store, &revoked, &place->error));
    row = place_row(place, 5);
    row.device_id = place_device(place, 5);
    row.not_after = 5000;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    row = place_row(place, 6);
    row.device_id = place_device(place, 6);
    row.profile_id = place->other;
    row.key_type = 2;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    row = place_row(place, 7);
    row.issuer_id = place->root;
    row.profile_id = 0;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    ck_ok(store_authority_install(place->store, place->ca, id, &place->error));
}

static enum devca_code collect(const struct store_query_row *row, void *context)
{
    char *ids = context;

    ck_assert_uint_eq(row->count, 19);
    ck_assert_str_eq(row->names[18], "der");
    ck_assert_int_eq(row->values[0].integer, row->id);
    ids[strlen(ids)] = (char)('0' + row->id);
    return DEVCA_OK;
}

struct query_case {
    struct store_query query;
    const char *ids;
};

static const uint8_t uid3[] = {0, 0, 0, 0, 0, 3};
static const uint8_t serial2[] = {1, 0, 0, 0, 0, 0, 0, 2};

static const struct query_case queries[] = {
    {{.limit = 0}, "123456"},
    {{.authorities = true}, "1234567"},
    {{.limit = 2}, "12"},
    {{.after = 2, .limit = 3}, "345"},
    {{.product = "meter"}, "123456"},
    {{.product = "meter", .authorities = true}, "1234567"},
    {{.product = "none"}, ""},
    {{.profile = "ldevid2"}, "6"},
    {{.uid = {uid3, 6}}, "3"},
    {{.uid = {uid3, 5}}, ""},
    {{.serial = {serial2, 8}}, "2"},
    {{.status = "active"}, "16"},
    {{.status = "superseded"}, "2"},
    {{.status = "revoked"}, "3"},
    {{.status = "held"}, "4"},
    {{.status = "expired"}, "5"},
    {{.status = "expired", .product = "meter"}, "5"},
    {{.status = "active", .authorities = true}, "167"},
    {{.status = "active", .profile = "idevid"}, "1"},
    {{.expires = true, .expires_before = -1}, ""},
    {{.expires = true, .expires_before = 0}, ""},
    {{.expires = true, .expires_before = 5000}, ""},
    {{.expires = true, .expires_before = 5001}, "5"},
    {{.expires = true, .expires_before = DEVCA_NEVER + 1}, "123456"},
    {{.where = "id >= 5"}, "56"},
    {{.where = "id != 5 and id > 3"}, "46"},
    {{.where = "uid = 000000000003"}, "3"},
    {{.where = "uid=000000000003"}, "3"},
    {{.where = "uid >= '000000000002' and uid<000000000004"}, "23"},
    {{.where = "serial = 0100000000000002"}, "2"},
    {{.where = "serial = 00000100000000000002"}, "2"},
    {{.where = "profile = ldevid2"}, "6"},
    {{.where = "profile like ide%"}, "12345"},
    {{.where = "profile like '%'"}, "123456"},
    {{.where = "profile like id_vid%"}, ""},
    {{.where = "product = meter and issuer = meter"}, "123456"},
    {{.where = "issuer = 'OEM Root'", .authorities = true}, "7"},
    {{.where = "product = meter", .authorities = true}, "1234567"},
    {{.where = "status = revoked"}, "3"},
    {{.where = "status = active"}, "16"},
    {{.where = "status != active"}, "2345"},
    {{.where = "status != expired and status != held"}, "1236"},
    {{.where = "reason = keyCompromise"}, "3"},
    {{.where = "reason != keyCompromise"}, "12456"},
    {{.where = "revoked_at = 1970-01-01T01:06:40Z"}, "34"},
    {{.where = "not_after < 1970-01-02"}, "5"},
    {{.where = "not_before < 1970-01-01T00:16:43Z"}, "12"},
    {{.where = "not_before = 1970-01-01T00:16:43Z"}, "3"},
    {{.where = "issued_at <= 1970-01-01T00:16:42Z"}, "12"},
    {{.where = "key_type = p384"}, "6"},
    {{.where = "size > 89 and size < 91"}, "123456"},
    {{.where = "profile = 'it''s; DROP TABLE device --'"}, ""},
    {{.where = "profile = ''"}, ""},
    {{.where = "  id  =  1  "}, "1"},
};

START_TEST(test_query)
{
    struct place place;
    struct store_query query = queries[_i].query;
    char ids[64] = "";
    int64_t count;

    fill(&place);
    query.now = 6000;
    ck_ok(store_query_run(place.store, &query, collect, ids, &place.error));
    ck_assert_str_eq(ids, queries[_i].ids);
    if (query.limit == 0) {
        ck_ok(store_query_count(place.store, &query, &count, &place.error));
        ck_assert_int_eq(count, (int64_t)strlen(ids));
    }
    place_remove(&place);
}
END_TEST

/* Ends at the last second of 1969, the first of 1970 and the one after it. */
START_TEST(test_epoch)
{
    struct place place;
    struct store_query query = {.now = 6000, .expires = true};
    struct store_certificate row;
    int64_t id, count, end;

    place_fill(&place);
    for (end = -1; end <= 1; end++) {
        row = place_row(&place, (unsigned)(end + 2));
        row.device_id = place_device(&place, (unsigned)(end + 2));
        row.not_after = end;
        ck_ok(store_certificate_put(place.store, &row, &id, &place.error));
    }
    for (end = -1; end <= 2; end++) {
        char ids[64] = "";

        query.expires_before = end;
        ck_ok(store_query_run(place.store, &query, collect, ids, &place.error));
        ck_assert_uint_eq(strlen(ids), (size_t)(end + 1));
        ck_assert_int_eq(strncmp(ids, "123", strlen(ids)), 0);
        ck_ok(store_query_count(place.store, &query, &count, &place.error));
        ck_assert_int_eq(count, end + 1);
    }
    place_remove(&place);
}
END_TEST

struct refusal {
    const char *where;
    const char *fault;
};

static const struct refusal refusals[] = {
    {"", "column 1: a field is missing"},
    {"   ", "column 4: a field is missing"},
    {"der = 00", "column 1: no such field"},
    {"i = 1", "column 1: no such field"},
    {"idx = 1", "column 1: no such field"},
    {"ID = 1", "column 1: a field is missing"},
    {"id", "column 3: an operator is missing"},
    {"id == 1", "column 5: a value is missing"},
    {"id =", "column 5: a value is missing"},
    {"id = 1 or id = 2", "column 8: only `and`"},
    {"id = 1 and", "column 8: only `and`"},
    {"id = 1 and ", "column 12: a field is missing"},
    {"id = 1; DROP TABLE device", "column 6: not a number"},
    {"id = 1 --", "column 8: only `and`"},
    {"id = -1", "column 6: not a number"},
    {"id = 1234567890123456789", "column 6: not a number"},
    {"id = 99999999999999999999", "column 6: not a number"},
    {"id = ''", "column 6: not a number"},
    {"id like 1%", "column 9: like is for text"},
    {"uid = 123", "column 7: not an even number"},
    {"uid = xy", "column 7: not an even number"},
    {"uid = ''", "column 7: not an even number"},
    {"uid = '00", "column 7: the quote does not end"},
    {"uid = '00''", "column 7: the quote does not end"},
    {"product = \"meter\"", "column 11: a value is missing"},
    {"product like meter", "column 14: like takes"},
    {"product likemeter%", "column 9: an operator is missing"},
    {"not_after < soon", "column 13: not a date"},
    {"not_after < 2030-13-01", "column 13: not a date"},
    {"status = alive", "column 10: not a status"},
    {"status > active", "column 10: status takes"},
    {"product = 'a'b", "column 14: only `and`"},
    {"uid = 00\nand id = 1", "column 9: only `and`"},
};

START_TEST(test_refusal)
{
    struct place place;
    struct store_query query = {.where = refusals[_i].where};
    char ids[64] = "";

    place_fill(&place);
    ck_code(store_query_run(place.store, &query, collect, ids, &place.error),
            DEVCA_E_USAGE);
    ck_assert_msg(strncmp(place.error.fault, refusals[_i].fault,
                          strlen(refusals[_i].fault)) == 0,
                  "%s", place.error.fault);
    ck_assert_str_eq(place.error.object, "--where");
    place_remove(&place);
}
END_TEST

START_TEST(test_limits)
{
    struct place place;
    struct store_query query = {.limit = 0};
    char *text = malloc(8192), ids[64] = "";
    int i;

    ck_assert_ptr_nonnull(text);
    place_fill(&place);
    query.where = text;
    memset(text, ' ', 8191);
    text[8191] = '\0';
    ck_code(store_query_run(place.store, &query, collect, ids, &place.error),
            DEVCA_E_USAGE);
    text[0] = '\0';
    for (i = 0; i < 60; i++)
        snprintf(text + strlen(text), 32, "%sid = 1", i > 0 ? " and " : "");
    ck_code(store_query_run(place.store, &query, collect, ids, &place.error),
            DEVCA_E_USAGE);
    query.where = NULL;
    query.status = "alive";
    ck_code(store_query_run(place.store, &query, collect, ids, &place.error),
            DEVCA_E_USAGE);
    free(text);
    place_remove(&place);
}
END_TEST

/* A cheap look at what no table foresees: octets at random. */
START_TEST(test_rubbish)
{
    static const char alphabet[] = "idu =<>!'%and likestau_0123456789\x80\n\"";
    struct place place;
    struct store_query query = {.now = 1};
    char text[41], ids[64];
    unsigned seed = 7;
    int i, j;

    place_fill(&place);
    for (i = 0; i < 3000; i++) {
        for (j = 0; j < 40; j++) {
            seed = seed * 1103515245u + 12345u;
            text[j] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
        }
        text[seed % 41] = '\0';
        text[40] = '\0';
        query.where = text;
        ids[0] = '\0';
        if (store_query_run(place.store, &query, collect, ids, &place.error) !=
            DEVCA_OK)
            ck_code(place.error.code, DEVCA_E_USAGE);
    }
    place_remove(&place);
}
END_TEST

/* Of the certificate, the last column. */
static void is_fingerprint(const struct store_query_row *row,
                           const struct store_value *value)
{
    char text[2 * 32 + 1];
    uint8_t digest[32];

    digest_sha256(row->values[row->count - 1].octets, digest);
    hex_write((struct devid_slice){digest, sizeof digest}, text);
    ck_assert_uint_eq(value->octets.len, 64);
    ck_assert_mem_eq(value->octets.data, text, 64);
}

/* What the view says, the query says, and the fingerprint. */
static enum devca_code compare(const struct store_query_row *row, void *context)
{
    sqlite3_stmt *view = context;
    int column = -1;
    size_t i;

    ck_assert_int_eq(sqlite3_step(view), SQLITE_ROW);
    ck_assert_int_eq(sqlite3_column_count(view), (int)row->count - 1);
    for (i = 0; i < row->count; i++) {
        const struct store_value *value = &row->values[i];

        if (strcmp(row->names[i], "fingerprint") == 0) {
            is_fingerprint(row, value);
            continue;
        }
        column++;
        ck_assert_str_eq(row->names[i], sqlite3_column_name(view, column));
        ck_assert_uint_eq(value->octets.len,
                          value->type == STORE_INTEGER
                              ? 0
                              : (size_t)sqlite3_column_bytes(view, column));
        ck_assert_int_eq(value->integer,
                         value->type == STORE_INTEGER
                             ? sqlite3_column_int64(view, column)
                             : 0);
        if (value->octets.len > 0)
            ck_assert_mem_eq(value->octets.data,
                             sqlite3_column_blob(view, column),
                             value->octets.len);
    }
    return DEVCA_OK;
}

START_TEST(test_view)
{
    struct place place;
    struct store_query query = {
        .now = 1800000000, .authorities = true, .der = true};
    sqlite3 *db;
    sqlite3_stmt *view;

    fill(&place);
    ck_assert_int_eq(sqlite3_open(place.database, &db), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_prepare_v2(db, "SELECT * FROM certificates ORDER BY id", -1,
                           &view, NULL),
        SQLITE_OK);
    ck_ok(store_query_run(place.store, &query, compare, view, &place.error));
    ck_assert_int_eq(sqlite3_step(view), SQLITE_DONE);
    sqlite3_finalize(view);
    sqlite3_close(db);
    place_remove(&place);
}
END_TEST

START_TEST(test_fingerprint)
{
    struct place place;
    struct store_query query = {.now = 6000};
    char text[96] = "fingerprint = ", ids[64] = "";
    uint8_t digest[32];

    fill(&place);
    digest_sha256(place_row(&place, 4).der, digest);
    hex_write((struct devid_slice){digest, sizeof digest}, text + strlen(text));
    query.where = text;
    ck_ok(store_query_run(place.store, &query, collect, ids, &place.error));
    ck_assert_str_eq(ids, "4");
    text[strlen(text) - 1] ^= 1; /* the last digit */
    ids[0] = '\0';
    ck_ok(store_query_run(place.store, &query, collect, ids, &place.error));
    ck_assert_str_eq(ids, "");
    place_remove(&place);
}
END_TEST

/* With the sqlite3 shell, as anybody may. */
static void ask_shell(const struct place *place, const char *sql, char *answer,
                      size_t size)
{
    char command[1024];
    FILE *pipe;
    size_t len;

    snprintf(command, sizeof command, "sqlite3 -batch -noheader '%s' \"%s\"",
             place->database, sql);
    pipe = popen(command, "r");
    ck_assert_ptr_nonnull(pipe);
    len = fread(answer, 1, size - 1, pipe);
    answer[len] = '\0';
    ck_assert_int_eq(pclose(pipe), 0);
}

static const struct {
    const char *sql, *answer;
} shell_cases[] = {
    {"SELECT uid, serial, status, certificates, created_at FROM devices "
     "WHERE id = 3",
     "000000000003|0100000000000003|revoked|1|1970-01-01T00:16:43Z\n"},
    {"SELECT count(*) FROM devices WHERE product = 'meter'", "6\n"},
    {"SELECT kind, product, uid, profile, issuer, status, reason, revoked_at, "
     "key_type FROM certificates WHERE id = 4",
     "device|meter|000000000004|idevid|meter|held|certificateHold|"
     "1970-01-01T01:06:40Z|p256\n"},
    {"SELECT kind, product, issuer, status FROM certificates WHERE id = 7",
     "authority|meter|OEM Root|active\n"},
    {"SELECT id, not_after FROM certificates WHERE status = 'expired'",
     "5|1970-01-01T01:23:20Z\n"},
    {"SELECT not_before, not_after, length(key_fingerprint), size, "
     "typeof(der) FROM certificates WHERE id = 1",
     "1970-01-01T00:16:41Z|9999-12-31T23:59:59Z|64|90|blob\n"},
    {"PRAGMA integrity_check", "ok\n"},
    {"PRAGMA foreign_key_check", ""},
};

START_TEST(test_shell)
{
    struct place place;
    char answer[1024];

    fill(&place);
    ask_shell(&place, shell_cases[_i].sql, answer, sizeof answer);
    ck_assert_str_eq(answer, shell_cases[_i].answer);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store query");
    TCase *tcase = tcase_create("query");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, test_query, 0,
                        (int)(sizeof queries / sizeof queries[0]));
    tcase_add_test(tcase, test_epoch);
    tcase_add_loop_test(tcase, test_refusal, 0,
                        (int)(sizeof refusals / sizeof refusals[0]));
    tcase_add_test(tcase, test_limits);
    tcase_add_test(tcase, test_rubbish);
    tcase_add_test(tcase, test_fingerprint);
    tcase_add_test(tcase, test_view);
    tcase_add_loop_test(tcase, test_shell, 0,
                        (int)(sizeof shell_cases / sizeof shell_cases[0]));
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
