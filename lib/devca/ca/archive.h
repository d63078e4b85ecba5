/*
 * A backup as a file: a tar archive whose first member, SHA256SUMS, lists the
 * others with their hashes in the order in which they follow, by name. Nothing
 * else is in it. docs/operations.md describes it for auditors.
 */
#ifndef DEVCA_CA_ARCHIVE_H
#define DEVCA_CA_ARCHIVE_H

#include "devca/base/bytes.h"
#include "devca/base/file.h"

#include <devca/time.h>

#define ARCHIVE_NAME 100

/* May a backup hold a member of this name? backup.json, identity.db,
 * settings.json, and keys/NAME.pem of plain letters. */
bool archive_name_good(const char *name);

/* What goes in: a file by its path, or octets. */
struct archive_source {
    char name[ARCHIVE_NAME + 1];
    const char *path; /* NULL: octets */
    struct bytes octets;
    uint64_t size;
    uint8_t digest[32];
};
struct archive_list {
    struct archive_source *items;
    size_t count;
};
void archive_list_clear(struct archive_list *list);
/* A new member of that name, to be filled; NULL when memory is short. */
struct archive_source *archive_add(struct archive_list *list, const char *name);

/* Sorts and hashes the members and writes the archive. */
enum devca_code archive_write(struct archive_list *list, devca_seconds now,
                              struct file_output *output,
                              struct devca_error *error);

/*
 * Reads an archive from an open file, from where it stands, and proves it:
 * every member listed, in its place, with its hash; nothing besides. A visitor
 * (or NULL) gets the members as they come, before the hash of each is known:
 * only after DEVCA_OK is any of it to be believed. DEVCA_E_MALFORMED names the
 * archive, the member and what is wrong; DEVCA_E_FILE; what the visitor says.
 */
struct archive_visitor {
    enum devca_code (*begin)(const char *name, void *context);
    enum devca_code (*data)(struct devid_slice octets, void *context);
    enum devca_code (*end)(void *context);
    void *context;
};
enum devca_code archive_read(int fd, const char *object,
                             const struct archive_visitor *visitor,
                             struct devca_error *error);

#endif
