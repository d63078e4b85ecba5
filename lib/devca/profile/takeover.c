/* Names taken over from a request. */
#include "devca/profile/takeover.h"

#include "devca/profile/alphabet.h"
#include "devid/codec/oid.h"

bool takeover_attribute(const struct profile_subject *subject,
                        struct devid_slice oid,
                        struct devid_attribute *attribute)
{
    return subject->request != NULL &&
           devid_name_find(subject->request->subject, oid, attribute) ==
               DEVID_OK;
}

/* The content of the request's GeneralNames; empty when there are none. */
static struct devid_slice requested_names(const struct profile_subject *subject)
{
    struct devid_slice none = {NULL, 0};
    struct devid_slice cursor;
    struct devid_slice names;
    struct devid_extension extension;

    if (subject->request == NULL)
        return none;
    cursor = subject->request->extensions;
    while (devid_extension_next(&cursor, &extension) == DEVID_OK) {
        if (devid_slice_equal(extension.oid, OID_SLICE(OID_SUBJECT_ALT_NAME)) &&
            devid_der_read_whole(extension.value, DER_SEQUENCE, &names) ==
                DEVID_OK)
            return names;
    }
    return none;
}

/* The rule of a form that may be taken, by the tag of its GeneralName. */
static bool form_rule(uint8_t tag, unsigned forms, struct alphabet_rule *rule)
{
    static const enum alphabet alphabets[] = {
        [1] = ALPHABET_MAIL, [2] = ALPHABET_DNS, [6] = ALPHABET_URI};
    unsigned form = tag & 0x1Fu;

    if (tag != DER_CONTEXT(form) || (form != 1 && form != 2 && form != 6) ||
        (forms >> form & 1) == 0)
        return false;
    *rule = (struct alphabet_rule){alphabets[form], 0, {NULL, 0}};
    return true;
}

const char *takeover_check(const struct profile_subject *subject,
                           unsigned forms)
{
    struct devid_slice names = requested_names(subject);
    struct devid_slice value;
    struct alphabet_rule rule;
    const char *clause;
    const char *fault;
    uint8_t tag;

    while (names.len != 0) {
        if (devid_der_read_any(&names, &tag, &value) != DEVID_OK)
            return "is malformed";
        if (!form_rule(tag, forms, &rule))
            continue;
        fault = alphabet_check(&rule, value, &clause);
        if (fault != NULL)
            return fault;
    }
    return NULL;
}

void takeover_names(const struct profile_subject *subject, unsigned forms,
                    struct devid_writer *w)
{
    struct devid_slice names = requested_names(subject);
    struct devid_slice value;
    struct alphabet_rule rule;
    const char *clause;
    uint8_t tag;

    while (devid_der_read_any(&names, &tag, &value) == DEVID_OK) {
        if (form_rule(tag, forms, &rule) &&
            alphabet_check(&rule, value, &clause) == NULL)
            devid_der_write(w, tag, value);
    }
}
