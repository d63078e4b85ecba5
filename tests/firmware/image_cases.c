/*
 * Runs every chain of the host's tests on the core and compares the verdicts,
 * then a variant for each status that these leave out; sees that no status was
 * left out but those that no verifier gives; and verifies once more from odd
 * addresses, where an M0 faults on a word access.
 */
#include "board/semihost.h"

#include "devid/verify/signed.h"
#include "devid/x509/name.h"
#include "devid/x509/request.h"

#include <devid/revocation_set.h>
#include <devid/verify.h>

#include <string.h>

struct fw_case {
    const char *what;
    int expected;
    struct devid_chain chain;
    struct devid_policy policy;
};

/* Verified in June 2026, with lists where it has some. */
struct fw_variant {
    const char *id;
    int expected;
    struct devid_chain chain;
    struct devid_crls crls;
    struct devid_anchor anchor;
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

enum {
    COUNT = sizeof fw_cases / sizeof fw_cases[0],
    VARIANTS = sizeof fw_variants / sizeof fw_variants[0],
    ODD_ROOM = 4096
};

#define NAME(name, id, clause, text) name,
static const enum devid_status statuses[] = {DEVID_STATUS_TABLE(NAME)};
#undef NAME

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

/* The one that only a fault brings. */
static const enum devid_status elsewhere[] = {DEVID_E_FAULT};

static uint8_t seen[STATUSES];

static const struct devid_anchor anchor = {{anchor_0_0, sizeof anchor_0_0},
                                           {anchor_0_1, sizeof anchor_0_1},
                                           {anchor_0_2, sizeof anchor_0_2},
                                           0};
static const struct devid_anchors anchors = {&anchor, 1};

static int failures;

static void judge(const char *what, int expected, int status)
{
    for (unsigned i = 0; i < STATUSES; i++) {
        if ((int)statuses[i] == status)
            seen[i] = 1;
    }
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

static enum devid_status verify_variant(const struct fw_variant *variant)
{
    static const struct devid_policy policy = {
        .time = {DEVID_TIME_DATE(2026, 6, 1), 0}, .clock = DEVID_CLOCK_TIME};
    const struct devid_anchors one = {&variant->anchor, 1};

    return variant->crls.count != 0
               ? devid_verify_chain_crls(&variant->chain, &one, &policy,
                                         &variant->crls, NULL)
               : devid_verify_chain(&variant->chain, &one, &policy, NULL);
}

/* Statuses of arguments and of revocation sets. */
static void check_others(void)
{
    static const uint8_t later[DEVID_REVOCATION_SET_HEADER] = {
        'D', 'E', 'V', 'I', 'D', 'S', 'E', 'T', 2};
    struct devid_slice octets = {later, 0};
    struct devid_revocation_set set;

    judge("no chain", DEVID_E_ARGUMENT,
          devid_verify_chain(NULL, &anchors, NULL, NULL));
    judge("no set", DEVID_E_SET_FORMAT,
          devid_revocation_set_open(octets, &set));
    octets.len = sizeof later;
    judge("a later set", DEVID_E_SET_VERSION,
          devid_revocation_set_open(octets, &set));
}

/* A CertificationRequest with one attribute of these values, as a core writes
 * it that asks for its own certificate; its signature is none. */
static enum devid_status write_request(struct devid_writer *w,
                                       struct devid_slice values,
                                       struct devid_slice *written)
{
    static const uint8_t common_name[] = {0x55, 0x04, 0x03};
    static const uint8_t type[] = {0x2A, 0x03, 0x04};
    const struct devid_attribute name = {{common_name, sizeof common_name},
                                         {(const uint8_t *)"x", 1},
                                         DER_UTF8_STRING};
    size_t request = devid_der_open(w, DER_SEQUENCE);
    size_t info = devid_der_open(w, DER_SEQUENCE);
    size_t attributes;
    size_t attribute;

    devid_der_write_small(w, DER_INTEGER, 0);
    devid_name_write(w, &name, 1);
    devid_spki_write(w, DEVID_P256, anchor.public_key);
    attributes = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(0));
    attribute = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, (struct devid_slice){type, sizeof type});
    devid_der_write(w, DER_SET, values);
    devid_der_close(w, attribute);
    devid_der_close(w, attributes);
    devid_der_close(w, info);
    devid_signature_algorithm_write(w, DEVID_P256);
    devid_der_write_bit_octets(w, values);
    devid_der_close(w, request);
    return devid_writer_done(w, written);
}

/* Requests and the writers, which no boot manager links but a device that asks
 * for its certificate does. */
