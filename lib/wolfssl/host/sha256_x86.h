/*
 * SHA-256 by the processor's own instructions, where it has them: wolfCrypt
 * 5.5.4 has code for AVX2, not for these, which take a third of the time.
 *
 * wolfCrypt's sha256.c is compiled with its names for the AVX2 code turned into
 * those below (cmake/wolfssl.cmake), so that everything that hashes comes here:
 * digests, HMAC, nonces, the random generator.
 */
#ifndef DEVCA_WOLFSSL_SHA256_X86_H
#define DEVCA_WOLFSSL_SHA256_X86_H

#include <wolfssl/wolfcrypt/settings.h>

#include <stdbool.h>

#include <wolfssl/wolfcrypt/sha256.h>

/* Has the processor the SHA extensions (CPUID 7, EBX bit 29) and SSE4.1? Asked
 * once in a process; any thread. */
bool devca_sha256_x86_is_there(void);

/* FIPS 180-4, 6.2.2: brings len octets (a multiple of 64) at data, of any
 * alignment, into sha256->digest, by the instructions. Only where
 * devca_sha256_x86_is_there(). */
void devca_sha256_x86_run(wc_Sha256 *sha256, const byte *data, word32 len);

/* One block of 64 octets, and len octets of whole blocks, the faster way that
 * there is. Always 0. */
int devca_sha256_block(wc_Sha256 *sha256, const byte *data);
int devca_sha256_blocks(wc_Sha256 *sha256, const byte *data, word32 len);

#endif
