/* Inclusion proofs as files: c2sp.org/tlog-proof. */
#include "devca/base/fail.h"
#include "devca/journal/entry.h"
#include "devca/journal/line.h"
#include "devca/journal/note.h"
#include "devid/codec/pem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PROOF_FIRST_LINE "c2sp.org/tlog-proof@v1"

bool note_proof_write(const struct note_proof *proof, const uint8_t *public_key,
                      struct bytes *text)
{
    char index[32];
    bool done;
    unsigned i;

    snprintf(index, sizeof index, "\nindex %" PRIu64 "\n", proof->index);
    done = bytes_append_text(text, PROOF_FIRST_LINE "\nextra ") &&
           line_write_base64(proof->entry, text) &&
           bytes_append_text(text, index);
    for (i = 0; i < proof->count && done; i++)
        done = line_write_base64(
                   (struct devid_slice){proof->path[i], MERKLE_HASH}, text) &&
               bytes_append_text(text, "\n");
    return done && bytes_append_text(text, "\n") &&
           note_write(&proof->checkpoint, public_key, text);
}

static enum devca_code malformed(const char *object, const char *field,
                                 struct devca_error *error)
{
    return fail(error, DEVCA_E_MALFORMED, object, "c2sp.org/tlog-proof", field,
                "is not as it must be");
}

static enum devca_code take_entry(struct devid_slice line, struct bytes *entry,
                                  const char *object, struct devca_error *error)
{
    struct devid_writer w;
    struct devid_slice written;

    if (!bytes_reserve(entry, line.len + 1))
        return fail_memory(error);
    devid_writer_init(&w, entry->data, line.len);
    if (devid_base64_read(line, &w) != DEVID_OK ||
        devid_writer_done(&w, &written) != DEVID_OK || written.len == 0)
        return malformed(object, "extra", error);
    entry->len = written.len;
    return DEVCA_OK;
}

/* The hashes, up to the empty line. */
static enum devca_code take_path(struct devid_slice *text,
                                 struct note_proof *proof, const char *object,
                                 struct devca_error *error)
{
    struct devid_slice line;

    for (proof->count = 0;; proof->count++) {
        if (!line_next(text, &line))
            return malformed(object, "hash", error);
        if (line.len == 0)
            return DEVCA_OK;
        if (proof->count == MERKLE_LEVELS ||
            !line_read_base64(line, proof->path[proof->count], MERKLE_HASH))
            return malformed(object, "hash", error);
    }
}

static enum devca_code take_lines(struct devid_slice *text,
                                  struct note_proof *proof, struct bytes *entry,
                                  const char *object, struct devca_error *error)
{
    struct devid_slice line;
    enum devca_code code;

    if (!line_next(text, &line) || !line_is(line, PROOF_FIRST_LINE))
        return malformed(object, "first line", error);
    if (!line_next(text, &line) || !line_skip(&line, "extra "))
        return malformed(object, "extra", error);
    code = take_entry(line, entry, object, error);
    if (code != DEVCA_OK)
        return code;
    proof->entry = bytes_slice(entry);
    if (!line_next(text, &line) || !line_skip(&line, "index ") ||
        !line_read_number(line, &proof->index))
        return malformed(object, "index", error);
    return take_path(text, proof, object, error);
}

enum devca_code note_proof_check(const struct note_proof *proof,
                                 const char *object, struct devca_error *error)
{
    const struct merkle_proof path = {proof->index, proof->checkpoint.size,
                                      proof->path, proof->count};
    uint8_t leaf[MERKLE_HASH];

    if (!journal_text_leaf(proof->entry, leaf))
        return fail_memory(error);
    if (merkle_proof_holds(&path, leaf, proof->checkpoint.root))
        return DEVCA_OK;
    return fail(error, DEVCA_E_REFUSED, object, "RFC 9162 2.1.3.2", "hash",
                "the path does not lead from the entry to the checkpoint");
}

enum devca_code note_proof_read(struct note_proof *proof,
                                const struct note_source *source,
                                struct bytes *entry, struct devca_error *error)
{
    struct note_source note = *source;
    enum devca_code code;

    memset(proof, 0, sizeof *proof);
    code = take_lines(&note.text, proof, entry, source->object, error);
    if (code == DEVCA_OK)
        code = note_read(&proof->checkpoint, &note, error);
    if (code == DEVCA_OK)
        code = note_proof_check(proof, source->object, error);
    return code;
}