static void check_requests(void)
{
    static const uint8_t null[] = {DER_NULL, 0};
    struct devid_slice values = {null, sizeof null};
    struct devid_slice written;
    struct devid_request request;
    struct devid_writer w;
    uint8_t room[256];

    devid_writer_init(&w, room, sizeof room);
    judge("a request", DEVID_OK, write_request(&w, values, &written));
    judge("read again", DEVID_OK, devid_request_read(written, &request));
    devid_writer_init(&w, room, written.len - 1);
    judge("no room", DEVID_E_SPACE, write_request(&w, values, &written));
    values.len = 0;
    devid_writer_init(&w, room, sizeof room);
    judge("no values", DEVID_OK, write_request(&w, values, &written));
    judge("an attribute without a value", DEVID_E_ATTRIBUTE,
          devid_request_read(written, &request));
}

/* Every status once, or it stands in the list of those given elsewhere. */
static void check_statuses(void)
{
    for (unsigned i = 0; i < STATUSES; i++) {
        int linked = 1;

        for (unsigned j = 0; j < sizeof elsewhere / sizeof elsewhere[0]; j++) {
            if (elsewhere[j] == statuses[i])
                linked = 0;
        }
        if (seen[i] != linked) {
            semihost_write(linked ? "never: " : "not elsewhere: ");
            semihost_write(devid_status_id(statuses[i]));
            semihost_write("\n");
            failures++;
        }
    }
}

/* Copies octets to an odd address in room; gives them back as a slice. */
static struct devid_slice at_odd(struct devid_slice octets)
{
    static uint8_t room[ODD_ROOM];
    static size_t used;
    struct devid_slice moved;

    used |= 1;
    if (octets.len == 0 || octets.len > sizeof room - used)
        return (struct devid_slice){NULL, 0};
    memcpy(room + used, octets.data, octets.len);
    moved.data = room + used;
    moved.len = octets.len;
    used += octets.len;
    return moved;
}

/* A good chain with its lists and its anchor, all at odd addresses. */
static void unaligned(void)
{
    struct fw_variant moved = fw_variants[GOOD_WITH_LISTS];
    struct devid_slice parts[4];

    for (unsigned i = 0; i < 2; i++) {
        parts[i] = at_odd(moved.chain.certificates[i]);
        parts[2 + i] = at_odd(moved.crls.list[i]);
    }
    moved.chain.certificates = parts;
    moved.crls.list = parts + 2;
    moved.anchor.subject = at_odd(moved.anchor.subject);
    moved.anchor.public_key = at_odd(moved.anchor.public_key);
    moved.anchor.key_id = at_odd(moved.anchor.key_id);
    judge("odd addresses", DEVID_OK, verify_variant(&moved));
}

/* A revocation set at an odd address: verified, then asked for every serial
 * about those that it holds. */
static void check_set(void)
{
    struct devid_slice whole = {set_0_0, sizeof set_0_0};
    const struct devid_anchor issuer = {
        {0, 0}, {set_0_1, sizeof set_0_1}, {set_0_2, sizeof set_0_2}, 0};
    const struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    const struct devid_slice none = {0, 0};
    struct devid_revocation_set set;
    uint8_t serial[2];
    const struct devid_slice asked = {serial, sizeof serial};

    judge("a set", DEVID_OK, devid_revocation_set_open(at_odd(whole), &set));
    judge("its signature", DEVID_OK,
          devid_revocation_set_verify(&set, &issuer, &policy, none));
    for (unsigned n = SET_FIRST - 8; n < SET_FIRST + 2 * SET_COUNT + 8; n++) {
        unsigned in = n - SET_FIRST < 2 * SET_COUNT && n % 2 == 0;

        serial[0] = (uint8_t)(n >> 8);
        serial[1] = (uint8_t)n;
        judge("a serial of the set", in ? DEVID_E_REVOKED : DEVID_OK,
              devid_revocation_set_lookup(&set, asked));
    }
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
    for (unsigned i = 0; i < VARIANTS; i++)
        judge(fw_variants[i].id, fw_variants[i].expected,
              verify_variant(&fw_variants[i]));
    check_others();
    check_requests();
    check_statuses();
    unaligned();
    check_set();
    signatures = check_signatures();
    semihost_write_number(COUNT + VARIANTS + 1);
    semihost_write(" chains, ");
    semihost_write_number(signatures);
    semihost_write(" signatures, ");
    semihost_write_number((uint32_t)failures);
    semihost_write(" wrong\n");
    return failures == 0 ? 0 : 1;
}
