/* Whom a profile fits: UIDs by their length, and what its traits tell. */
#include "support.h"

#include "devid/codec/oid.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *profile;
    size_t uid_octets; /* 0: of any length */
    const char *field; /* NULL: fits */
} lengths[] = {
    {"ieee8021ar-idevid", 0, NULL},
    {"ieee8021ar-idevid", 12, NULL},
    {"ieee8021ar-idevid", 32, NULL},
    {"ieee8021ar-idevid", 33, "/subject/1/value"}, /* hex doubles: 66 > 64 */
    {"azure-dps-device", 32, NULL},
    {"azure-dps-device", 33, "/subject/0/value"},
    {"gbcs-device", 64, NULL}, /* octets have no bound but ours */
    {"gbcs-device", 65, "uid"},
    {"matter-dac", 32, NULL},
    {"root", 64, NULL},
};

START_TEST(uid_length)
{
    struct profile *profile = load_shipped(lengths[_i].profile);
    struct devca_error error = {0};
    enum devca_code code =
        profile_fits(profile, NULL, lengths[_i].uid_octets, &error);

    if (lengths[_i].field == NULL) {
        ck_assert_msg(code == DEVCA_OK, "%s: %s", error.field, error.fault);
    } else {
        ck_assert_int_eq(code, DEVCA_E_PROFILE_INVALID);
        ck_assert_str_eq(error.field, lengths[_i].field);
        ck_assert_str_eq(error.object, lengths[_i].profile);
        ck_assert_str_ne(error.clause, "");
    }
    profile_free(profile);
}
END_TEST

START_TEST(path_length_comes_with_a_way_out)
{
    struct profile *device = load_shipped("dice-uds");
    struct profile *issuer = load_shipped("intermediate");
    struct devca_error error = {0};

    ck_assert_int_eq(profile_fits(device, issuer, 8, &error),
                     DEVCA_E_PROFILE_INVALID);
    ck_assert_str_eq(error.field, "/extensions/basicConstraints/pathLen");
    ck_assert_ptr_nonnull(strstr(error.hint, "dice-intermediate"));
    profile_free(device);
    profile_free(issuer);
}
END_TEST

#define MATTER(kind, vid, extra)                                           \
    "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"" kind "\","         \
    "\"parameters\":{\"vid\":{\"default\":\"" vid "\"}},\"subject\":["     \
    "{\"attribute\":\"1.3.6.1.4.1.37244.2.1\",\"value\":\"{vid}\"}," extra \
    "],\"validity\":{\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]}"
#define DAC(vid)                                                   \
    MATTER("device", vid,                                          \
           "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}") \
    ",\"extensions\":{\"authorityKeyIdentifier\":{}}}"
#define PAI(vid)                                                               \
    MATTER("intermediate", vid,                                                \
           "{\"attribute\":\"organizationalUnitName\",\"value\":\"{product}"   \
           "\"}")                                                              \
    ",\"extensions\":{\"basicConstraints\":{\"critical\":true,\"ca\":true},"   \
    "\"keyUsage\":{\"critical\":true,\"bits\":[\"keyCertSign\",\"cRLSign\"]}," \
    "\"subjectKeyIdentifier\":{\"method\":\"sha1\"},"                          \
    "\"authorityKeyIdentifier\":{}}}"

START_TEST(vendors_agree)
{
    struct profile *dac = load_text(DAC("FFF1"));
    struct profile *same = load_text(PAI("FFF1"));
    struct profile *other = load_text(PAI("FFF2"));
    struct profile *own =
        load_text(DAC("FFF1\",\"perDevice\":true,\"description\":\"a vendor"));
    struct devca_error error = {0};

    ck_assert_int_eq(profile_fits(dac, same, 8, &error), DEVCA_OK);
    ck_assert_int_eq(profile_fits(dac, other, 8, &error),
                     DEVCA_E_PROFILE_INVALID);
    ck_assert_ptr_nonnull(strstr(error.fault, "FFF2"));
    ck_assert_int_eq(profile_fits(own, same, 8, &error),
                     DEVCA_E_PROFILE_INVALID);
    ck_assert_ptr_nonnull(strstr(error.fault, "perDevice"));
    profile_free(own);
    profile_free(dac);
    profile_free(same);
    profile_free(other);
}
END_TEST

