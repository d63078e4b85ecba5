/*
 * Runs every chain of the host's tests on the core and compares the verdicts;
 * then once more from odd addresses, where an M0 faults on a word access.
 */
#include "board/semihost.h"

#include "devid/verify/signed.h"

#include <devid/verify.h>

#include <string.h>

struct fw_case {
    const char *what;
    int expected;
    struct devid_chain chain;
    struct devid_policy policy;
};

/* A signature from outside; the table ends with an empty key. */
struct fw_signature {
    const char *id;
    struct devid_slice key;
    struct devid_slice hash;
    struct devid_slice signature;
    int good;
};

#include CASES_HEADER

enum { COUNT = sizeof fw_cases / sizeof fw_cases[0], ODD_ROOM = 1024 };

static const struct devid_anchor anchor = {{anchor_0_0, sizeof anchor_0_0},
                                           {anchor_0_1, sizeof anchor_0_1},
                                           {anchor_0_2, sizeof anchor_0_2},
                                           0};
static const struct devid_anchors anchors = {&anchor, 1};

static int failures;

static void judge(const char *what, int expected, int status)
{
    if (status == expected)
        return;
    failures++;
    semihost_write("wrong: ");
    semihost_write(what);
    semihost_write(": ");
    semihost_write_number((uint32_t)status);
    semihost_write(", not ");
    semihost_write_number((uint32_t)expected);
    semihost_write("\n");
}

/* The first, good chain with each certificate at an odd address. */
static void unaligned(void)
{
    static uint8_t room[2][ODD_ROOM + 1];
    const struct fw_case *good = &fw_cases[0];
    struct devid_slice moved[2];
    struct devid_chain chain = {moved, 2};
    struct devid_identity identity;

    for (unsigned i = 0; i < 2; i++) {
        moved[i] = good->chain.certificates[i];
        memcpy(room[i] + 1, moved[i].data, moved[i].len);
        moved[i].data = room[i] + 1;
    }
    judge("odd addresses", good->expected,
          devid_verify_chain(&chain, &anchors, &good->policy, &identity));
}

static unsigned check_signatures(void)
{
    const struct fw_signature *at = fw_signatures;

    for (; at->key.len != 0; at++) {
        enum devid_curve curve;
        enum devid_status status = devid_key_check(at->key, &curve);

        if (status == DEVID_OK)
            status =
                devid_hash_verify(curve, at->key, at->hash.data, at->signature);
        judge(at->id, at->good, status == DEVID_OK ? 1 : 0);
    }
    return (unsigned)(at - fw_signatures);
}

int main(void)
{
    unsigned signatures;

    for (unsigned i = 0; i < COUNT; i++)
        judge(fw_cases[i].what, fw_cases[i].expected,
              devid_verify_chain(&fw_cases[i].chain, &anchors,
                                 &fw_cases[i].policy, NULL));
    unaligned();
    signatures = check_signatures();
    semihost_write_number(COUNT + 1);
    semihost_write(" chains, ");
    semihost_write_number(signatures);
    semihost_write(" signatures, ");
    semihost_write_number((uint32_t)failures);
    semihost_write(" wrong\n");
    return failures == 0 ? 0 : 1;
}
