/* Hex, dotted OIDs, times, public keys and UTF-8 as people type them. */
#include "fuzz.h"

#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <devca/time.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_slice rest = {data, size};
    struct bytes octets = {0};
    struct public_key key;
    devca_seconds seconds;
    char dotted[256];
    char *text = malloc(size + 1);
    size_t len;

    if (!text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    (void)devca_time_read(text, &seconds);
    (void)hex_read(text, size, &octets);
    octets.len = 0;
    if (oid_read(text, size, &octets))
        (void)oid_write(bytes_slice(&octets), dotted, sizeof dotted);
    (void)public_key_parse(&key, rest, "fuzz", NULL);
    while (rest.len > 0) {
        len = utf8_len(rest);
        if (len > 0)
            (void)utf8_is_control(rest);
        len = len ? len : 1;
        rest.data += len;
        rest.len -= len;
    }
    bytes_clear(&octets);
    free(text);
    return 0;
}
