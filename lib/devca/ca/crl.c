/*
 * crl: a signed CertificateList, RFC 5280 section 5, in flat memory. The
 * signature must be known before the first octet is written, for the outer
 * length includes it: so the entries are written once, to a file without a
 * name, and read from there to be signed, to be recorded and to be given out.
 */
#include "devca/ca/crl_scope.h"
#include "devca/ca/judge.h"
#include "devca/ca/list.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/spill.h"
#include "devid/codec/oid.h"
#include "devid/codec/pem.h"
#include "devid/x509/crl_write.h"

#include <devca/revoke.h>

#include <stdlib.h>
#include <string.h>

#define ENTRY_MAX 128
/* What was revoked may be dated so long before it could be seen, in a store
 * whose lists do not say what they saw. */
#define TRANSACTION_MAX 86400
#define PIECE_MAX 4096
#define LINE_OCTETS 48 /* of DER in a PEM line of 64 */

struct crl_work {
    const struct devca_crl_request *request;
    struct devca_error *error;
    struct list list;
    bool pem;
    struct crl_scope scope;
    struct devid_crl_head head;
    uint8_t number[8];
    struct signature signature;
    struct store_crl last; /* complete list before; number 0: none */
    struct spill *entries;
    size_t entries_len;
    struct bytes piece;
    struct digest *hash; /* of the TBSCertList or of the whole file; NULL when
                            it is given out */
    uint8_t line[LINE_OCTETS];
    size_t line_len;
};

/* ---- pieces ---- */

struct piece_context {
    const struct crl_work *work;
    size_t tbs_len;
};

static void write_head(struct devid_writer *w, const void *context)
{
    const struct crl_work *work = context;

    devid_crl_head_write(w, &work->head, work->entries_len);
}

static void write_tail(struct devid_writer *w, const void *context)
{
    const struct crl_work *work = context;

    devid_crl_tail_write(w, &work->head);
}

static void write_outer(struct devid_writer *w, const void *context)
{
    const struct piece_context *outer = context;

    devid_crl_outer_write(w, outer->tbs_len, outer->work->head.signature_curve,
                          outer->work->signature.len);
}

static void write_signature(struct devid_writer *w, const void *context)
{
    const struct crl_work *work = context;

    devid_crl_signature_write(
        w, work->head.signature_curve,
        (struct devid_slice){work->signature.der, work->signature.len});
}

static size_t measure(bytes_writer *write, const void *context)
{
    struct devid_writer w;

    devid_writer_init(&w, NULL, 0);
    write(&w, context);
    return w.len;
}

/* ---- where octets go ---- */

static enum devca_code flush_line(struct crl_work *work)
{
    char text[LINE_OCTETS / 3 * 4 + 2];
    struct devid_writer w;

    if (work->line_len == 0)
        return DEVCA_OK;
    devid_writer_init(&w, (uint8_t *)text, sizeof text);
    devid_base64_write(&w, (struct devid_slice){work->line, work->line_len});
    text[w.len] = '\n';
    work->line_len = 0;
    return list_put(&work->list,
                    (struct devid_slice){(uint8_t *)text, w.len + 1},
                    work->error);
}

static enum devca_code put_lines(struct crl_work *work,
                                 struct devid_slice octets)
{
    enum devca_code code = DEVCA_OK;
    size_t part;

    while (code == DEVCA_OK && octets.len > 0) {
        part = LINE_OCTETS - work->line_len;
        part = part < octets.len ? part : octets.len;
        memcpy(work->line + work->line_len, octets.data, part);
        work->line_len += part;
        octets.data += part;
        octets.len -= part;
        if (work->line_len == LINE_OCTETS)
            code = flush_line(work);
    }
    return code;
}

static enum devca_code put(struct devid_slice octets, void *context)
{
    struct crl_work *work = context;

    if (work->hash) {
        digest_update(work->hash, octets);
        return DEVCA_OK;
    }
    return work->pem ? put_lines(work, octets)
                     : list_put(&work->list, octets, work->error);
}

