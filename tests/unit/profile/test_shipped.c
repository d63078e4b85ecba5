/*
 * Each shipped profile makes what its standard asks for: shipped/NAME holds the
 * fields of its certificate for the sample subject, taken from the standard.
 */
#include "describe.h"
#include "support.h"

#include "devca/lint/lint.h"
#include "devca/profile/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KINDS_SHIPPED 17

static const char *kind_of(const struct profile *profile)
{
    static const char *const names[] = {"root", "intermediate", "device",
                                        "signer"};

    return names[profile_kind(profile)];
}

static bool allows(const struct profile *profile, enum devid_curve curve)
{
    struct profile_subject subject = sample_subject();
    struct devca_error error = {0};
    enum devca_code code;

    subject.key_curve = curve;
    code = profile_admit(profile, &subject, "key", &error);
    ck_assert(code == DEVCA_OK || code == DEVCA_E_ALGORITHM);
    return code == DEVCA_OK;
}

/* What a profile makes must never stop at the last check before signing. */
static void check_lint(const struct profile *profile,
                       const struct devid_cert *certificate)
{
    struct profile_subject sample = sample_subject();
    struct profile_traits traits;
    struct lint_report report;
    bool own = profile_kind(profile) == PROFILE_ROOT;
    struct lint_subject subject = {
        .kind = LINT_TBS,
        .der = certificate->tbs,
        .issuer_subject = own ? certificate->subject : sample.issuer_subject,
        .issuer_key_id =
            own ? certificate->subject_key_id : sample.issuer_key_id,
        .traits = &traits,
    };

    profile_traits(profile, &traits);
    lint_run(&subject, &report);
    for (size_t i = 0; i < report.count; i++)
        ck_assert_msg(report.findings[i].severity != LINT_ERROR, "%s: %s: %s",
                      profile_name(profile), report.findings[i].field,
                      report.findings[i].fault);
    ck_assert_uint_eq(report.errors, 0);
}

static void check_shipped(const char *name)
{
    char path[128];
    char head[256];
    struct profile_subject subject = sample_subject();
    struct devid_cert certificate;
    struct profile_traits traits;
    struct bytes expected;
    struct bytes found = {0};
    struct bytes der;
    struct profile *profile = load_shipped(name);

    ck_assert_str_eq(profile_name(profile), name);
    make_certificate(profile, &subject, &der, &certificate);
    profile_traits(profile, &traits);
    snprintf(head, sizeof head, "kind %s\nkeys%s%s\n", kind_of(profile),
             allows(profile, DEVID_P256) ? " p256" : "",
             allows(profile, DEVID_P384) ? " p384" : "");
    ck_assert(bytes_append_text(&found, head));
    describe_certificate(&certificate, &found);
    snprintf(path, sizeof path, "tests/unit/profile/shipped/%s", name);
    load_file(path, &expected);
    ck_assert_msg(strcmp((char *)found.data, (char *)expected.data) == 0,
                  "%s makes\n%s\nand not\n%s", name, (char *)found.data,
                  (char *)expected.data);
    ck_assert_int_eq(traits.ca, certificate.ca);
    ck_assert_uint_eq(traits.key_usage, certificate.key_usage);
    ck_assert(traits.max_size == 0 || der.len <= traits.max_size);
    check_lint(profile, &certificate);
    bytes_clear(&found);
    bytes_clear(&expected);
    bytes_clear(&der);
    profile_free(profile);
}

START_TEST(makes_what_its_standard_asks)
{
    size_t count;
    const char *const *names = profile_shipped_names(&count);

    ck_assert_uint_eq(count, KINDS_SHIPPED);
    check_shipped(names[_i]);
}
END_TEST

/* Who signs whom among the shipped. */
static const struct {
    const char *profile;
    const char *issuer;
    bool fits;
} pairs[] = {
    {"intermediate", "root", true},
    {"dice-intermediate", "root", true},
    {"matter-pai", "matter-paa", true},
    {"ieee8021ar-idevid", "intermediate", true},
    {"ieee8021ar-ldevid", "intermediate", true},
    {"gbcs-device", "intermediate", true},
    {"matter-dac", "matter-pai", true},
    {"dice-uds", "dice-intermediate", true},
    {"tpm-devid", "intermediate", true},
    {"azure-dps-device", "intermediate", true},
    {"aws-iot-device", "intermediate", true},
    {"code-signing", "intermediate", true},
    {"mastering", "intermediate", true},
    {"hsm-recipient", "intermediate", true},
    {"station", "intermediate", true},
    {"dice-uds", "intermediate", false},      /* pathLen 0 */
    {"root", "root", false},                  /* its own issuer */
    {"intermediate", "intermediate", false},  /* not a root */
    {"ieee8021ar-idevid", "station", false},  /* no CA */
    {"dice-intermediate", "dice-uds", false}, /* not a root */
    {"matter-dac", "intermediate", false},    /* no VID there */
};

START_TEST(fits_its_issuer)
{
    struct profile *profile = load_shipped(pairs[_i].profile);
    struct profile *issuer = load_shipped(pairs[_i].issuer);
    struct devca_error error = {0};
    enum devca_code code = profile_fits(profile, issuer, 16, &error);

    ck_assert_msg(code == (pairs[_i].fits ? DEVCA_OK : DEVCA_E_PROFILE_INVALID),
                  "%s under %s: %s", pairs[_i].profile, pairs[_i].issuer,
                  error.fault);
    profile_free(profile);
    profile_free(issuer);
}
END_TEST

START_TEST(unknown_name_is_not_shipped)
{
    struct devid_slice json;

    ck_assert(!profile_shipped("", &json));
    ck_assert(!profile_shipped("roo", &json));
    ck_assert(!profile_shipped("root.json", &json));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("shipped");
    TCase *tests = tcase_create("shipped");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, makes_what_its_standard_asks, 0, KINDS_SHIPPED);
    tcase_add_loop_test(tests, fits_its_issuer, 0,
                        (int)(sizeof pairs / sizeof pairs[0]));
    tcase_add_test(tests, unknown_name_is_not_shipped);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
