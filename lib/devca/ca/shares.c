/* key split, key combine: a CA's key as shares, and back. */
#include "devca/ca/act.h"
#include "devca/ca/certify.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/key/secret.h"
#include "devca/key/share.h"

#include <devca/shares.h>

#include <string.h>

struct split_work {
    struct devca *devca;
    const struct devca_split_request *request;
    struct store_authority authority;
    struct signer *signer;
    struct share shares[SHARE_COUNT_MAX];
    char set[2 * SHARE_SET + 1];
    char key_id[65]; /* SHA-256 of the SubjectPublicKeyInfo */
};

static void name_key(const struct signer *signer, char text[65])
{
    uint8_t digest[32];

    key_digest(signer_public_key(signer), digest);
    hex_write((struct devid_slice){digest, sizeof digest}, text);
}

static enum devca_code refuse_token(const struct split_work *work,
                                    struct devca_error *error)
{
    fail(error, DEVCA_E_KEY, work->authority.name, NULL, "key",
         "is on a token, which gives no key out");
    return fail_hint(error, DEVCA_E_KEY,
                     "the token's maker says how it is copied to another");
}

static enum devca_code open_key(struct split_work *work,
                                struct devca_error *error)
{
    const char *product = work->request->product;
    enum devca_code code;

    code = store_authority_find(work->devca->store,
                                product ? STORE_PRODUCT : STORE_ROOT, product,
                                &work->authority, error);
    if (code == DEVCA_E_NOT_FOUND)
        return fail(error, code, product ? product : "root", NULL, NULL,
                    product ? "no product of that name"
                            : "the store has no root");
    if (code == DEVCA_OK && work->authority.key_uri[0] == '\0')
        return fail(error, DEVCA_E_KEY_MISSING, work->authority.name, NULL,
                    "key", "is not in this store");
    if (code == DEVCA_OK && handle_is_token(work->authority.key_uri))
        code = refuse_token(work, error);
    if (code == DEVCA_OK)
        code = handle_open_key(work->devca, work->authority.key_uri,
                               &work->signer, error);
    return code;
}

static enum devca_code record_split(struct split_work *work,
                                    struct devca_error *error)
{
    struct act act = {.act = JOURNAL_KEY_EXPORT};
    struct devca *devca = work->devca;
    enum devca_code code = handle_now(&act.at, error);

    act.object = work->authority.name;
    act_detail(&act, "key", work->key_id);
    act_detail(&act, "set", work->set);
    act_detail_number(&act, "shares", work->request->shares);
    act_detail_number(&act, "threshold", work->request->threshold);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = act_append(devca, &act, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static enum devca_code give_out(const struct split_work *work,
                                devca_share_each *each, void *context,
                                struct devca_error *error)
{
    struct bytes text = {0};
    enum devca_code code = DEVCA_OK;
    int i;

    for (i = 0; code == DEVCA_OK && i < work->request->shares; i++) {
        text.len = 0;
        code = share_write(&work->shares[i], &text)
                   ? each(i + 1, bytes_slice(&text), context)
                   : fail_memory(error);
    }
    bytes_clear(&text);
    return code;
}

static enum devca_code tell_split(const struct split_work *work,
                                  struct devca_result *result,
                                  struct devca_error *error)
{
    result_text(result, "authority", work->authority.name);
    result_text(result, "set", work->set);
    result_integer(result, "threshold", work->request->threshold);
    result_integer(result, "shares", work->request->shares);
    result_text(result, "key_fingerprint", work->key_id);
    result_boolean(result, "dry_run", work->request->dry_run);
    return result_done(result, error);
}

enum devca_code devca_key_split(struct devca *devca,
                                const struct devca_split_request *request,
                                devca_share_each *each, void *context,
                                struct devca_result *result,
                                struct devca_error *error)
{
    struct split_work work = {.devca = devca, .request = request};
    enum devca_code code = open_key(&work, error);

    if (code == DEVCA_OK)
        code = share_split(work.signer, request->threshold, request->shares,
                           work.shares, error);
    if (code == DEVCA_OK) {
        hex_write((struct devid_slice){work.shares[0].set, SHARE_SET},
                  work.set);
        name_key(work.signer, work.key_id);
    }
    if (code == DEVCA_OK && !request->dry_run)
        code = record_split(&work, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = give_out(&work, each, context, error);
    if (code == DEVCA_OK)
        code = tell_split(&work, result, error);
    wipe(work.shares, sizeof work.shares);
    signer_close(work.signer);
    store_row_clear(&work.authority.memory);
    return code;
}

/* ---- and back ---- */

static enum devca_code write_key(const struct devca_combine_request *request,
                                 const struct signer *signer,
                                 struct devca_error *error)
{
    struct secret_request from = {request->passphrase,
                                  "new passphrase for the key", true, 0};
    struct bytes secret = {0}, pem = {0};
    enum devca_code code = DEVCA_OK;

    if (request->passphrase)
        code = secret_read(&from, &secret, error);
    if (code == DEVCA_OK)
        code = signer_export(signer, request->passphrase ? &secret : NULL, &pem,
                             error);
    if (code == DEVCA_OK)
        code = request->key->write(request->key->context, pem.data, pem.len);
    bytes_clear(&pem);
    bytes_clear(&secret);
    return code;
}

static enum devca_code read_shares(const struct devca_combine_request *request,
                                   struct share *shares,
                                   struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    int i;

    if (request->count < 1 || request->count > SHARE_COUNT_MAX)
        return fail(error, DEVCA_E_USAGE, "shares", NULL, NULL,
                    "1 to %d can be given", SHARE_COUNT_MAX);
    for (i = 0; code == DEVCA_OK && i < request->count; i++)
        code =
            share_read(&shares[i], request->texts[i], request->names[i], error);
    return code;
}

static enum devca_code
tell_combined(const struct devca_combine_request *request,
              const struct share *first, const struct signer *signer,
              struct devca_result *result, struct devca_error *error)
{
    char set[2 * SHARE_SET + 1], key_id[65];

    hex_write((struct devid_slice){first->set, SHARE_SET}, set);
    if (signer)
        name_key(signer, key_id);
    result_text(result, "set", set);
    result_integer(result, "threshold", first->threshold);
    result_integer(result, "shares", first->count);
    result_integer(result, "given", request->count);
    result_text(result, "key_fingerprint", signer ? key_id : NULL);
    return result_done(result, error);
}

enum devca_code devca_key_combine(const struct devca_combine_request *request,
                                  struct devca_result *result,
                                  struct devca_error *error)
{
    struct share shares[SHARE_COUNT_MAX];
    struct signer *signer = NULL;
    enum devca_code code = crypto_init(error);

    if (code == DEVCA_OK)
        code = read_shares(request, shares, error);
    if (code == DEVCA_OK) {
        code = share_combine(shares, (size_t)request->count, &signer, error);
        /* Verifying one's own share alone is what most holders can do. */
        if (code == DEVCA_E_STATE && !request->key)
            code = DEVCA_OK;
    }
    if (code == DEVCA_OK && request->key)
        code = write_key(request, signer, error);
    if (code == DEVCA_OK)
        code = tell_combined(request, &shares[0], signer, result, error);
    wipe(shares, sizeof shares);
    signer_close(signer);
    return code;
}
