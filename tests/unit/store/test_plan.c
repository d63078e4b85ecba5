/* Every way of asking walks an index: read off the plans of SQLite. */
#include "place.h"

#include "devca/store/handle.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char seen[16384];

static int keep_sql(unsigned what, void *context, void *statement, void *text)
{
    const char *sql = sqlite3_sql(statement);

    (void)what;
    (void)context;
    (void)text;
    if (strncmp(sql, "SELECT", 6) == 0)
        snprintf(seen, sizeof seen, "%s", sql);
    return 0;
}

/* The plan's steps on the table of certificates and of tables beneath it. */
static void plan_of(struct store *store, const char *sql, char *plan,
                    size_t size)
{
    char explain[sizeof seen + 32];
    sqlite3_stmt *statement;

    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", sql);
    ck_assert_int_eq(
        sqlite3_prepare_v2(store->db, explain, -1, &statement, NULL),
        SQLITE_OK);
    plan[0] = '\0';
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(statement, 3);
        size_t used = strlen(plan);

        snprintf(plan + used, size - used, "%s\n", line);
    }
    sqlite3_finalize(statement);
    if (getenv("DEVCA_SHOW_PLANS") != NULL)
        printf("%s\n%s\n", sql, plan);
}

static enum devca_code ignore(const struct store_query_row *row, void *context)
{
    (void)row;
    (void)context;
    return DEVCA_OK;
}

struct plan_case {
    struct store_query query;
    const char *wanted;
    bool sorts; /* a small result may be sorted by id */
};

static const uint8_t six[6] = {1, 2, 3, 4, 5, 6};

static const struct plan_case cases[] = {
    {{.now = 1}, "SCAN c\n", false},
    {{.now = 1, .after = 5},
     "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)",
     false},
    {{.now = 1, .uid = {six, 6}}, "USING INDEX certificate_device", true},
    {{.now = 1, .uid = {six, 6}, .product = "meter"},
     "USING INDEX certificate_device",
     true},
    {{.now = 1, .serial = {six, 6}}, "USING INDEX certificate_serial", true},
    {{.now = 1, .product = "meter"}, "USING INDEX certificate_issuer (", false},
    {{.now = 1, .product = "meter", .after = 7, .limit = 5},
     "USING INDEX certificate_issuer (issuer_id=? AND rowid>?)",
     false},
    {{.now = 1, .product = "meter", .status = "active", .limit = 5},
     "USING INDEX certificate_issuer (",
     false},
    {{.now = 1, .status = "revoked"},
     "USING INDEX certificate_status (",
     false},
    {{.now = 1, .status = "held", .after = 7},
     "USING INDEX certificate_status (status=? AND rowid>?)",
     false},
    {{.now = 1, .status = "superseded", .product = "meter"},
     "USING INDEX certificate_issuer_status (issuer_id=? AND status=?)",
     false},
    {{.now = 1, .status = "expired"}, "USING INDEX certificate_expiry", true},
    {{.now = 1, .status = "expired", .product = "meter"},
     "USING INDEX certificate_expiry",
     true},
    {{.now = 1, .expires = true, .expires_before = 9, .limit = 5},
     "USING INDEX certificate_expiry",
     true},
    {{.now = 1, .where = "uid = 0102"}, "USING INDEX certificate_device", true},
    {{.now = 1, .where = "uid = 0102"},
     "SEARCH uid_settled USING PRIMARY KEY (uid=?)",
     true},
    {{.now = 1, .uid = {six, 6}},
     "SEARCH uid_recent USING PRIMARY KEY (uid=?)",
     true},
    {{.now = 1, .where = "serial = 0102"},
     "USING INDEX certificate_serial",
     true},
    {{.now = 1, .where = "key_fingerprint = 0102"},
     "SEARCH key_settled USING PRIMARY KEY (prefix=?)",
     true},
    {{.now = 1, .where = "status = revoked and uid = 0102"},
     "USING INDEX certificate_device",
     true},
    {{.now = 1, .status = "held", .serial = {six, 6}},
     "USING INDEX certificate_serial",
     true},
    {{.now = 1, .where = "issuer = meter and uid = 0102 and status = expired"},
     "USING INDEX certificate_device",
     true},
    {{.now = 1, .product = "meter", .profile = "idevid", .after = 3},
     "USING INDEX certificate_issuer (",
     false},
    {{.now = 1, .where = "status = revoked and id > 7"},
     "USING INDEX certificate_status (",
     false},
};

START_TEST(test_query)
{
    struct place place;
    char plan[8192];

    place_fill(&place);
    sqlite3_trace_v2(place.store->db, SQLITE_TRACE_STMT, keep_sql, NULL);
    ck_ok(store_query_run(place.store, &cases[_i].query, ignore, NULL,
                          &place.error));
    plan_of(place.store, seen, plan, sizeof plan);
    ck_assert_msg(strstr(plan, cases[_i].wanted) != NULL, "wanted %s in\n%s",
                  cases[_i].wanted, plan);
    ck_assert_msg(strstr(plan, "SCAN") == NULL ||
                      strcmp(cases[_i].wanted, "SCAN c\n") == 0 ||
                      strstr(plan, "SCAN authority") != NULL,
                  "scans in\n%s", plan);
    ck_assert_msg(cases[_i].sorts || strstr(plan, "TEMP B-TREE") == NULL,
                  "sorts in\n%s", plan);
    place_remove(&place);
}
END_TEST

/* Of the fixed statements only the tally, listings of what is few, the walks
 * over all serials, in an index that has them, and over what is revoked, and
 * keys and UIDs that move on read a whole table. (What SQLite plans for an
 * INSERT is how it would settle deferred references, of which there are none.)
 */
