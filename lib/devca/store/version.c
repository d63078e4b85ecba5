/* Which SQLite is underneath, as it says itself at run time. */
#include <devca/version.h>

#include <sqlite3.h>

const char *devca_sqlite_version(void)
{
    return sqlite3_libversion();
}
