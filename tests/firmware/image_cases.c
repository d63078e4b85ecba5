/*
 * Runs every chain of the host's tests on the core and compares the verdicts;
 * then once more from odd addresses, where an M0 faults on a word access.
 */
#include "board/semihost.h"

#include <devid/verify.h>

#include <string.h>

struct fw_case {
    const char *what;
    int expected;
    struct devid_chain chain;
    struct devid_policy policy;
};

#include CASES_HEADER

enum { COUNT = sizeof fw_cases / sizeof fw_cases[0], ODD_ROOM = 1024 };

static const struct devid_anchor anchor = {{anchor_0_0, sizeof anchor_0_0},
                                           {anchor_0_1, sizeof anchor_0_1},
                                           {anchor_0_2, sizeof anchor_0_2},
                                           0};
static const struct devid_anchors anchors = {&anchor, 1};

static int failures;

static void judge(const char *what, int expected, enum devid_status status)
{
    if ((int)status == expected)
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

int main(void)
{
    for (unsigned i = 0; i < COUNT; i++)
        judge(fw_cases[i].what, fw_cases[i].expected,
              devid_verify_chain(&fw_cases[i].chain, &anchors,
                                 &fw_cases[i].policy, NULL));
    unaligned();
    semihost_write_number(COUNT + 1);
    semihost_write(" chains, ");
    semihost_write_number((uint32_t)failures);
    semihost_write(" wrong\n");
    return failures == 0 ? 0 : 1;
}
