/*
 * A boot manager's decision, for tests/firmware/skip: chain, then the signature
 * over the application, as docs/libdevid.md has it. The simulator chooses the
 * case and waits at one of the two ends.
 */
#include "skip/chains.h"

#include <devid/port.h>
#include <devid/verify.h>

#define SLICE(array)        \
    {                       \
        array, sizeof array \
    }

struct skip_case {
    struct devid_slice device;
    struct devid_slice top;
    struct devid_slice signature;
    struct devid_policy policy;
};

static const uint8_t uid[] = {0x0A, 0x1B};
static const uint8_t other_uid[] = {0x0A, 0x1C};
static const uint8_t code_signing[] = {0x2B, 0x06, 0x01, 0x05,
                                       0x05, 0x07, 0x03, 0x03};

#define POLICY(year, chip)                                               \
    {                                                                    \
        .time = {DEVID_TIME_DATE(year, 1, 1), 0},                        \
        .required_eku = SLICE(code_signing), .required_uid = SLICE(chip) \
    }
#define NOW POLICY(2025, uid)

/* In the order of the names in skip/cases.c. */
static const struct skip_case cases[] = {
    {SLICE(device), SLICE(top), SLICE(signature), NOW},
    {SLICE(device_by_stranger), SLICE(top), SLICE(signature), NOW},
    {SLICE(device), SLICE(top_by_stranger), SLICE(signature), NOW},
    {SLICE(device), SLICE(top_of_another), SLICE(signature), NOW},
    {SLICE(device), SLICE(top), SLICE(signature), POLICY(2065, uid)},
    {SLICE(device), SLICE(top), SLICE(signature), POLICY(2025, other_uid)},
    {SLICE(device), SLICE(top_no_ca), SLICE(signature), NOW},
    {SLICE(device_without_purpose), SLICE(top), SLICE(signature), NOW},
    {SLICE(device), SLICE(top), SLICE(signature_of_stranger), NOW},
};

static const uint8_t root_subject[] = {0x30, 0x0C, 0x31, 0x0A, 0x30,
                                       0x08, 0x06, 0x03, 0x55, 0x04,
                                       0x03, 0x0C, 0x01, 0x52};
static const uint8_t root_key_id[] = {1, 1, 1, 1};
static const struct devid_anchor anchor = {
    SLICE(root_subject), SLICE(root_point), SLICE(root_key_id), 0};

/* The simulator writes the case's number into the flash above the image. */
#define CASE_NUMBER (*(const volatile uint32_t *)0x3FF40)

void skip_refused(void);
void skip_start(enum devid_status chain_says, enum devid_status image_says);
void skip_decide(const struct skip_case *at);

__attribute__((noinline)) void skip_refused(void)
{
    for (;;)
        ;
}

/* The label stands where an application would be started. It is no function:
 * at the lowest addresses, any small number taken for a return address would
 * call it. */
__attribute__((noinline)) void skip_start(enum devid_status chain_says,
                                          enum devid_status image_says)
{
    volatile enum devid_status again[2] = {chain_says, image_says};

    if (again[0] != DEVID_OK || again[1] != DEVID_OK)
        skip_refused();
    if (again[0] != DEVID_OK || again[1] != DEVID_OK)
        skip_refused();
    __asm__ volatile(".global skip_accepted\n"
                     "skip_accepted: b skip_accepted");
}

/* As docs/libdevid.md, Hardened, has it: a variable for each verdict, wrong
 * until it is told, and each looked at again where the application starts. */
__attribute__((noinline)) void skip_decide(const struct skip_case *at)
{
    const struct devid_slice certificates[2] = {at->device, at->top};
    const struct devid_chain chain = {certificates, 2};
    const struct devid_anchors anchors = {&anchor, 1};
    const struct devid_slice message = SLICE(application);
    volatile enum devid_status chain_says = DEVID_E_FAULT;
    volatile enum devid_status image_says = DEVID_E_FAULT;
    struct devid_identity signer = {.key_usage = 0};
    uint8_t octets[32] = {0};
    struct devid_slice hash = SLICE(octets);

    chain_says = devid_verify_chain(&chain, &anchors, &at->policy, &signer);
    if (devid_port_hash(DEVID_P256, message, octets) == DEVID_OK)
        image_says = devid_verify_signature(&signer, hash, at->signature);
    if (chain_says != DEVID_OK || image_says != DEVID_OK)
        skip_refused();
    skip_start(chain_says, image_says);
}

int main(void)
{
    static struct skip_case at;

    /* Alone, so that no wrong pointer finds the good case beside it. */
    at = cases[CASE_NUMBER];
    skip_decide(&at);
    return 0;
}
