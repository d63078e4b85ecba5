/* profile list, show, check. */
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/profile/profile.h"
#include "devca/profile/shipped.h"

#include <devca/profile.h>

static enum devca_code tell(const struct profile *profile,
                            devca_record_each *each, void *context,
                            struct devca_error *error)
{
    struct devca_result result = {0};
    enum devca_code code;

    result_text(&result, "profile", profile_name(profile));
    result_text(&result, "kind", profile_kind_name(profile_kind(profile)));
    result_text(&result, "description", profile_description(profile));
    code = result_done(&result, error);
    if (code == DEVCA_OK)
        code = each(&result.record, context);
    devca_result_clear(&result);
    return code;
}

enum devca_code devca_profile_list(devca_record_each *each, void *context,
                                   struct devca_error *error)
{
    struct profile *profile = NULL;
    struct devid_slice json;
    enum devca_code code = DEVCA_OK;
    const char *const *names;
    size_t count, i;

    names = profile_shipped_names(&count);
    for (i = 0; code == DEVCA_OK && i < count; i++) {
        if (!profile_shipped(names[i], &json))
            continue;
        code = profile_read(&profile, json, names[i], error);
        if (code == DEVCA_OK)
            code = tell(profile, each, context, error);
        profile_free(profile);
        profile = NULL;
    }
    return code;
}

enum devca_code devca_profile_show(const char *name, struct devid_slice *json,
                                   struct devca_error *error)
{
    if (profile_shipped(name, json))
        return DEVCA_OK;
    fail(error, DEVCA_E_NOT_FOUND, name, NULL, "profile",
         "no profile of that name is shipped");
    return fail_hint(error, DEVCA_E_NOT_FOUND, "devca profile list names them");
}

enum devca_code devca_profile_check(const struct devca_input *input,
                                    struct devca_error *error)
{
    struct profile *profile = NULL;
    enum devca_code code;

    code = profile_read(&profile, input->octets, input->name, error);
    profile_free(profile);
    return code;
}
