/* Is a step on record? Its act in the journal, about its own object. */
#include "ceremony.h"

#include <devca/audit.h>
#include <devca/key.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum devca_code ceremony_open(struct ceremony *ceremony, bool read_only,
                              struct devca **devca)
{
    struct ceremony_step step;
    enum devca_code code;

    ceremony_prepare(ceremony->cli, &ceremony->plan, 0, &step);
    step.cli.command = ceremony->cli->command;
    code = cli_open(&step.cli, read_only, devca);
    ceremony->cli->error = step.cli.error;
    return code;
}

bool ceremony_text(const struct devca_record *record, const char *name,
                   char *text, size_t size)
{
    const struct devca_field *field = devca_record_find(record, name);

    text[0] = '\0';
    if (!field || field->octets.len >= size)
        return false;
    memcpy(text, field->octets.data, field->octets.len);
    text[field->octets.len] = '\0';
    return true;
}

enum devca_code ceremony_count_rows(struct ceremony *ceremony, int64_t *rows)
{
    struct devca_result result = {0};
    struct devca *devca = NULL;
    const struct devca_field *size;
    enum devca_code code = ceremony_open(ceremony, true, &devca);

    *rows = 0;
    if (code == DEVCA_OK)
        code =
            devca_audit_checkpoint(devca, NULL, &result, &ceremony->cli->error);
    size = devca_record_find(&result.record, "size");
    if (code == DEVCA_OK && size)
        *rows = size->integer;
    devca_result_clear(&result);
    devca_close(devca);
    return code == DEVCA_E_STORE_MISSING || code == DEVCA_E_NOT_FOUND ? DEVCA_OK
                                                                      : code;
}

/* ---- a step's own row ---- */

#define NAME_MAX_LEN 1100

/* What the row of a step says: its object, and members of its entry's JCS. */
struct search {
    char object[NAME_MAX_LEN]; /* "": any */
    char subject[NAME_MAX_LEN];
    char issuer[NAME_MAX_LEN];
    bool found;
};

static bool says(const struct devca_field *entry, const char *member)
{
    const char *text = (const char *)entry->octets.data;
    size_t len = strlen(member), at;

    for (at = 0; at + len <= entry->octets.len; at++)
        if (memcmp(text + at, member, len) == 0)
            return true;
    return false;
}

static enum devca_code compare(const struct devca_record *record, void *context)
{
    struct search *search = context;
    const struct devca_field *entry = devca_record_find(record, "entry");
    char object[NAME_MAX_LEN];
    bool same = search->object[0] == '\0' ||
                (ceremony_text(record, "object", object, sizeof object) &&
                 strcmp(object, search->object) == 0);

    if (same && entry && says(entry, search->subject) &&
        says(entry, search->issuer))
        search->found = true;
    return DEVCA_OK;
}

static void put_lower(char *text, const char *format, const char *value)
{
    snprintf(text, NAME_MAX_LEN, format, value);
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

/* Where a serial number begins, as it stands in a certificate: a zero octet
 * before it is none of its own, unless the sign needs it. */
static const char *find_number(const char *serial)
{
    while (strncmp(serial, "00", 2) == 0 && serial[2] >= '0' &&
           serial[2] <= '7' && serial[3] != '\0')
        serial += 2;
    return serial;
}

static enum devca_code take_root(const struct devca_record *record,
                                 void *context)
{
    struct search *search = context;
    char kind[16];

    if (search->object[0] == '\0' &&
        ceremony_text(record, "authority", kind, sizeof kind) &&
        strcmp(kind, "root") == 0)
        (void)ceremony_text(record, "name", search->object,
                            sizeof search->object);
    return DEVCA_OK;
}

/* The option or argument of the step that says what it is about. */
static const char *find_object(const struct ceremony_step *step,
                               const char **value)
{
    const char *const *keys = step->kind->objects;
    size_t i;

    for (i = 0; i < CEREMONY_OBJECTS && keys[i]; i++) {
        *value = keys[i][0] == '0' ? step->plan->arguments[0]
                                   : cli_text(&step->cli, keys[i]);
        if (*value)
            return keys[i];
    }
    return NULL;
}

static enum devca_code describe(struct ceremony *ceremony, struct devca *devca,
                                const struct ceremony_step *step,
                                const char *told, struct search *search)
{
    const char *value = told, *key = told ? "" : find_object(step, &value);
    const char *slash;

    if (strcmp(key, "root") == 0)
        return devca_key_list(devca, take_root, search, &ceremony->cli->error);
    slash = strrchr(value, '/');
    if (strcmp(key, "serial") == 0) {
        put_lower(search->subject, "\"serial\":\"%s\"", find_number(value));
    } else if (strcmp(key, "uid") == 0) {
        put_lower(search->subject, "\"uid\":\"%s\"", value);
        value = cli_text(&step->cli, "product");
        if (value)
            snprintf(search->issuer, sizeof search->issuer, "\"issuer\":\"%s\"",
                     value);
    } else {
        snprintf(search->object, sizeof search->object, "%s",
                 slash ? slash + 1 : value);
    }
    return DEVCA_OK;
}

static enum devca_code find_row(struct ceremony *ceremony,
                                const struct ceremony_step *step,
                                const char *told, int64_t since,
                                struct search *search)
{
    struct devca_audit_log_request request = {.act = step->kind->act,
                                              .after = since};
    struct devca *devca = NULL;
    enum devca_code code = ceremony_open(ceremony, true, &devca);

    if (ceremony_takes(step->kind, "release") &&
        cli_flag(&step->cli, "release"))
        request.act = "release";
    if (code == DEVCA_OK)
        code = describe(ceremony, devca, step, told, search);
    if (code == DEVCA_OK)
        code = devca_audit_log(devca, &request, compare, search,
                               &ceremony->cli->error);
    devca_close(devca);
    return code;
}

enum devca_code ceremony_on_record(struct ceremony *ceremony,
                                   const struct ceremony_step *step,
                                   const char *told, int64_t since, bool *is)
{
    struct search search = {"", "", "", false};
    const char *value;
    enum devca_code code;

    *is = false;
    if (!told && !find_object(step, &value))
        return DEVCA_OK;
    code = find_row(ceremony, step, told, since, &search);
    *is = code == DEVCA_OK && search.found;
    return code == DEVCA_E_NOT_FOUND || code == DEVCA_E_STORE_MISSING ? DEVCA_OK
                                                                      : code;
}
