/* What the device's own verifier says of files, and what the lints say. */
#ifndef DEVCA_VERIFY_H
#define DEVCA_VERIFY_H

#include <devca/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A named input: the octets of a file. */
struct devca_input {
    const char *name;
    struct devid_slice octets;
};

/*
 * Verifies a chain by libdevid. inputs hold certificates in PEM or DER, device
 * first; a self-signed one at the end is not trusted unless it is the anchor.
 * anchor: a certificate; with no octets, the root of `folder` (a store) is the
 * anchor. The record tells "verdict", the status and the identity.
 * DEVCA_E_REFUSED with the record filled when the verifier refuses.
 */
struct devca_verify_request {
    const struct devca_input *inputs;
    size_t input_count;
    struct devca_input anchor;
    const struct devca_input *crls;
    size_t crl_count;
    const char *store; /* folder, or NULL */
    bool timed;        /* at counts; false: now */
    devca_seconds at;
    bool no_clock;
};
DEVCA_API enum devca_code
devca_verify(const struct devca_verify_request *request,
             devca_record_each *each, void *context, struct devca_error *error);

/* The rules that a certificate or CRL breaks, one record each.
 * DEVCA_E_FINDINGS when one of them is an error. */
DEVCA_API enum devca_code devca_lint(const struct devca_input *input,
                                     devca_record_each *each, void *context,
                                     struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
