/*
 * Memory: one SQLite database, bytes in, bytes out. This room never parses
 * X.509 and never decides; what a row means is said in schema/.
 *
 * A struct store is one connection: one thread at a time. Row structs own what
 * they point at through `memory`; free them with store_row_clear().
 */
#ifndef DEVCA_STORE_STORE_H
#define DEVCA_STORE_STORE_H

#include <devca/error.h>
#include <devca/store.h>
#include <devca/time.h>
#include <devid/slice.h>

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Creates identity.db in an existing folder. DEVCA_E_EXISTS when there is one.
 * Nothing is left behind on failure. */
enum devca_code store_create(const char *folder, struct devca_error *error);

/* SHA-256, which this room does not have. */
typedef void store_digest(struct devid_slice octets, uint8_t digest[32]);

struct store_options {
    bool read_only;
    /* With read_only: on a connection that could write, for SQLite leaves the
     * CHECK constraints out of a schema that it only reads. */
    bool inspect;
    bool any_version; /* with read_only: an older one too, as it is */
    bool dry_run;     /* an older one is refused, not migrated */
    int busy_ms; /* how long to wait for another writer; 0: the default, 10 s;
                    less: not at all */
    /* A descriptor: once it can be read nobody waits any more, and that is
     * DEVCA_E_INTERRUPTED; 0 or less: there is none. */
    int wake;
    /* Queries compute fingerprints with it; NULL: they have none. */
    store_digest *sha256;
};
/* SQLite's memory is nobody else's to count: devca_own_process(). */
void store_own_process(void);

/*
 * Opens and, unless read_only or dry_run, migrates. DEVCA_E_STORE_MISSING,
 * _FOREIGN (application_id), _NEWER (user_version), _CORRUPT, _READ_ONLY,
 * _BUSY, _FULL, DEVCA_E_STORE: so for every function here.
 */
enum devca_code store_open(struct store **store, const char *folder,
                           const struct store_options *options,
                           struct devca_error *error);
void store_close(struct store *store);

/* PRAGMA user_version, and the one of this program. */
enum devca_code store_version(struct store *store, int64_t *version,
                              struct devca_error *error);
int64_t store_version_latest(void);
/* Within a transaction: has a later program changed the tables since this one
 * opened them? DEVCA_E_STORE_NEWER; it would write what that one cannot find.
 */
enum devca_code store_check_version(struct store *store,
                                    struct devca_error *error);

/*
 * Copies the database, as it is at this moment and of whatever version, into a
 * new identity.db (0600) in another folder; writers go on meanwhile. Nothing is
 * left there on failure.
 */
struct store_backup_request {
    const char *folder;
    devca_progress *progress; /* of pages; may be NULL */
    void *context;
};
enum devca_code store_backup(struct store *store,
                             const struct store_backup_request *request,
                             struct devca_error *error);

/* A write transaction (BEGIN IMMEDIATE). DEVCA_E_STORE_MISSING when the file is
 * not where it was opened any more, or another is there. Rolling back never
 * fails; rolling back without a transaction does nothing. */
enum devca_code store_begin(struct store *store, struct devca_error *error);
enum devca_code store_commit(struct store *store, struct devca_error *error);
void store_rollback(struct store *store);

/*
 * From here on this connection adds certificates by the thousand, each group in
 * a transaction of store_begin() and store_commit(), and changes no status:
 * what the schema's triggers count one by one is counted once for each group.
 * That a row names only rows that exist is the caller's to see to, who got
 * their ids in the same transaction or knows them never to be deleted.
 * large: it holds half a million and more, and 32 MB are kept of its pages
 * instead of 8.
 */
void store_bulk(struct store *store, bool large);
/*
 * Brings the log in as far as nobody else needs it, outside of a transaction:
 * what the last connection to close would have to do at the end. What is
 * committed is durable before and after, and what could not be brought in is
 * the next one's to do, so that there is no error to tell.
 */
void store_settle(struct store *store);

/* Frees what a row read from the store points at and zeroes *memory. */
void store_row_clear(void **memory);

