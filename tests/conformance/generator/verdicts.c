/*
 * Every variant through libdevid: each must get the very status that its line
 * says. The variants are the same ones every time for the same seed.
 *
 * verdicts FOLDER [SEED]
 */
#include "variants.h"

#include <devid/port.h>

#include <stdio.h>
#include <string.h>

struct totals {
    unsigned bad;
    unsigned refused;
    unsigned good;
    unsigned accepted;
    unsigned wrong; /* status */
    uint8_t digest[32];
};

static void digest_part(struct totals *totals, struct devid_slice part)
{
    uint8_t pair[64];

    memcpy(pair, totals->digest, 32);
    (void)devid_port_hash(DEVID_P256, part, pair + 32);
    (void)devid_port_hash(DEVID_P256, (struct devid_slice){pair, sizeof pair},
                          totals->digest);
}

/* P-384 signatures are fresh each time. */
static void digest(const struct variant *variant, struct totals *totals)
{
    if (strstr(variant->id, "p384") != NULL)
        return;
    for (size_t i = 0; i < variant->chain.count; i++)
        digest_part(totals, variant->list[i]);
    for (size_t i = 0; i < variant->crls.count; i++)
        digest_part(totals, variant->crl[i]);
}

static void judge(const struct variant *variant, void *context)
{
    struct totals *totals = context;
    enum devid_status status = variant_judge(variant);
    bool good = strcmp(variant->expected, "ok") == 0;

    digest(variant, totals);
    if (good) {
        totals->good++;
        totals->accepted += status == DEVID_OK;
    } else {
        totals->bad++;
        totals->refused += status != DEVID_OK;
    }
    if (strcmp(devid_status_id(status), variant->expected) != 0) {
        totals->wrong++;
        printf("%s: %s, not %s\n", variant->id, devid_status_id(status),
               variant->expected);
    }
}

int main(int argc, char **argv)
{
    const char *seed = argc > 2 ? argv[2] : "1";
    struct totals totals = {0};
    struct totals again = {0};

    if (argc < 2) {
        fprintf(stderr, "usage: verdicts FOLDER [SEED]\n");
        return 2;
    }
    variants_each(argv[1], seed, judge, &totals);
    printf("malformed refused %u of %u, good accepted %u of %u, "
           "wrong status %u\n",
           totals.refused, totals.bad, totals.accepted, totals.good,
           totals.wrong);
    if (totals.wrong != 0)
        return 1;
    variants_each(argv[1], seed, judge, &again);
    if (memcmp(totals.digest, again.digest, 32) != 0) {
        printf("the same seed gave other variants\n");
        return 1;
    }
    return 0;
}
