#include "fuzz.h"

#include "devca/profile/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct profile *profile = NULL;

    (void)profile_read(&profile, (struct devid_slice){data, size}, "fuzz",
                       NULL);
    profile_free(profile);
    return 0;
}