START_TEST(traits_name_the_uid_and_the_purpose)
{
    struct profile *azure = load_shipped("azure-dps-device");
    struct profile *gbcs = load_shipped("gbcs-device");
    struct profile *tpm = load_shipped("tpm-devid");
    struct profile *code = load_shipped("code-signing");
    struct profile *root = load_shipped("root");
    struct profile_traits traits;

    profile_traits(root, &traits);
    ck_assert(traits.ca);
    ck_assert(!traits.uid_bound);
    profile_free(root);

    profile_traits(azure, &traits);
    ck_assert(
        devid_slice_equal(traits.uid_attribute, OID_SLICE(OID_COMMON_NAME)));
    ck_assert(!traits.ca);
    ck_assert(traits.uid_bound);
    ck_assert(!traits.subject_key_id_expected);
    ck_assert_int_eq(traits.kind, PROFILE_DEVICE);
    profile_traits(gbcs, &traits);
    ck_assert(traits.uid_bound);
    ck_assert_uint_eq(traits.uid_attribute.len, 0);
    ck_assert_uint_eq(traits.required_eku.len, 0);
    profile_traits(tpm, &traits);
    ck_assert(
        devid_slice_equal(traits.uid_attribute, OID_SLICE(OID_SERIAL_NUMBER)));
    profile_traits(code, &traits);
    ck_assert(
        devid_slice_equal(traits.required_eku, OID_SLICE(OID_KP_CODE_SIGNING)));
    ck_assert(traits.subject_key_id_expected);
    ck_assert_uint_eq(traits.key_usage, DEVID_KU_DIGITAL_SIGNATURE);
    profile_free(azure);
    profile_free(gbcs);
    profile_free(tpm);
    profile_free(code);
}
END_TEST

#define NAMED(kind, subject, extensions)                              \
    "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"" kind "\","    \
    "\"subject\":[" subject "],\"validity\":{\"notAfter\":\"9999\"}," \
    "\"keys\":{\"allowed\":[\"p256\"]},\"extensions\":{" extensions   \
    "\"authorityKeyIdentifier\":{}}}"
#define SIGNER(purposes)                                                    \
    NAMED("signer", "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}", \
          "\"extKeyUsage\":{\"purposes\":[" purposes "]},")
#define CA(purposes)                                                          \
    NAMED(                                                                    \
        "intermediate",                                                       \
        "{\"attribute\":\"organizationalUnitName\","                          \
        "\"value\":\"{product}\"}",                                           \
        "\"basicConstraints\":{\"critical\":true,\"ca\":true},\"keyUsage\":{" \
        "\"critical\":true,\"bits\":[\"keyCertSign\",\"cRLSign\"]},"          \
        "\"extKeyUsage\":{\"purposes\":[" purposes                            \
        "]},\"subjectKeyIdentifier\":{\"method\":\"sha1\"},")

static const struct {
    const char *signer;
    const char *issuer;
    const char *lacking; /* NULL: fits */
} purposes[] = {
    {SIGNER("\"2.999.1\""), CA("\"2.999.1\",\"2.999.2\""), NULL},
    {SIGNER("\"2.999.1\",\"codeSigning\""), CA("\"anyExtendedKeyUsage\""),
     NULL},
    {SIGNER("\"2.999.2\""), CA("\"2.999.1\""), "2.999.2"},
    {SIGNER("\"2.999.1\",\"codeSigning\""), CA("\"2.999.1\""),
     "1.3.6.1.5.5.7.3.3"},
};

START_TEST(each_purpose_is_asked)
{
    struct profile *signer = load_text(purposes[_i].signer);
    struct profile *issuer = load_text(purposes[_i].issuer);
    struct devca_error error = {0};
    enum devca_code code = profile_fits(signer, issuer, 8, &error);

    if (purposes[_i].lacking == NULL) {
        ck_assert_msg(code == DEVCA_OK, "%s: %s", error.field, error.fault);
    } else {
        ck_assert_int_eq(code, DEVCA_E_PROFILE_INVALID);
        ck_assert_str_eq(error.field, "/extensions/extKeyUsage");
        ck_assert_ptr_nonnull(strstr(error.fault, purposes[_i].lacking));
    }
    profile_free(signer);
    profile_free(issuer);
}
END_TEST

