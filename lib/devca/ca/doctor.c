/* doctor: every check over a store, one after the other. */
#include "devca/ca/doctor.h"

#include "devca/base/fail.h"
#include "devca/ca/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FINDINGS_TOLD 100
#define LARGE 100000

static const struct doctor_kind opens = {
    "opens", DOCTOR_FAULT,
    "stop issuing, keep a copy of the store's folder, and restore a backup"};

static const char *grade_name(enum doctor_grade grade)
{
    static const char *const names[] = {[DOCTOR_NOTE] = "note",
                                        [DOCTOR_WARNING] = "warning",
                                        [DOCTOR_FAULT] = "fault"};

    return names[grade];
}

static enum devca_code tell(struct doctor *doctor, const char *object,
                            const char *fault)
{
    struct devca_result result = {0};
    enum devca_code code;

    result_text(&result, "grade", grade_name(doctor->kind->grade));
    result_text(&result, "check", doctor->kind->name);
    result_text(&result, "object", object);
    result_text(&result, "fault", fault);
    result_text(&result, "todo", doctor->kind->todo);
    code = result_done(&result, doctor->error);
    if (code == DEVCA_OK)
        code = doctor->each(&result.record, doctor->context);
    devca_result_clear(&result);
    return code;
}

enum devca_code doctor_find(struct doctor *doctor, const char *object,
                            const char *format, ...)
{
    struct devca_error text;
    char fault[sizeof text.fault];
    va_list values;

    doctor->summary->faults += doctor->kind->grade == DOCTOR_FAULT;
    doctor->summary->warnings += doctor->kind->grade == DOCTOR_WARNING;
    doctor->summary->notes += doctor->kind->grade == DOCTOR_NOTE;
    if (++doctor->found > FINDINGS_TOLD)
        return DEVCA_OK;
    va_start(values, format);
    (void)vsnprintf(fault, sizeof fault, format, values);
    va_end(values);
    /* What stands in a damaged store must not speak to a terminal. */
    fail(&text, DEVCA_E_FINDINGS, object, NULL, NULL, "%s", fault);
    return tell(doctor, text.object, text.fault);
}

enum devca_code doctor_turn(struct doctor *doctor,
                            const struct doctor_kind *kind)
{
    enum devca_code code = DEVCA_OK;
    char fault[64];

    if (doctor->found > FINDINGS_TOLD) {
        snprintf(fault, sizeof fault, "and %lld more like these",
                 (long long)(doctor->found - FINDINGS_TOLD));
        code = tell(doctor, doctor->request->folder, fault);
    }
    doctor->kind = kind;
    doctor->found = 0;
    return code;
}

enum devca_code doctor_bear(struct doctor *doctor, const char *object,
                            enum devca_code code,
                            const struct devca_error *failure)
{
    switch (code) {
    case DEVCA_OK:
        return DEVCA_OK;
    case DEVCA_E_NO_MEMORY:
    case DEVCA_E_STORE_BUSY:
    case DEVCA_E_INTERRUPTED:
        if (doctor->error)
            *doctor->error = *failure;
        return code;
    default:
        return doctor_find(doctor, object, "%s%s%s", failure->field,
                           failure->field[0] ? ": " : "", failure->fault);
    }
}

static enum devca_code run_table(struct doctor *doctor,
                                 const struct doctor_check *checks)
{
    enum devca_code code = DEVCA_OK;

    for (; code == DEVCA_OK && checks->kind.name; checks++) {
        code = doctor_turn(doctor, &checks->kind);
        if (code == DEVCA_OK)
            code = checks->run(doctor);
    }
    return code;
}

static enum devca_code run_all(struct doctor *doctor)
{
    enum devca_code code = DEVCA_OK;

    if (doctor->devca.store)
        code = run_table(doctor, doctor_store_checks);
    if (code == DEVCA_OK && doctor->devca.store)
        code = run_table(doctor, doctor_authority_checks);
    if (code == DEVCA_OK && doctor->devca.store)
        code = run_table(doctor, doctor_profile_checks);
    if (code == DEVCA_OK)
        code = run_table(doctor, doctor_file_checks);
    if (code == DEVCA_OK && doctor->devca.store)
        code = run_table(doctor, doctor_journal_checks);
    if (code == DEVCA_OK && doctor->devca.store)
        code = run_table(doctor, doctor_key_checks);
    if (code == DEVCA_OK && doctor->devca.store)
        code = doctor_walk(doctor);
    if (code == DEVCA_OK)
        code = doctor_turn(doctor, NULL);
    return code;
}

/* Damage is what the visit is for; no store, or not ours, is an error. */
static enum devca_code open_store(struct doctor *doctor)
{
    struct store_options options = {.read_only = true, .inspect = true};
    struct devca_error failure = {0};
    enum devca_code code;

    doctor->kind = &opens;
    code = handle_store(&doctor->devca, &options, &failure);
    if (code == DEVCA_OK)
        code = store_certificate_last(doctor->devca.store,
                                      &doctor->summary->certificates, &failure);
    if (code == DEVCA_E_STORE_CORRUPT) {
        store_close(doctor->devca.store);
        doctor->devca.store = NULL;
        return doctor_bear(doctor, "identity.db", code, &failure);
    }
    /* A table that is missing is found by the check of the schema. */
    if (code == DEVCA_E_STORE && doctor->devca.store)
        return DEVCA_OK;
    if (code != DEVCA_OK && doctor->error)
        *doctor->error = failure;
    return code;
}

static enum devca_code begin(struct doctor *doctor)
{
    const struct devca_doctor_request *request = doctor->request;
    enum devca_code code = crypto_init(doctor->error);

    if (code == DEVCA_OK)
        code = handle_now(&doctor->now, doctor->error);
    if (code == DEVCA_OK && !(doctor->devca.folder = strdup(request->folder)))
        code = fail_memory(doctor->error);
    if (code == DEVCA_OK)
        code = devca_unlock(&doctor->devca, request->passphrase, request->pin,
                            doctor->error);
    if (code == DEVCA_OK)
        code = open_store(doctor);
    doctor->full = request->full || (request->sample == 0 &&
                                     doctor->summary->certificates <= LARGE);
    return code;
}

enum devca_code devca_doctor(const struct devca_doctor_request *request,
                             devca_record_each *each, void *context,
                             struct devca_doctor_summary *summary,
                             struct devca_error *error)
{
    struct doctor doctor = {.request = request,
                            .each = each,
                            .context = context,
                            .summary = summary,
                            .error = error};
    enum devca_code code;

    memset(summary, 0, sizeof *summary);
    code = begin(&doctor);
    if (code == DEVCA_OK)
        code = run_all(&doctor);
    handle_clear(&doctor.devca);
    if (code == DEVCA_OK && summary->faults > 0)
        code = fail(error, DEVCA_E_FINDINGS, request->folder, NULL, NULL,
                    "%lld faults, %lld warnings, %lld notes",
                    (long long)summary->faults, (long long)summary->warnings,
                    (long long)summary->notes);
    return code;
}
