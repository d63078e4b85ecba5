/*
 * Chains, each with the verdict it must get: the lines of variants.txt, and
 * every TLV of some certificates changed in the ways of sweep.txt.
 */
#ifndef GENERATOR_VARIANTS_H
#define GENERATOR_VARIANTS_H

#include "keys.h"

#include <devid/verify.h>

enum { VARIANT_ID = 128, CHAIN_MAX = 8, LISTS_MAX = 3 };

struct variant {
    char id[VARIANT_ID];    /* family/name */
    char family[NODE_NAME]; /* before the slash */
    const char *expected;   /* devid_status_id() of the verdict */
    struct devid_slice list[CHAIN_MAX];
    struct devid_chain chain; /* over list */
    struct devid_slice crl[LISTS_MAX];
    struct devid_slice last[LISTS_MAX]; /* cRLNumber seen of each */
    struct devid_crls crls;             /* over crl and last; often none */
    struct devid_slice root;            /* the anchor's own certificate */
    struct devid_anchor anchor;
    struct devid_slice purpose; /* required_eku: clientAuth, or empty */
};

/* All of them are valid at this time. */
#define VARIANT_TIME_DATE DEVID_TIME_DATE(2026, 6, 1)
#define VARIANT_TIME_UNIX 1780272000

/* Calls each variant in turn, made from the files in folder with the keys of
 * seed. The variant lives as long as the call. */
typedef void variant_visit(const struct variant *variant, void *context);
void variants_each(const char *folder, const char *seed, variant_visit *visit,
                   void *context);

/* The verdict of libdevid. */
enum devid_status variant_judge(const struct variant *variant);

#endif