#define BESIDE_MODULE                                                     \
    NAMED("device", "{\"attribute\":\"commonName\",\"value\":\"{uid}\"}", \
          "\"subjectAltName\":{\"names\":[{\"hardwareModuleName\":{"      \
          "\"hwType\":\"2.999.1\",\"hwSerialNum\":\"{uid:bytes}\"}}]},")

/* A device whose policy names no attribute finds the module. */
START_TEST(what_a_device_reads_by_itself_is_what_is_checked)
{
    struct profile *profile = load_text(BESIDE_MODULE);
    struct profile_traits traits;

    profile_traits(profile, &traits);
    ck_assert(traits.uid_bound);
    ck_assert_uint_eq(traits.uid_attribute.len, 0);
    profile_free(profile);
}
END_TEST

#define UNBOUND                                                  \
    NAMED("device",                                              \
          "{\"attribute\":\"commonName\",\"value\":\"{uid}\"},"  \
          "{\"attribute\":\"serialNumber\",\"value\":\"none\"}", \
          "")

/* It was recorded before such profiles were refused: it can be read, for lists,
 * and nothing is issued by it. */
START_TEST(recorded_profiles_are_asked_before_they_issue)
{
    static const char json[] = UNBOUND;
    struct devid_slice octets = {(const uint8_t *)json, sizeof json - 1};
    struct profile *profile = NULL;
    struct devca_error error = {0};

    ck_assert_int_eq(profile_read(&profile, octets, "t", &error),
                     DEVCA_E_PROFILE_INVALID);
    ck_assert_ptr_null(profile);
    ck_assert_int_eq(profile_read_recorded(&profile, octets, "t", &error),
                     DEVCA_OK);
    ck_assert_int_eq(profile_fits(profile, NULL, 8, &error),
                     DEVCA_E_PROFILE_INVALID);
    ck_assert_str_eq(error.field, "/subject");
    profile_free(profile);
}
END_TEST

#define PLACES(name, places)                                                  \
    "{\"name\":\"" name "\",\"description\":\"t\",\"kind\":\"device\","       \
    "\"subject\":[{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],"     \
    "\"validity\":{\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]}," \
    "\"extensions\":{\"authorityKeyIdentifier\":{},"                          \
    "\"cRLDistributionPoints\":{" places "}}}"
#define AT(uri) "\"fullName\":[\"http://c/" uri "\"]"
#define PARTS(uri, n) AT(uri) ",\"shards\":" n

/* Of product meter-3 of Example. */
static const struct {
    const char *one;
    const char *other;
    bool agree;
} places[] = {
    {PLACES("one", PARTS("{shard}", "2")),
     PLACES("other", PARTS("{shard}", "2")), true},
    {PLACES("one", PARTS("{shard}", "2")),
     PLACES("other", PARTS("{shard}", "3")), false},
    {PLACES("one", PARTS("{shard}.crl", "2")),
     PLACES("other", PARTS("{shard}/b.crl", "3")), true},
    {PLACES("one", PARTS("a/{shard}.crl", "2")),
     PLACES("other", PARTS("b/{shard}.crl", "3")), true},
    {PLACES("one", PARTS("a-{shard}.crl", "2")),
     PLACES("other", PARTS("{shard}.crl", "3")), true},
    {PLACES("one", PARTS("{product}/{shard}", "2")),
     PLACES("other", PARTS("meter-3/{shard}", "3")), false},
    {PLACES("one", PARTS("{product}/{shard}", "2")),
     PLACES("other", PARTS("meter-4/{shard}", "3")), true},
    {PLACES("one", PARTS("{org}/{shard}", "2")),
     PLACES("other", PARTS("Example/{shard}", "3")), false},
    {PLACES("one", PARTS("{shard}", "20")),
     PLACES("other", PARTS("1{shard}", "20")), false},
    {PLACES("one", PARTS("{shard}.crl", "2")), PLACES("other", AT("1.crl")),
     false},
    {PLACES("one", PARTS("{shard}.crl", "2")), PLACES("other", AT("all.crl")),
     true},
    {PLACES("one", PARTS("{shard}.crl", "9")), PLACES("other", AT("{uid}.crl")),
     true},
    {PLACES("one", PARTS("{shard}.crl", "10")),
     PLACES("other", AT("{uid}.crl")), false},
    {PLACES("one", PARTS("{product}/{shard}.crl", "4")),
     PLACES("other", PARTS("{product}/802.1ar/{shard}.crl", "8")), true},
    {PLACES("one", PARTS("{product}/{shard}.crl", "4")),
     PLACES("other", AT("{product}/2027.crl")), true},
    {PLACES("one", PARTS("{shard}.crl", "4")),
     PLACES("other", PARTS("2/{shard}.crl", "4")), true},
    {PLACES("one", AT("{product}.crl")), PLACES("other", AT("{product}.crl")),
     true},
    {PLACES("one", PARTS("{shard}\",\"http://d/{shard}", "2")),
     PLACES("other", PARTS("x/{shard}\",\"http://d/{shard}", "3")), false},
};