/* ---- looking a store over: what does not fit, as object and fault ---- */
enum store_inspection {
    STORE_INSPECT_PAGES,       /* PRAGMA integrity_check */
    STORE_INSPECT_REFERENCES,  /* foreign keys */
    STORE_INSPECT_GONE,        /* rows that were deleted */
    STORE_INSPECT_TALLY,       /* counts kept by triggers */
    STORE_INSPECT_REVOCATIONS, /* against their certificates */
    STORE_INSPECT_AUTHORITIES, /* CAs and products against each other, and
                                  their certificates */
    STORE_INSPECT_CRL_NUMBERS, /* against the lists on record */
    STORE_INSPECT_CRL_STALE,   /* nextUpdate has passed */
    STORE_INSPECT_CRL_BEHIND,  /* revocations since the last list */
    STORE_INSPECT_EXPIRING,    /* CAs that ended, or do within 180 days */
    STORE_INSPECT_CLOCK,       /* the newest row is of tomorrow */
    STORE_INSPECTION_COUNT
};
struct store_inspection_request {
    enum store_inspection which;
    devca_seconds now;
    bool large; /* walks the tables that grow with the devices, too */
};
/* Anything but DEVCA_OK stops. Both texts are the callback's until it
 * returns. */
typedef enum devca_code store_told(const char *object, const char *fault,
                                   void *context);
enum devca_code store_inspect(struct store *store,
                              const struct store_inspection_request *request,
                              store_told *told, void *context,
                              struct devca_error *error);
/* What is missing, is not of this version or is other than schema/ says. */
enum devca_code store_inspect_schema(struct store *store, store_told *told,
                                     void *context, struct devca_error *error);

/* ---- profiles: the document as it was when it was recorded ---- */
struct store_profile {
    int64_t id;
    int64_t product_id; /* 0: of an authority, not of a product's devices */
    const char *name;
    struct devid_slice digest;   /* SHA-256 of document */
    struct devid_slice document; /* JSON text */
    void *memory;
};
/* Gives the id of the identical recorded profile (product_id, name, digest), or
 * records it. */
enum devca_code store_profile_put(struct store *store,
                                  const struct store_profile *profile,
                                  int64_t *id, struct devca_error *error);
enum devca_code store_profile_get(struct store *store, int64_t id,
                                  struct store_profile *profile,
                                  struct devca_error *error);
/* All of them by id. */
typedef enum devca_code store_profile_each(const struct store_profile *profile,
                                           void *context);
enum devca_code store_profile_list(struct store *store,
                                   store_profile_each *each, void *context,
                                   struct devca_error *error);
/* The profile of that name first recorded for this product.
 * DEVCA_E_NOT_FOUND (no message needed) when none is. */
enum devca_code store_profile_find(struct store *store, int64_t product_id,
                                   const char *name,
                                   struct store_profile *profile,
                                   struct devca_error *error);

/* ---- authorities: the root and the products' CAs ---- */
enum store_authority_kind { STORE_ROOT = 1, STORE_PRODUCT = 2 };
struct store_authority {
    int64_t id;
    enum store_authority_kind kind;
    const char *name;    /* root: its CN; product: the product's name */
    const char *key_uri; /* "" when the private key is not here */
    int64_t profile_id;
    int64_t certificate_id;        /* 0 while only requested */
    struct devid_slice subject;    /* Name, DER */
    struct devid_slice public_key; /* point */
    struct devid_slice key_id;     /* subjectKeyIdentifier */
    struct devid_slice request;    /* CertificationRequest, or empty */
    int64_t crl_number;            /* the last one used, 0 before the first */
    devca_seconds created_at;
    void *memory;
};
enum devca_code store_authority_put(struct store *store,
                                    const struct store_authority *authority,
                                    int64_t *id, struct devca_error *error);
enum devca_code store_authority_get(struct store *store, int64_t id,
                                    struct store_authority *authority,
                                    struct devca_error *error);
/* name may be NULL for the root: a store has one root at most.
 * DEVCA_E_NOT_FOUND when there is none. */
enum devca_code store_authority_find(struct store *store,
                                     enum store_authority_kind kind,
                                     const char *name,
                                     struct store_authority *authority,
                                     struct devca_error *error);
/* Each authority, the root first, products by name; the row lasts as long as
 * the call. Anything but DEVCA_OK stops and is given back. */
