/* Which libdevca this is, and which wolfCrypt it was built with. */
#ifndef DEVCA_VERSION_H
#define DEVCA_VERSION_H

#include <devca/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All give static strings that live as long as the program. */

/* "MAJOR.MINOR.PATCH". */
DEVCA_API const char *devca_version(void);

/* "source": built in, from the distribution's source with our settings;
 * "system": the distribution's shared library. */
DEVCA_API const char *devca_wolfcrypt_flavour(void);

/* wolfSSL's version, with the distribution's revision where it is known:
 * "5.5.4-2+deb12u3". The version at build time, for both flavours. */
DEVCA_API const char *devca_wolfcrypt_version(void);

/* The version of the SQLite in use: "3.40.1". */
DEVCA_API const char *devca_sqlite_version(void);

#ifdef __cplusplus
}
#endif
#endif
