/*
 * Verifies one chain, and tells instructions and stack; then the same two
 * signatures bare, through the port alone.
 */
#include "board/board.h"
#include "board/semihost.h"
#include "measured_chain.h"

#include "devid/x509/certificate.h"

#include <devid/port.h>
#include <devid/verify.h>

#include <string.h>

#define SLICE(array)        \
    {                       \
        array, sizeof array \
    }

static const struct devid_slice certificates[] = {SLICE(device_der),
                                                  SLICE(ca_der)};
static const struct devid_chain chain = {certificates, 2};
static const struct devid_anchor anchor = {
    SLICE(root_subject), SLICE(root_point), SLICE(root_key_id), 0};
static const struct devid_anchors anchors = {&anchor, 1};
static const uint8_t uid[] = {0x0A, 0x1B, 0x2C, 0x3D, 0x4E, 0x5F, 0x60, 0x71};
static const struct devid_policy policy = {
    .time = {DEVID_TIME_DATE(2027, 1, 1), 0}, .required_uid = SLICE(uid)};

static void report(const char *name, uint32_t value)
{
    semihost_write(name);
    semihost_write("=");
    semihost_write_number(value);
    semihost_write("\n");
}

/* One signature, as if a caller had taken the certificate apart already. */
struct bare {
    struct devid_slice tbs;
    uint8_t raw[64];
    const uint8_t *point;
};

static void prepare(struct bare *bare, const struct devid_slice *der,
                    const uint8_t *point)
{
    struct devid_cert cert;

    (void)devid_cert_read(*der, &cert);
    (void)devid_signature_read(cert.signature, DEVID_P256, bare->raw);
    bare->tbs = cert.tbs;
    bare->point = point;
}

static enum devid_status verify_bare(const struct bare *bare)
{
    uint8_t hash[32];

    (void)devid_port_hash(DEVID_P256, bare->tbs, hash);
    return devid_port_ecdsa_verify(DEVID_P256, bare->point, hash, bare->raw);
}

static struct bare two[2];

static void prepare_both(void)
{
    struct devid_cert ca;

    (void)devid_cert_read(certificates[1], &ca);
    prepare(&two[0], &certificates[0], ca.public_key.data);
    prepare(&two[1], &certificates[1], root_point);
}

static uint32_t measure_bare(enum devid_status *status)
{
    uint32_t start = board_ticks();

    *status = verify_bare(&two[0]);
    if (*status == DEVID_OK)
        *status = verify_bare(&two[1]);
    return board_ticks_since(start);
}

int main(void)
{
    struct devid_identity identity;
    enum devid_status status;
    uint32_t start;
    uint32_t ticks;

    (void)board_instructions(0);
    board_paint_stack();
    start = board_ticks();
    status = devid_verify_chain(&chain, &anchors, &policy, &identity);
    ticks = board_ticks_since(start);
    report("stack", board_stack_used());
    report("chain", board_instructions(ticks));
    report("status", status != DEVID_OK);
    prepare_both();
    board_paint_stack();
    ticks = measure_bare(&status);
    report("bare_stack", board_stack_used());
    report("bare", board_instructions(ticks));
    report("bare_status", status != DEVID_OK);
    return status == DEVID_OK ? 0 : 1;
}
