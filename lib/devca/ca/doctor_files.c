/* The folder of the store: settings, modes, what is left of writers that died.
 */
#include "devca/ca/doctor.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static enum devca_code check_settings(struct doctor *doctor)
{
    struct devca_error failure = {0};
    enum devca_code code = handle_settings(&doctor->devca, &failure);

    return doctor_bear(doctor, "settings.json", code, &failure);
}

static enum devca_code look_mode(struct doctor *doctor, const char *name)
{
    struct bytes path = {0};
    struct stat info;
    enum devca_code code;

    code = handle_path(doctor->devca.folder, name, &path, doctor->error);
    if (code == DEVCA_OK && stat((const char *)path.data, &info) == 0 &&
        (info.st_mode & 077))
        code = doctor_find(doctor, name, "is open to others (mode %04o)",
                           (unsigned)info.st_mode & 07777u);
    bytes_clear(&path);
    return code;
}

static enum devca_code check_modes(struct doctor *doctor)
{
    static const char *const names[] = {"identity.db", "identity.db-wal",
                                        "identity.db-shm", "keys"};
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof names / sizeof names[0]; i++)
        code = look_mode(doctor, names[i]);
    return code;
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
      "put settings.json back from a backup; docs/formats.md says what stands "
      "in "
      "it"},
     check_settings},
    {{"modes", DOCTOR_WARNING, "chmod go= what is named"}, check_modes},
    {{"left-over", DOCTOR_NOTE, "remove it: nothing needs it"}, check_left},
    {{0}, NULL}};