typedef enum devca_code
store_authority_each(const struct store_authority *authority, void *context);
enum devca_code store_authority_list(struct store *store,
                                     store_authority_each *each, void *context,
                                     struct devca_error *error);
/* Gives an authority its certificate (subject authority of certificate_id). */
enum devca_code store_authority_install(struct store *store, int64_t id,
                                        int64_t certificate_id,
                                        struct devca_error *error);
/* Its subjectKeyIdentifier as its certificate has it: whoever certified it may
 * have made another than the request was recorded with. */
enum devca_code store_authority_identify(struct store *store, int64_t id,
                                         struct devid_slice key_id,
                                         struct devca_error *error);

/* ---- products ---- */
struct store_product {
    int64_t id;
    const char *name;
    int64_t authority_id;
    int64_t device_profile_id; /* the default for issuing */
    const char *uid_format;    /* "hex", "hex:12" */
    devca_seconds created_at;
    void *memory;
};
enum devca_code store_product_put(struct store *store,
                                  const struct store_product *product,
                                  int64_t *id, struct devca_error *error);
/* The default device profile is set once the product has its id. */
enum devca_code store_product_set_profile(struct store *store, int64_t id,
                                          int64_t profile_id,
                                          struct devca_error *error);
enum devca_code store_product_find(struct store *store, const char *name,
                                   struct store_product *product,
                                   struct devca_error *error);
/* Products by name; `each` returns anything but DEVCA_OK to stop. */
typedef enum devca_code store_product_each(const struct store_product *product,
                                           void *context);
enum devca_code store_product_list(struct store *store,
                                   store_product_each *each, void *context,
                                   struct devca_error *error);

/* ---- devices and certificates ---- */
enum store_status {
    STORE_ACTIVE = 0,
    STORE_SUPERSEDED = 1,
    STORE_REVOKED = 2,
    STORE_HELD = 3
};
/* A certificate that this store issued or holds: of a device, or of an
 * authority (then device_id is 0). */
struct store_certificate {
    int64_t id;
    int64_t issuer_id; /* authority */
    int64_t device_id; /* 0: an authority's certificate */
    int64_t profile_id;
    struct devid_slice serial;     /* as in the certificate, INTEGER content */
    struct devid_slice key_digest; /* SHA-256 of SubjectPublicKeyInfo */
    int key_type;                  /* enum devid_curve */
    struct devid_slice der;
    devca_seconds not_before;
    devca_seconds not_after;
    devca_seconds issued_at;
    enum store_status status;
    void *memory;
};
struct store_device {
    int64_t product_id;
    struct devid_slice uid; /* raw octets */
    devca_seconds created_at;
};
/* *id is 0 when the product has a device of that UID. In a transaction of its
 * own, or in the caller's, which is then to be rolled back when this fails. */
enum devca_code store_device_add(struct store *store,
                                 const struct store_device *device, int64_t *id,
                                 struct devca_error *error);
/* The device's id, new or old. */
enum devca_code store_device_put(struct store *store,
                                 const struct store_device *device, int64_t *id,
                                 struct devca_error *error);
/* The id of the newest, 0 when there is none. */
enum devca_code store_device_last(struct store *store, int64_t *id,
                                  struct devca_error *error);
/* DEVCA_E_NOT_FOUND when there is none. */
enum devca_code store_device_find(struct store *store, int64_t product_id,
                                  struct devid_slice uid, int64_t *id,
                                  struct devca_error *error);

/* DEVCA_E_EXISTS for a serial this issuer has used. */
enum devca_code store_certificate_put(struct store *store,
                                      const struct store_certificate *row,
                                      int64_t *id, struct devca_error *error);
enum devca_code store_certificate_get(struct store *store, int64_t id,
                                      struct store_certificate *row,
                                      struct devca_error *error);
/* issuer_id 0: of any issuer. */
enum devca_code store_certificate_by_serial(struct store *store,
                                            int64_t issuer_id,
                                            struct devid_slice serial,
                                            struct store_certificate *row,
                                            struct devca_error *error);
/* The serial of every certificate of an issuer, ascending, in flat memory;
 * `each` returns anything but DEVCA_OK to stop. */
typedef enum devca_code store_serial_each(struct devid_slice serial,
                                          void *context);
