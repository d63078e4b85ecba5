/* Files: read whole within a bound, written whole or not at all. */
#ifndef DEVCA_BASE_FILE_H
#define DEVCA_BASE_FILE_H

#include "devca/base/bytes.h"

#include <sys/types.h>

/*
 * Reads a whole file ("-" is standard input) of at most limit octets into
 * *content. DEVCA_E_FILE, also when it becomes shorter meanwhile,
 * DEVCA_E_TOO_LARGE (without having read it all), DEVCA_E_NO_MEMORY.
 */
enum devca_code file_read(const char *path, size_t limit, struct bytes *content,
                          struct devca_error *error);

/*
 * Of what stands in a store, or where nobody named it by hand: a regular file
 * (or a link to one). What somebody put in its place (a pipe without a writer,
 * a device) is refused and never waited for. file_open_regular() gives a
 * descriptor, or -1 with errno and *fault, a text that lives until the next
 * call of strerror(); file_read_regular() is file_read() without "-".
 */
int file_open_regular(const char *path, const char **fault);
enum devca_code file_read_regular(const char *path, size_t limit,
                                  struct bytes *content,
                                  struct devca_error *error);

/* file_read() of a descriptor, which stays open; name is for errors. */
enum devca_code file_read_open(int fd, const char *name, size_t limit,
                               struct bytes *content,
                               struct devca_error *error);

/* All of octets into a descriptor, however often the system takes only a part
 * or is interrupted. false, with errno. */
bool file_put(int fd, struct devid_slice octets);

/* Makes durable what was named or unnamed in a folder: FOLDER/.. for a folder
 * that was made. false, with errno; a folder that may not be read, or has
 * nothing to sync on its file system, is left as it is. */
bool file_sync_folder(const char *folder);

/*
 * An output that appears whole under its name or not at all: written under a
 * temporary name in the same folder, fsynced, renamed, folder fsynced. "-" is
 * standard output, written as it comes. Without `replace` an existing file is
 * DEVCA_E_FILE_EXISTS, at opening and again when it is put in place. What
 * guard_is_own() tells of is DEVCA_E_FILE, with `replace` too, unless `own`.
 */
struct file_output;
struct file_target {
    const char *path;
    mode_t mode; /* 0644, or 0600 for a key */
    bool replace;
    bool lazy; /* not fsynced: what can be made again */
    bool own;  /* one of a store's own files, which no other output replaces */
    const char *store; /* the one at hand, guarded wherever its links lead */
};
enum devca_code file_output_open(struct file_output **output,
                                 const struct file_target *target,
                                 struct devca_error *error);
enum devca_code file_output_write(struct file_output *output,
                                  struct devid_slice octets,
                                  struct devca_error *error);
/* A descriptor that reads from its beginning what was written so far, for a
 * last look before it is put in place; the caller closes it. */
enum devca_code file_output_reread(struct file_output *output, int *fd,
                                   struct devca_error *error);
bool file_output_is_standard(const struct file_output *output);
/* As it was opened: what was written so far is gone, but not from standard
 * output. */
enum devca_code file_output_restart(struct file_output *output,
                                    struct devca_error *error);
/* What was written is on the disk from here on, not yet in its place: little is
 * left that can fail. */
enum devca_code file_output_flush(struct file_output *output,
                                  struct devca_error *error);
/* Puts it in place: there whole, but not yet sure to be so after a power cut.
 * Nothing is in place after an error. */
enum devca_code file_output_place(struct file_output *output,
                                  struct devca_error *error);
/* Puts it in place unless it is there, makes that durable, and frees the handle
 * whatever the outcome. */
enum devca_code file_output_commit(struct file_output *output,
                                   struct devca_error *error);
/* Leaves no trace but of what is in place; NULL is fine. */
void file_output_abandon(struct file_output *output);

/* The three above around one buffer. */
enum devca_code file_write(const struct file_target *target,
                           struct devid_slice octets,
                           struct devca_error *error);

#endif
