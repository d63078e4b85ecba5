#include "devca/ca/owner.h"

#include "devca/base/fail.h"
#include "devca/journal/canonical.h"
#include "devca/journal/entry.h"
#include "devca/store/journal.h"
#include "devid/codec/der.h"

#include <string.h>

/* ---- against what the journal last said ---- */

struct recorded {
    const struct settings *settings;
    struct owner_difference *difference;
    bool no_memory;
};

static enum canonical_match match(struct recorded *recorded,
                                  const struct store_journal_row *row,
                                  const char *name, const char *text)
{
    const struct canonical_member member = canonical_text(name, text);
    enum canonical_match match = CANONICAL_NONE;

    if (!canonical_compare(row->details, &member, &match))
        recorded->no_memory = true;
    return match;
}

/* A row says all that certificates get: the last one counts. */
static enum devca_code look_set(const struct store_journal_row *row,
                                void *context)
{
    struct recorded *recorded = context;
    const struct settings *settings = recorded->settings;
    const struct devid_slice org = {(const uint8_t *)settings->org,
                                    strlen(settings->org)};
    const enum canonical_match country =
        match(recorded, row, "country", settings->country);
    /* The first row of a store of before has no country. */
    const bool silent = country == CANONICAL_NONE &&
                        (settings->country == NULL || row->seq == 1);

    recorded->difference->owner = NULL;
    if (!devid_slice_equal(row->object, org))
        recorded->difference->owner = "org";
    else if (country != CANONICAL_SAME && !silent)
        recorded->difference->owner = "country";
    return DEVCA_OK;
}

static enum devca_code look_first(const struct store_journal_row *row,
                                  void *context)
{
    struct recorded *recorded = context;

    (void)look_set(row, context);
    recorded->difference->keys =
        !recorded->settings->encrypted_keys &&
        match(recorded, row, "keys", "plain") == CANONICAL_OTHER;
    return DEVCA_E_NOT_FOUND; /* no further row */
}

enum devca_code owner_compare(const struct devca *devca,
                              struct owner_difference *difference,
                              struct devca_error *error)
{
    const struct store_journal_query first = {0};
    const struct store_journal_query set = {.act = JOURNAL_SETTINGS};
    struct recorded recorded = {&devca->settings, difference, false};
    enum devca_code code;

    *difference = (struct owner_difference){NULL, false};
    code =
        store_journal_list(devca->store, &first, look_first, &recorded, error);
    if (code == DEVCA_OK || code == DEVCA_E_NOT_FOUND)
        code =
            store_journal_list(devca->store, &set, look_set, &recorded, error);
    return recorded.no_memory ? fail_memory(error) : code;
}

/* ---- against settings.json ---- */

static bool same(const char *a, const char *b)
{
    return !a || !b ? a == b : strcmp(a, b) == 0;
}

const char *owner_differs(const struct settings *settings,
                          const struct settings *other)
{
    if (!same(settings->org, other->org))
        return "org";
    return same(settings->country, other->country) ? NULL : "country";
}

enum devca_code owner_check_again(const struct devca *devca,
                                  struct devca_error *error)
{
    struct settings now = {NULL, NULL, false};
    enum devca_code code = handle_settings(devca->folder, &now, error);
    const char *member;

    if (code != DEVCA_OK)
        return code;
    member = owner_differs(&now, &devca->settings);
    settings_clear(&now);
    if (!member)
        return DEVCA_OK;
    fail(
        error, DEVCA_E_STATE, "settings.json", NULL, member,
        "the owner was set anew meanwhile; what was made for the one of before "
        "is not recorded");
    return fail_hint(error, DEVCA_E_STATE,
                     "give the same command again: it goes on for the owner as "
                     "settings.json has them now");
}

enum devca_code owner_take(struct devca *devca, struct devca_error *error)
{
    struct settings now = {NULL, NULL, false};
    enum devca_code code = handle_settings(devca->folder, &now, error);

    if (code != DEVCA_OK)
        return code;
    settings_clear(&devca->settings);
    devca->settings = now;
    return DEVCA_OK;
}
