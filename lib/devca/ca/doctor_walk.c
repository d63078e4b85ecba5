/* Certificate after certificate: the octets against their columns, and against
 * the judges that let them pass when they were issued. */
#include "devca/ca/doctor.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/input.h"
#include "devca/ca/issuer.h"
#include "devca/ca/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE 10000
#define STEP 256

/* An issuer or a profile, looked up once; code says whether it could be. */
struct known {
    int64_t id;
    enum devca_code code;
    struct issuer issuer;
    struct policy policy;
};

struct known_list {
    struct known **items;
    size_t count;
};

struct walk {
    struct doctor *doctor;
    struct known_list issuers;
    struct known_list profiles;
    int64_t total; /* to look at */
    int64_t last;  /* id */
    /* Of the row under way: */
    const struct store_walked *row;
    const struct known *issuer;
    const struct known *profile; /* NULL: made elsewhere */
    struct devid_cert view;
    char object[160];
};

/* One check of a row. */
struct row_check {
    struct doctor_kind kind;
    enum devca_code (*run)(struct walk *walk);
};

/* ---- what rows share ---- */

static struct known *known_add(struct known_list *list, int64_t id)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a table of pointers */
    size_t size = (list->count + 1) * sizeof(struct known *);
    struct known **grown = realloc(list->items, size);
    struct known *new = calloc(1, sizeof *new);

    if (grown)
        list->items = grown;
    if (!grown || !new) {
        free(new);
        return NULL;
    }
    new->id = id;
    list->items[list->count++] = new;
    return new;
}

static struct known *known_find(const struct known_list *list, int64_t id)
{
    size_t i;

    for (i = list->count; i > 0; i--)
        if (list->items[i - 1]->id == id)
            return list->items[i - 1];
    return NULL;
}

static void known_clear(struct known_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        issuer_clear(&list->items[i]->issuer);
        policy_clear(&list->items[i]->policy);
        free(list->items[i]);
    }
    free(list->items);
}

static enum devca_code find_issuer(struct walk *walk)
{
    int64_t id = walk->row->row.issuer_id;
    struct devca_error failure = {0};
    struct known *known = known_find(&walk->issuers, id);

    if (!known) {
        known = known_add(&walk->issuers, id);
        if (!known)
            return fail_memory(walk->doctor->error);
        known->code =
            issuer_load(&walk->doctor->devca, id, &known->issuer, &failure);
        if (known->code == DEVCA_E_NO_MEMORY)
            return fail_memory(walk->doctor->error);
    }
    walk->issuer = known;
    return DEVCA_OK;
}

static enum devca_code find_profile(struct walk *walk)
{
    int64_t id = walk->row->row.profile_id;
    struct devca_error failure = {0};
    struct known *known = known_find(&walk->profiles, id);

    walk->profile = NULL;
    if (id == 0)
        return DEVCA_OK;
    if (!known) {
        known = known_add(&walk->profiles, id);
        if (!known)
            return fail_memory(walk->doctor->error);
        known->code = policy_recorded(&known->policy, walk->doctor->devca.store,
                                      id, &failure);
        if (known->code == DEVCA_E_NO_MEMORY)
            return fail_memory(walk->doctor->error);
    }
    /* One that cannot be read is the finding of another check. */
    walk->profile = known->code == DEVCA_OK ? known : NULL;
    return DEVCA_OK;
}

static void name_row(struct walk *walk)
{
    const struct store_walked *row = walk->row;
    char uid[2 * UID_MAX + 1] = "", serial[2 * 32 + 1] = "";

    if (row->uid.len > 0 && row->uid.len <= UID_MAX)
        hex_write(row->uid, uid);
    if (row->row.serial.len <= 32)
        hex_write(row->row.serial, serial);
    if (uid[0])
        snprintf(walk->object, sizeof walk->object, "uid %s serial %s", uid,
                 serial);
    else
        snprintf(walk->object, sizeof walk->object, "serial %s", serial);
}

/* ---- the checks of a row ---- */

static enum devca_code check_der(struct walk *walk)
{
    enum devid_status status = devid_cert_read(walk->row->row.der, &walk->view);

