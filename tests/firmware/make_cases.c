/*
 * Prints the chains of tests/unit/verify as constants in C, with the verdict
 * each must get, for the images to hold; and every tenth of the signatures in a
 * file of Wycheproof's, where one is given.
 *
 * make_cases [p256.tsv]
 */
#include "../unit/verify/chain_rows.h"

#include <stdio.h>
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

int main(int argc, char **argv)
{
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    size_t signatures = 0;

    chain_keys_make();
    printf("/* Generated; the keys are fresh each time. */\n");
    for (size_t i = 0; i < chain_row_count; i++)
        print_row(i);
    printf("static const struct fw_case fw_cases[] = {\n");
    for (size_t i = 0; i < chain_row_count; i++)
        print_case(i);
    printf("};\n");
    chain_keys_free();
    if (file != NULL) {
        signatures = print_signatures(file);
        (void)fclose(file);
    }
    print_signature_table(signatures);
    return 0;
}
