#include "fuzz.h"

#include "devid/x509/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_request request;

    if (devid_request_read((struct devid_slice){data, size}, &request) !=
        DEVID_OK)
        return 0;
    fuzz_inside(request.info, data, size);
    fuzz_inside(request.subject, data, size);
    fuzz_inside(request.public_key, data, size);
    fuzz_inside(request.attributes, data, size);
    fuzz_inside(request.extensions, data, size);
    fuzz_inside(request.signature, data, size);
    return 0;
}
