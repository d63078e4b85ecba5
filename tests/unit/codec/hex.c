/* Hexadecimal test data. */
#include "hex.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static size_t count_digits(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        if (isxdigit((unsigned char)*text))
            count++;
    }
    return count;
}

struct devid_slice hex_octets(const char *text)
{
    size_t len = count_digits(text) / 2;
    uint8_t *octets = malloc(len != 0 ? len : 1);
    size_t at = 0;

    if (octets == NULL)
        abort();
    for (; *text != '\0' && at < 2 * len; text++) {
        if (!isxdigit((unsigned char)*text))
            continue;
        octets[at / 2] = (uint8_t)((octets[at / 2] & 0xFu) << 4 | digit(*text));
        at++;
    }
    return (struct devid_slice){octets, len};
}

void hex_free(struct devid_slice octets)
{
    free((void *)(uintptr_t)octets.data);
}
