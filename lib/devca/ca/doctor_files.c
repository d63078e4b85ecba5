/* The folder of the store: settings, modes, what is left of writers that died.
 */
#include "devca/ca/doctor.h"
#include "devca/ca/owner.h"

#include "devca/base/fail.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- settings ---- */

/* Reads the whole journal for what it says of them. */
static enum devca_code compare_settings(struct doctor *doctor)
{
    struct owner_difference difference;
    struct devca_error failure = {0};
    enum devca_code code = owner_compare(&doctor->devca, &difference, &failure);

    if (code != DEVCA_OK)
        return doctor_bear(doctor, "identity.db", code, &failure);
    if (difference.owner)
        code = doctor_find(doctor, "settings.json",
                           "has another %s than the journal says",
                           difference.owner);
    if (code == DEVCA_OK && difference.keys)
        code = doctor_find(doctor, "settings.json",
                           "has another encryptedKeys than the journal says");
    return code;
}

static enum devca_code check_settings(struct doctor *doctor)
{
    struct devca_error failure = {0};
    enum devca_code code = handle_settings(doctor->devca.folder,
                                           &doctor->devca.settings, &failure);

    if (code != DEVCA_OK || !doctor->devca.store || !doctor->full)
        return doctor_bear(doctor, "settings.json", code, &failure);
    return compare_settings(doctor);
}

/* ---- modes and owners ---- */

/* Whose the store is: the folder's, who can put anything in the place of what
 * stands in it. */
static enum devca_code look_folder(struct doctor *doctor, uid_t *owner)
{
    const char *folder = doctor->devca.folder;
    struct stat info;
    enum devca_code code = DEVCA_OK;

    *owner = geteuid();
    if (stat(folder, &info) != 0)
        return DEVCA_OK;
    *owner = info.st_uid;
    if (info.st_mode & (S_IWGRP | S_IWOTH))
        code = doctor_find(doctor, folder,
                           "may be written by others (mode "
                           "%04o)",
                           (unsigned)info.st_mode & 07777u);
    if (code == DEVCA_OK && info.st_uid != 0 && geteuid() != 0 &&
        info.st_uid != geteuid())
        code = doctor_find(doctor, folder, "belongs to another user (%lu)",
                           (unsigned long)info.st_uid);
    return code;
}

static enum devca_code look_file(struct doctor *doctor, const char *name,
                                 mode_t mode, uid_t owner)
{
    struct bytes path = {0};
    struct stat info;
    bool found;
    enum devca_code code;

    code = handle_path(doctor->devca.folder, name, &path, doctor->error);
    found = code == DEVCA_OK && stat((const char *)path.data, &info) == 0;
    if (found && (info.st_mode & mode))
        code = doctor_find(doctor, name, "is open to others (mode %04o)",
                           (unsigned)info.st_mode & 07777u);
    if (found && code == DEVCA_OK && info.st_uid != owner)
        code = doctor_find(doctor, name,
                           "belongs to another user (%lu) than the store's "
                           "folder (%lu)",
                           (unsigned long)info.st_uid, (unsigned long)owner);
    bytes_clear(&path);
    return code;
}

/* Their modes are another check's. */
static enum devca_code look_keys(struct doctor *doctor, uid_t owner)
{
    struct bytes path = {0};
    const struct dirent *entry;
    char name[NAME_MAX + sizeof "keys/"];
    enum devca_code code =
        handle_path(doctor->devca.folder, "keys", &path, doctor->error);
    DIR *folder = code == DEVCA_OK ? opendir((const char *)path.data) : NULL;

    while (folder && code == DEVCA_OK && (entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "keys/%s", entry->d_name);
        code = look_file(doctor, name, 0, owner);
    }
    if (folder)
        closedir(folder);
    bytes_clear(&path);
    return code;
}

static enum devca_code check_modes(struct doctor *doctor)
{
    static const char *const names[] = {"identity.db", "identity.db-wal",
                                        "identity.db-shm", "settings.json",
                                        "keys"};
    uid_t owner;
    enum devca_code code = look_folder(doctor, &owner);
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof names / sizeof names[0]; i++)
        code = look_file(doctor, names[i], 077, owner);
    return code == DEVCA_OK ? look_keys(doctor, owner) : code;
}

/* ---- left over ---- */

static long number(const char *text, const char **end)
{
    char *after;
    long value;

    *end = text;
    if (!isdigit((unsigned char)text[0]))
        return 0;
    value = strtol(text, &after, 10);
    *end = after;
    return value;
}

/* Whose temporary name is it? ".NAME.PID.TRY" of an output,
 * "identity.db.PID.new" and its sidecars; 0: nobody's. */
static long writer_of(const char *name)
{
    static const char database[] = "identity.db.";
    const char *dot, *end;
    long pid;

    if (strncmp(name, database, sizeof database - 1) == 0) {
        pid = number(name + sizeof database - 1, &end);
        return strncmp(end, ".new", 4) == 0 ? pid : 0;
    }
    if (name[0] != '.' || !(dot = strrchr(name, '.')) || dot == name)
        return 0;
    (void)number(dot + 1, &end);
    if (end == dot + 1 || *end != '\0')
        return 0;
    for (dot--; dot > name && *dot != '.'; dot--)
        continue;
    pid = number(dot + 1, &end);
    return dot > name && *end == '.' ? pid : 0;
}

static bool is_dead(long pid)
{
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static enum devca_code look_through(struct doctor *doctor, const char *path)
{
    const struct dirent *entry;
    enum devca_code code = DEVCA_OK;
    DIR *folder = opendir(path);
    long pid;

    /* keys/ that is not there is another check's. */
    if (!folder)
        return DEVCA_OK;
    while (code == DEVCA_OK && (entry = readdir(folder))) {
        pid = writer_of(entry->d_name);
        if (pid > 0 && is_dead(pid))
            code = doctor_find(doctor, entry->d_name,
                               "was left in %s by process %ld, which is no "
                               "more",
                               path, pid);
    }
    closedir(folder);
    return code;
}

static enum devca_code check_left(struct doctor *doctor)
{
    struct bytes keys = {0};
    enum devca_code code = look_through(doctor, doctor->devca.folder);

    if (code == DEVCA_OK)
        code = handle_path(doctor->devca.folder, "keys", &keys, doctor->error);
    if (code == DEVCA_OK)
        code = look_through(doctor, (const char *)keys.data);
    bytes_clear(&keys);
    return code;
}

const struct doctor_check doctor_file_checks[] = {
    {{"settings", DOCTOR_FAULT,
      "devca audit log --act settings says what was set; devca settings set "
      "with what is right puts the owner in settings.json and in the journal "
      "in "
      "agreement; all else of the file comes back from a backup"},
     check_settings},
    {{"modes", DOCTOR_WARNING,
      "chmod go= what is named, give it back to the store's owner, and find "
      "out who may have changed it"},
     check_modes},
    {{"left-over", DOCTOR_NOTE, "remove it: nothing needs it"}, check_left},
    {{0}, NULL}};
