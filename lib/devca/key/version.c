#include <devca/version.h>

#include "devca_build.h"

const char *devca_version(void)
{
    return DEVCA_BUILD_VERSION;
}

const char *devca_wolfcrypt_flavour(void)
{
    return DEVCA_BUILD_WOLFCRYPT_FLAVOUR;
}

const char *devca_wolfcrypt_version(void)
{
    return DEVCA_BUILD_WOLFCRYPT_VERSION;
}