static enum devca_code put_piece(struct crl_work *work, bytes_writer *write,
                                 const void *context)
{
    work->piece.len = 0;
    if (!bytes_write(&work->piece, write, context))
        return fail_memory(work->error);
    return put(bytes_slice(&work->piece), work);
}

/* ---- walks ---- */

static void entry_of(const struct store_revocation *revocation,
                     struct devid_crl_entry *entry)
{
    memset(entry, 0, sizeof *entry);
    entry->serial = revocation->serial;
    entry->revoked_at = devca_time_pack(revocation->revoked_at);
    if (revocation->invalid_at != 0)
        entry->invalidity_date = devca_time_pack(revocation->invalid_at);
    entry->reason = (uint8_t)revocation->reason;
}

static enum devca_code walk_entry(const struct store_revocation *revocation,
                                  void *context)
{
    struct crl_work *work = context;
    struct devid_crl_entry entry;
    uint8_t buffer[ENTRY_MAX];
    struct devid_writer w;

    if (!crl_scope_has(&work->scope, revocation->serial))
        return DEVCA_OK;
    entry_of(revocation, &entry);
    devid_writer_init(&w, buffer, sizeof buffer);
    devid_crl_entry_write(&w, &entry);
    if (w.len > sizeof buffer)
        return fail(work->error, DEVCA_E_INTERNAL,
                    work->list.issuer.authority.name, NULL,
                    "revokedCertificates", "an entry is too long");
    work->entries_len += w.len;
    work->list.row.entries++;
    return spill_put(work->entries, (struct devid_slice){buffer, w.len},
                     work->error);
}

/* An expired certificate leaves the list once it has stood on one made after
 * its end (RFC 5280, 3.3). */
static enum devca_code walk_entries(struct crl_work *work)
{
    int64_t issuer_id = work->list.issuer.authority.id;
    struct store_revocation_query all = {issuer_id, work->last.this_update,
                                         work->last.seq};
    struct store_change_query changes = {
        issuer_id, work->last.seq, work->last.this_update - TRANSACTION_MAX};
    struct store *store = work->list.devca->store;
    enum devca_code code =
        spill_open(&work->entries, work->list.devca->folder, work->error);

    if (code != DEVCA_OK)
        return code;
    return work->request->delta
               ? store_revocation_changes(store, &changes, walk_entry, work,
                                          work->error)
               : store_revocation_list(store, &all, walk_entry, work,
                                       work->error);
}

static enum devca_code put_tbs(struct crl_work *work)
{
    enum devca_code code = put_piece(work, write_head, work);

    if (code == DEVCA_OK)
        code = spill_read(work->entries, put, work, work->error);
    if (code == DEVCA_OK)
        code = put_piece(work, write_tail, work);
    return code;
}

/* The complete list of the same certificates before this one: what a delta
 * changes, and what expired ones have stood on. */
static enum devca_code find_last(struct crl_work *work)
{
    enum devca_code code;

    work->last = (struct store_crl){.authority_id = work->list.row.authority_id,
                                    .kind = STORE_CRL,
                                    .scope = work->scope.name,
                                    .seq = -1};
    code = store_crl_last(work->list.devca->store, &work->last, work->error);
    if (code != DEVCA_E_NOT_FOUND)
        return code;
    if (!work->request->delta)
        return DEVCA_OK;
    fail(work->error, DEVCA_E_STATE, work->list.issuer.authority.name,
         "RFC 5280 5.2.4", "BaseCRLNumber",
         "there is no complete list to be based on");
    return fail_hint(work->error, DEVCA_E_STATE,
                     "make one first: the same command without --delta");
}

static enum devca_code prepare_head(struct crl_work *work)
{
    int64_t base = work->request->delta ? work->last.number : 0;
    const struct devid_cert *certificate = &work->list.issuer.certificate;
    enum devca_code code;

