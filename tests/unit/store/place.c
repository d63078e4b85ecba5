#include "place.h"

#include "devca/key/crypto.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void place_make(struct place *place)
{
    const char *top = getenv("TMPDIR");
    int len;

    memset(place, 0, sizeof *place);
    len = snprintf(place->folder, sizeof place->folder, "%s/devca-store-XXXXXX",
                   top ? top : "/tmp");
    ck_assert_int_lt(len, (int)sizeof place->folder);
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    snprintf(place->database, sizeof place->database, "%s/identity.db",
             place->folder);
}

void place_open(struct place *place)
{
    static const struct store_options options = {.sha256 = digest_sha256};

    place_make(place);
    ck_ok(store_create(place->folder, &place->error));
    ck_ok(store_open(&place->store, place->folder, &options, &place->error));
}

static int64_t add_profile(struct place *place, int64_t product,
                           const char *name)
{
    struct store_profile profile = {.product_id = product, .name = name};
    int64_t id;

    profile.digest = place_octets((unsigned)strlen(name), 32);
    profile.document = (struct devid_slice){(const uint8_t *)"{}", 2};
    ck_ok(store_profile_put(place->store, &profile, &id, &place->error));
    return id;
}

static int64_t add_authority(struct place *place,
                             enum store_authority_kind kind, const char *name)
{
    struct store_authority authority = {
        .kind = kind, .name = name, .key_uri = "file:x", .created_at = 900};
    int64_t id;

    authority.profile_id = add_profile(place, 0, "root");
    authority.subject = place_octets(1, 20);
    authority.public_key = place_octets(2, 65);
    authority.key_id = place_octets(3, 20);
    ck_ok(store_authority_put(place->store, &authority, &id, &place->error));
    return id;
}

void place_fill(struct place *place)
{
    struct store_product product = {
        .name = "meter", .uid_format = "hex:6", .created_at = 950};

    place_open(place);
    place->root = add_authority(place, STORE_ROOT, "OEM Root");
    place->ca = add_authority(place, STORE_PRODUCT, "meter");
    product.authority_id = place->ca;
    ck_ok(store_product_put(place->store, &product, &place->product,
                            &place->error));
    place->profile = add_profile(place, place->product, "idevid");
    place->other = add_profile(place, place->product, "ldevid2");
    ck_ok(store_product_set_profile(place->store, place->product,
                                    place->profile, &place->error));
}

void place_remove(struct place *place)
{
    static const char *const names[] = {"", "-wal", "-shm", "-journal"};
    char path[sizeof place->database + 16];
    size_t i;

    store_close(place->store);
    place->store = NULL;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s%s", place->database, names[i]);
        unlink(path);
    }
    ck_assert_msg(rmdir(place->folder) == 0, "something is left behind in %s",
                  place->folder);
}

struct devid_slice place_octets(unsigned n, size_t len)
{
    static uint8_t ring[8][96];
    static unsigned turn;
    uint8_t *octets = ring[turn++ % 8];
    uint32_t x = n * 2654435761u + 12345;
    size_t i;

    for (i = 0; i < len; i++) {
        x = x * 1664525u + 1013904223u;
        octets[i] = (uint8_t)(x >> 24);
    }
    return (struct devid_slice){octets, len};
}

static struct devid_slice counted(unsigned n, uint8_t first, size_t len)
{
    struct devid_slice slice = place_octets(n, len);
    uint8_t octets[32] = {first};
    uint8_t *place;
    size_t i;

    for (i = 0; i < 4; i++)
        octets[len - 1 - i] = (uint8_t)(n >> (8 * i));
    place = memcpy((void *)(uintptr_t)slice.data, octets, len);
    return (struct devid_slice){place, len};
}

struct store_certificate place_row(const struct place *place, unsigned n)
{
    struct store_certificate row = {.issuer_id = place->ca,
                                    .profile_id = place->profile,
                                    .key_type = 1,
                                    .not_before = 1000 + n,
                                    .not_after = DEVCA_NEVER,
                                    .issued_at = 1000 + n};

    row.serial = counted(n, 1, 8);
    row.key_digest = place_octets(n ^ 0x40000000u, 32);
    row.der = place_octets(n, 90);
    return row;
}

int64_t place_device(struct place *place, unsigned n)
{
    struct store_device device = {.product_id = place->product,
                                  .created_at = 1000 + n};
    int64_t id;

    device.uid = counted(n, 0, 6);
    ck_ok(store_device_put(place->store, &device, &id, &place->error));
    return id;
}

int64_t place_issue(struct place *place, unsigned n, int64_t device)
{
    struct store_certificate row;
    int64_t id;

    if (device == 0)
        device = place_device(place, n);
    row = place_row(place, n);
    row.device_id = device;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    return id;
}

/* The one answer to SQL; closes db. */
static int64_t ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    int64_t answer;

    ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(statement), SQLITE_ROW);
    answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

int64_t place_ask(const struct place *place, const char *sql)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(place->database, &db), SQLITE_OK);
    return ask(db, sql);
}

int64_t place_ask_alone(const struct place *place, const char *sql)
{
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    char uri[sizeof place->database + 32];
    sqlite3 *db;

    snprintf(uri, sizeof uri, "file:%s?immutable=1", place->database);
    ck_assert_int_eq(sqlite3_open_v2(uri, &db, flags, NULL), SQLITE_OK);
    return ask(db, sql);
}

void place_sql(const struct place *place, const char *sql)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(place->database, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}
