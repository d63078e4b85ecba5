/* What the journal's rows say of CAs and products, against what the store says
 * of them now. None of it is ever changed after the act that made it. */
#include "devca/ca/audit.h"

#include "devca/base/fail.h"
#include "devca/journal/canonical.h"

#include <string.h>

struct comparison {
    struct devca *devca;
    const struct store_journal_row *row;
    struct bytes object; /* the row's, as text */
    struct store_authority authority;
    const char *differs;
    struct devca_error *error;
};

/* A row that says nothing of it agrees with anything. */
static enum devca_code compare(struct comparison *work, const char *name,
                               const char *value)
{
    const struct canonical_member member = canonical_text(name, value);
    enum canonical_match match;

    if (work->differs != NULL)
        return DEVCA_OK;
    if (!canonical_compare(work->row->details, &member, &match))
        return fail_memory(work->error);
    if (match == CANONICAL_OTHER)
        work->differs = name;
    return DEVCA_OK;
}

static enum devca_code tell(struct comparison *work, const char *differs)
{
    if (work->differs == NULL)
        work->differs = differs;
    return DEVCA_OK;
}

static void compare_certificate(struct comparison *work)
{
    if (work->row->certificate_id != 0 &&
        work->authority.certificate_id != work->row->certificate_id)
        (void)tell(work, "certificate");
}

static enum devca_code find(struct comparison *work,
                            enum store_authority_kind kind)
{
    const char *name = (const char *)work->object.data;
    enum devca_code code;

    store_row_clear(&work->authority.memory);
    code = store_authority_find(work->devca->store, kind, name,
                                &work->authority, work->error);
    return code == DEVCA_E_NOT_FOUND
               ? tell(work, kind == STORE_ROOT ? "root" : "CA")
               : code;
}

static enum devca_code compare_root(struct comparison *work)
{
    enum devca_code code = find(work, STORE_ROOT);

    if (code != DEVCA_OK || work->differs != NULL)
        return code;
    compare_certificate(work);
    return compare(work, "key_uri", work->authority.key_uri);
}

static enum devca_code compare_profile(struct comparison *work, int64_t id)
{
    struct store_profile profile = {0};
    enum devca_code code =
        store_profile_get(work->devca->store, id, &profile, work->error);

    if (code == DEVCA_OK)
        code = compare(work, "device_profile", profile.name);
    else if (code == DEVCA_E_NOT_FOUND)
        code = tell(work, "device_profile");
    store_row_clear(&profile.memory);
    return code;
}

static enum devca_code compare_product(struct comparison *work)
{
    const char *name = (const char *)work->object.data;
    struct store_product product = {0};
    enum devca_code code = find(work, STORE_PRODUCT);

    if (code != DEVCA_OK || work->differs != NULL)
        return code;
    code = store_product_find(work->devca->store, name, &product, work->error);
    if (code == DEVCA_E_NOT_FOUND ||
        (code == DEVCA_OK && product.authority_id != work->authority.id))
        code = tell(work, "product");
    compare_certificate(work);
    if (code == DEVCA_OK)
        code = compare(work, "key_uri", work->authority.key_uri);
    if (code == DEVCA_OK)
        code = compare(work, "uid_format", product.uid_format);
    if (code == DEVCA_OK)
        code = compare_profile(work, product.device_profile_id);
    store_row_clear(&product.memory);
    return code;
}

/* Whose key is elsewhere: a product that this root signed for. */
static enum devca_code compare_signed(struct comparison *work)
{
    enum devca_code code = find(work, STORE_PRODUCT);

    if (code != DEVCA_OK || work->differs != NULL)
        return code;
    compare_certificate(work);
    return work->authority.key_uri[0] != '\0' ? tell(work, "key_uri")
                                              : DEVCA_OK;
}

/* A root that came with the first answer, or a product, whose key the row of
 * its request has; they may have one name. */
static enum devca_code compare_installed(struct comparison *work)
{
    enum devca_code code = find(work, STORE_ROOT);

    if (code == DEVCA_OK && work->differs == NULL &&
        work->authority.certificate_id == work->row->certificate_id)
        return work->authority.key_uri[0] != '\0' ? tell(work, "key_uri")
                                                  : DEVCA_OK;
    work->differs = NULL;
    if (code == DEVCA_OK)
        code = find(work, STORE_PRODUCT);
    if (code == DEVCA_OK && work->differs == NULL)
        compare_certificate(work);
    return code;
}

enum devca_code audit_authority(struct devca *devca,
                                const struct store_journal_row *row,
                                const char **differs, struct devca_error *error)
{
    static enum devca_code (*const comparisons[])(struct comparison *) = {
        [JOURNAL_ROOT] = compare_root,
        [JOURNAL_PRODUCT] = compare_product,
        [JOURNAL_REQUEST] = compare_product,
        [JOURNAL_INSTALL] = compare_installed,
        [JOURNAL_SIGN] = compare_signed};
    const int64_t count = sizeof comparisons / sizeof comparisons[0];
    struct comparison work = {.devca = devca, .row = row, .error = error};
    enum devca_code code;

    *differs = NULL;
    if (row->act < 0 || row->act >= count || comparisons[row->act] == NULL)
        return DEVCA_OK;
    if (row->object.len == 0)
        return DEVCA_OK;
    code = bytes_append_slice(&work.object, row->object)
               ? comparisons[row->act](&work)
               : fail_memory(error);
    *differs = work.differs;
    store_row_clear(&work.authority.memory);
    bytes_clear(&work.object);
    return code;
}
