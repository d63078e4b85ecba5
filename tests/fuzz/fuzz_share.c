/* Shares as they are typed from paper: what is read is written back alike. */
#include "fuzz.h"

#include "devca/key/crypto.h"
#include "devca/key/share.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct share share, again;
    struct signer *signer;
    struct bytes text = {0};

    if (crypto_init(NULL) != DEVCA_OK)
        abort();
    if (share_read(&share, (struct devid_slice){data, size}, "fuzz", NULL) !=
        DEVCA_OK)
        return 0;
    if (!share_write(&share, &text) ||
        share_read(&again, bytes_slice(&text), "fuzz", NULL) != DEVCA_OK ||
        memcmp(&share, &again, sizeof share) != 0)
        abort();
    bytes_clear(&text);
    if (share_combine(&share, 1, &signer, NULL) == DEVCA_OK)
        abort();
    return 0;
}
