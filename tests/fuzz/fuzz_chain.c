/*
 * Certificates one after the other, verified to the last of them, under a port
 * that believes every signature: what is behind one is reached too. An input
 * that begins with a certificate has a policy that asks for nothing; any other
 * begins with one, of HEADER octets, and behind its certificates may stand CRLs
 * and one revocation set.
 */
#include "fuzz.h"

#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include <devid/issued.h>
#include <devid/revocation_set.h>
#include <devid/verify.h>

#include <stdlib.h>

enum { CERTIFICATES_MAX = 6, LISTS_MAX = 4, HEADER = 16 };

/* The octets of the header. */
enum {
    AT_CHOICES, /* bits 0 to 2: what may be; 3 and 4: the clock; 5 and 6: the
                   function that is asked */
    AT_ASKED,   /* bits 0 and 1: the purpose; 2: of a product; 3: of a UID, by
                   the attribute that bit 4 says */
    AT_COUNT,   /* of certificates */
    AT_NUMBER,  /* the lists' last number; 0: none */
    AT_DATE,    /* four octets */
    AT_WISH_LEN = 8,
    AT_WISH, /* the UID or the product */
    WISH_MAX = HEADER - AT_WISH
};

enum { WITH_CRLS = 1, WITH_LISTS, ISSUED };

struct input {
    struct devid_policy policy;
    struct devid_slice list[CERTIFICATES_MAX];
    struct devid_chain chain;
    struct devid_slice lists[LISTS_MAX];
    struct devid_slice numbers[LISTS_MAX];
    struct devid_crls crls;
    struct devid_anchor anchor;
    struct devid_anchors anchors;
    unsigned function;
};

static void read_policy(struct devid_policy *policy, const uint8_t *at)
{
    static const struct devid_slice purposes[] = {
        {NULL, 0},
        OID_LITERAL(OID_KP_CLIENT_AUTH),
        OID_LITERAL(OID_KP_CODE_SIGNING),
        OID_LITERAL(OID_ANY_EXT_KEY_USAGE)};
    const struct devid_slice wish = {at + AT_WISH,
                                     at[AT_WISH_LEN] % (WISH_MAX + 1u)};

    policy->allow_ca_device = at[AT_CHOICES] & 1;
    policy->allow_absent_eku = at[AT_CHOICES] >> 1 & 1;
    policy->allow_padded_key_usage = at[AT_CHOICES] >> 2 & 1;
    policy->clock = (enum devid_clock)(at[AT_CHOICES] >> 3 & 3);
    policy->time.date = (uint32_t)at[AT_DATE] << 24 |
                        (uint32_t)at[AT_DATE + 1] << 16 |
                        (uint32_t)at[AT_DATE + 2] << 8 | at[AT_DATE + 3];
    policy->required_eku = purposes[at[AT_ASKED] & 3];
    if (at[AT_ASKED] & 4)
        policy->required_product = wish;
    if (at[AT_ASKED] & 8)
        policy->required_uid = wish;
    if (at[AT_ASKED] & 16)
        policy->uid_attribute = OID_SLICE(OID_COMMON_NAME);
}

/* What no longer is DER is the revocation set. */
static void read_lists(struct input *input, struct devid_slice rest,
                       struct devid_slice number)
{
    size_t count = 0;

    for (; count < LISTS_MAX && rest.len != 0; count++) {
        input->numbers[count] = number;
        if (devid_der_read_element(&rest, DER_SEQUENCE, &input->lists[count]) !=
            DEVID_OK) {
            input->lists[count] = rest;
            rest.len = 0;
        }
    }
    input->crls = (struct devid_crls){input->lists, count, input->numbers};
}

/* Is there a certificate at the end, whose name and key are the anchor? */
static bool read_input(struct input *input, struct devid_slice rest)
{
    struct devid_slice number = {NULL, 0};
    size_t most = CERTIFICATES_MAX;
    struct devid_cert last;

    *input = (struct input){.policy = {.clock = DEVID_CLOCK_NONE}};
    if (rest.len > HEADER && rest.data[0] != DER_SEQUENCE) {
        read_policy(&input->policy, rest.data);
        input->function = rest.data[AT_CHOICES] >> 5 & 3;
        if (rest.data[AT_COUNT] < most)
            most = rest.data[AT_COUNT];
        if (rest.data[AT_NUMBER] != 0)
            number = (struct devid_slice){rest.data + AT_NUMBER, 1};
        rest.data += HEADER;
        rest.len -= HEADER;
    }
    input->chain.certificates = input->list;
    while (input->chain.count < most &&
           devid_der_read_element(&rest, DER_SEQUENCE,
                                  &input->list[input->chain.count]) == DEVID_OK)
        input->chain.count++;
    if (input->chain.count == 0 ||
        devid_cert_read(input->list[input->chain.count - 1], &last) != DEVID_OK)
        return false;
    read_lists(input, rest, number);
    input->anchor.subject = last.subject;
    input->anchor.public_key = last.public_key;
    input->anchor.key_id = last.subject_key_id;
    input->anchors = (struct devid_anchors){&input->anchor, 1};
    return true;
}

/* In two parts; what they accept, the whole walk does too. */
static enum devid_status verify_issued(const struct input *input,
                                       struct devid_identity *identity)
{
    const struct devid_chain above = {input->list + 1, input->chain.count - 1};
    struct devid_issuer issuer;
    enum devid_status status =
        devid_issuer_verify(&above, &input->anchors, &input->policy, &issuer);

    if (status == DEVID_OK)
        status = devid_issued_verify(input->list[0], &issuer, &input->policy,
                                     identity);
    if (status == DEVID_OK &&
        devid_verify_chain(&input->chain, &input->anchors, &input->policy,
                           NULL) != DEVID_OK)
        abort();
    return status;
}

static enum devid_status verify(const struct input *input,
                                struct devid_identity *identity)
{
    switch (input->function) {
    case WITH_CRLS:
        return devid_verify_chain_crls(&input->chain, &input->anchors,
                                       &input->policy, &input->crls, identity);
    case WITH_LISTS:
        return devid_verify_chain_lists(&input->chain, &input->anchors,
                                        &input->policy, &input->crls, identity);
    case ISSUED:
        return verify_issued(input, identity);
    default:
        return devid_verify_chain(&input->chain, &input->anchors,
                                  &input->policy, identity);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_identity identity;
    struct devid_slice value;
    struct input input;

    if (!read_input(&input, (struct devid_slice){data, size}) ||
        verify(&input, &identity) != DEVID_OK)
        return 0;
    fuzz_inside(identity.uid, data, size);
    fuzz_inside(identity.product, data, size);
    fuzz_inside(identity.public_key, data, size);
    if (devid_identity_extension(&identity, OID_SLICE(OID_EXT_KEY_USAGE),
                                 &value) == DEVID_OK)
        fuzz_inside(value, data, size);
    return 0;
}
