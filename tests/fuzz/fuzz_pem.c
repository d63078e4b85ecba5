#include "fuzz.h"

#include "devid/codec/pem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct devid_slice text = {data, size}, label;
    uint8_t out[4096];
    struct devid_writer w;

    (void)devid_pem_detect(text);
    do {
        devid_writer_init(&w, out, sizeof out);
    } while (devid_pem_read(&text, &label, &w) == DEVID_OK);
    devid_writer_init(&w, out, sizeof out);
    (void)devid_base64_read((struct devid_slice){data, size}, &w);
    return 0;
}
