#include "devca/journal/note.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/journal/entry.h"
#include "devca/journal/line.h"
#include "devca/key/crypto.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ED25519_TYPE 1 /* signed-note: the algorithm's identifier */
#define KEY_HASH 4
#define SIGNATURE_MARK "\xE2\x80\x94 " /* an em dash and a space */

void note_origin(const uint8_t *public_key, char text[NOTE_ORIGIN_TEXT])
{
    uint8_t digest[32];
    char hex[17];

    digest_sha256((struct devid_slice){public_key, JOURNAL_KEY_LEN}, digest);
    hex_write((struct devid_slice){digest, 8}, hex);
    snprintf(text, NOTE_ORIGIN_TEXT, "devca.journal/%s", hex);
}

/* SHA-256(name || 0x0A || type || key), the first four octets. */
static void key_hash(const uint8_t *public_key, uint8_t hash[KEY_HASH])
{
    uint8_t octets[NOTE_ORIGIN_TEXT + 2 + JOURNAL_KEY_LEN], digest[32];
    char origin[NOTE_ORIGIN_TEXT];
    size_t len;

    note_origin(public_key, origin);
    len = strlen(origin);
    memcpy(octets, origin, len);
    octets[len++] = '\n';
    octets[len++] = ED25519_TYPE;
    memcpy(octets + len, public_key, JOURNAL_KEY_LEN);
    digest_sha256((struct devid_slice){octets, len + JOURNAL_KEY_LEN}, digest);
    memcpy(hash, digest, KEY_HASH);
}

static bool write_number(uint64_t number, struct bytes *text)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64 "\n", number);
    return bytes_append_text(text, digits);
}

/* The text that is signed: origin, size and head, each on its line. */
static bool write_body(const struct checkpoint *checkpoint,
                       const uint8_t *public_key, struct bytes *text)
{
    char origin[NOTE_ORIGIN_TEXT];

    note_origin(public_key, origin);
    return bytes_append_text(text, origin) && bytes_append_text(text, "\n") &&
           write_number(checkpoint->size, text) &&
           line_write_base64(
               (struct devid_slice){checkpoint->root, MERKLE_HASH}, text) &&
           bytes_append_text(text, "\n");
}

enum devca_code note_sign(struct checkpoint *checkpoint,
                          const struct journal_key *key,
                          struct devca_error *error)
{
    struct bytes body = {0};
    enum devca_code code;

    if (write_body(checkpoint, key->public_key, &body))
        code = journal_key_sign(key, bytes_slice(&body), checkpoint->signature,
                                error);
    else
        code = fail_memory(error);
    bytes_clear(&body);
    return code;
}

bool note_holds(const struct checkpoint *checkpoint, const uint8_t *public_key)
{
    struct bytes body = {0};
    bool holds = write_body(checkpoint, public_key, &body) &&
                 journal_key_verify(public_key, bytes_slice(&body),
                                    checkpoint->signature);

    bytes_clear(&body);
    return holds;
}

bool note_write(const struct checkpoint *checkpoint, const uint8_t *public_key,
                struct bytes *text)
{
    uint8_t blob[KEY_HASH + JOURNAL_SIGNATURE_LEN];
    char origin[NOTE_ORIGIN_TEXT];

    note_origin(public_key, origin);
    key_hash(public_key, blob);
    memcpy(blob + KEY_HASH, checkpoint->signature, JOURNAL_SIGNATURE_LEN);
    return write_body(checkpoint, public_key, text) &&
           bytes_append_text(text, "\n" SIGNATURE_MARK) &&
           bytes_append_text(text, origin) && bytes_append_text(text, " ") &&
           line_write_base64((struct devid_slice){blob, sizeof blob}, text) &&
           bytes_append_text(text, "\n");
}

/* ---- reading ---- */

static enum devca_code malformed(const char *object, const char *field,
                                 struct devca_error *error)
{
    return fail(error, DEVCA_E_MALFORMED, object, "c2sp.org/tlog-checkpoint",
                field, "is not as it must be");
}

/* "— name base64": this key's signature line? */
static bool take_signature(struct devid_slice line, const uint8_t *public_key,
                           struct checkpoint *checkpoint)
{
    uint8_t blob[KEY_HASH + JOURNAL_SIGNATURE_LEN], hash[KEY_HASH];
    char origin[NOTE_ORIGIN_TEXT];

