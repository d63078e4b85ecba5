/* Looking a store over: what is wrong with it, and what to do. */
#ifndef DEVCA_DOCTOR_H
#define DEVCA_DOCTOR_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * folder is a store. Of more than 100,000 certificates 10,000 are looked at,
 * one drawn at random out of each of as many stretches, and tables that grow
 * with the devices are not read whole; full reads everything, sample sets how
 * many certificates. passphrase and pin (secret sources, or NULL) open keys, so
 * that each is compared with its certificate; without them that is left out.
 * Nothing is written, and a batch may run meanwhile.
 */
struct devca_doctor_request {
    const char *folder;
    bool full;
    int64_t sample; /* 0: as above */
    const char *passphrase;
    const char *pin;
    bool without_keys;        /* key files are known not to be here */
    devca_progress *progress; /* of certificates; may be NULL */
    void *progress_context;
};

struct devca_doctor_summary {
    int64_t certificates; /* on record */
    int64_t looked_at;    /* of them */
    int64_t faults;
    int64_t warnings;
    int64_t notes;
};

/*
 * Tells each finding as a record: grade (fault, warning, note), check, object,
 * fault, todo; the checks are listed in docs/operations.md. Of a check that
 * finds more than 100, the first 100 are told and then how many more there are.
 * DEVCA_OK when there is no fault, DEVCA_E_FINDINGS when there is one. A
 * database too damaged to be read is a finding; no store, a foreign one or one
 * of another version is an error, as for devca_open().
 */
DEVCA_API enum devca_code
devca_doctor(const struct devca_doctor_request *request,
             devca_record_each *each, void *context,
             struct devca_doctor_summary *summary, struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
