/* A visit of the doctor: the checks, in the order in which they are made. */
#ifndef DEVCA_CA_DOCTOR_H
#define DEVCA_CA_DOCTOR_H

#include "devca/ca/handle.h"

#include <devca/doctor.h>

enum doctor_grade { DOCTOR_NOTE, DOCTOR_WARNING, DOCTOR_FAULT };

struct doctor;

/* What a finding is told of: the name, how bad it is, what to do. */
struct doctor_kind {
    const char *name; /* "key-files" */
    enum doctor_grade grade;
    const char *todo;
};

/* One row of a table of checks. run looks and tells; it fails only where the
 * visit must end. */
struct doctor_check {
    struct doctor_kind kind;
    enum devca_code (*run)(struct doctor *doctor);
};

struct doctor {
    const struct devca_doctor_request *request;
    struct devca devca; /* store is NULL when the database does not open */
    devca_seconds now;
    bool full;
    bool distrusts; /* CAs or the journal are not as they were made: a key's URI
                       might have a PIN sent to anybody's module */
    devca_record_each *each;
    void *context;
    struct devca_doctor_summary *summary;
    struct devca_error *error;
    /* Of the check under way: */
    const struct doctor_kind *kind;
    int64_t found;
};

/* Tells a finding of the check under way. DEVCA_OK, DEVCA_E_NO_MEMORY or what
 * the caller's callback says. object and the fault may hold anything. */
enum devca_code doctor_find(struct doctor *doctor, const char *object,
                            const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Makes kind the check under way, and tells how many findings of the one before
 * were left out. NULL: there is no next. */
enum devca_code doctor_turn(struct doctor *doctor,
                            const struct doctor_kind *kind);

/* Some failures are findings: a damaged row, a file that cannot be read. Gives
 * DEVCA_OK for those, and told; the visit goes on. */
enum devca_code doctor_bear(struct doctor *doctor, const char *object,
                            enum devca_code code,
                            const struct devca_error *failure);

/* The tables, ended by a row without a name: those that read the database, the
 * walk over the certificates, and those that look at files. */
extern const struct doctor_check doctor_store_checks[];
extern const struct doctor_check doctor_authority_checks[];
extern const struct doctor_check doctor_profile_checks[];
extern const struct doctor_check doctor_key_checks[];
extern const struct doctor_check doctor_journal_checks[];
extern const struct doctor_check doctor_file_checks[];
enum devca_code doctor_walk(struct doctor *doctor);

#endif