    list_number(&work->list, work->number);
    work->head.issuer = certificate->subject;
    work->head.key_id = certificate->subject_key_id;
    work->head.number = (struct devid_slice){work->number, 8};
    work->head.this_update = devca_time_pack(work->list.row.this_update);
    work->head.next_update = devca_time_pack(work->list.row.next_update);
    work->head.signature_curve = (enum devid_curve)certificate->key_curve;
    code = crl_scope_write(&work->scope, base, work->error);
    work->head.extensions = bytes_slice(&work->scope.extensions);
    return code;
}

static enum devca_code sign_tbs(struct crl_work *work)
{
    uint8_t hash[DEVID_MAX_HASH];
    enum devca_code code;

    work->hash = digest_open(work->head.signature_curve);
    if (!work->hash)
        return fail_memory(work->error);
    code = put_tbs(work);
    digest_close(work->hash, hash);
    work->hash = NULL;
    if (code == DEVCA_OK)
        code = signer_sign_hash(work->list.issuer.signer, hash,
                                &work->signature, work->error);
    return code;
}

static bool write_frame(struct crl_work *work, struct bytes *tbs)
{
    size_t entries_len = work->entries_len;
    bool written;

    work->entries_len = 0;
    bytes_reset(tbs);
    written = bytes_write(tbs, write_head, work) &&
              bytes_write(tbs, write_tail, work);
    work->entries_len = entries_len;
    return written;
}

static enum devca_code lint_frame(const struct crl_work *work,
                                  struct devid_slice tbs)
{
    struct lint_subject subject = {.kind = LINT_TBS_CRL};

    subject.der = tbs;
    subject.issuer_subject = work->head.issuer;
    subject.issuer_key_id = work->head.key_id;
    return judge_lints(&subject, work->list.issuer.authority.name, work->error);
}

/* As a device will, whose clock shows thisUpdate. */
static enum devca_code verify_frame(const struct crl_work *work,
                                    struct devid_slice der)
{
    struct devid_policy policy = {.time = work->head.this_update};
    struct devid_slice any_number = {NULL, 0};
    struct devid_anchor issuer;
    struct devid_crl crl;
    enum devid_status status = devid_crl_read_part(der, &crl);

    judge_anchor(&work->list.issuer.certificate, &issuer);
    if (status == DEVID_OK)
        status = devid_crl_verify(&crl, &issuer, &policy, any_number);
    if (status == DEVID_OK)
        return DEVCA_OK;
    return fail_devid(work->error, DEVCA_E_LINT,
                      work->list.issuer.authority.name, "CRL", status);
}

static enum devca_code sign_frame(struct crl_work *work, struct devid_slice tbs)
{
    struct piece_context outer = {work, tbs.len};
    struct bytes der = {0};
    enum devca_code code = signer_sign(work->list.issuer.signer, tbs,
                                       &work->signature, work->error);

    if (code == DEVCA_OK && (!bytes_write(&der, write_outer, &outer) ||
                             !bytes_append_slice(&der, tbs) ||
                             !bytes_write(&der, write_signature, work)))
        code = fail_memory(work->error);
    if (code == DEVCA_OK)
        code = verify_frame(work, bytes_slice(&der));
    bytes_clear(&der);
    return code;
}

/*
 * What libdevid and the lints can say without the entries, which the store made
 * one by one: the same list, empty, is signed, linted and verified, and goes
 * nowhere. Devices take no delta, so that one is verified as a complete list;
 * the signer verifies the signature over the entries.
 */
static enum devca_code judge_frame(struct crl_work *work)
{
    struct devid_slice extensions = work->head.extensions;
    struct bytes tbs = {0};
    enum devca_code code = DEVCA_OK;

    if (!write_frame(work, &tbs))
        code = fail_memory(work->error);
    if (code == DEVCA_OK)
        code = lint_frame(work, bytes_slice(&tbs));
    if (work->request->delta)
        work->head.extensions = (struct devid_slice){NULL, 0};
    if (code == DEVCA_OK && !write_frame(work, &tbs))
        code = fail_memory(work->error);
    work->head.extensions = extensions;
    if (code == DEVCA_OK)
        code = sign_frame(work, bytes_slice(&tbs));
    bytes_clear(&tbs);
    return code;
}

