/* The profiles on record: whole, and those that this program ships. */
#include "devca/ca/doctor.h"

#include "devca/profile/profile.h"
#include "devca/profile/shipped.h"

#include <string.h>

static bool digest_is(struct devid_slice document, struct devid_slice digest)
{
    uint8_t own[32];

    digest_sha256(document, own);
    return digest.len == sizeof own &&
           memcmp(digest.data, own, sizeof own) == 0;
}

static enum devca_code look_whole(const struct store_profile *row,
                                  void *context)
{
    struct doctor *doctor = context;
    struct devca_error failure = {0};
    struct profile *profile = NULL;
    enum devca_code code;

    if (!digest_is(row->document, row->digest))
        return doctor_find(doctor, row->name,
                           "the document recorded as %lld is not the one whose "
                           "hash stands beside it",
                           (long long)row->id);
    code = profile_read(&profile, row->document, row->name, &failure);
    code = doctor_bear(doctor, row->name, code, &failure);
    if (code == DEVCA_OK && profile &&
        strcmp(profile_name(profile), row->name) != 0)
        code = doctor_find(doctor, row->name, "its document is named \"%s\"",
                           profile_name(profile));
    profile_free(profile);
    return code;
}

static enum devca_code look_drift(const struct store_profile *row,
                                  void *context)
{
    struct devid_slice shipped;

    if (!profile_shipped(row->name, &shipped) ||
        digest_is(shipped, row->digest))
        return DEVCA_OK;
    return doctor_find(context, row->name,
                       "recorded as %lld, it is not the one that this program "
                       "ships under the name",
                       (long long)row->id);
}

static enum devca_code list(struct doctor *doctor, store_profile_each *each)
{
    struct devca_error failure = {0};
    enum devca_code code =
        store_profile_list(doctor->devca.store, each, doctor, &failure);

    return doctor_bear(doctor, "identity.db", code, &failure);
}

static enum devca_code check_whole(struct doctor *doctor)
{
    return list(doctor, look_whole);
}

static enum devca_code check_drift(struct doctor *doctor)
{
    return list(doctor, look_drift);
}

const struct doctor_check doctor_profile_checks[] = {
    {{"profiles", DOCTOR_FAULT,
      "issue nothing by it: find out who changed it, and restore a backup"},
     check_whole},
    {{"profile-drift", DOCTOR_NOTE,
      "nothing: a product keeps its profile as it was recorded; a new product "
      "gets the one shipped now"},
     check_drift},
    {{0}, NULL}};
