/* Writing a backup's file. */
#include "devca/ca/archive.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/tar.h"
#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

static bool is_plain(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           (!first && (c == '.' || c == '_' || c == '-'));
}

bool archive_name_good(const char *name)
{
    static const char *const files[] = {"backup.json", "identity.db",
                                        "settings.json"};
    size_t len = strlen(name), i;

    for (i = 0; i < sizeof files / sizeof files[0]; i++)
        if (strcmp(name, files[i]) == 0)
            return true;
    if (len < 10 || len > ARCHIVE_NAME || strncmp(name, "keys/", 5) != 0 ||
        strcmp(name + len - 4, ".pem") != 0)
        return false;
    for (i = 5; i < len; i++)
        if (!is_plain(name[i], i == 5))
            return false;
    return true;
}

void archive_list_clear(struct archive_list *list)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        bytes_clear(&list->items[i].octets);
    free(list->items);
    *list = (struct archive_list){NULL, 0};
}

struct archive_source *archive_add(struct archive_list *list, const char *name)
{
    struct archive_source *grown, *new;

    grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    list->items = grown;
    new = &list->items[list->count++];
    memset(new, 0, sizeof *new);
    strncpy(new->name, name, ARCHIVE_NAME);
    return new;
}

static int by_name(const void *a, const void *b)
{
    const struct archive_source *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* ---- octets of a member, to be hashed or to be written ---- */

struct flow {
    struct digest *digest;      /* or NULL */
    struct file_output *output; /* or NULL */
    uint64_t size;
};

static enum devca_code pass(struct flow *flow, struct devid_slice octets,
                            struct devca_error *error)
{
    flow->size += octets.len;
    if (flow->digest)
        digest_update(flow->digest, octets);
    return flow->output ? file_output_write(flow->output, octets, error)
                        : DEVCA_OK;
}

static enum devca_code pass_file(struct flow *flow, const char *path,
                                 struct devca_error *error)
{
    const char *fault = NULL;
    int fd = file_open_regular(path, &fault);
    uint8_t *piece = malloc(PIECE);
    enum devca_code code = DEVCA_OK;
    ssize_t got = -1;

    if (!piece)
        code = fail_memory(error);
    while (code == DEVCA_OK && fd >= 0) {
        got = read(fd, piece, PIECE);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fault = strerror(errno);
        if (got <= 0)
            break;
        code = pass(flow, (struct devid_slice){piece, (size_t)got}, error);
    }
    if (code == DEVCA_OK && got < 0)
        code = fail(error, DEVCA_E_FILE, path, NULL, NULL, "cannot be read: %s",
                    fault);
    if (fd >= 0)
        (void)close(fd);
    free(piece);
    return code;
}

static enum devca_code pass_source(struct flow *flow,
                                   const struct archive_source *source,
                                   struct devca_error *error)
{
    return source->path ? pass_file(flow, source->path, error)
                        : pass(flow, bytes_slice(&source->octets), error);
}

static enum devca_code hash_source(struct archive_source *source,
                                   struct devca_error *error)
{
    struct flow flow = {.digest = digest_open(DEVID_P256)};
    uint8_t hash[DEVID_MAX_HASH];
    enum devca_code code;

    if (!flow.digest)
        return fail_memory(error);
    code = pass_source(&flow, source, error);
    digest_close(flow.digest, hash);
    memcpy(source->digest, hash, sizeof source->digest);
    source->size = flow.size;
    return code;
}

/* ---- the archive ---- */

/* As sha256sum writes it. */
static enum devca_code list_sums(const struct archive_list *list,
                                 struct archive_source *sums,
                                 struct devca_error *error)
{
    char hex[2 * 32 + 1];
    size_t i;

    for (i = 0; i < list->count; i++) {
        hex_write((struct devid_slice){list->items[i].digest, 32}, hex);
        if (!bytes_append_text(&sums->octets, hex) ||
            !bytes_append_text(&sums->octets, "  ") ||
            !bytes_append_text(&sums->octets, list->items[i].name) ||
            !bytes_append_text(&sums->octets, "\n"))
            return fail_memory(error);
    }
    sums->size = sums->octets.len;
    return DEVCA_OK;
}

static enum devca_code write_member(const struct archive_source *source,
                                    devca_seconds now,
                                    struct file_output *output,
                                    struct devca_error *error)
{
    static const uint8_t zeros[TAR_BLOCK];
    struct tar_member member = {.size = source->size,
                                .modified = (uint64_t)now};
    struct flow flow = {.output = output};
    uint8_t header[TAR_BLOCK];
    enum devca_code code;

    memcpy(member.name, source->name, sizeof source->name);
    tar_header_write(&member, header);
    code = file_output_write(
        output, (struct devid_slice){header, sizeof header}, error);
    if (code == DEVCA_OK)
        code = pass_source(&flow, source, error);
    if (code == DEVCA_OK && flow.size != source->size)
        code = fail(error, DEVCA_E_FILE, source->name, NULL, NULL,
                    "changed while it was being packed");
    if (code == DEVCA_OK)
        code = file_output_write(
            output, (struct devid_slice){zeros, tar_padding(source->size)},
            error);
    return code;
}

enum devca_code archive_write(struct archive_list *list, devca_seconds now,
                              struct file_output *output,
                              struct devca_error *error)
{
    static const uint8_t end[2 * TAR_BLOCK];
    struct archive_source sums = {.name = "SHA256SUMS"};
    enum devca_code code = DEVCA_OK;
    size_t i;

    qsort(list->items, list->count, sizeof *list->items, by_name);
    for (i = 0; code == DEVCA_OK && i < list->count; i++)
        code = hash_source(&list->items[i], error);
    if (code == DEVCA_OK)
        code = list_sums(list, &sums, error);
    if (code == DEVCA_OK)
        code = write_member(&sums, now, output, error);
    for (i = 0; code == DEVCA_OK && i < list->count; i++)
        code = write_member(&list->items[i], now, output, error);
    if (code == DEVCA_OK)
        code = file_output_write(output, (struct devid_slice){end, sizeof end},
                                 error);
    bytes_clear(&sums.octets);
    return code;
}