    if (status == DEVID_OK)
        return DEVCA_OK;
    walk->view.der.len = 0;
    return doctor_find(walk->doctor, walk->object, "certificate %lld: %s",
                       (long long)walk->row->row.id, devid_status_text(status));
}

static bool digest_differs(struct devid_slice octets, struct devid_slice digest)
{
    uint8_t own[32];

    digest_sha256(octets, own);
    return !devid_slice_equal(digest, (struct devid_slice){own, sizeof own});
}

static enum devca_code check_columns(struct walk *walk)
{
    const struct store_certificate *row = &walk->row->row;
    const struct devid_cert *view = &walk->view;
    const struct {
        const char *name;
        bool differs;
    } columns[] = {
        {"serial", !devid_slice_equal(view->serial, row->serial)},
        {"key_digest", digest_differs(view->spki, row->key_digest)},
        {"key_type", row->key_type != (int)view->key_curve},
        {"begins", row->not_before != devca_time_unpack(view->not_before)},
        {"not_after", row->not_after != devca_time_unpack(view->not_after)},
    };
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof columns / sizeof columns[0]; i++)
        if (columns[i].differs)
            code = doctor_find(walk->doctor, walk->object,
                               "the column %s is not what the certificate says",
                               columns[i].name);
    return code;
}

/* An authority's row says of its key what its certificate says. */
static enum devca_code check_authority(struct walk *walk)
{
    const struct devid_cert *view = &walk->view;
    struct store_authority own = {0};
    struct devca_error failure = {0};
    enum devca_code code;

    code = store_authority_get(walk->doctor->devca.store,
                               walk->row->authority_id, &own, &failure);
    if (code != DEVCA_OK)
        return doctor_bear(walk->doctor, walk->object, code, &failure);
    if (!devid_slice_equal(own.subject, view->subject) ||
        !devid_slice_equal(own.public_key, view->public_key) ||
        !devid_slice_equal(own.key_id, view->subject_key_id))
        code = doctor_find(walk->doctor, own.name,
                           "name, key or key identifier on record is not that "
                           "of its certificate");
    store_row_clear(&own.memory);
    return code;
}

static enum devca_code check_owner(struct walk *walk)
{
    const struct store_walked *row = walk->row;

    if (row->row.device_id != 0 && row->product_ca != row->row.issuer_id)
        return doctor_find(walk->doctor, walk->object,
                           "was not issued by the CA of the device's product");
    return row->authority_id != 0 ? check_authority(walk) : DEVCA_OK;
}

static enum devid_status verify(struct walk *walk)
{
    const struct issuer *issuer = &walk->issuer->issuer;
    struct devid_slice certificates[2] = {walk->row->row.der, issuer->row.der};
    struct devid_chain chain = {certificates, issuer_is_root(issuer) ? 1u : 2u};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE,
                                  .allow_ca_device = walk->view.ca};
    struct devid_anchor anchor;
    struct devid_anchors anchors = {&anchor, 1};
    struct profile_traits traits;

    issuer_anchor(issuer, &anchor);
    if (walk->profile && walk->row->row.device_id != 0) {
        profile_traits(walk->profile->policy.profile, &traits);
        policy.uid_attribute = traits.uid_attribute;
        policy.required_eku = traits.required_eku;
        if (traits.uid_bound)
            policy.required_uid = walk->row->uid;
    }
    return devid_verify_chain(&chain, &anchors, &policy, NULL);
}

static enum devca_code check_chain(struct walk *walk)
{
    const struct store_walked *row = walk->row;
    struct devca_error failure = {0};
    enum devid_status status;

    if (walk->issuer->code != DEVCA_OK)
        return doctor_find(walk->doctor, walk->object,
                           "its issuer's certificate cannot be read");
    if (row->authority_id == row->row.issuer_id)
        return doctor_bear(walk->doctor, walk->object,
                           judge_root(&walk->view, walk->object, &failure),
                           &failure);
    status = verify(walk);
    if (status == DEVID_OK)
        return DEVCA_OK;
    return doctor_find(walk->doctor, walk->object, "libdevid refuses it: %s",
                       devid_status_text(status));
}

