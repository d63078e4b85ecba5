/* The four functions that a freestanding compiler may call. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int value, size_t len);
int memcmp(const void *a, const void *b, size_t len);

void *memcpy(void *restrict to, const void *restrict from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if ((((uintptr_t)out | (uintptr_t)in) & 3) == 0) {
        for (; len >= 4; len -= 4, out += 4, in += 4)
            *(uint32_t *)out = *(const uint32_t *)in;
    }
    while (len-- != 0)
        *out++ = *in++;
    return to;
}

void *memmove(void *to, const void *from, size_t len)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    if (out <= in)
        return memcpy(to, from, len);
    while (len-- != 0)
        out[len] = in[len];
    return to;
}

void *memset(void *to, int value, size_t len)
{
    uint8_t *out = to;
    uint32_t word = (uint8_t)value * 0x01010101u;

    if (((uintptr_t)out & 3) == 0) {
        for (; len >= 4; len -= 4, out += 4)
            *(uint32_t *)out = word;
    }
    while (len-- != 0)
        *out++ = (uint8_t)value;
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;

    for (; len-- != 0; x++, y++) {
        if (*x != *y)
            return *x < *y ? -1 : 1;
    }
    return 0;
}
