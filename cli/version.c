#include "print.h"

#include <devca/version.h>

#include <string.h>

static struct devca_field text(const char *name, const char *value)
{
    return (struct devca_field){
        name, DEVCA_TEXT, 0, {(const uint8_t *)value, strlen(value)}};
}

static enum devca_code run(struct cli *cli)
{
    struct devca_field fields[] = {
        text("version", devca_version()),
        text("wolfcrypt", devca_wolfcrypt_version()),
        text("wolfcrypt_build", devca_wolfcrypt_flavour()),
        text("sqlite", devca_sqlite_version())};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};

    return print_record(cli, &record);
}

const struct cli_command cli_version = {
    "version", NULL, "versions of devca, its wolfCrypt and its SQLite",
    "",        0,    0,
    NULL,      run};
