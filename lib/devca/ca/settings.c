/* settings set: who the owner of the store is. */
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/owner.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devid/codec/oid.h"

#include <stdlib.h>
#include <string.h>

struct settings_work {
    struct devca *devca;
    const struct devca_settings_request *request;
    struct settings settings; /* as they are to be */
    struct file_output *new;  /* settings.json of them, not yet in place */
    struct file_output *old;  /* of those before, should they come back */
    bool unrecorded; /* the journal's last row has others than the file */
    bool changed;
};

static enum devca_code merge(struct settings_work *work,
                             struct devca_error *error)
{
    const struct settings *old = &work->devca->settings;
    const struct devca_settings_request *request = work->request;
    const char *org = request->org ? request->org : old->org;
    const char *country = request->country ? request->country : old->country;
    enum devca_code code;

    if (country && country[0] == '\0')
        country = NULL;
    code = input_owner(org, country, error);
    if (code != DEVCA_OK)
        return code;
    settings_clear(&work->settings);
    work->settings.encrypted_keys = old->encrypted_keys;
    work->settings.org = strdup(org);
    work->settings.country = country ? strdup(country) : NULL;
    if (!work->settings.org || (country && !work->settings.country))
        return fail_memory(error);
    work->changed = work->unrecorded || owner_differs(&work->settings, old);
    return DEVCA_OK;
}

/* A row without the file that it tells of, or a file without its row, is what a
 * change that was cut off leaves. */
static enum devca_code look_for_row(struct settings_work *work,
                                    struct devca_error *error)
{
    struct owner_difference difference;
    enum devca_code code;

    if (work->changed || (!work->request->org && !work->request->country))
        return DEVCA_OK;
    code = owner_compare(work->devca, &difference, error);
    work->unrecorded = work->changed = code == DEVCA_OK && difference.owner;
    return code;
}

/* ---- partitions whose place holds what is to be changed ---- */

struct walk {
    const struct settings_work *work;
    const struct store_product *product;
    struct profile **profiles; /* of the product */
    size_t count;
    struct devca_error *error;
};

/* The owner as they are, and as they are to be. */
static void write_subjects(const struct walk *walk,
                           struct profile_subject *before,
                           struct profile_subject *after)
{
    const struct settings *settings = &walk->work->settings;

    product_subject(walk->work->devca, walk->product->name, before);
    product_subject(walk->work->devca, walk->product->name, after);
    after->org = settings->org;
    after->country = settings->country;
}

/* A profile without such places, or with one for each device, has none. */
static enum devca_code write_places(const struct profile *profile,
                                    const struct profile_subject *subject,
                                    struct bytes *places,
                                    struct devca_error *error)
{
    enum devca_code code = profile_list_value(
        profile, subject, OID_SLICE(OID_CRL_DISTRIBUTION_POINTS), places, NULL);

    if (code == DEVCA_E_NO_MEMORY)
        return fail_memory(error);
    return DEVCA_OK;
}

static enum devca_code find_moved(const struct walk *walk,
                                  const struct profile *profile, bool *moved)
{
    struct profile_subject before = {.shard = "1"}, after = {.shard = "1"};
    struct bytes old = {0}, new = {0};
    enum devca_code code;

    write_subjects(walk, &before, &after);
    code = write_places(profile, &before, &old, walk->error);
    if (code == DEVCA_OK)
        code = write_places(profile, &after, &new, walk->error);
    *moved = !devid_slice_equal(bytes_slice(&old), bytes_slice(&new));
    bytes_clear(&old);
    bytes_clear(&new);
    return code;
}

static enum devca_code see_one(const struct store_query_row *row, void *context)
{
    bool *seen = context;

    (void)row;
    *seen = true;
    return DEVCA_OK;
}

static enum devca_code hint_at_own_store(const struct walk *walk)
{
    return fail_hint(walk->error, DEVCA_E_STATE,
                     "keep what the profile's fullName holds, and give the new "
                     "owner a store of their own");
}