static enum devca_code check_lints(struct walk *walk)
{
    struct lint_subject subject = {.kind = LINT_CERTIFICATE,
                                   .der = walk->row->row.der};
    const struct devid_cert *issuer = &walk->issuer->issuer.certificate;
    struct profile_traits traits;
    struct lint_report report;
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (walk->profile) {
        profile_traits(walk->profile->policy.profile, &traits);
        subject.traits = &traits;
    }
    if (walk->issuer->code == DEVCA_OK) {
        subject.issuer_subject = issuer->subject;
        subject.issuer_key_id = issuer->subject_key_id;
        subject.issuer_not_before = issuer->not_before;
        subject.issuer_not_after = issuer->not_after;
    }
    lint_run(&subject, &report);
    for (i = 0; code == DEVCA_OK && i < report.count; i++)
        if (report.findings[i].severity == LINT_ERROR)
            code =
                doctor_find(walk->doctor, walk->object, "%s: %s: %s",
                            report.findings[i].check->clause,
                            report.findings[i].field, report.findings[i].fault);
    return code;
}

static enum devca_code check_serial(struct walk *walk)
{
    if (walk->row->with_serial <= 1)
        return DEVCA_OK;
    return doctor_find(walk->doctor, walk->object,
                       "its issuer has given this serial %lld times",
                       (long long)walk->row->with_serial);
}

static enum devca_code check_key(struct walk *walk)
{
    if (walk->row->others_key == 0)
        return DEVCA_OK;
    return doctor_find(walk->doctor, walk->object,
                       "%lld certificates of others have its key",
                       (long long)walk->row->others_key);
}

/* Else its key might be given to another unseen. */
static enum devca_code check_key_listed(struct walk *walk)
{
    if (walk->row->key_listed == 1)
        return DEVCA_OK;
    return doctor_find(walk->doctor, walk->object,
                       "is found %lld times by its key",
                       (long long)walk->row->key_listed);
}

/* Else its UID might be given to another unseen. */
static enum devca_code check_uid_listed(struct walk *walk)
{
    const struct store_walked *row = walk->row;

    if (row->row.device_id == 0 ||
        (row->uid_listed == 1 && row->uid_others == 0))
        return DEVCA_OK;
    return doctor_find(walk->doctor, walk->object,
                       "its device is found %lld times by its UID, another "
                       "%lld times",
                       (long long)row->uid_listed, (long long)row->uid_others);
}

static const char evidence[] =
    "the row was changed after it was issued: find out who did, keep a copy, "
    "and restore a backup";

static const struct row_check row_checks[] = {
    {{"certificate-der", DOCTOR_FAULT, evidence}, check_der},
    {{"certificate-columns", DOCTOR_FAULT, evidence}, check_columns},
    {{"certificate-owner", DOCTOR_FAULT, evidence}, check_owner},
    {{"certificate-chain", DOCTOR_FAULT, evidence}, check_chain},
    {{"certificate-lints", DOCTOR_FAULT,
      "no device may rely on it: revoke it and issue another"},
     check_lints},
    {{"serial-twice", DOCTOR_FAULT,
      "a CRL cannot tell them apart: revoke both, issue others, and find out "
      "how it came"},
     check_serial},
    {{"key-twice", DOCTOR_FAULT,
      "whoever has the one device can pass for the other: revoke both, and "
      "look for a line that programs one key twice"},
     check_key},
    {{"key-unlisted", DOCTOR_FAULT, evidence}, check_key_listed},
    {{"uid-unlisted", DOCTOR_FAULT, evidence}, check_uid_listed}};

#define ROW_CHECKS (sizeof row_checks / sizeof row_checks[0])

/* ---- the walk ---- */

/* Findings of one kind are counted over the whole walk. */
struct stroll {
    struct walk walk;
    int64_t found[ROW_CHECKS];
};

static enum devca_code look(const struct store_walked *row, void *context)
{
    struct stroll *stroll = context;
    struct walk *walk = &stroll->walk;
    struct doctor *doctor = walk->doctor;
    enum devca_code code;
    size_t i;

