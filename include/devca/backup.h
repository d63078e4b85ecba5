/* A store in one file, and back. docs/operations.md describes the file. */
#ifndef DEVCA_BACKUP_H
#define DEVCA_BACKUP_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes the database as it is at this moment, settings.json and, with_keys,
 * the key files into a new file of mode 0600, and reads it again before it gets
 * its name. devca may be open for reading only, of an older version too; a
 * batch may run meanwhile. Needs as much space again beside the file while it
 * works.
 *
 * Encrypted key files are taken as they are. One in the clear is encrypted by
 * the passphrase of devca_unlock(), or refused without one (DEVCA_E_KEY). The
 * journal's own key is taken as it is, in the clear. Keys on tokens stay there.
 *
 * A row in the journal goes before the file's name, unless the store is of an
 * older version or (without keys) cannot be written.
 *
 * DEVCA_E_FILE_EXISTS unless replace, DEVCA_E_FILE, DEVCA_E_STORE_CORRUPT when
 * what was copied is damaged, and what opening and journaling have.
 */
struct devca_backup_request {
    const char *path;
    bool with_keys;
    bool replace;
    devca_progress *progress; /* of pages; may be NULL */
    void *progress_context;
};
DEVCA_API enum devca_code
devca_backup(struct devca *devca, const struct devca_backup_request *request,
             struct devca_result *result, struct devca_error *error);

/*
 * Proves the whole backup, then makes a store of it in folder, which is empty
 * or not there; brings it up to this version, and adds a row to its journal
 * that says so (unless the journal's key is not in the backup). Nothing
 * is left on failure. DEVCA_E_EXISTS when folder holds anything,
 * DEVCA_E_STORE_BUSY while another restore or an init is at work there,
 * DEVCA_E_FILE when it is another user's or others may write it,
 * DEVCA_E_MALFORMED for a file that is no whole backup, naming the member;
 * DEVCA_E_INTERRUPTED when wake said so.
 */
struct devca_restore_request {
    const char *path;
    const char *folder;
    const char *actor; /* as in struct devca_open_request */
    bool dry_run;      /* proves the backup, makes nothing */
    const char *name;  /* what path is called, in the journal too; NULL: path */
    int wake; /* a descriptor: as soon as it can be read, what was made goes
                 away again; 0 or less: there is none */
};
DEVCA_API enum devca_code
devca_restore(const struct devca_restore_request *request,
              struct devca_result *result, struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
