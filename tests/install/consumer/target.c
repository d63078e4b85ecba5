/* A program that uses libdevid: an empty chain is no identity. */
#include <devid/verify.h>

int main(void)
{
    struct devid_chain chain = {0};
    struct devid_anchors anchors = {0};
    struct devid_policy policy = {0};

    return devid_verify_chain(&chain, &anchors, &policy, 0) == DEVID_OK;
}
