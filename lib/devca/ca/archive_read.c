/* Reading a backup's file, which may come from anywhere. */
#include "devca/ca/archive.h"

#include "devca/base/fail.h"
#include "devca/base/tar.h"
#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)
#define SUMS_MAX ((uint64_t)1024 * 1024)
#define SMALL_MAX ((uint64_t)64 * 1024)
#define LINE_HASH 64

struct listed {
    const char *name; /* in the text, NUL-terminated */
    uint8_t digest[32];
};

struct reading {
    int fd;
    const char *object;
    const struct archive_visitor *visitor; /* or NULL */
    struct devca_error *error;
    uint64_t left;     /* octets of the file */
    struct bytes sums; /* text of SHA256SUMS */
    struct listed *list;
    size_t count;
    uint8_t *piece;
};

static enum devca_code refuse(const struct reading *reading, const char *member,
                              const char *fault)
{
    return fail(reading->error, DEVCA_E_MALFORMED, reading->object, NULL,
                member, "%s", fault);
}

/* The next octets, at most len; none at the end of the file. */
static enum devca_code take_part(struct reading *reading, uint8_t *octets,
                                 size_t len, size_t *taken)
{
    ssize_t got;

    do
        got = read(reading->fd, octets, len);
    while (got < 0 && errno == EINTR);
    *taken = got > 0 ? (size_t)got : 0;
    return got >= 0 ? DEVCA_OK
                    : fail(reading->error, DEVCA_E_FILE, reading->object, NULL,
                           NULL, "cannot be read: %s", strerror(errno));
}

static enum devca_code take(struct reading *reading, const char *member,
                            uint8_t *octets, size_t len)
{
    size_t done = 0, got;
    enum devca_code code;

    while (done < len) {
        code = take_part(reading, octets + done, len - done, &got);
        if (code != DEVCA_OK)
            return code;
        if (got == 0)
            return refuse(reading, member, "is cut short");
        done += got;
    }
    reading->left -= len < reading->left ? len : reading->left;
    return DEVCA_OK;
}

static enum devca_code take_zeros(struct reading *reading, const char *member,
                                  size_t len)
{
    uint8_t octets[2 * TAR_BLOCK];
    enum devca_code code = take(reading, member, octets, len);
    size_t i;

    for (i = 0; code == DEVCA_OK && i < len; i++)
        if (octets[i] != 0)
            code = refuse(reading, member,
                          "is followed by something else than zeros");
    return code;
}

/* ---- headers ---- */

static uint64_t size_max(const struct reading *reading, const char *name)
{
    if (strcmp(name, "SHA256SUMS") == 0)
        return SUMS_MAX;
    return strcmp(name, "identity.db") == 0 ? reading->left : SMALL_MAX;
}

static enum devca_code take_header(struct reading *reading, const char *wanted,
                                   uint64_t *size)
{
    uint8_t block[TAR_BLOCK];
    struct tar_member member;
    const char *fault;
    bool good;
    enum devca_code code = take(reading, wanted, block, sizeof block);

    if (code != DEVCA_OK)
        return code;
    good = tar_header_read(block, &member, &fault);
    if (strcmp(member.name, wanted) != 0 && member.name[0] != '\0')
        return fail(reading->error, DEVCA_E_MALFORMED, reading->object, NULL,
                    member.name, "stands where %s should", wanted);
    if (!good)
        return refuse(reading, wanted, fault);
    if (member.size > reading->left)
        return refuse(reading, wanted, "is cut short");
    if (member.size > size_max(reading, wanted))
        return refuse(reading, wanted, "is larger than any of its kind");
    *size = member.size;
    return DEVCA_OK;
}

/* ---- SHA256SUMS ---- */

/* One line of sha256sum: 64 digits, two spaces, a name. */
static enum devca_code read_line(struct reading *reading, char *line,
                                 struct listed *listed)
{
    struct bytes digest = {0};
    bool good = strlen(line) > LINE_HASH + 2 && line[LINE_HASH] == ' ' &&
                line[LINE_HASH + 1] == ' ' &&
                hex_read(line, LINE_HASH, &digest) && digest.len == 32;

    if (good)
        memcpy(listed->digest, digest.data, 32);
    bytes_clear(&digest);
    if (!good)
        return refuse(reading, "SHA256SUMS",
                      "has a line that sha256sum does not write");
    listed->name = line + LINE_HASH + 2;
    if (!archive_name_good(listed->name))
        return refuse(reading, listed->name, "is no name of a backup's member");
    return DEVCA_OK;
}

static enum devca_code add_line(struct reading *reading, char *line)
{
    struct listed *grown, *new;
    enum devca_code code;

    grown = realloc(reading->list, (reading->count + 1) * sizeof *grown);
    if (!grown)
        return fail_memory(reading->error);
    reading->list = grown;
    new = &reading->list[reading->count];
    code = read_line(reading, line, new);
    if (code == DEVCA_OK && reading->count > 0 &&
        strcmp(new[-1].name, new->name) >= 0)
        code = refuse(reading, new->name,
                      "is listed twice, or not in the order of names");
    if (code == DEVCA_OK)
        reading->count++;
    return code;
}