static enum devca_code refuse_move(const struct walk *walk,
                                   const struct profile *profile)
{
    const char *name = profile_name(profile);
    struct store_query query = {
        .product = walk->product->name, .profile = name, .limit = 1};
    bool seen = false;
    enum devca_code code = store_query_run(walk->work->devca->store, &query,
                                           see_one, &seen, walk->error);

    if (code != DEVCA_OK || !seen)
        return code;
    fail(walk->error, DEVCA_E_STATE, walk->product->name, "RFC 5280 5.2.5",
         "/extensions/cRLDistributionPoints/fullName",
         "profile %s has certificates that name their partition's list by the "
         "owner: no list to come would cover them",
         name);
    return hint_at_own_store(walk);
}

/* ---- partitions whose places would be one for the new owner ---- */

static enum devca_code keep_two_apart(const struct walk *walk,
                                      const struct profile *profile,
                                      const struct profile *other)
{
    struct profile_subject before = {0}, after = {0};

    write_subjects(walk, &before, &after);
    if (profile_lists_agree(profile, other, &before, NULL) != DEVCA_OK ||
        profile_lists_agree(profile, other, &after, NULL) == DEVCA_OK)
        return DEVCA_OK;
    fail(walk->error, DEVCA_E_STATE, walk->product->name, "RFC 5280 5.2.5",
         "/extensions/cRLDistributionPoints/fullName",
         "by the new owner places of profiles %s and %s would be one: the list "
         "of one would pass for the other's",
         profile_name(profile), profile_name(other));
    return hint_at_own_store(walk);
}

static enum devca_code keep_apart(const struct walk *walk,
                                  const struct profile *profile)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < walk->count; i++)
        code = keep_two_apart(walk, profile, walk->profiles[i]);
    return code;
}

/* ---- every profile of every product ---- */

static enum devca_code look_at_profile(const struct walk *walk,
                                       const struct profile *profile)
{
    bool moved = false;
    enum devca_code code;

    if (profile_shards(profile) == 0)
        return DEVCA_OK;
    code = find_moved(walk, profile, &moved);
    if (code == DEVCA_OK && moved)
        code = refuse_move(walk, profile);
    return code == DEVCA_OK ? keep_apart(walk, profile) : code;
}

static enum devca_code gather(const struct store_profile *row, void *context)
{
    struct walk *walk = context;
    struct profile **grown;
    enum devca_code code;

    if (row->product_id != walk->product->id)
        return DEVCA_OK;
    grown =
        realloc(walk->profiles, (walk->count + 1) * sizeof(struct profile *));
    if (!grown)
        return fail_memory(walk->error);
    walk->profiles = grown;
    code = profile_read_recorded(&grown[walk->count], row->document, row->name,
                                 walk->error);
    walk->count += code == DEVCA_OK;
    return code;
}

static enum devca_code look_at_product(const struct store_product *product,
                                       void *context)
{
    struct walk walk = *(const struct walk *)context;
    enum devca_code code;
    size_t i;

    walk.product = product;
    code =
        store_profile_list(walk.work->devca->store, gather, &walk, walk.error);
    for (i = 0; code == DEVCA_OK && i < walk.count; i++)
        code = look_at_profile(&walk, walk.profiles[i]);
    for (i = 0; i < walk.count; i++)
        profile_free(walk.profiles[i]);
    free(walk.profiles);
    return code;
}

/* A partition's list counts for certificates that name its place octet by
 * octet; it is written with the settings of its day. */
static enum devca_code keep_places(const struct settings_work *work,
                                   struct devca_error *error)
{
    struct walk walk = {.work = work, .error = error};

    return store_product_list(work->devca->store, look_at_product, &walk,
                              error);
}

/* ---- the file and its row ---- */

/* Written and durable, but not yet under its name. */
static enum devca_code prepare(const struct settings_work *work,
                               const struct settings *settings,
                               struct file_output **output,
                               struct devca_error *error)
{
    struct file_target target = {.mode = 0600, .replace = true, .own = true};
    struct bytes json = {0}, path = {0};
    enum devca_code code = settings_write(settings, &json, error);

    if (code == DEVCA_OK)
        code = handle_path(work->devca->folder, "settings.json", &path, error);
    target.path = (const char *)path.data;
    if (code == DEVCA_OK)
        code = file_output_open(output, &target, error);
    if (code == DEVCA_OK)
        code = file_output_write(*output, bytes_slice(&json), error);
    if (code == DEVCA_OK)
        code = file_output_flush(*output, error);
    bytes_clear(&path);
    bytes_clear(&json);
    return code;
}

