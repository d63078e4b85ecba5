/* CAs and products: against each other, and against the rows of the journal
 * that made them. Before any key is opened by what they say of it. */
#include "devca/ca/doctor.h"

#include "devca/ca/audit.h"

static enum devca_code told(const char *object, const char *fault,
                            void *context)
{
    return doctor_find(context, object, "%s", fault);
}

static enum devca_code inspect(struct doctor *doctor)
{
    struct store_inspection_request request = {STORE_INSPECT_AUTHORITIES,
                                               doctor->now, doctor->full};
    struct devca_error failure = {0};
    enum devca_code code =
        store_inspect(doctor->devca.store, &request, told, doctor, &failure);

    return doctor_bear(doctor, "identity.db", code, &failure);
}

struct comparing {
    struct doctor *doctor;
    struct devca_error failure;
};

static enum devca_code look_row(const struct store_journal_row *row,
                                void *context)
{
    struct comparing *comparing = context;
    struct doctor *doctor = comparing->doctor;
    const char *object = (const char *)row->object.data;
    const char *differs;
    bool holds = true;
    enum devca_code code =
        audit_authority(&doctor->devca, row, &differs, &comparing->failure);

    if (code == DEVCA_OK && differs)
        return doctor_find(doctor, object, AUDIT_EDITED, differs, row->seq);
    /* What was changed in both places agrees. A certificate that is gone is
     * another finding. */
    if (code == DEVCA_OK &&
        (row->certificate_id == 0 || row->subject.der.len > 0))
        code = audit_leaf(row, &holds, &comparing->failure);
    if (code != DEVCA_OK || holds)
        return code;
    return doctor_find(
        doctor, object,
        "row %" PRId64 " is not as it was when its leaf was made", row->seq);
}

/* Quick whatever the journal's length: by the certificate. */
static enum devca_code look_authority(const struct store_authority *authority,
                                      void *context)
{
    struct comparing *comparing = context;

    if (authority->certificate_id == 0)
        return DEVCA_OK;
    return store_journal_about(comparing->doctor->devca.store,
                               authority->certificate_id, look_row, comparing,
                               &comparing->failure);
}

static enum devca_code compare(struct doctor *doctor)
{
    struct store_journal_query requests = {.act = JOURNAL_REQUEST};
    struct store *store = doctor->devca.store;
    struct comparing comparing = {.doctor = doctor};
    enum devca_code code = store_authority_list(store, look_authority,
                                                &comparing, &comparing.failure);

    /* A request's row has no certificate: it is found by reading all. */
    if (code == DEVCA_OK && doctor->full)
        code = store_journal_list(store, &requests, look_row, &comparing,
                                  &comparing.failure);
    return doctor_bear(doctor, "identity.db", code, &comparing.failure);
}

static enum devca_code check_authorities(struct doctor *doctor)
{
    enum devca_code code = inspect(doctor);

    if (code == DEVCA_OK)
        code = compare(doctor);
    doctor->distrusts = doctor->found > 0;
    return code;
}

const struct doctor_check doctor_authority_checks[] = {
    {{"authorities", DOCTOR_FAULT,
      "issue nothing and give no PIN: find out who changed the row, keep a "
      "copy, and restore a backup"},
     check_authorities},
    {{0}, NULL}};
