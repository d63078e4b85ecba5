/*
 * Files as the command line and a line's software need them: read within a
 * bound, written whole or not at all.
 */
#ifndef DEVCA_FILE_H
#define DEVCA_FILE_H

#include <devca/record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Inputs larger than this are refused unread: a certificate, a request or a
 * profile is a few kilobytes. */
#define DEVCA_INPUT_MAX ((size_t)1024 * 1024)

/* A file's octets, owned; devca_content_clear() wipes and frees. */
struct devca_content {
    struct devid_slice octets;
    void *memory;
};
/* path "-" is standard input. DEVCA_E_FILE, DEVCA_E_TOO_LARGE,
 * DEVCA_E_NO_MEMORY. limit in octets. */
DEVCA_API enum devca_code devca_file_read(const char *path, size_t limit,
                                          struct devca_content *content,
                                          struct devca_error *error);
DEVCA_API void devca_content_clear(struct devca_content *content);

/*
 * An output under a temporary name until it is committed. path "-" is standard
 * output. An existing file is DEVCA_E_FILE_EXISTS unless replace, found out
 * when the output is opened: before the act whose result it will hold. A
 * store's own files (identity.db and what lies beside it, settings.json, all of
 * keys/) are no output's place, with replace neither: DEVCA_E_FILE. Any store's
 * in whose folder the output would be are known, those of `store` even where
 * its folder has links that lead elsewhere.
 */
struct devca_output;
struct devca_output_target {
    const char *path;
    bool replace;
    bool secret;       /* mode 0600 instead of 0644 */
    bool lazy;         /* not fsynced: what can be made again from a store */
    const char *store; /* the folder of the one at hand, or NULL */
};
DEVCA_API enum devca_code
devca_output_open(struct devca_output **output,
                  const struct devca_output_target *target,
                  struct devca_error *error);
/* A sink that writes to output; valid as long as output. Its errors stand in
 * the error that commit reports. */
DEVCA_API struct devca_sink devca_output_sink(struct devca_output *output);
/* Would it be standard output, which cannot be taken back? */
DEVCA_API bool devca_output_is_standard(const struct devca_output *output);
/* A file as it was opened: what was written so far is gone. */
DEVCA_API enum devca_code devca_output_restart(struct devca_output *output,
                                               struct devca_error *error);
/* What was written is on the disk from here on (fsync, unless lazy), not yet in
 * its place: before an act whose result it is, or before another output is put
 * in its place. Whatever failed before is told of. */
DEVCA_API enum devca_code devca_output_flush(struct devca_output *output,
                                             struct devca_error *error);
/* devca_output_flush() and rename: the file is there, whole, but may not be
 * after a power cut. Nothing is in place after an error; standard output has no
 * place. */
DEVCA_API enum devca_code devca_output_place(struct devca_output *output,
                                             struct devca_error *error);
/* devca_output_place() unless that was done, and fsync of the folder; where it
 * is that which fails the file stays. Frees output whatever the outcome. */
DEVCA_API enum devca_code devca_output_commit(struct devca_output *output,
                                              struct devca_error *error);
/* Leaves no trace but of what is in place. NULL is fine. */
DEVCA_API void devca_output_abandon(struct devca_output *output);

/* Makes durable which names stand in a folder (fsync): "PATH/.." after PATH was
 * made. DEVCA_E_FILE. One that may not be read is left as it is. */
DEVCA_API enum devca_code devca_folder_sync(const char *folder,
                                            struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
