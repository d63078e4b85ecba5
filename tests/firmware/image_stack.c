/*
 * The stack of what the measured chain does not ask: the walk in two parts and
 * revocation sets; then that of the port alone.
 */
#include "board/board.h"
#include "board/semihost.h"
#include "measured_chain.h"
#include "measured_set.h"

#include <devid/issued.h>
#include <devid/port.h>
#include <devid/revocation_set.h>

#define SLICE(array)        \
    {                       \
        array, sizeof array \
    }

static const struct devid_slice device = SLICE(device_der);
static const struct devid_slice ca = SLICE(ca_der);
static const struct devid_chain above = {&ca, 1};
static const struct devid_anchor root = {SLICE(root_subject), SLICE(root_point),
                                         SLICE(root_key_id), 0};
static const struct devid_anchors anchors = {&root, 1};
static const struct devid_anchor set_issuer = {
    {0, 0}, SLICE(set_point), SLICE(set_key_id), 0};
static const struct devid_slice set_whole = SLICE(set_octets);
static const uint8_t serial[] = {1000 >> 8, 1000 & 0xFF};
static const struct devid_slice listed = SLICE(serial);
static const struct devid_policy policy = {
    .time = {DEVID_TIME_DATE(2027, 1, 1), 0}};

static struct devid_issuer issuer;
static struct devid_identity identity;
static struct devid_revocation_set set;

static enum devid_status verify_issuer(void)
{
    return devid_issuer_verify(&above, &anchors, &policy, &issuer);
}

static enum devid_status verify_issued(void)
{
    return devid_issued_verify(device, &issuer, &policy, &identity);
}

static enum devid_status open_set(void)
{
    return devid_revocation_set_open(set_whole, &set);
}

static enum devid_status verify_set(void)
{
    return devid_revocation_set_verify(&set, &set_issuer, &policy, set.number);
}

static enum devid_status look_up(void)
{
    enum devid_status status = devid_revocation_set_lookup(&set, listed);

    return status == DEVID_E_REVOKED ? DEVID_OK : status;
}

static enum devid_status hash_bare(void)
{
    static uint8_t hash[32];

    return devid_port_hash(DEVID_P256, device, hash);
}

/* Of some signature: none need verify. */
static enum devid_status verify_bare(void)
{
    static const uint8_t hash[32] = {1};
    static const uint8_t raw[64] = {[31] = 1, [63] = 1};

    (void)devid_port_ecdsa_verify(DEVID_P256, root_point, hash, raw);
    return DEVID_OK;
}

static const struct {
    const char *name;
    enum devid_status (*call)(void);
} calls[] = {
    {"issuer", verify_issuer}, {"issued", verify_issued},
    {"set_open", open_set},    {"set_verify", verify_set},
    {"set_lookup", look_up},   {"hash", hash_bare},
    {"verify", verify_bare},
};

int main(void)
{
    int failures = 0;

    for (unsigned i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        enum devid_status status;

        board_paint_stack();
        status = calls[i].call();
        semihost_write(calls[i].name);
        semihost_write(" ");
        semihost_write_number(board_stack_used());
        semihost_write(status == DEVID_OK ? "\n" : " refused\n");
        failures += status != DEVID_OK;
    }
    return failures == 0 ? 0 : 1;
}
