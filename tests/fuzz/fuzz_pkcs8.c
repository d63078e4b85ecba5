/* Plain keys only: deriving a key from a passphrase is slow by design. */
#include "fuzz.h"

#include "devca/key/pkcs8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pkcs8_source source = {{data, size}, NULL, "fuzz"};
    struct private_key key;
    bool encrypted;

    (void)pkcs8_is_encrypted(source.pem, "fuzz", &encrypted, NULL);
    (void)pkcs8_read(&key, &source, NULL);
    private_key_clear(&key);
    return 0;
}
