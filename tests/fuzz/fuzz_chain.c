/* Certificates one after the other, verified to the last of them. */
#include "fuzz.h"

#include "devid/x509/certificate.h"

#include <devid/verify.h>

#define CERTIFICATES_MAX 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_slice list[CERTIFICATES_MAX], rest = {data, size};
    struct devid_chain chain = {list, 0};
    struct devid_anchor anchor = {.key_usage = 0};
    struct devid_anchors anchors = {&anchor, 1};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    struct devid_identity identity;
    struct devid_cert last;

    while (chain.count < CERTIFICATES_MAX &&
           devid_der_read_element(&rest, DER_SEQUENCE, &list[chain.count]) ==
               DEVID_OK)
        chain.count++;
    if (chain.count == 0 ||
        devid_cert_read(list[chain.count - 1], &last) != DEVID_OK)
        return 0;
    /* The last one's own name and key: as far as a walk can get. */
    anchor.subject = last.subject;
    anchor.public_key = last.public_key;
    anchor.key_id = last.subject_key_id;
    if (devid_verify_chain(&chain, &anchors, &policy, &identity) == DEVID_OK) {
        fuzz_inside(identity.uid, data, size);
        fuzz_inside(identity.product, data, size);
        fuzz_inside(identity.public_key, data, size);
    }
    return 0;
}
