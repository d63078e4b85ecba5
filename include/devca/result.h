/* What one act made: octets for the caller and the record that tells of it. */
#ifndef DEVCA_RESULT_H
#define DEVCA_RESULT_H

#include <devca/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Zero-initialise; devca_result_clear() wipes and frees. Slices point into
 * memory that the result owns. record's fields are named in docs/formats.md.
 */
#define DEVCA_RESULT_FIELDS 32
#define DEVCA_CHAIN_MAX 8
struct devca_result {
    struct devca_record record;
    struct devid_slice der; /* certificate, request or list made, or empty */
    struct devid_slice chain[DEVCA_CHAIN_MAX]; /* its issuers, the root last */
    size_t chain_count;
    struct devca_field fields[DEVCA_RESULT_FIELDS];
    void *memory;
};
DEVCA_API void devca_result_clear(struct devca_result *result);

/* der as PEM (label by what it is), followed by the chain when asked, appended
 * through sink. */
DEVCA_API enum devca_code devca_result_write_pem(
    const struct devca_result *result, bool chain,
    const struct devca_sink *sink);

#ifdef __cplusplus
}
#endif
#endif