START_TEST(partitions_keep_apart)
{
    struct profile *one = load_text(places[_i].one);
    struct profile *other = load_text(places[_i].other);
    struct profile_subject subject = sample_subject();
    struct devca_error error = {0};
    enum devca_code wanted = places[_i].agree ? DEVCA_OK : DEVCA_E_PROFILE;

    ck_assert_msg(profile_agrees(one, other, &subject, &error) == wanted,
                  "%d: %s", _i, error.fault);
    ck_assert_int_eq(profile_agrees(other, one, &subject, &error), wanted);
    if (!places[_i].agree)
        ck_assert_ptr_nonnull(
            strstr(error.field, "cRLDistributionPoints/fullName/"));
    profile_free(one);
    profile_free(other);
}
END_TEST

/* A list of one partition is at no place of another's: in what product? */
static const struct {
    const char *profile;
    const char *product;
    bool agrees;
} alone[] = {
    {PLACES("one", PARTS("{shard}.crl\",\"http://c/2/{shard}.crl", "4")),
     "meter-3", true},
    {PLACES("one",
            PARTS("{product}/{shard}\",\"http://c/meter-3/{shard}", "4")),
     "meter-3", true},
    {PLACES("one", PARTS("{product}{shard}\",\"http://c/x{shard}", "11")),
     "meter-3", true},
    {PLACES("one", PARTS("{product}{shard}\",\"http://c/x{shard}", "11")), "x1",
     false},
    {PLACES("one", PARTS("{product}{shard}\",\"http://c/x{shard}", "10")), "x1",
     true},
};

START_TEST(partitions_of_one_profile_keep_apart)
{
    struct profile *profile = load_text(alone[_i].profile);
    struct profile_subject subject = sample_subject();
    struct devca_error error = {0};

    subject.product = alone[_i].product;
    ck_assert_msg(profile_lists_agree(profile, profile, &subject, &error) ==
                      (alone[_i].agrees ? DEVCA_OK : DEVCA_E_PROFILE),
                  "%d: %s", _i, error.fault);
    profile_free(profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fit");
    TCase *tests = tcase_create("fit");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, uid_length, 0,
                        (int)(sizeof lengths / sizeof lengths[0]));
    tcase_add_test(tests, path_length_comes_with_a_way_out);
    tcase_add_test(tests, vendors_agree);
    tcase_add_test(tests, traits_name_the_uid_and_the_purpose);
    tcase_add_loop_test(tests, each_purpose_is_asked, 0,
                        (int)(sizeof purposes / sizeof purposes[0]));
    tcase_add_loop_test(tests, partitions_keep_apart, 0,
                        (int)(sizeof places / sizeof places[0]));
    tcase_add_loop_test(tests, partitions_of_one_profile_keep_apart, 0,
                        (int)(sizeof alone / sizeof alone[0]));
    tcase_add_test(tests, what_a_device_reads_by_itself_is_what_is_checked);
    tcase_add_test(tests, recorded_profiles_are_asked_before_they_issue);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
