/*
 * Every variant through libdevid, OpenSSL and GnuTLS. Prints, tab-separated,
 * one line for each on which they differ:
 *
 *   differs FAMILY STATUS ID OPENSSL GNUTLS
 *
 * STATUS is libdevid's; OPENSSL and GNUTLS are "accepts", or why not. Then
 * "total" with the number of variants and of those that each accepts, and
 * before all "version" with theirs.
 *
 * differential FOLDER [SEED]
 */
#include "judges.h"

#include "devid/codec/der.h"
#include "devid/codec/oid.h"

#include <stdio.h>

enum { JUDGES = 2 };

static const struct judge *const judges[JUDGES] = {&openssl_judge,
                                                   &gnutls_judge};

bool judge_of_client(const struct variant *variant)
{
    if (variant->purpose.len == 0)
        return false;
    if (!devid_slice_equal(variant->purpose, OID_SLICE(OID_KP_CLIENT_AUTH)))
        die("another purpose than clientAuth", variant->id);
    return true;
}

struct totals {
    unsigned variants;
    unsigned ours;
    unsigned theirs[JUDGES];
};

static void judge(const struct variant *variant, void *context)
{
    struct totals *totals = context;
    enum devid_status status;
    char reason[JUDGES][REASON_MAX];
    bool differs = false;

    /* Lists are asked of libdevid alone. */
    if (variant->crls.count != 0)
        return;
    status = variant_judge(variant);
    totals->variants++;
    totals->ours += status == DEVID_OK;
    for (size_t i = 0; i < JUDGES; i++) {
        bool accepts = judges[i]->accepts(variant, reason[i]);

        if (accepts)
            (void)snprintf(reason[i], REASON_MAX, "accepts");
        totals->theirs[i] += accepts;
        differs |= accepts != (status == DEVID_OK);
    }
    if (differs)
        printf("differs\t%s\t%s\t%s\t%s\t%s\n", variant->family,
               devid_status_id(status), variant->id, reason[0], reason[1]);
}

int main(int argc, char **argv)
{
    struct totals totals = {0};

    if (argc < 2) {
        fprintf(stderr, "usage: differential FOLDER [SEED]\n");
        return 2;
    }
    printf("version\t%s\t%s\n", judges[0]->version(), judges[1]->version());
    variants_each(argv[1], argc > 2 ? argv[2] : "1", judge, &totals);
    printf("total\t%u\t%u\t%u\t%u\n", totals.variants, totals.ours,
           totals.theirs[0], totals.theirs[1]);
    return 0;
}