static enum devca_code put_list(struct crl_work *work)
{
    struct piece_context outer = {work, 0};
    enum devca_code code;

    outer.tbs_len = measure(write_head, work) + work->entries_len +
                    measure(write_tail, work);
    code = put_piece(work, write_outer, &outer);
    if (code == DEVCA_OK)
        code = put_tbs(work);
    if (code == DEVCA_OK)
        code = put_piece(work, write_signature, work);
    return code;
}

static enum devca_code hash_list(struct crl_work *work)
{
    enum devca_code code;

    work->hash = digest_open(DEVID_P256);
    if (!work->hash)
        return fail_memory(work->error);
    code = put_list(work);
    digest_close(work->hash, work->list.digest);
    work->hash = NULL;
    return code;
}

static enum devca_code put_text(struct crl_work *work, const char *text)
{
    struct devid_slice octets = {(const uint8_t *)text, strlen(text)};

    return list_put(&work->list, octets, work->error);
}

static enum devca_code write_list(void *context)
{
    struct crl_work *work = context;
    enum devca_code code = DEVCA_OK;

    if (work->pem)
        code = put_text(work, "-----BEGIN X509 CRL-----\n");
    if (code == DEVCA_OK)
        code = put_list(work);
    if (code == DEVCA_OK && work->pem)
        code = flush_line(work);
    if (code == DEVCA_OK && work->pem)
        code = put_text(work, "-----END X509 CRL-----\n");
    return code;
}

static void tell(struct crl_work *work)
{
    struct devca_result *result = work->list.result;

    list_tell(&work->list, work->request->dry_run);
    if (work->scope.shard != 0)
        result_text(result, "shard", work->scope.part);
    if (work->request->delta)
        result_integer(result, "base_crl_number", work->last.number);
}

static void forget(struct crl_work *work)
{
    spill_close(work->entries);
    work->entries = NULL;
    work->entries_len = 0;
    work->line_len = 0;
    work->scope.extensions.len = 0;
}

/* Hashed first without writing, for the row is in the store before the list is
 * anywhere else. */
static enum devca_code make_list(void *context)
{
    struct crl_work *work = context;
    enum devca_code code;

    forget(work);
    code = find_last(work);
    if (code == DEVCA_OK)
        code = prepare_head(work);
    if (code == DEVCA_OK)
        code = walk_entries(work);
    if (code == DEVCA_OK)
        code = judge_frame(work);
    if (code == DEVCA_OK)
        code = sign_tbs(work);
    if (code == DEVCA_OK && !work->request->dry_run)
        code = hash_list(work);
    if (code != DEVCA_OK)
        return code;
    tell(work);
    return result_done(work->list.result, work->error);
}

enum devca_code devca_crl(struct devca *devca,
                          const struct devca_crl_request *request,
                          struct devca_output *output,
                          struct devca_result *result,
                          struct devca_error *error)
{
    struct crl_work work = {
        .request = request,
        .error = error,
        .list = {.devca = devca, .output = output, .result = result},
        .pem = request->pem && output};
    struct list_request wanted = {request->product, request->days,
                                  request->delta ? STORE_DELTA : STORE_CRL,
                                  work.scope.name};
    struct list_maker maker = {&wanted, make_list, write_list, &work,
                               request->dry_run};
    enum devca_code code = crl_scope_load(&work.scope, devca, request, error);

    if (code == DEVCA_OK)
        code = list_begin(&work.list, &wanted, error);
    if (code == DEVCA_OK)
        code = list_make(&work.list, &maker, error);
    spill_close(work.entries);
    bytes_clear(&work.piece);
    crl_scope_clear(&work.scope);
    list_end(&work.list);
    return code;
}
