/*
 * wolfCrypt for firmware: SHA-256 and P-256 verification in small C. No heap,
 * no random numbers, no parser; only single-precision arithmetic is called.
 */
#ifndef DEVCA_WOLFSSL_TARGET_SMALL_USER_SETTINGS_H
#define DEVCA_WOLFSSL_TARGET_SMALL_USER_SETTINGS_H

#include "../target.h"

#endif