START_TEST(test_statements)
{
    struct place place;
    char plan[8192];
    int i;

    place_fill(&place);
    ck_ok(store_trial_open(place.store, &place.error));
    for (i = 0; i < STATEMENT_COUNT; i++) {
        if (strncmp(statement_texts[i].sql, "INSERT INTO certificate", 23) == 0)
            continue;
        plan_of(place.store, statement_texts[i].sql, plan, sizeof plan);
        ck_assert_msg(strstr(plan, "SCAN") == NULL || i == STATEMENT_TALLY ||
                          i == STATEMENT_PRODUCT_LIST ||
                          i == STATEMENT_AUTHORITY_LIST ||
                          i == STATEMENT_PROFILE_LIST ||
                          i == STATEMENT_CERTIFICATE_SERIALS ||
                          i == STATEMENT_KEYS_TO_RECENT ||
                          i == STATEMENT_KEYS_TO_SETTLED ||
                          i == STATEMENT_UIDS_TO_RECENT ||
                          i == STATEMENT_UIDS_TO_SETTLED ||
                          i == STATEMENT_JOURNAL_UNTOLD ||
                          i == STATEMENT_JOURNAL_LISTS_UNTOLD ||
                          i == STATEMENT_REVOCATION_SINCE,
                      "scans: %s\n%s", statement_texts[i].sql, plan);
        ck_assert_msg(strstr(plan, "TEMP B-TREE") == NULL ||
                          i == STATEMENT_PROFILE_FIND ||
                          i == STATEMENT_REVOCATION_SINCE ||
                          i == STATEMENT_AUTHORITY_LIST,
                      "sorts: %s\n%s", statement_texts[i].sql, plan);
    }
    place_remove(&place);
}
END_TEST

/* A UID is looked for in each table, and by the walk in each once. */
START_TEST(test_uid)
{
    static const char found[] =
        "COMPOUND QUERY\nLEFT-MOST SUBQUERY\n"
        "SEARCH uid_fresh USING PRIMARY KEY (uid=? AND product_id=?)\n"
        "UNION ALL\n"
        "SEARCH uid_recent USING PRIMARY KEY (uid=? AND product_id=?)\n"
        "UNION ALL\n"
        "SEARCH uid_settled USING PRIMARY KEY (uid=? AND product_id=?)\n";
    static const char *const walked[] = {
        "SEARCH uf USING PRIMARY KEY (uid=? AND product_id=?) LEFT-JOIN\n",
        "SEARCH ur USING PRIMARY KEY (uid=? AND product_id=?) LEFT-JOIN\n",
        "SEARCH us USING PRIMARY KEY (uid=? AND product_id=?) LEFT-JOIN\n"};
    struct place place;
    char plan[8192];
    size_t i;

    place_fill(&place);
    plan_of(place.store, statement_texts[STATEMENT_DEVICE_FIND].sql, plan,
            sizeof plan);
    ck_assert_str_eq(plan, found);
    plan_of(place.store, statement_texts[STATEMENT_CERTIFICATE_WALK].sql, plan,
            sizeof plan);
    for (i = 0; i < sizeof walked / sizeof walked[0]; i++)
        ck_assert_msg(strstr(plan, walked[i]) != NULL, "wanted %s in\n%s",
                      walked[i], plan);
    place_remove(&place);
}
END_TEST

/* A delta reads the journal from where its base saw it to, and what that names;
 * the rest of a million revocations is not looked at. */
START_TEST(test_since)
{
    static const char *const steps[] = {
        "SEARCH journal USING INTEGER PRIMARY KEY (rowid>?)",
        "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)",
        "SEARCH r USING PRIMARY KEY (issuer_id=? AND serial=?"};
    struct place place;
    char plan[8192], *scan;
    size_t i;

    place_fill(&place);
    plan_of(place.store, statement_texts[STATEMENT_REVOCATION_SINCE].sql, plan,
            sizeof plan);
    for (i = 0; i < sizeof steps / sizeof steps[0]; i++)
        ck_assert_msg(strstr(plan, steps[i]) != NULL, "wanted %s in\n%s",
                      steps[i], plan);
    scan = strstr(plan, "SCAN j\n");
    ck_assert_msg(scan != NULL && strstr(plan, "SCAN") == scan &&
                      strstr(scan + 1, "SCAN") == NULL,
                  "scans in\n%s", plan);
    place_remove(&place);
}
END_TEST

static enum devca_code pass_by(const char *object, const char *fault,
                               void *context)
{
    (void)object;
    (void)fault;
    (void)context;
    return DEVCA_OK;
}

/* Which list is the newest is asked for each CA, not for each of a million
 * revocations. */
START_TEST(test_behind)
{
    const struct store_inspection_request request = {
        .which = STORE_INSPECT_CRL_BEHIND, .now = 1};
    struct place place;
    char plan[8192];

    place_fill(&place);
    sqlite3_trace_v2(place.store->db, SQLITE_TRACE_STMT, keep_sql, NULL);
    ck_ok(store_inspect(place.store, &request, pass_by, NULL, &place.error));
    plan_of(place.store, seen, plan, sizeof plan);
    ck_assert_msg(strncmp(plan, "SCAN a\n", 7) == 0 &&
                      strstr(plan + 1, "SCAN") == NULL &&
                      strstr(plan, "SEARCH r USING PRIMARY KEY (issuer_id=?)"),
                  "%s", plan);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store plan");
    TCase *tcase = tcase_create("plan");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, test_query, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tcase, test_statements);
    tcase_add_test(tcase, test_uid);
    tcase_add_test(tcase, test_since);
    tcase_add_test(tcase, test_behind);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
