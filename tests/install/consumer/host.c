/* A program that uses libdevca: its version, and a store that is not there. */
#include <devca/store.h>
#include <devca/version.h>

#include <stdio.h>

int main(void)
{
    struct devca_error error;
    char folder[256];

    printf("%s %s\n", devca_version(), devca_wolfcrypt_flavour());
    return devca_find("/nowhere", folder, sizeof(folder), &error) == DEVCA_OK;
}