enum devca_code store_certificate_serials(struct store *store,
                                          int64_t issuer_id,
                                          store_serial_each *each,
                                          void *context,
                                          struct devca_error *error);
/* The device's certificate under a profile NAME that is not superseded:
 * active, held or revoked; the newest. */
enum devca_code store_certificate_current(struct store *store,
                                          int64_t device_id,
                                          const char *profile,
                                          struct store_certificate *row,
                                          struct devca_error *error);
/*
 * Certificates after an id, in its order, with what else is on record of each.
 */
struct store_walked {
    struct store_certificate row;
    int64_t authority_id;   /* whose it is, when an authority's; or 0 */
    int64_t product_ca;     /* authority of the device's product; or 0 */
    int64_t with_serial;    /* certificates with this serial of this issuer */
    int64_t others_key;     /* certificates of others with this key */
    int64_t key_listed;     /* how often it is found by its key: once */
    int64_t uid_listed;     /* and its device by its UID: once; or 0 */
    int64_t uid_others;     /* how often another device is: never */
    struct devid_slice uid; /* of the device, or empty */
};
struct store_walk {
    int64_t after;
    int64_t limit;
};
typedef enum devca_code store_walk_each(const struct store_walked *walked,
                                        void *context);
enum devca_code store_certificate_walk(struct store *store,
                                       const struct store_walk *walk,
                                       store_walk_each *each, void *context,
                                       struct devca_error *error);
/* The id of the newest, 0 when there is none. Ids are counted from 1 and no row
 * is ever deleted: it is how many there are. */
enum devca_code store_certificate_last(struct store *store, int64_t *id,
                                       struct devca_error *error);
/* Any certificate with this key: whose key is it? */
enum devca_code store_key_is_known(struct store *store,
                                   struct devid_slice key_digest, bool *known,
                                   struct devca_error *error);
/* Was any certificate with this key revoked because the key is not its owner's
 * alone: keyCompromise, cACompromise, aACompromise (RFC 5280 5.3.1)? */
enum devca_code store_key_is_compromised(struct store *store,
                                         struct devid_slice key_digest,
                                         bool *compromised,
                                         struct devca_error *error);
enum devca_code store_certificate_by_key(struct store *store,
                                         struct devid_slice key_digest,
                                         struct store_certificate *row,
                                         struct devca_error *error);
enum devca_code store_certificate_set_status(struct store *store, int64_t id,
                                             enum store_status status,
                                             struct devca_error *error);

/* ---- a trial: what a run would have recorded, in a table of the connection's
 * own that no other sees and that goes with it ---- */
struct store_trial {
    struct devid_slice uid;
    struct devid_slice key_digest;
    bool same; /* found: this UID with this key */
    bool uid_is_known;
    bool key_is_known;
};
/* Also on a read-only store. The three may be used after it alone. */
enum devca_code store_trial_open(struct store *store,
                                 struct devca_error *error);
enum devca_code store_trial_find(struct store *store, struct store_trial *trial,
                                 struct devca_error *error);
enum devca_code store_trial_put(struct store *store,
                                const struct store_trial *trial,
                                struct devca_error *error);

/* ---- revocation ---- */
struct store_revocation {
    int64_t certificate_id;
    struct devid_slice serial; /* filled when streamed */
    int reason;                /* CRLReason, RFC 5280 5.3.1 */
    devca_seconds revoked_at;
    devca_seconds invalid_at; /* 0: not given */
};
/* Also sets the certificate's status (STORE_HELD for certificateHold). */
enum devca_code store_revocation_put(struct store *store,
                                     const struct store_revocation *revocation,
                                     struct devca_error *error);
/* Ends a certificateHold; it stays on record with when it ended. */
enum devca_code store_revocation_release(struct store *store,
                                         int64_t certificate_id,
                                         devca_seconds released_at,
                                         struct devca_error *error);
/* DEVCA_E_NOT_FOUND when the certificate is not revoked or held now. */
enum devca_code store_revocation_get(struct store *store,
                                     int64_t certificate_id,
                                     struct store_revocation *revocation,
                                     struct devca_error *error);
/*
 * Every revocation in force of an issuer whose certificate had not expired at
 * `alive_at`, or that was made after it, by serial, one at a time in flat
 * memory. Call it twice inside one read transaction (store_snapshot) to measure
 * and then to write.
 */
