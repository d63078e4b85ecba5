/* This thread's random generator, for the files of this room. */
#ifndef DEVCA_KEY_GENERATOR_H
#define DEVCA_KEY_GENERATOR_H

#include "wolfssl/settings.h"

#include <devca/error.h>

#include <wolfssl/wolfcrypt/random.h>

/* *rng is this thread's and this process's alone; DEVCA_E_RANDOM. */
enum devca_code generator_get(WC_RNG **rng, struct devca_error *error);

#endif
