/*
 * crl: a signed CertificateList, RFC 5280 section 5, in flat memory. Three
 * walks over one snapshot: measure, hash, write; the signature must be known
 * before the first octet is written, for the outer length includes it.
 */
#include "devca/ca/act.h"
#include "devca/ca/issuer.h"
#include "devca/ca/judge.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devid/codec/oid.h"
#include "devid/codec/pem.h"
#include "devid/x509/crl_write.h"

#include <devca/revoke.h>

#include <stdlib.h>
#include <string.h>

#define DAYS_DEFAULT 30
#define DAYS_MAX 3650
#define ENTRY_MAX 128
#define PIECE_MAX 4096
#define LINE_OCTETS 48 /* of DER in a PEM line of 64 */

struct crl_work {
    struct devca *devca;
    const struct devca_crl_request *request;
    const struct devca_sink *sink;
    struct devca_error *error;
    struct issuer issuer;
    struct devid_crl_head head;
    uint8_t number[8];
    struct store_crl row;
    uint8_t digest[32];
    struct signature signature;
    devca_seconds seen_at; /* thisUpdate of the list before; 0: none */
    size_t entries_len;
    struct bytes piece;
    struct digest *hash; /* of the TBSCertList, or of the whole file */
    uint8_t line[LINE_OCTETS];
    size_t line_len;
    bool writing;
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

static enum devca_code sink_octets(struct crl_work *work, const void *data,
                                   size_t len)
{
    enum devca_code code = work->sink->write(work->sink->context, data, len);

    if (code != DEVCA_OK)
        return fail(work->error, code, "--out", NULL, NULL,
                    "the list could not be written");
    return DEVCA_OK;
}

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
    return sink_octets(work, text, w.len + 1);
}