static enum devca_code append(const struct settings_work *work,
                              struct devca_error *error)
{
    struct devca *devca = work->devca;
    struct act act = {.act = JOURNAL_SETTINGS, .object = work->settings.org};
    enum devca_code code = handle_now(&act.at, error);

    act_detail(&act, "country", work->settings.country);
    act_detail(&act, "org", work->settings.org);
    act_detail(&act, "old_country", devca->settings.country);
    act_detail(&act, "old_org", devca->settings.org);
    return code == DEVCA_OK ? act_append(devca, &act, error) : code;
}

static void put_back(struct settings_work *work, struct devca_error *error)
{
    if (file_output_commit(work->old, NULL) != DEVCA_OK)
        fail_hint(error, DEVCA_E_FILE,
                  "settings.json may have what is not on record: give the same "
                  "command again");
    work->old = NULL;
}

/* While this transaction is open nobody records what goes by the settings, so
 * that the file and its row are one: what fails leaves neither. */
static enum devca_code put(struct settings_work *work,
                           struct devca_error *error)
{
    struct devca *devca = work->devca;
    enum devca_code code = keep_places(work, error);

    if (code == DEVCA_OK)
        code = prepare(work, &work->settings, &work->new, error);
    if (code == DEVCA_OK)
        code = prepare(work, &devca->settings, &work->old, error);
    if (code == DEVCA_OK)
        code = append(work, error);
    if (code == DEVCA_OK)
        code = file_output_place(work->new, error);
    if (code != DEVCA_OK)
        return code;
    code = act_commit(devca, error);
    if (code != DEVCA_OK)
        put_back(work, error);
    return code;
}

/* What the owner is, and what they may become, is asked where nobody else
 * changes it. */
static enum devca_code set(struct settings_work *work,
                           struct devca_error *error)
{
    struct devca *devca = work->devca;
    enum devca_code code = act_begin(devca, devca->store, error);

    if (code == DEVCA_OK)
        code = owner_take(devca, error);
    if (code == DEVCA_OK)
        code = merge(work, error);
    if (code == DEVCA_OK && work->changed)
        code = put(work, error);
    act_rollback(devca);
    return code;
}

/* On record and in place. */
static enum devca_code settle(struct settings_work *work,
                              struct devca_error *error)
{
    struct file_output *new = work->new;
    struct settings old = work->devca->settings;
    enum devca_code code;

    if (!new)
        return DEVCA_OK;
    work->new = NULL;
    work->devca->settings = work->settings;
    work->settings = old;
    code = file_output_commit(new, error);
    if (code == DEVCA_OK)
        return code;
    return fail_hint(error, code,
                     "the change is on record; should settings.json be as "
                     "before after a power cut, give the same command again");
}

static enum devca_code tell(const struct settings_work *work,
                            const struct settings *settings,
                            struct devca_result *result,
                            struct devca_error *error)
{
    result_text(result, "org", settings->org);
    result_text(result, "country", settings->country);
    result_text(result, "keys",
                settings->encrypted_keys ? "encrypted" : "plain");
    result_boolean(result, "changed", work->changed);
    result_boolean(result, "dry_run", work->request->dry_run);
    return result_done(result, error);
}

enum devca_code devca_settings_set(struct devca *devca,
                                   const struct devca_settings_request *request,
                                   struct devca_result *result,
                                   struct devca_error *error)
{
    struct settings_work work = {.devca = devca, .request = request};
    enum devca_code code = merge(&work, error);

    if (code == DEVCA_OK)
        code = look_for_row(&work, error);
    if (code == DEVCA_OK && work.changed && request->dry_run)
        code = keep_places(&work, error);
    if (code == DEVCA_OK && work.changed && !request->dry_run)
        code = set(&work, error);
    if (code == DEVCA_OK)
        code = settle(&work, error);
    if (code == DEVCA_OK)
        code = tell(&work, request->dry_run ? &work.settings : &devca->settings,
                    result, error);
    file_output_abandon(work.new);
    file_output_abandon(work.old);
    settings_clear(&work.settings);
    return code;
}
