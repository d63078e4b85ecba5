/* A store of its own for each test, in a folder that goes with it. */
#ifndef TESTS_STORE_PLACE_H
#define TESTS_STORE_PLACE_H

#include "devca/store/store.h"

#include <sqlite3.h>

struct place {
    char folder[256];
    char database[288];
    struct store *store;
    struct devca_error error;
    int64_t root;    /* authority */
    int64_t ca;      /* authority of the product */
    int64_t product; /* "meter" */
    int64_t profile; /* "idevid" */
    int64_t other;   /* "ldevid" */
};

/* An empty folder; then a store in it, open; then a root, a product and two
 * device profiles. */
void place_make(struct place *place);
void place_open(struct place *place);
void place_fill(struct place *place);
/* Closes and removes. */
void place_remove(struct place *place);

/* 32 octets that n decides, in a ring of some: good for several calls. */
struct devid_slice place_octets(unsigned n, size_t len);

/* The n-th device and its certificate: serial 01 then n in seven octets, UID n
 * in six, key by n; valid from and issued at 1000 + n, never ending. */
struct store_certificate place_row(const struct place *place, unsigned n);
int64_t place_device(struct place *place, unsigned n);
/* device 0: the n-th device. Gives the certificate's id. */
int64_t place_issue(struct place *place, unsigned n, int64_t device);

/* The one answer to SQL put to the database file directly. */
int64_t place_ask(const struct place *place, const char *sql);
/* The same, of the file alone, its log left out. */
int64_t place_ask_alone(const struct place *place, const char *sql);
void place_sql(const struct place *place, const char *sql);

#define ck_ok(call)                                       \
    do {                                                  \
        enum devca_code code_ = (call);                   \
        ck_assert_msg(code_ == DEVCA_OK, "%s: %s", #call, \
                      devca_code_text(code_));            \
    } while (0)
#define ck_code(call, wanted) \
    ck_assert_str_eq(devca_code_text(call), devca_code_text(wanted))

#endif
