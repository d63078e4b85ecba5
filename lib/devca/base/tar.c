#include "devca/base/tar.h"

#include <stddef.h>
#include <string.h>

/* Where the fields stand. */
enum {
    NAME = 0,
    MODE = 100,
    OWNER = 108,
    GROUP = 116,
    SIZE = 124,
    MODIFIED = 136,
    SUM = 148,
    TYPE = 156,
    MAGIC = 257,
    MAJOR = 329,
    MINOR = 337
};

#define SIZE_LEN 12
#define OCTAL_SIZE_MAX ((UINT64_C(1) << 33) - 1)

/* len - 1 octal digits and a NUL. */
static void put_octal(uint8_t *field, size_t len, uint64_t value)
{
    size_t i;

    for (i = len - 1; i > 0; i--) {
        field[i - 1] = (uint8_t)('0' + (value & 7));
        value >>= 3;
    }
    field[len - 1] = 0;
}

static bool get_octal(const uint8_t *field, size_t len, uint64_t *value)
{
    size_t i;

    *value = 0;
    for (i = 0; i + 1 < len; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        *value = *value << 3 | (uint64_t)(field[i] - '0');
    }
    return field[len - 1] == 0;
}

static void put_size(uint8_t *field, uint64_t size)
{
    size_t i;

    if (size <= OCTAL_SIZE_MAX) {
        put_octal(field, SIZE_LEN, size);
        return;
    }
    memset(field, 0, SIZE_LEN);
    field[0] = 0x80;
    for (i = SIZE_LEN; i > SIZE_LEN - 8; i--) {
        field[i - 1] = (uint8_t)size;
        size >>= 8;
    }
}

static bool get_size(const uint8_t *field, uint64_t *size)
{
    size_t i;

    if (field[0] != 0x80)
        return get_octal(field, SIZE_LEN, size);
    *size = 0;
    for (i = SIZE_LEN - 8; i < SIZE_LEN; i++)
        *size = *size << 8 | field[i];
    return true;
}

/* With the field itself taken as spaces. */
static uint64_t sum(const uint8_t *block)
{
    uint64_t total = 0;
    size_t i;

    for (i = 0; i < TAR_BLOCK; i++)
        total += i >= SUM && i < SUM + 8 ? ' ' : block[i];
    return total;
}

void tar_header_write(const struct tar_member *member, uint8_t block[TAR_BLOCK])
{
    size_t len = strlen(member->name);

    memset(block, 0, TAR_BLOCK);
    memcpy(block + NAME, member->name, len < TAR_NAME ? len : TAR_NAME);
    put_octal(block + MODE, 8, 0600);
    put_octal(block + OWNER, 8, 0);
    put_octal(block + GROUP, 8, 0);
    put_size(block + SIZE, member->size);
    put_octal(block + MODIFIED, 12, member->modified);
    block[TYPE] = '0';
    /* Eight octets: the magic with its NUL, a version without. */
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
    memcpy(block + MAGIC, "ustar\00000", 8);
    put_octal(block + MAJOR, 8, 0);
    put_octal(block + MINOR, 8, 0);
    put_octal(block + SUM, 7, sum(block));
    block[SUM + 7] = ' ';
}

bool tar_header_read(const uint8_t block[TAR_BLOCK], struct tar_member *member,
                     const char **fault)
{
    uint8_t again[TAR_BLOCK];

    memset(member, 0, sizeof *member);
    *fault = "is not a tar archive here";
    if (memcmp(block + MAGIC, "ustar", 5) != 0)
        return false;
    memcpy(member->name, block + NAME, TAR_NAME);
    *fault = NULL;
    if (block[TYPE] == '1' || block[TYPE] == '2')
        *fault = "is a link";
    else if (block[TYPE] != '0')
        *fault = "is not a regular file";
    else if (!get_size(block + SIZE, &member->size) ||
             !get_octal(block + MODIFIED, 12, &member->modified))
        *fault = "has a damaged header";
    if (*fault)
        return false;
    tar_header_write(member, again);
    if (memcmp(block, again, TAR_BLOCK) != 0)
        *fault = "has a header that devca does not write";
    return *fault == NULL;
}

unsigned tar_padding(uint64_t size)
{
    return (unsigned)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
}