static enum devca_code need(const struct reading *reading, const char *name)
{
    size_t i;

    for (i = 0; i < reading->count; i++)
        if (strcmp(reading->list[i].name, name) == 0)
            return DEVCA_OK;
    return refuse(reading, name, "is missing");
}

static enum devca_code split_sums(struct reading *reading)
{
    char *text = (char *)reading->sums.data, *end;
    enum devca_code code = DEVCA_OK;

    if (memchr(text, '\0', reading->sums.len))
        return refuse(reading, "SHA256SUMS", "holds a NUL");
    while (code == DEVCA_OK && *text) {
        end = strchr(text, '\n');
        if (!end)
            return refuse(reading, "SHA256SUMS", "ends within a line");
        *end = '\0';
        code = add_line(reading, text);
        text = end + 1;
    }
    if (code == DEVCA_OK)
        code = need(reading, "backup.json");
    if (code == DEVCA_OK)
        code = need(reading, "identity.db");
    if (code == DEVCA_OK)
        code = need(reading, "settings.json");
    return code;
}

static enum devca_code take_sums(struct reading *reading)
{
    static const char name[] = "SHA256SUMS";
    uint64_t size = 0;
    enum devca_code code = take_header(reading, name, &size);

    if (code == DEVCA_OK && !bytes_reserve(&reading->sums, (size_t)size + 1))
        code = fail_memory(reading->error);
    if (code == DEVCA_OK)
        code = take(reading, name, reading->sums.data, (size_t)size);
    if (code != DEVCA_OK)
        return code;
    reading->sums.len = (size_t)size;
    reading->sums.data[size] = 0;
    code = take_zeros(reading, name, tar_padding(size));
    return code == DEVCA_OK ? split_sums(reading) : code;
}

/* ---- members ---- */

static enum devca_code take_content(struct reading *reading,
                                    const struct listed *listed, uint64_t size,
                                    struct digest *digest)
{
    const struct archive_visitor *visitor = reading->visitor;
    struct devid_slice piece = {reading->piece, 0};
    enum devca_code code = DEVCA_OK;

    for (; code == DEVCA_OK && size > 0; size -= piece.len) {
        piece.len = size < PIECE ? (size_t)size : PIECE;
        code = take(reading, listed->name, reading->piece, piece.len);
        if (code != DEVCA_OK)
            break;
        digest_update(digest, piece);
        if (visitor)
            code = visitor->data(piece, visitor->context);
    }
    return code;
}

static enum devca_code take_hashed(struct reading *reading,
                                   const struct listed *listed, uint64_t size)
{
    struct digest *digest = digest_open(DEVID_P256);
    uint8_t hash[DEVID_MAX_HASH];
    enum devca_code code;

    if (!digest)
        return fail_memory(reading->error);
    code = take_content(reading, listed, size, digest);
    digest_close(digest, hash);
    if (code == DEVCA_OK && memcmp(hash, listed->digest, 32) != 0)
        code = refuse(reading, listed->name,
                      "is not what its hash in SHA256SUMS says");
    return code;
}

static enum devca_code take_member(struct reading *reading,
                                   const struct listed *listed)
{
    const struct archive_visitor *visitor = reading->visitor;
    uint64_t size = 0;
    enum devca_code code = take_header(reading, listed->name, &size);

    if (code == DEVCA_OK && visitor)
        code = visitor->begin(listed->name, visitor->context);
    if (code == DEVCA_OK)
        code = take_hashed(reading, listed, size);
    if (code == DEVCA_OK)
        code = take_zeros(reading, listed->name, tar_padding(size));
    if (code == DEVCA_OK && visitor)
        code = visitor->end(visitor->context);
    return code;
}

static enum devca_code take_end(struct reading *reading)
{
    enum devca_code code =
        take_zeros(reading, "the end", (size_t)2 * TAR_BLOCK);
    size_t got = 0;
    uint8_t octet;

    if (code == DEVCA_OK)
        code = take_part(reading, &octet, 1, &got);
    if (code == DEVCA_OK && got > 0)
        code = refuse(reading, "the end", "is not the end: more follows");
    return code;
}

enum devca_code archive_read(int fd, const char *object,
                             const struct archive_visitor *visitor,
                             struct devca_error *error)
{
    struct reading reading = {
        .fd = fd, .object = object, .visitor = visitor, .error = error};
    struct stat info;
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return fail(error, DEVCA_E_FILE, object, NULL, NULL,
                    "is not a regular file");
    reading.left = (uint64_t)info.st_size;
    reading.piece = malloc(PIECE);
    if (!reading.piece)
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = take_sums(&reading);
    for (i = 0; code == DEVCA_OK && i < reading.count; i++)
        code = take_member(&reading, &reading.list[i]);
    if (code == DEVCA_OK)
        code = take_end(&reading);
    bytes_clear(&reading.sums);
    free(reading.list);
    free(reading.piece);
    return code;
}
