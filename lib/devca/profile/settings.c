/* settings.json of a store. */
#include "devca/profile/settings.h"

#include "devca/base/fail.h"
#include "devca/json/document.h"
#include "devca/profile/place.h"
#include "devid/x509/name.h"

#include <stdlib.h>
#include <string.h>

#define SETTINGS_MAX 16384

void settings_clear(struct settings *settings)
{
    free(settings->org);
    free(settings->country);
    *settings = (struct settings){NULL, NULL, false};
}

static enum devca_code read_text(const struct reading *reading,
                                 const struct place *top, const char *key,
                                 char **out)
{
    const char *text = NULL;
    enum devca_code code = place_member_string(reading, top, key, &text);

    if (code != DEVCA_OK || text == NULL)
        return code;
    *out = strdup(text);
    return *out != NULL ? DEVCA_OK : fail_memory(reading->error);
}

enum devca_code settings_read(struct settings *settings,
                              struct devid_slice json, const char *object,
                              struct devca_error *error)
{
    struct reading reading = {object, DEVCA_E_STORE_CORRUPT, error, "settings"};
    struct place top;
    enum devca_code code;

    *settings = (struct settings){NULL, NULL, false};
    code = place_load(&reading, json, SETTINGS_MAX, &top);
    if (code == DEVCA_OK)
        code = place_object(&reading, &top, SHAPE_SETTINGS);
    if (code == DEVCA_OK)
        code = read_text(&reading, &top, "org", &settings->org);
    if (code == DEVCA_OK)
        code = read_text(&reading, &top, "country", &settings->country);
    if (code == DEVCA_OK)
        code = place_member_bool(&reading, &top, "encryptedKeys",
                                 &settings->encrypted_keys);
    json_decref(top.value);
    if (code != DEVCA_OK)
        settings_clear(settings);
    return code;
}

/* Text that a certificate could hold, so that JSON can. */
static bool is_text(const char *text)
{
    struct devid_attribute attribute = {.tag = DER_UTF8_STRING};

    if (text == NULL)
        return false;
    attribute.value = (struct devid_slice){(const uint8_t *)text, strlen(text)};
    return devid_attribute_check(&attribute) == DEVID_OK;
}

/* NULL when memory is short. An optional member of json_pack would be left out
 * then, too. */
static json_t *write_members(const struct settings *settings)
{
    int encrypted = settings->encrypted_keys ? 1 : 0;

    if (settings->country == NULL)
        return json_pack("{s:s, s:b}", "org", settings->org, "encryptedKeys",
                         encrypted);
    return json_pack("{s:s, s:s, s:b}", "org", settings->org, "country",
                     settings->country, "encryptedKeys", encrypted);
}

enum devca_code settings_write(const struct settings *settings,
                               struct bytes *json, struct devca_error *error)
{
    enum devca_code code = DEVCA_E_NO_MEMORY;
    json_t *top;

    if (!is_text(settings->org))
        return fail(error, DEVCA_E_USAGE, "settings", "RFC 3629", "/org",
                    "is missing or not UTF-8");
    if (settings->country != NULL && !is_text(settings->country))
        return fail(error, DEVCA_E_USAGE, "settings", "RFC 3629", "/country",
                    "is empty or not UTF-8");
    top = write_members(settings);
    if (top != NULL && document_write(top, 2, json) &&
        bytes_append_text(json, "\n"))
        code = DEVCA_OK;
    json_decref(top);
    return code == DEVCA_OK ? code : fail_memory(error);
}
