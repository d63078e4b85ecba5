/*
 * The schemas and the readers agree: each object's keys and required keys are
 * the same in both, and the names that the schema of profiles lists are the
 * ones that the reader knows.
 */
#include "support.h"

#include "devca/profile/shape.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "schema/profile.schema.json"
#define PLAN_SCHEMA "schema/ceremony.schema.json"

/* Definitions that have another name than their objects in a fault. */
static const char *const plan_definitions[SHAPES] = {
    [SHAPE_PLAN] = "plan",
    [SHAPE_PLAN_PERSON] = "person",
    [SHAPE_PLAN_INPUT] = "input",
    [SHAPE_PLAN_SECRETS] = "secrets",
    [SHAPE_PLAN_STEP] = "step"};

static json_t *load_schema(const char *path)
{
    struct bytes text;
    json_t *schema;

    load_file(path, &text);
    schema =
        json_loadb((char *)text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(schema);
    bytes_clear(&text);
    return schema;
}

static bool lists(const json_t *array, const char *name)
{
    size_t i;
    json_t *item;

    json_array_foreach(array, i, item)
    {
        if (strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

START_TEST(shapes_are_the_schema_s)
{
    enum shape shape = (enum shape)_i;
    const char *name = plan_definitions[shape];
    json_t *schema = load_schema(name ? PLAN_SCHEMA : SCHEMA);
    const json_t *definition = json_object_get(json_object_get(schema, "$defs"),
                                               name ? name : shape_name(shape));
    const json_t *properties = json_object_get(definition, "properties");
    const json_t *required = json_object_get(definition, "required");
    const char *key;
    bool must;
    size_t count = 0;
    size_t musts = 0;

    ck_assert_msg(definition != NULL, "no $defs/%s", shape_name(shape));
    ck_assert(
        json_is_false(json_object_get(definition, "additionalProperties")));
    for (size_t i = 0; (key = shape_key(shape, i, &must)) != NULL; i++) {
        ck_assert_msg(json_object_get(properties, key) != NULL,
                      "%s.%s is not in the schema", shape_name(shape), key);
        ck_assert_msg(lists(required, key) == must, "%s.%s: required?",
                      shape_name(shape), key);
        count++;
        musts += must;
    }
    ck_assert_msg(json_object_size(properties) == count,
                  "the schema has more keys of %s than the reader",
                  shape_name(shape));
    ck_assert_uint_eq(json_array_size(required), musts);
    json_decref(schema);
}
END_TEST

/* A profile around one value at one place. */
struct slot {
    const char *pointer[6]; /* keys below $defs, to an array `enum` */
    const char *format;
};

static const struct slot slots[] = {
    {{"profile", "properties", "unknownCritical"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
     "\"unknownCritical\":\"%s\","
     "\"extensions\":{\"authorityKeyIdentifier\":{}}}"},
    {{"keys", "properties", "allowed", "items"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"%s\"]},"
     "\"extensions\":{\"authorityKeyIdentifier\":{}}}"},
    {{"attribute", "properties", "type"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"},{\"attribute\":"
     "\"2.999.1\",\"value\":\"x\",\"type\":\"%s\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
     "\"extensions\":{\"authorityKeyIdentifier\":{}}}"},
    {{"subjectKeyIdentifier", "properties", "method"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
     "\"extensions\":{\"authorityKeyIdentifier\":{},"
     "\"subjectKeyIdentifier\":{\"method\":\"%s\"}}}"},
    {{"extKeyUsage", "properties", "purposes", "items", "anyOf"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
     "\"extensions\":{\"authorityKeyIdentifier\":{},"
     "\"extKeyUsage\":{\"purposes\":[\"%s\"]}}}"},
    /* encipherOnly needs the first one beside it */
    {{"keyUsage", "properties", "bits", "items"},
     "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":["
     "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],\"validity\":{"
     "\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]},"
     "\"extensions\":{\"authorityKeyIdentifier\":{},"
     "\"keyUsage\":{\"bits\":[\"%s\"]}}}"},
};

/* Words that the reader knows are words that it does not call unknown, whatever
 * else it may say about a profile that has only them. */
static void check_word(const struct slot *slot, const char *word)
{
    char text[1024];
    struct devca_error error = {0};
    struct profile *profile;

    snprintf(text, sizeof text, slot->format, word);
    if (profile_read(&profile,
                     (struct devid_slice){(const uint8_t *)text, strlen(text)},
                     "t", &error) == DEVCA_OK) {
        profile_free(profile);
        return;
    }
    ck_assert_msg(strstr(error.fault, "needs") != NULL ||
                      strstr(error.fault, "qualify") != NULL ||
                      strstr(error.fault, "without") != NULL,
                  "%s: %s", word, error.fault);
}

START_TEST(words_are_the_schema_s)
{
    const struct slot *slot = &slots[_i];
    json_t *schema = load_schema(SCHEMA);
    const json_t *at = json_object_get(schema, "$defs");
    const json_t *words;
    size_t i;
    json_t *word;

    for (size_t n = 0; n < 6 && slot->pointer[n] != NULL; n++)
        at = json_object_get(at, slot->pointer[n]);
    if (json_is_array(at))
        at = json_array_get(at, 0);
    words = json_object_get(at, "enum");
    ck_assert_uint_ge(json_array_size(words), 2);
    json_array_foreach(words, i, word)
    {
        check_word(slot, json_string_value(word));
    }
    json_decref(schema);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("schema");
    TCase *tests = tcase_create("schema");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    /* settings.json has no schema of its own */
    tcase_add_loop_test(tests, shapes_are_the_schema_s, 0, SHAPE_SETTINGS);
    tcase_add_loop_test(tests, shapes_are_the_schema_s, SHAPE_PLAN, SHAPES);
    tcase_add_loop_test(tests, words_are_the_schema_s, 0,
                        (int)(sizeof slots / sizeof slots[0]));
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
