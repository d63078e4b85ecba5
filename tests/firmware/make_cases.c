/*
 * Prints chains as constants in C, with the verdict each must get, for the
 * images to hold: those of tests/unit/verify, for every status that they leave
 * out a variant of tests/conformance/generator, and some of the signatures in
 * a file of Wycheproof's, where one is given.
 *
 * make_cases GENERATOR [p256.tsv]
 */
#include "../conformance/generator/variants.h"
#include "../unit/verify/chain_rows.h"
#include "../unit/verify/made_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_octets(const char *name, size_t row, size_t part,
                         struct devid_slice octets)
{
    if (octets.len == 0)
        return;
    printf("static const uint8_t %s_%zu_%zu[] = {", name, row, part);
    for (size_t i = 0; i < octets.len; i++)
        printf("%s%u,", i % 20 == 0 ? "\n" : "", octets.data[i]);
    printf("};\n");
}

static void print_slice(const char *name, size_t row, size_t part, size_t len)
{
    if (len == 0)
        printf("{0, 0}");
    else
        printf("{%s_%zu_%zu, %zu}", name, row, part, len);
}

static void print_row(size_t at)
{
    const struct row *row = &chain_rows[at];
    const struct devid_policy *policy = &row->policy;
    struct world world;

    world_build(&world, row);
    for (size_t i = 0; i < world.chain.count; i++)
        print_octets("der", at, i, world.certificates[i]);
    print_octets("part", at, 0, policy->required_eku);
    print_octets("part", at, 1, policy->required_uid);
    print_octets("part", at, 2, policy->required_product);
    print_octets("part", at, 3, policy->uid_attribute);
    printf("static const struct devid_slice chain_%zu[] = {", at);
    for (size_t i = 0; i < world.chain.count; i++) {
        print_slice("der", at, i, world.certificates[i].len);
        printf(", ");
    }
    printf("};\n");
    if (at == 0) {
        print_octets("anchor", 0, 0, world.anchor.subject);
        print_octets("anchor", 0, 1, world.anchor.public_key);
        print_octets("anchor", 0, 2, world.anchor.key_id);
    }
    world_clear(&world);
}

static void print_case(size_t at)
{
    const struct row *row = &chain_rows[at];
    const struct devid_policy *policy = &row->policy;
    bool has_sub = row->sub.field[MINT_SUBJECT] != NULL;
    uint32_t date = policy->time.date;

    printf(
        "    {\"%s\", %d, {chain_%zu, %d}, {{%u, %u}, (enum devid_clock)%d, ",
        row->what, (int)row->expected, at, has_sub ? 3 : 2,
        date != 0 ? date : DEVID_TIME_DATE(2025, 1, 1), policy->time.clock,
        (int)policy->clock);
    print_slice("part", at, 0, policy->required_eku.len);
    printf(", ");
    print_slice("part", at, 1, policy->required_uid.len);
    printf(", ");
    print_slice("part", at, 2, policy->required_product.len);
    printf(", ");
    print_slice("part", at, 3, policy->uid_attribute.len);
    printf(", %d, %d, %d}},\n", policy->allow_ca_device,
           policy->allow_absent_eku, policy->allow_padded_key_usage);
}

enum { EVERY = 3, FIELDS = 7 };

static void print_hex(const char *name, size_t at, const char *text)
{
    printf("static const uint8_t %s_%zu[] = {0", name, at);
    for (; text[0] != '\0' && text[1] != '\0'; text += 2)
        printf(",0x%.2s", text);
    printf("};\n");
}

/* Each array begins with an octet of its own: none is empty. */
static size_t print_signatures(FILE *file)
{
    static char line[8192];
    char *field[FIELDS];
    size_t count = 0;

    for (size_t at = 0; fgets(line, sizeof line, file) != NULL; at++) {
        char *rest = line;
        size_t fields = 0;

        line[strcspn(line, "\r\n")] = '\0';
        while (fields < FIELDS && (field[fields] = strsep(&rest, "\t")) != NULL)
            fields++;
        if (at % EVERY != 0 || fields != FIELDS)
            continue;
        print_hex("key", count, field[4]);
        print_hex("hash", count, field[5]);
        print_hex("signature", count, field[6]);
        printf("enum { expected_%zu = %d };\n"
               "#define ID_%zu \"%s\"\n",
               count, strcmp(field[2], "accept") == 0, count, field[0]);
        count++;
    }
    return count;
}

static void print_signature_table(size_t count)
{
    printf("static const struct fw_signature fw_signatures[] = {\n");
    for (size_t i = 0; i < count; i++)
        printf("{ID_%zu, {key_%zu + 1, sizeof key_%zu - 1}, "
               "{hash_%zu + 1, sizeof hash_%zu - 1}, "
               "{signature_%zu + 1, sizeof signature_%zu - 1}, "
               "expected_%zu},\n",
               i, i, i, i, i, i, i, i);
    printf("{0, {0, 0}, {0, 0}, {0, 0}, 0}};\n");
}

