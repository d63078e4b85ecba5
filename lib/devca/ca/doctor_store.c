/* What the database says against itself. */
#include "devca/ca/doctor.h"

static const char restore_todo[] =
    "stop issuing, keep a copy of the store's folder, and restore a backup";

static enum devca_code told(const char *object, const char *fault,
                            void *context)
{
    return doctor_find(context, object, "%s", fault);
}

static enum devca_code inspect(struct doctor *doctor,
                               enum store_inspection which)
{
    struct store_inspection_request request = {which, doctor->now,
                                               doctor->full};
    struct devca_error failure = {0};
    enum devca_code code;

    code = store_inspect(doctor->devca.store, &request, told, doctor, &failure);
    return doctor_bear(doctor, "identity.db", code, &failure);
}

static enum devca_code check_schema(struct doctor *doctor)
{
    struct devca_error failure = {0};
    enum devca_code code =
        store_inspect_schema(doctor->devca.store, told, doctor, &failure);

    return doctor_bear(doctor, "identity.db", code, &failure);
}

static enum devca_code check_pages(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_PAGES);
}

static enum devca_code check_references(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_REFERENCES);
}

static enum devca_code check_gone(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_GONE);
}

static enum devca_code check_tally(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_TALLY);
}

static enum devca_code check_revocations(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_REVOCATIONS);
}

static enum devca_code check_numbers(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_CRL_NUMBERS);
}

static enum devca_code check_stale(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_CRL_STALE);
}

static enum devca_code check_behind(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_CRL_BEHIND);
}

static enum devca_code check_expiring(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_EXPIRING);
}

static enum devca_code check_clock(struct doctor *doctor)
{
    return inspect(doctor, STORE_INSPECT_CLOCK);
}

const struct doctor_check doctor_store_checks[] = {
    {{"pages", DOCTOR_FAULT, restore_todo}, check_pages},
    {{"schema", DOCTOR_FAULT,
      "find out who changed it; restore a backup rather than mend it by hand"},
     check_schema},
    {{"references", DOCTOR_FAULT, restore_todo}, check_references},
    {{"rows-gone", DOCTOR_FAULT,
      "rows are never deleted: find out who did, and restore a backup"},
     check_gone},
    {{"tally", DOCTOR_FAULT,
      "counts are wrong, certificates are not concerned; find out who wrote "
      "to the database, and restore a backup"},
     check_tally},
    {{"revocations", DOCTOR_FAULT,
      "look at the device with devca show, and revoke it again where it must "
      "not pass"},
     check_revocations},
    {{"crl-numbers", DOCTOR_FAULT,
      "a number must never be used twice: compare with the list in use before "
      "signing another"},
     check_numbers},
    {{"crl-stale", DOCTOR_WARNING, "sign and publish a new list: devca crl"},
     check_stale},
    {{"crl-behind", DOCTOR_WARNING, "sign and publish a new list: devca crl"},
     check_behind},
    {{"ca-expiring", DOCTOR_WARNING,
      "make its successor in time; devices keep the chain they have"},
     check_expiring},
    {{"clock", DOCTOR_WARNING,
      "set this machine's clock; it went back, or was ahead when it was "
      "issued"},
     check_clock},
    {{0}, NULL}};