typedef enum devca_code
store_revocation_each(const struct store_revocation *revocation, void *context);
struct store_revocation_query {
    int64_t issuer_id;
    devca_seconds alive_at; /* 0: expired ones too */
    int64_t seen; /* those too that the journal speaks of after this seq */
};
enum devca_code store_revocation_list(
    struct store *store, const struct store_revocation_query *query,
    store_revocation_each *each, void *context, struct devca_error *error);
/* What changed for an issuer after the journal's row `seen`, by serial:
 * revocations in force, and with reason removeFromCRL (8) what was released
 * since and is not revoked. Where nobody knows what was seen, by their times:
 * at `since` or later. */
struct store_change_query {
    int64_t issuer_id;
    int64_t seen; /* -1: unknown */
    devca_seconds since;
};
enum devca_code store_revocation_changes(struct store *store,
                                         const struct store_change_query *query,
                                         store_revocation_each *each,
                                         void *context,
                                         struct devca_error *error);
/* A read transaction; ended by store_rollback(). */
enum devca_code store_snapshot(struct store *store, struct devca_error *error);

/*
 * ---- lists that were signed ----
 *
 * All lists of an authority share one row of numbers. scope is "3/16" for
 * partition 3 of 16, with a mark behind it for one at another place; "" or
 * NULL: of all certificates.
 */
enum store_list { STORE_CRL = 0, STORE_DELTA = 1, STORE_SET = 2 };
struct store_crl {
    int64_t authority_id;
    int64_t number; /* must be the authority's crl_number + 1: else
                       DEVCA_E_EXISTS, somebody was faster */
    int64_t entries;
    devca_seconds this_update;
    devca_seconds next_update;
    struct devid_slice digest; /* SHA-256 of the file */
    enum store_list kind;
    const char *scope;
    int64_t seq; /* rows that the journal had in the list's snapshot; -1: it was
                    made before they were kept */
};
/* Uses up the next cRLNumber of an authority and records the list. */
enum devca_code store_crl_put(struct store *store, const struct store_crl *crl,
                              struct devca_error *error);
/* The last list of crl's authority, kind and scope: fills number, entries and
 * times. DEVCA_E_NOT_FOUND. */
enum devca_code store_crl_last(struct store *store, struct store_crl *crl,
                               struct devca_error *error);

/*
 * ---- queries: columns of the view `certificates` ----
 *
 * Values are those of the view too: hex, RFC 3339 and names as TEXT, `id` and
 * `size` as INTEGER, `der` as BLOB, NULL where there is nothing; only `status`
 * is judged at `now` instead of at the moment of reading.
 */
enum store_type { STORE_NULL, STORE_INTEGER, STORE_TEXT, STORE_BLOB };
struct store_value {
    enum store_type type;
    int64_t integer;
    struct devid_slice octets; /* TEXT and BLOB; until the callback returns */
};
/* Column names are those of the view, in its order; the last is "der". */
struct store_query {
    const char *product; /* NULL: any; likewise below */
    const char *profile;
    struct devid_slice uid;    /* empty: any */
    struct devid_slice serial; /* empty: any */
    const char *status;        /* active superseded revoked held expired */
    bool expires;              /* expires_before counts */
    devca_seconds expires_before;
    const char *where; /* "field op value and ...", or NULL */
    devca_seconds now; /* for status expired */
    int64_t after;     /* cursor: the id of the last row seen, 0 at first */
    int64_t limit;     /* 0: no limit */
    bool authorities;  /* CA certificates too */
    bool der;          /* fetch the last column as well */
};
struct store_query_row {
    int64_t id; /* the cursor that continues after this row */
    size_t count;
    const char *const *names;
    const struct store_value *values;
};
typedef enum devca_code store_query_each(const struct store_query_row *row,
                                         void *context);
/* DEVCA_E_USAGE for a --where that does not parse, naming the place. */
enum devca_code store_query_run(struct store *store,
                                const struct store_query *query,
                                store_query_each *each, void *context,
                                struct devca_error *error);
enum devca_code store_query_count(struct store *store,
                                  const struct store_query *query,
                                  int64_t *count, struct devca_error *error);

#endif