/* Which verdicts have been printed, and how many variants. */
struct printed {
    const char *statuses[96];
    size_t status_count;
    size_t variants;
};

static bool is_new(struct printed *printed, const char *status)
{
    for (size_t i = 0; i < printed->status_count; i++) {
        if (strcmp(printed->statuses[i], status) == 0)
            return false;
    }
    if (printed->status_count == sizeof printed->statuses / sizeof(char *))
        return false;
    printed->statuses[printed->status_count++] = status;
    return true;
}

static void print_list(const char *name, size_t at,
                       const struct devid_slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        print_octets(name, at, i, list[i]);
    printf("static const struct devid_slice %s_%zu[] = {", name, at);
    for (size_t i = 0; i < count; i++) {
        print_slice(name, at, i, list[i].len);
        printf(", ");
    }
    printf("{0, 0}};\n");
}

/* The status of the one that says it, by name: its number is the build's. */
static enum devid_status status_of(const char *id)
{
    static const enum devid_status all[] = {
#define NAME(name, id, clause, text) name,
        DEVID_STATUS_TABLE(NAME)
#undef NAME
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(devid_status_id(all[i]), id) == 0)
            return all[i];
    }
    return DEVID_E_ARGUMENT;
}

/* Its octets now; its row is printed when all are there. */
static void print_variant(const struct variant *variant, void *context)
{
    struct printed *printed = context;
    const struct devid_anchor *anchor = &variant->anchor;
    bool with_lists = strcmp(variant->id, "good/crl") == 0;
    size_t at = printed->variants;

    if (variant->chain.count == 0 || variant->purpose.len != 0 ||
        (!is_new(printed, devid_status_id(status_of(variant->expected))) &&
         !with_lists))
        return;
    print_list("vchain", at, variant->list, variant->chain.count);
    print_list("vcrl", at, variant->crl, variant->crls.count);
    print_list("vlast", at, variant->last, variant->crls.count);
    print_octets("vsubject", at, 0, anchor->subject);
    print_octets("vkey", at, 0, anchor->public_key);
    print_octets("vid", at, 0, anchor->key_id);
    printf("#define VARIANT_%zu {\"%s\", %d, {vchain_%zu, %zu}, "
           "{vcrl_%zu, %zu, vlast_%zu}, {",
           at, variant->id, (int)status_of(variant->expected), at,
           variant->chain.count, at, variant->crls.count, at);
    print_slice("vsubject", at, 0, anchor->subject.len);
    printf(", ");
    print_slice("vkey", at, 0, anchor->public_key.len);
    printf(", ");
    print_slice("vid", at, 0, anchor->key_id.len);
    printf(", %u}}\n", anchor->key_usage);
    if (with_lists)
        printf("enum { GOOD_WITH_LISTS = %zu };\n", at);
    printed->variants++;
}

static void print_variants(const char *folder)
{
    struct printed printed = {{NULL}, 0, 0};

    for (size_t i = 0; i < chain_row_count; i++)
        (void)is_new(&printed, devid_status_id(chain_rows[i].expected));
    variants_each(folder, "1", print_variant, &printed);
    printf("static const struct fw_variant fw_variants[] = {\n");
    for (size_t i = 0; i < printed.variants; i++)
        printf("VARIANT_%zu,\n", i);
    printf("};\n");
}

/* A set of every other serial from 1000 on, and the key that signed it. */
static void print_set(void)
{
    static const uint8_t id[] = {2, 2, 2, 2};
    struct test_key *key = test_key_new(DEVID_P256);
    struct made_set made = {.key = key,
                            .key_id = {id, sizeof id},
                            .bucket_bits = 3,
                            .first = 1000,
                            .count = 100,
                            .number = 1};
    struct devid_slice whole = made_set(&made, (size_t)-1, 0);

    print_octets("set", 0, 0, whole);
    print_octets("set", 0, 1, test_key_point(key));
    print_octets("set", 0, 2, made.key_id);
    printf("enum { SET_FIRST = %u, SET_COUNT = %u };\n", made.first,
           made.count);
    free((void *)(uintptr_t)whole.data);
    test_key_free(key);
}

int main(int argc, char **argv)
{
    FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
    size_t signatures = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: make_cases GENERATOR [p256.tsv]\n");
        return 2;
    }

    chain_keys_make();
    printf("/* Generated; the keys are fresh each time. */\n");
    for (size_t i = 0; i < chain_row_count; i++)
        print_row(i);
    printf("static const struct fw_case fw_cases[] = {\n");
    for (size_t i = 0; i < chain_row_count; i++)
        print_case(i);
    printf("};\n");
    chain_keys_free();
    print_set();
    print_variants(argv[1]);
    if (file != NULL) {
        signatures = print_signatures(file);
        (void)fclose(file);
    }
    print_signature_table(signatures);
    return 0;
}
