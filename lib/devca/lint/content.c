/* Extensions as a whole, alternative names, constraints, policies: checks 32 to
 * 37. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"

#include <string.h>

#define EXTENSIONS "tbsCertificate.extensions"
#define SAN EXTENSIONS ".subjectAltName"
#define POLICIES EXTENSIONS ".certificatePolicies"

#define POLICIES_MAX 32

static void check_form(struct lint_state *run)
{
    const struct lint_parts *parts = &run->parts;
    size_t i, j;

    for (i = 0; i < parts->extension_count; i++) {
        if (parts->extensions[i].critical_written &&
            !parts->extensions[i].critical)
            lint_tell(run, 33, LINT_ERROR, EXTENSIONS,
                      "critical FALSE is written in %s",
                      parts->extensions[i].name);
        for (j = 0; j < i; j++)
            if (devid_slice_equal(parts->extensions[i].oid,
                                  parts->extensions[j].oid)) {
                lint_tell(run, 32, LINT_ERROR, EXTENSIONS, "%s stands twice",
                          parts->extensions[i].name);
                break;
            }
    }
}

/* HardwareModuleName ::= SEQUENCE { hwType OID, hwSerialNum OCTET STRING }. */
static bool is_hardware_module_name(struct devid_slice value)
{
    struct devid_slice inner, type, serial;

    return devid_der_read(&value, DER_SEQUENCE, &inner) == DEVID_OK &&
           value.len == 0 &&
           devid_der_read_oid(&inner, DER_OID, &type) == DEVID_OK &&
           devid_der_read(&inner, DER_OCTET_STRING, &serial) == DEVID_OK &&
           inner.len == 0 && serial.len > 0;
}

/* OtherName ::= SEQUENCE { type-id OID, value [0] EXPLICIT ANY }. */
static void check_other_name(struct lint_state *run, struct devid_slice name)
{
    struct devid_slice type, value;

    if (devid_der_read_oid(&name, DER_OID, &type) != DEVID_OK ||
        devid_der_read(&name, DER_CONTEXT_CONSTRUCTED(0), &value) != DEVID_OK ||
        name.len != 0) {
        lint_tell(run, 34, LINT_ERROR, SAN, "otherName is malformed");
        return;
    }
    if (devid_slice_equal(type, OID_SLICE(OID_ON_HARDWARE_MODULE_NAME)) &&
        !is_hardware_module_name(value))
        lint_tell(run, 35, LINT_ERROR, SAN, "hardwareModuleName is malformed");
}

static void check_general_name(struct lint_state *run, uint8_t tag,
                               struct devid_slice value)
{
    switch (tag) {
    case DER_CONTEXT_CONSTRUCTED(0):
        check_other_name(run, value);
        break;
    case DER_CONTEXT(1):
    case DER_CONTEXT(2):
    case DER_CONTEXT(6):
        if (value.len == 0)
            lint_tell(run, 34, LINT_ERROR, SAN, "a name is empty");
        break;
    case DER_CONTEXT_CONSTRUCTED(4):
        if (value.len == 0)
            lint_tell(run, 34, LINT_ERROR, SAN, "directoryName is empty");
        else
            lint_name(run, value, SAN);
        break;
    case DER_CONTEXT(7):
        if (value.len != 4 && value.len != 16)
            lint_tell(run, 34, LINT_ERROR, SAN,
                      "iPAddress has neither 4 nor 16 octets");
        break;
    case DER_CONTEXT(8):
    case DER_CONTEXT_CONSTRUCTED(3):
    case DER_CONTEXT_CONSTRUCTED(5):
        break;
    default:
        lint_tell(run, 34, LINT_ERROR, SAN, "holds no GeneralName");
        break;
    }
}

static void check_alt_name(struct lint_state *run)
{
    const struct lint_extension *extension =
        lint_find(run, OID_SLICE(OID_SUBJECT_ALT_NAME));
    struct devid_slice value, names, name;
    uint8_t tag;

    if (!extension)
        return;
    value = extension->value;
    if (devid_der_read(&value, DER_SEQUENCE, &names) != DEVID_OK ||
        value.len != 0 || names.len == 0) {
        lint_tell(run, 34, LINT_ERROR, SAN, "is empty or malformed");
        return;
    }
    while (names.len > 0) {
        if (devid_der_read_any(&names, &tag, &name) != DEVID_OK) {
            lint_tell(run, 34, LINT_ERROR, SAN, "is malformed");
            return;
        }
        check_general_name(run, tag, name);
    }
}

static void check_constraint(struct lint_state *run, struct devid_slice oid)
{
    const struct lint_extension *extension = lint_find(run, oid);

    if (!extension)
        return;
    if (!extension->critical)
        lint_tell(run, 36, LINT_ERROR, EXTENSIONS, "%s is not critical",
                  extension->name);
    if (!run->ca)
        lint_tell(run, 36, LINT_ERROR, EXTENSIONS, "%s stands in no CA",
                  extension->name);
}

static void check_policies(struct lint_state *run)
{
    const struct lint_extension *extension =
        lint_find(run, OID_SLICE(OID_CERTIFICATE_POLICIES));
    struct devid_slice value, list, policy, seen[POLICIES_MAX];
    size_t count = 0, i;

    if (!extension)
        return;
    value = extension->value;
    if (devid_der_read(&value, DER_SEQUENCE, &list) != DEVID_OK ||
        value.len != 0 || list.len == 0) {
        lint_tell(run, 37, LINT_ERROR, POLICIES, "is empty or malformed");
        return;
    }
    while (list.len > 0 && count < POLICIES_MAX) {
        if (devid_der_read(&list, DER_SEQUENCE, &policy) != DEVID_OK ||
            devid_der_read_oid(&policy, DER_OID, &seen[count]) != DEVID_OK) {
            lint_tell(run, 37, LINT_ERROR, POLICIES, "is malformed");
            return;
        }
        for (i = 0; i < count; i++)
            if (devid_slice_equal(seen[i], seen[count]))
                lint_tell(run, 37, LINT_ERROR, POLICIES,
                          "a policy stands twice");
        count++;
    }
}

void lint_content(struct lint_state *run)
{
    check_form(run);
    check_alt_name(run);
    check_constraint(run, OID_SLICE(OID_NAME_CONSTRAINTS));
    check_constraint(run, OID_SLICE(OID_POLICY_CONSTRAINTS));
    check_constraint(run, OID_SLICE(OID_INHIBIT_ANY_POLICY));
    check_policies(run);
}
