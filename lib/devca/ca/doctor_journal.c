/* The journal, read by those who verify it for everybody. */
#include "devca/ca/doctor.h"

#include "devca/base/fail.h"
#include "devca/ca/audit.h"
#include "devca/ca/result.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static enum devca_code told(const struct devca_record *record, void *context)
{
    const struct devca_field *name = devca_record_find(record, "finding");
    const struct devca_field *fault = devca_record_find(record, "fault");

    if (!name || !fault)
        return DEVCA_OK;
    return doctor_find(context, (const char *)name->octets.data, "%.*s",
                       (int)fault->octets.len, fault->octets.data);
}

static enum devca_code verify_all(struct doctor *doctor)
{
    struct devca_audit_verify_request request = {0};
    struct devca_error failure = {0};
    struct devca_result result = {0};
    enum devca_code code;

    code = devca_audit_verify(&doctor->devca, &request, told, doctor, &result,
                              &failure);
    devca_result_clear(&result);
    if (code == DEVCA_E_FINDINGS || code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    return doctor_bear(doctor, "journal", code, &failure);
}

/* ---- of many rows: the newest signature, over the head that is kept ---- */

struct newest {
    const struct audit_head *head;
    bool seen;
    bool holds;
};

static enum devca_code look_newest(const struct store_checkpoint *row,
                                   void *context)
{
    struct newest *newest = context;
    struct checkpoint checkpoint;
    uint8_t root[MERKLE_HASH];

    newest->seen = true;
    merkle_root(&newest->head->tree, root);
    newest->holds = audit_checkpoint(row, &checkpoint) &&
                    checkpoint.size == newest->head->tree.size &&
                    memcmp(checkpoint.root, root, sizeof root) == 0 &&
                    note_holds(&checkpoint, newest->head->public_key);
    return DEVCA_OK;
}

/* One moment's: a batch appends between one reading and the next. */
static enum devca_code read_newest(struct doctor *doctor,
                                   struct audit_head *head,
                                   struct newest *newest,
                                   struct devca_error *failure)
{
    enum devca_code code = store_snapshot(doctor->devca.store, failure);

    if (code == DEVCA_OK)
        code = audit_head(&doctor->devca, head, failure);
    if (code == DEVCA_OK)
        code = store_checkpoint_last(doctor->devca.store, look_newest, newest,
                                     failure);
    store_rollback(doctor->devca.store);
    return code;
}

static enum devca_code verify_newest(struct doctor *doctor)
{
    struct audit_head head;
    struct newest newest = {.head = &head};
    struct devca_error failure = {0};
    bool anew = false;
    enum devca_code code = read_newest(doctor, &head, &newest, &failure);

    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code == DEVCA_OK)
        code = audit_begun_anew(&doctor->devca, &anew, &failure);
    if (code == DEVCA_OK && anew)
        code = doctor_find(doctor, "begun-anew", "%s", AUDIT_BEGUN_ANEW);
    if (code == DEVCA_OK && !newest.holds)
        return doctor_find(doctor, "head-differs",
                           "the newest checkpoint is not signed over the "
                           "journal's head");
    return doctor_bear(doctor, "journal", code, &failure);
}

/* ---- none at all ---- */

/* The key comes with the first row: alone beside certificates that are older
 * than any journal it is what is left of one that was taken away. Where they
 * are not older, audit_head() says so. */
static enum devca_code check_gone(struct doctor *doctor)
{
    struct store_journal_head head = {0};
    struct bytes path = {0};
    struct stat info;
    bool adopts = false;
    enum devca_code code =
        store_journal_head_get(doctor->devca.store, &head, doctor->error);
    bool gone = code == DEVCA_E_NOT_FOUND && doctor->summary->certificates > 0;

    store_row_clear(&head.memory);
    if (code == DEVCA_OK || code == DEVCA_E_NOT_FOUND)
        code = gone ? store_journal_adopts(doctor->devca.store, &adopts,
                                           doctor->error)
                    : DEVCA_OK;
    if (code == DEVCA_OK)
        code = handle_path(doctor->devca.folder, "keys/journal.pem", &path,
                           doctor->error);
    if (code == DEVCA_OK && adopts &&
        lstat((const char *)path.data, &info) == 0)
        code = doctor_find(doctor, "journal",
                           "has no row, and its key is there: it was taken "
                           "away, or a first act was cut off");
    bytes_clear(&path);
    return code;
}

static enum devca_code check_journal(struct doctor *doctor)
{
    enum devca_code code = check_gone(doctor);

    if (code == DEVCA_OK)
        code = doctor->full ? verify_all(doctor) : verify_newest(doctor);
    doctor->distrusts = doctor->distrusts || doctor->found > 0;
    return code;
}

const struct doctor_check doctor_journal_checks[] = {
    {{"journal", DOCTOR_FAULT,
      "find out who changed the store past devca: devca audit verify with a "
      "checkpoint kept elsewhere says since when; then restore a backup"},
     check_journal},
    {{0}, NULL}};
