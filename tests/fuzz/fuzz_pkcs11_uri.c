/* What is read is written in one form, and that form reads as the same. */
#include "fuzz.h"

#include "devca/key/pkcs11_uri.h"

#include <stdlib.h>
#include <string.h>

static void write(const struct pkcs11_uri *uri, struct bytes *text)
{
    if (!pkcs11_uri_write(uri, true, text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {0}, once = {0}, twice = {0};
    struct devca_error error;
    struct pkcs11_uri uri;

    if (!bytes_append(&text, data, size))
        abort();
    if (pkcs11_uri_read(&uri, (const char *)text.data, &error) == DEVCA_OK) {
        write(&uri, &once);
        /* Percent encoding may make it longer than is read. */
        if (pkcs11_uri_read(&uri, (const char *)once.data, &error) ==
            DEVCA_OK) {
            write(&uri, &twice);
            if (once.len != twice.len ||
                memcmp(once.data, twice.data, once.len) != 0)
                abort();
        } else if (once.len <= PKCS11_URI_MAX) {
            abort();
        }
    }
    bytes_clear(&text);
    bytes_clear(&once);
    bytes_clear(&twice);
    return 0;
}
