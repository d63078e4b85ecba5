/* Checkpoints and proofs, under the key that the seeds are signed with. */
#include "fuzz.h"

#include "devca/journal/note.h"
#include "devca/key/crypto.h"

#include <stdlib.h>
#include <string.h>

static const char seed_key[] = "devca.journal/fdad6ce4e4e07ee4+be9d6952+"
                               "AeCoUBX8zXZHXUJ6r+EhrGfwexcnae/jcdvTJjgZXbKx";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t public_key[JOURNAL_KEY_LEN];
    struct note_source source = {{data, size}, public_key, "fuzz"};
    struct checkpoint checkpoint;
    struct note_proof proof;
    struct bytes text = {0};
    char *key;

    if (crypto_init(NULL) != DEVCA_OK ||
        note_key_read(seed_key, public_key, NULL) != DEVCA_OK)
        abort();
    (void)note_read(&checkpoint, &source, NULL);
    (void)note_proof_read(&proof, &source, &text, NULL);
    bytes_clear(&text);
    key = calloc(1, size + 1);
    if (key && size > 0)
        memcpy(key, data, size);
    if (key && note_key_read(key, public_key, NULL) == DEVCA_OK &&
        (!note_key_write(public_key, &text) ||
         strcmp((const char *)text.data, key) != 0))
        abort();
    bytes_clear(&text);
    free(key);
    return 0;
}