    walk->row = row;
    walk->last = row->row.id;
    name_row(walk);
    code = find_issuer(walk);
    if (code == DEVCA_OK)
        code = find_profile(walk);
    for (i = 0; code == DEVCA_OK && i < ROW_CHECKS; i++) {
        doctor->kind = &row_checks[i].kind;
        doctor->found = stroll->found[i];
        code = row_checks[i].run(walk);
        stroll->found[i] = doctor->found;
        if (walk->view.der.len == 0)
            break;
    }
    doctor->found = 0;
    doctor->summary->looked_at++;
    return code;
}

static void report(const struct stroll *stroll)
{
    const struct doctor *doctor = stroll->walk.doctor;

    if (doctor->request->progress)
        doctor->request->progress(doctor->summary->looked_at,
                                  stroll->walk.total,
                                  doctor->request->progress_context);
}

/* From one id on, some; *ended when there was nothing more. */
static enum devca_code step(struct stroll *stroll,
                            const struct store_walk *request, bool *ended)
{
    struct doctor *doctor = stroll->walk.doctor;
    struct devca_error failure = {0};
    int64_t before = doctor->summary->looked_at;
    enum devca_code code;

    code = store_certificate_walk(doctor->devca.store, request, look, stroll,
                                  &failure);
    *ended = doctor->summary->looked_at == before;
    report(stroll);
    if (code == DEVCA_E_STORE_CORRUPT || code == DEVCA_E_STORE) {
        *ended = true;
        doctor->kind = &row_checks[0].kind;
        return doctor_bear(doctor, "identity.db", code, &failure);
    }
    if (code != DEVCA_OK && failure.code != DEVCA_OK && doctor->error)
        *doctor->error = failure;
    return code;
}

static enum devca_code walk_all(struct stroll *stroll)
{
    struct store_walk request = {0, STEP};
    enum devca_code code = DEVCA_OK;
    bool ended = false;

    while (code == DEVCA_OK && !ended) {
        request.after = stroll->walk.last;
        code = step(stroll, &request, &ended);
    }
    return code;
}

/* Where stretch i of `count` begins; ids may be as large as they like. */
static int64_t stretch(int64_t certificates, int64_t count, int64_t i)
{
    return certificates / count * i + certificates % count * i / count;
}

/* One out of each of as many stretches of equal length. */
static enum devca_code walk_sample(struct stroll *stroll)
{
    int64_t certificates = stroll->walk.doctor->summary->certificates;
    int64_t count = stroll->walk.total, i, from, length;
    struct store_walk request = {0, 1};
    enum devca_code code = DEVCA_OK;
    bool ended = false;
    uint32_t draw;

    for (i = 0; code == DEVCA_OK && i < count && !ended; i++) {
        from = stretch(certificates, count, i);
        length = stretch(certificates, count, i + 1) - from;
        code = random_octets((uint8_t *)&draw, sizeof draw,
                             stroll->walk.doctor->error);
        request.after = from + (int64_t)draw % (length > 0 ? length : 1);
        if (code == DEVCA_OK)
            code = step(stroll, &request, &ended);
    }
    return code;
}

static enum devca_code count_left_out(struct stroll *stroll)
{
    struct doctor *doctor = stroll->walk.doctor;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < ROW_CHECKS; i++) {
        doctor->kind = &row_checks[i].kind;
        doctor->found = stroll->found[i];
        code = doctor_turn(doctor, NULL);
    }
    return code;
}

enum devca_code doctor_walk(struct doctor *doctor)
{
    struct stroll stroll = {.walk = {.doctor = doctor}};
    int64_t certificates = doctor->summary->certificates;
    int64_t sample = doctor->request->sample ? doctor->request->sample : SAMPLE;
    enum devca_code code = doctor_turn(doctor, NULL);

    stroll.walk.total =
        doctor->full || sample > certificates ? certificates : sample;
    if (code == DEVCA_OK)
        code = stroll.walk.total == certificates ? walk_all(&stroll)
                                                 : walk_sample(&stroll);
    if (code == DEVCA_OK)
        code = count_left_out(&stroll);
    known_clear(&stroll.walk.issuers);
    known_clear(&stroll.walk.profiles);
    return code;
}