static enum devca_code sink_pem(struct crl_work *work,
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

static enum devca_code put(struct crl_work *work, struct devid_slice octets)
{
    digest_update(work->hash, octets);
    if (!work->writing)
        return DEVCA_OK;
    return work->request->pem ? sink_pem(work, octets)
                              : sink_octets(work, octets.data, octets.len);
}

static enum devca_code put_piece(struct crl_work *work, bytes_writer *write,
                                 const void *context)
{
    work->piece.len = 0;
    if (!bytes_write(&work->piece, write, context))
        return fail_memory(work->error);
    return put(work, bytes_slice(&work->piece));
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

    entry_of(revocation, &entry);
    devid_writer_init(&w, buffer, sizeof buffer);
    devid_crl_entry_write(&w, &entry);
    if (w.len > sizeof buffer)
        return fail(work->error, DEVCA_E_INTERNAL, work->issuer.authority.name,
                    NULL, "revokedCertificates", "an entry is too long");
    if (work->hash)
        return put(work, (struct devid_slice){buffer, w.len});
    work->entries_len += w.len;
    work->row.entries++;
    return DEVCA_OK;
}

static enum devca_code walk_entries(struct crl_work *work)
{
    struct store_revocation_query query = {work->issuer.authority.id,
                                           work->seen_at};

    return store_revocation_list(work->devca->store, &query, walk_entry, work,
                                 work->error);
}

static enum devca_code walk_tbs(struct crl_work *work)
{
    enum devca_code code = put_piece(work, write_head, work);

    if (code == DEVCA_OK)
        code = walk_entries(work);
    if (code == DEVCA_OK)
        code = put_piece(work, write_tail, work);
    return code;
}

/* ---- steps ---- */

/* An expired certificate leaves the list once it has stood on one made after
 * its end (RFC 5280, 3.3). */
static enum devca_code find_last(struct crl_work *work)
{
    const struct store_authority *authority = &work->issuer.authority;
    enum devca_code code;

    code = store_crl_made(work->devca->store, authority->id,
                          authority->crl_number, &work->seen_at, work->error);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

static enum devca_code prepare_head(struct crl_work *work)
{
    int days = work->request->days ? work->request->days : DAYS_DEFAULT;
    uint64_t number;
    int i;
    enum devca_code code;

    if (days < 1 || days > DAYS_MAX)
        return fail(work->error, DEVCA_E_USAGE, "--days", "RFC 5280 5.1.2.5",
                    "nextUpdate", "must be 1 to %d days", DAYS_MAX);
    code = handle_now(&work->row.this_update, work->error);
    if (code == DEVCA_OK)
        code = issuer_check(&work->issuer, work->row.this_update, work->error);
    if (code != DEVCA_OK)
        return code;
    work->row.next_update = work->row.this_update + (devca_seconds)days * 86400;
    work->row.authority_id = work->issuer.authority.id;
    work->row.number = work->issuer.authority.crl_number + 1;
    number = (uint64_t)work->row.number;
    for (i = 0; i < 8; i++)
        work->number[i] = (uint8_t)(number >> (56 - 8 * i));
    work->head.issuer = work->issuer.certificate.subject;
    work->head.key_id = work->issuer.certificate.subject_key_id;
    work->head.number = (struct devid_slice){work->number, 8};
    work->head.this_update = devca_time_pack(work->row.this_update);
    work->head.next_update = devca_time_pack(work->row.next_update);
    work->head.signature_curve =
        (enum devid_curve)work->issuer.certificate.key_curve;
    return DEVCA_OK;
}

static enum devca_code sign_tbs(struct crl_work *work)
{
    uint8_t hash[DEVID_MAX_HASH];
    enum devca_code code;

    work->hash = digest_open(work->head.signature_curve);
    if (!work->hash)
        return fail_memory(work->error);
    code = walk_tbs(work);
    digest_close(work->hash, hash);
    work->hash = NULL;
    if (code == DEVCA_OK)
        code = signer_sign_hash(work->issuer.signer, hash, &work->signature,
                                work->error);
    return code;
}

/*
 * What libdevid and the lints can say without the entries, which the store made
 * one by one: the same list, empty, is signed, linted and verified.
 */
static enum devca_code judge_frame(struct crl_work *work)
{
    struct lint_subject subject = {.kind = LINT_TBS_CRL};
    struct bytes tbs = {0};
    size_t entries_len = work->entries_len;
    enum devca_code code = DEVCA_OK;

    work->entries_len = 0;
    if (!bytes_write(&tbs, write_head, work) ||
        !bytes_write(&tbs, write_tail, work))
        code = fail_memory(work->error);
    work->entries_len = entries_len;
    subject.der = bytes_slice(&tbs);
    subject.issuer_subject = work->head.issuer;
    subject.issuer_key_id = work->head.key_id;
    if (code == DEVCA_OK)
        code = judge_lints(&subject, work->issuer.authority.name, work->error);
    bytes_clear(&tbs);
    return code;
}

static enum devca_code write_list(struct crl_work *work)
{
    struct piece_context outer = {work, 0};
    enum devca_code code;

    outer.tbs_len = measure(write_head, work) + work->entries_len +
                    measure(write_tail, work);
    work->hash = digest_open(DEVID_P256);
    if (!work->hash)
        return fail_memory(work->error);
    code = put_piece(work, write_outer, &outer);
    if (code == DEVCA_OK)
        code = walk_tbs(work);
    if (code == DEVCA_OK)
        code = put_piece(work, write_signature, work);
    digest_close(work->hash, work->digest);
    work->hash = NULL;
    work->row.digest = (struct devid_slice){work->digest, sizeof work->digest};
    return code;
}

static enum devca_code send(struct crl_work *work)
{
    static const char begin[] = "-----BEGIN X509 CRL-----\n";
    static const char end[] = "-----END X509 CRL-----\n";
    enum devca_code code = DEVCA_OK;

    work->writing = true;
    if (work->request->pem)
        code = sink_octets(work, begin, sizeof begin - 1);
    if (code == DEVCA_OK)
        code = write_list(work);
    if (code == DEVCA_OK && work->request->pem)
        code = flush_line(work);
    if (code == DEVCA_OK && work->request->pem)
        code = sink_octets(work, end, sizeof end - 1);
    return code;
}

static enum devca_code journal_crl(struct crl_work *work)
{
    struct act act = {.act = JOURNAL_CRL, .at = work->row.this_update};
    char digest[65], next_update[DEVCA_TIME_TEXT];

    act.object = work->issuer.authority.name;
    hex_write(work->row.digest, digest);
    devca_time_write(work->row.next_update, next_update);
    act_detail(&act, "digest", digest);
    act_detail_number(&act, "entries", work->row.entries);
    act_detail(&act, "next_update", next_update);
    act_detail_number(&act, "number", work->row.number);
    return act_append(work->devca, &act, work->error);
}

/* By a connection of its own: this one holds the snapshot that is still to be
 * written out. */
static enum devca_code record(struct crl_work *work)
{
    struct store_options options = {0};
    struct store *store = NULL;
    enum devca_code code;

    code = store_open(&store, work->devca->folder, &options, work->error);
    if (code == DEVCA_OK)
        code = act_begin(work->devca, store, work->error);
    if (code == DEVCA_OK)
        code = store_crl_put(store, &work->row, work->error);
    if (code == DEVCA_OK)
        code = journal_crl(work);
    if (code == DEVCA_OK)
        code = act_commit(work->devca, work->error);
    act_rollback(work->devca);
    store_close(store);
    if (code == DEVCA_E_EXISTS) {
        fail(work->error, code, work->issuer.authority.name, "RFC 5280 5.2.3",
             "cRLNumber", "another list was made at the same moment");
        code = fail_hint(work->error, code, "run the command again");
    }
    return code;
}

static enum devca_code load_issuer(struct crl_work *work)
{
    struct store_authority authority = {0};
    const char *product = work->request->product;
    enum devca_code code;

    if (!product)
        return issuer_load_root(work->devca, &work->issuer, work->error);
    code = store_authority_find(work->devca->store, STORE_PRODUCT, product,
                                &authority, work->error);
    if (code == DEVCA_E_NOT_FOUND)
        code = fail(work->error, code, product, NULL, "product",
                    "no product of that name");
    if (code == DEVCA_OK)
        code =
            issuer_load(work->devca, authority.id, &work->issuer, work->error);
    store_row_clear(&authority.memory);
    return code;
}

static enum devca_code tell(struct crl_work *work, struct devca_result *result)
{
    result_text(result, "issuer", work->issuer.authority.name);
    result_integer(result, "crl_number", work->row.number);
    result_time(result, "this_update", work->row.this_update);
    result_time(result, "next_update", work->row.next_update);
    result_integer(result, "entries", work->row.entries);
    if (!work->request->dry_run)
        result_hex(result, "fingerprint", work->row.digest);
    result_boolean(result, "dry_run", work->request->dry_run);
    return result_done(result, work->error);
}

/* Hash first without writing, so that the row is in the store before the list
 * is anywhere else. */
static enum devca_code make_list(struct crl_work *work)
{
    enum devca_code code;

    code = walk_entries(work);
    if (code == DEVCA_OK)
        code = judge_frame(work);
    if (code == DEVCA_OK)
        code = sign_tbs(work);
    if (code == DEVCA_OK && !work->request->dry_run) {
        code = write_list(work);
        if (code == DEVCA_OK)
            code = record(work);
        if (code == DEVCA_OK)
            code = send(work);
    }
    return code;
}

enum devca_code devca_crl(struct devca *devca,
                          const struct devca_crl_request *request,
                          const struct devca_sink *sink,
                          struct devca_result *result,
                          struct devca_error *error)
{
    struct crl_work work = {
        .devca = devca, .request = request, .sink = sink, .error = error};
    enum devca_code code;

    code = load_issuer(&work);
    if (code == DEVCA_OK)
        code = issuer_unlock(devca, &work.issuer, error);
    if (code == DEVCA_OK)
        code = store_snapshot(devca->store, error);
    if (code == DEVCA_OK)
        code = prepare_head(&work);
    if (code == DEVCA_OK)
        code = find_last(&work);
    if (code == DEVCA_OK)
        code = make_list(&work);
    store_rollback(devca->store);
    if (code == DEVCA_OK)
        code = tell(&work, result);
    bytes_clear(&work.piece);
    issuer_clear(&work.issuer);
    return code;
}
