/*
 * First of all wolfSSL headers: the settings of the build in use, or struct
 * layouts differ. The tuned build brings its user_settings.h, the system's its
 * options.h.
 */
#ifndef DEVCA_WOLFSSL_SETTINGS_H
#define DEVCA_WOLFSSL_SETTINGS_H

#ifndef WOLFSSL_USER_SETTINGS
#include <wolfssl/options.h>
#endif
#include <wolfssl/wolfcrypt/settings.h>

#endif
