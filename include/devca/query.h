/* Asking the identity database. Reading never needs a passphrase. */
#ifndef DEVCA_QUERY_H
#define DEVCA_QUERY_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Everything optional: NULL, 0 or false. */
struct devca_query_request {
    const char *product;
    const char *uid;
    const char *serial;
    const char *status; /* active superseded revoked held expired */
    const char *where;  /* "field op value and ..." */
    bool expires;       /* expires_before counts */
    devca_seconds expires_before;
    int64_t after; /* the cursor of the last row seen */
    int64_t limit;
};
DEVCA_API enum devca_code devca_query(struct devca *devca,
                                      const struct devca_query_request *request,
                                      devca_record_each *each, void *context,
                                      struct devca_error *error);
DEVCA_API enum devca_code
devca_query_count(struct devca *devca,
                  const struct devca_query_request *request, int64_t *count,
                  struct devca_error *error);

/* One device by uid (product may be NULL), or by one of its serials: every
 * certificate and state it ever had, newest last, and behind each a record of
 * every act of the journal about it. DEVCA_E_NOT_FOUND. */
struct devca_show_request {
    const char *product;
    const char *uid;
    const char *serial;
};
DEVCA_API enum devca_code devca_show(struct devca *devca,
                                     const struct devca_show_request *request,
                                     devca_record_each *each, void *context,
                                     struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
