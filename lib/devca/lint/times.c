/* Times: checks 16 to 18. */
#include "devca/lint/parts.h"

#include <devid/time.h>

static bool digits(struct devid_slice text, size_t count)
{
    size_t i;

    if (text.len != count + 1 || text.data[count] != 'Z')
        return false;
    for (i = 0; i < count; i++)
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    return true;
}

/* false when there is no time to compare. */
bool lint_time(struct lint_state *run, struct devid_slice element,
               const char *field, struct devid_time *time)
{
    struct devid_slice in = element, value;
    uint8_t tag;

    if (devid_der_read_any(&in, &tag, &value) != DEVID_OK) {
        lint_der(run, field, DEVID_E_TRUNCATED);
        return false;
    }
    if (tag != DER_UTC_TIME && tag != DER_GENERALIZED_TIME) {
        lint_tell(run, 16, LINT_ERROR, field,
                  "is neither UTCTime nor "
                  "GeneralizedTime");
        return false;
    }
    if (!digits(value, tag == DER_UTC_TIME ? 12 : 14)) {
        lint_tell(run, 17, LINT_ERROR, field,
                  "is not digits to the second and Z");
        return false;
    }
    in = element;
    if (devid_der_read_time(&in, time) == DEVID_OK)
        return true;
    in = element;
    if (tag == DER_GENERALIZED_TIME &&
        devid_der_read_generalized_time(&in, time) == DEVID_OK) {
        lint_tell(run, 16, LINT_ERROR, field,
                  "is GeneralizedTime for a year that UTCTime holds");
        return true;
    }
    lint_tell(run, 17, LINT_ERROR, field, "is no date that exists");
    return false;
}

static bool is_known(struct devid_time time)
{
    return time.date != 0;
}

void lint_times(struct lint_state *run)
{
    static const char before_field[] = "tbsCertificate.validity.notBefore";
    static const char after_field[] = "tbsCertificate.validity.notAfter";
    const struct lint_subject *subject = run->subject;
    struct devid_time before = {0, 0}, after = {0, 0};

    if (!run->parts.not_before.data || !run->parts.not_after.data)
        return;
    if (!lint_time(run, run->parts.not_before, before_field, &before) ||
        !lint_time(run, run->parts.not_after, after_field, &after))
        return;
    if (devid_time_compare(before, after) > 0)
        lint_tell(run, 18, LINT_ERROR, before_field, "is after notAfter");
    if (is_known(subject->issuer_not_before) &&
        devid_time_compare(before, subject->issuer_not_before) < 0)
        lint_tell(run, 18, LINT_ERROR, before_field, "is before the issuer's");
    if (is_known(subject->issuer_not_after) &&
        devid_time_compare(after, subject->issuer_not_after) > 0)
        lint_tell(run, 18, LINT_ERROR, after_field, "is after the issuer's");
}
