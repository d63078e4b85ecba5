/* audit verify: every leaf, every head, every signature; what of them does not
 * fit, and where. */
#include "devca/ca/audit.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devid/codec/der.h"
#include "devid/x509/certificate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct audit_work {
    struct devca *devca;
    devca_record_each *each;
    void *context;
    struct devca_error *error;
    struct audit_head head;
    struct merkle tree;     /* as it was recomputed so far */
    struct checkpoint kept; /* the one from elsewhere; size 0: none */
    uint8_t kept_root[MERKLE_HASH];
    int64_t good;        /* rows up to here are as they were signed */
    int64_t last;        /* sequence of the row read last */
    int64_t upto;        /* of the checkpoint under way */
    int64_t checkpoints; /* read */
    int64_t astray;      /* that no longer fit the rows */
    int64_t made;        /* certificates that rows tell of */
    int64_t findings;
    bool broken; /* rows are missing: heads cannot be told any more */
};

static enum devca_code finding(struct audit_work *work, const char *name,
                               int64_t seq, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static enum devca_code finding(struct audit_work *work, const char *name,
                               int64_t seq, const char *format, ...)
{
    struct devca_result result = {0};
    char fault[256];
    enum devca_code code;
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
    work->findings++;
    result_text(&result, "finding", name);
    result_integer(&result, "seq", seq);
    result_text(&result, "fault", fault);
    code = result_done(&result, work->error);
    if (code == DEVCA_OK)
        code = work->each(&result.record, work->context);
    devca_result_clear(&result);
    return code;
}

/* ---- rows ---- */

/* {"certificates":N}: what was there before the journal. */
static int64_t adopted(struct devid_slice details)
{
    static const char name[] = "\"certificates\":";
    char text[128];
    const char *place;

    if (details.len >= sizeof text)
        return 0;
    memcpy(text, details.data, details.len);
    text[details.len] = '\0';
    place = strstr(text, name);
    return place != NULL ? strtoll(place + sizeof name - 1, NULL, 10) : 0;
}

/* What no store can hold was written by somebody else, and is not counted. */
static void count_more(struct audit_work *work, int64_t more)
{
    if (more > 0 && more <= INT64_MAX - work->made)
        work->made += more;
}

static void count_made(struct audit_work *work,
                       const struct store_journal_row *row)
{
    switch (row->act) {
    case JOURNAL_ADOPT:
        count_more(work, adopted(row->details));
        break;
    case JOURNAL_ROOT:
    case JOURNAL_ISSUE:
    case JOURNAL_PRODUCT:
    case JOURNAL_SIGN:
    case JOURNAL_INSTALL:
        count_more(work, row->certificate_id != 0);
        break;
    default:
        break;
    }
}

static enum devca_code check_leaf(struct audit_work *work,
                                  const struct store_journal_row *row)
{
    enum devca_code code;
    bool holds;

    if (row->certificate_id != 0 && row->subject.der.len == 0)
        return finding(work, "row-edited", row->seq,
                       "the certificate that row %" PRId64
                       " is about is not in the store",
                       row->seq);
    code = audit_leaf(row, &holds, work->error);
    if (code != DEVCA_OK || holds)
        return code;
    return finding(work, "row-edited", row->seq,
                   "row %" PRId64 " or what it is about is not as it was "
                   "when its leaf was made",
                   row->seq);
}

/* The end that decides whether a CRL lists it is the row's. */
static enum devca_code check_expiry(struct audit_work *work,
                                    const struct store_journal_row *row)
{
    struct devid_cert view;

    if (row->act != JOURNAL_REVOKE ||
        devid_cert_read(row->subject.der, &view) != DEVID_OK ||
        devca_time_unpack(view.not_after) == row->not_after)
        return DEVCA_OK;
    return finding(work, "revocation-edited", row->seq,
                   "what row %" PRId64 " revoked has another notAfter in the "
                   "store than in its certificate",
                   row->seq);
}

static enum devca_code check_authority(struct audit_work *work,
                                       const struct store_journal_row *row)
{
    const char *differs;
    enum devca_code code =
        audit_authority(work->devca, row, &differs, work->error);

    if (code != DEVCA_OK || differs == NULL)
        return code;
    return finding(work, "authority-edited", row->seq, AUDIT_EDITED, differs,
                   row->seq);
}

static enum devca_code missing(struct audit_work *work, int64_t from,
                               int64_t to)
{
    if (from == to)
        return finding(work, "rows-removed", from, "row %" PRId64 " is missing",
                       from);
    return finding(work, "rows-removed", from,
                   "rows %" PRId64 " to %" PRId64 " are missing", from, to);
}

static enum devca_code check_order(struct audit_work *work, int64_t seq)
{
    int64_t expected = work->last + 1;

    work->last = seq;
    if (seq == expected)
        return DEVCA_OK;
    work->broken = true;
    return missing(work, expected, seq - 1);
}

static enum devca_code check_row(const struct store_journal_row *row,
                                 void *context)
{
    struct audit_work *work = context;
    enum devca_code code;

    /* What stands behind the checkpoint is the next one's. */
    if (row->seq > work->upto)
        return DEVCA_E_NOT_FOUND;
    code = check_order(work, row->seq);
    if (code == DEVCA_OK)
        code = check_leaf(work, row);
    if (code == DEVCA_OK)
        code = check_expiry(work, row);
    if (code == DEVCA_OK)
        code = check_authority(work, row);
    count_made(work, row);
    if (row->leaf.len == MERKLE_HASH)
        merkle_append(&work->tree, row->leaf.data);
    else
        work->broken = true;
    if (work->tree.size == work->kept.size)
        merkle_root(&work->tree, work->kept_root);
    return code;
}

static enum devca_code check_rows(struct audit_work *work, int64_t upto)
{
    struct store_journal_query query = {.after = work->last};
    enum devca_code code;

    work->upto = upto;
    code = store_journal_list(work->devca->store, &query, check_row, work,
                              work->error);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

/* ---- heads ---- */

static enum devca_code check_root(struct audit_work *work,
                                  const struct checkpoint *checkpoint)
{
    uint8_t root[MERKLE_HASH];

    merkle_root(&work->tree, root);
    if (memcmp(root, checkpoint->root, MERKLE_HASH) == 0) {
        work->good = (int64_t)checkpoint->size;
        return DEVCA_OK;
    }
    if (work->astray++ > 0)
        return DEVCA_OK;
    return finding(work, "rows-rewritten", work->good + 1,
                   "rows %" PRId64 " to %" PRIu64
                   " are not those that the checkpoint at %" PRIu64
                   " was signed over",
                   work->good + 1, checkpoint->size, checkpoint->size);
}

static enum devca_code take_checkpoint(const struct store_checkpoint *row,
                                       void *context)
{
    struct audit_work *work = context;
    struct checkpoint checkpoint;
    enum devca_code code;

    work->checkpoints++;
    if (!audit_checkpoint(row, &checkpoint) ||
        !note_holds(&checkpoint, work->head.public_key)) {
        code = finding(work, "checkpoint-forged", row->size,
                       "the checkpoint at %" PRId64
                       " is not signed by the journal's key",
                       row->size);
        if (code != DEVCA_OK || row->size <= 0)
            return code;
    }
    code = check_rows(work, row->size);
    if (code != DEVCA_OK || work->broken)
        return code;
    if (work->last == row->size)
        return check_root(work, &checkpoint);
    work->broken = true;
    return missing(work, work->last + 1,
                   work->head.size > row->size ? work->head.size : row->size);
}

/* What was appended without a signature, and what the head says. */
static enum devca_code check_end(struct audit_work *work)
{
    int64_t covered = work->upto;
    enum devca_code code = check_rows(work, INT64_MAX);

    if (code == DEVCA_OK && work->last > covered)
        code = finding(work, "rows-unsigned", covered + 1,
                       "rows from %" PRId64 " on are under no checkpoint",
                       covered + 1);
    if (code == DEVCA_OK && !work->broken &&
        (work->head.tree.size != work->tree.size ||
         !devid_slice_equal(merkle_edge(&work->head.tree),
                            merkle_edge(&work->tree))))
        code = finding(work, "head-differs", work->head.size,
                       "the journal's head is that of %" PRId64
                       " other rows than are there",
                       work->head.size);
    return code;
}

/* ---- what somebody kept elsewhere ---- */

static enum devca_code check_kept(struct audit_work *work)
{
    if (work->kept.size == 0)
        return DEVCA_OK;
    if (work->kept.size > work->tree.size)
        return finding(work, "rolled-back", work->last,
                       "the store's journal ends at %" PRId64
                       ", the checkpoint kept elsewhere has %" PRIu64
                       " rows: an older copy, or rows were cut off",
                       work->last, work->kept.size);
    if (memcmp(work->kept_root, work->kept.root, MERKLE_HASH) == 0)
        return DEVCA_OK;
    return finding(work, "forked", (int64_t)work->kept.size,
                   "the first %" PRIu64 " rows are not those of the checkpoint "
                   "kept elsewhere: rewritten, or another copy of the store "
                   "went on",
                   work->kept.size);
}

static enum devca_code
take_kept(struct audit_work *work,
          const struct devca_audit_verify_request *request)
{
    struct note_source source = {request->checkpoint, work->head.public_key,
                                 request->checkpoint_name};
    enum devca_code code;

    /* An empty file was kept elsewhere by mistake, not left out. */
    if (request->checkpoint.data == NULL)
        return DEVCA_OK;
    code = note_read(&work->kept, &source, work->error);
    if (code != DEVCA_E_REFUSED)
        return code;
    work->kept.size = 0;
    return finding(work, "other-key", 0,
                   "the checkpoint kept elsewhere is not signed by this "
                   "journal's key: another store's, or the journal was "
                   "replaced");
}

static enum devca_code
check_key(struct audit_work *work,
          const struct devca_audit_verify_request *request)
{
    uint8_t public_key[JOURNAL_KEY_LEN];
    enum devca_code code;

    if (request->key == NULL)
        return DEVCA_OK;
    code = note_key_read(request->key, public_key, work->error);
    if (code != DEVCA_OK ||
        memcmp(public_key, work->head.public_key, JOURNAL_KEY_LEN) == 0)
        return code;
    /* Everything is judged by the key that is trusted. */
    memcpy(work->head.public_key, public_key, JOURNAL_KEY_LEN);
    return finding(work, "other-key", 0,
                   "the store names another journal key than the one given");
}

/* ---- what the rows tell of ---- */

static enum devca_code check_count(struct audit_work *work)
{
    struct store_query everything = {.authorities = true};
    int64_t count;
    enum devca_code code;

    code =
        store_query_count(work->devca->store, &everything, &count, work->error);
    if (code == DEVCA_OK && !work->broken && count != work->made)
        code = finding(work, "certificates-differ", 0,
                       "the store has %" PRId64
                       " certificates, the journal tells of %" PRId64,
                       count, work->made);
    return code;
}

static enum devca_code check_revocations(struct audit_work *work)
{
    struct store *store = work->devca->store;
    int64_t undone, otherwise, untold;
    enum devca_code code;

    code = store_journal_differs(store, STORE_JOURNAL_UNDONE, &undone,
                                 work->error);
    if (code == DEVCA_OK && undone != 0)
        code = finding(work, "revocation-undone", undone,
                       "what row %" PRId64 " revoked is not revoked any more",
                       undone);
    if (code == DEVCA_OK)
        code = store_journal_differs(store, STORE_JOURNAL_OTHERWISE, &otherwise,
                                     work->error);
    if (code == DEVCA_OK && otherwise != 0 && otherwise != undone)
        code = finding(work, "revocation-edited", otherwise,
                       "the store has another reason, time or end than "
                       "row %" PRId64 " tells of",
                       otherwise);
    if (code == DEVCA_OK)
        code = store_journal_differs(store, STORE_JOURNAL_UNTOLD, &untold,
                                     work->error);
    /* Rows that are gone are told of already. */
    if (code == DEVCA_OK && untold != 0 && !work->broken)
        code = finding(work, "revocation-untold", 0,
                       "%" PRId64 " revocations are in the store that no row "
                       "tells of",
                       untold);
    return code;
}

static enum devca_code check_lists(struct audit_work *work)
{
    struct store *store = work->devca->store;
    int64_t unlisted, untold;
    enum devca_code code = store_journal_differs(store, STORE_JOURNAL_UNLISTED,
                                                 &unlisted, work->error);

    if (code == DEVCA_OK && unlisted != 0)
        code = finding(work, "list-edited", unlisted,
                       "the list that row %" PRId64
                       " tells of is not on record, or otherwise",
                       unlisted);
    if (code == DEVCA_OK)
        code = store_journal_differs(store, STORE_JOURNAL_LISTS_UNTOLD, &untold,
                                     work->error);
    /* Rows that are gone are told of already. */
    if (code == DEVCA_OK && untold != 0 && !work->broken)
        code = finding(work, "list-untold", 0,
                       "%" PRId64 " lists are on record that no row tells of",
                       untold);
    return code;
}

static enum devca_code check_store(struct audit_work *work)
{
    enum devca_code code = check_count(work);

    if (code == DEVCA_OK)
        code = check_revocations(work);
    return code == DEVCA_OK ? check_lists(work) : code;
}

static enum devca_code check_beginning(struct audit_work *work)
{
    bool anew;
    enum devca_code code = audit_begun_anew(work->devca, &anew, work->error);

    return code == DEVCA_OK && anew
               ? finding(work, "begun-anew", 1, AUDIT_BEGUN_ANEW)
               : code;
}

static enum devca_code walk(struct audit_work *work,
                            const struct devca_audit_verify_request *request)
{
    enum devca_code code = check_key(work, request);

    if (code == DEVCA_OK)
        code = take_kept(work, request);
    if (code == DEVCA_OK)
        code = check_beginning(work);
    if (code == DEVCA_OK)
        code = store_checkpoint_list(work->devca->store, 0, take_checkpoint,
                                     work, work->error);
    if (code == DEVCA_OK)
        code = check_end(work);
    if (code == DEVCA_OK)
        code = check_kept(work);
    if (code == DEVCA_OK)
        code = check_store(work);
    return code;
}

static enum devca_code tell(const struct audit_work *work,
                            struct devca_result *result)
{
    uint8_t root[MERKLE_HASH];

    merkle_root(&work->tree, root);
    result_integer(result, "rows", (int64_t)work->tree.size);
    result_integer(result, "checkpoints", work->checkpoints);
    result_integer(result, "findings", work->findings);
    result_hex(result, "root", (struct devid_slice){root, MERKLE_HASH});
    return result_done(result, work->error);
}

enum devca_code
devca_audit_verify(struct devca *devca,
                   const struct devca_audit_verify_request *request,
                   devca_record_each *each, void *context,
                   struct devca_result *result, struct devca_error *error)
{
    struct audit_work work = {
        .devca = devca, .each = each, .context = context, .error = error};
    enum devca_code code = store_snapshot(devca->store, error);

    if (code == DEVCA_OK)
        code = audit_head(devca, &work.head, error);
    if (code == DEVCA_OK)
        code = walk(&work, request);
    store_rollback(devca->store);
    if (code == DEVCA_OK)
        code = tell(&work, result);
    if (code == DEVCA_OK && work.findings > 0)
        code = fail(error, DEVCA_E_FINDINGS, devca->folder, "RFC 9162 2.1",
                    "journal", "%" PRId64 " findings", work.findings);
    return code;
}