    note_origin(public_key, origin);
    key_hash(public_key, hash);
    if (!line_skip(&line, SIGNATURE_MARK) || !line_skip(&line, origin) ||
        !line_skip(&line, " ") || !line_read_base64(line, blob, sizeof blob) ||
        memcmp(blob, hash, KEY_HASH) != 0)
        return false;
    memcpy(checkpoint->signature, blob + KEY_HASH, JOURNAL_SIGNATURE_LEN);
    return true;
}

static enum devca_code read_head(struct devid_slice *text,
                                 const struct note_source *source,
                                 struct checkpoint *checkpoint,
                                 struct devca_error *error)
{
    char origin[NOTE_ORIGIN_TEXT];
    struct devid_slice line;

    note_origin(source->public_key, origin);
    if (!line_next(text, &line) || line.len == 0)
        return malformed(source->object, "origin", error);
    if (!line_is(line, origin))
        return fail(error, DEVCA_E_REFUSED, source->object,
                    "c2sp.org/tlog-checkpoint", "origin",
                    "is of another journal than %s", origin);
    if (!line_next(text, &line) || !line_read_number(line, &checkpoint->size))
        return malformed(source->object, "tree size", error);
    if (!line_next(text, &line) ||
        !line_read_base64(line, checkpoint->root, MERKLE_HASH))
        return malformed(source->object, "root hash", error);
    if (!line_next(text, &line) || line.len != 0)
        return malformed(source->object, "empty line", error);
    return DEVCA_OK;
}

enum devca_code note_read(struct checkpoint *checkpoint,
                          const struct note_source *source,
                          struct devca_error *error)
{
    struct devid_slice text = source->text, line;
    bool found = false;
    enum devca_code code;

    memset(checkpoint, 0, sizeof *checkpoint);
    code = read_head(&text, source, checkpoint, error);
    while (code == DEVCA_OK && text.len > 0) {
        if (!line_next(&text, &line) || !line_begins(line, SIGNATURE_MARK))
            code = malformed(source->object, "signature line", error);
        else if (!found)
            found = take_signature(line, source->public_key, checkpoint);
    }
    if (code == DEVCA_OK &&
        !(found && note_holds(checkpoint, source->public_key)))
        code = fail(error, DEVCA_E_REFUSED, source->object,
                    "c2sp.org/signed-note", "signature",
                    found ? "does not fit the journal's key"
                          : "of the journal's key is not there");
    return code;
}

/* ---- keys ---- */

bool note_key_write(const uint8_t *public_key, struct bytes *text)
{
    uint8_t typed[1 + JOURNAL_KEY_LEN] = {ED25519_TYPE}, hash[KEY_HASH];
    char origin[NOTE_ORIGIN_TEXT], hex[2 * KEY_HASH + 1];

    note_origin(public_key, origin);
    key_hash(public_key, hash);
    hex_write((struct devid_slice){hash, KEY_HASH}, hex);
    memcpy(typed + 1, public_key, JOURNAL_KEY_LEN);
    return bytes_append_text(text, origin) && bytes_append_text(text, "+") &&
           bytes_append_text(text, hex) && bytes_append_text(text, "+") &&
           line_write_base64((struct devid_slice){typed, sizeof typed}, text);
}

enum devca_code note_key_read(const char *text, uint8_t *public_key,
                              struct devca_error *error)
{
    uint8_t typed[1 + JOURNAL_KEY_LEN];
    const char *last = strchr(text, '+');
    struct devid_slice line = {(const uint8_t *)text, 0};
    struct bytes again = {0};
    bool good = false;

    /* Base64 has a '+' too: the key is what follows the second one. */
    last = last != NULL ? strchr(last + 1, '+') : NULL;
    if (last != NULL) {
        line.data = (const uint8_t *)last + 1;
        line.len = strlen(last + 1);
        good = line_read_base64(line, typed, sizeof typed) &&
               typed[0] == ED25519_TYPE;
    }
    if (good) {
        memcpy(public_key, typed + 1, JOURNAL_KEY_LEN);
        good = note_key_write(public_key, &again) &&
               strcmp((const char *)again.data, text) == 0;
    }
    bytes_clear(&again);
    if (good)
        return DEVCA_OK;
    return fail(error, DEVCA_E_MALFORMED, text, "c2sp.org/signed-note",
                "verifier key", "is not the key of a journal");
}
