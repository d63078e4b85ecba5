/*
 * wolfCrypt for the host library, built from source: primitives only, tuned for
 * many ECDSA operations with a fresh key each. Every file that includes a
 * wolfSSL header is compiled with WOLFSSL_USER_SETTINGS and this folder.
 */
#ifndef DEVCA_WOLFSSL_HOST_USER_SETTINGS_H
#define DEVCA_WOLFSSL_HOST_USER_SETTINGS_H

/* No TLS. The certificate code stays unused: its key DER hangs on it. */
#define WOLFCRYPT_ONLY
#define NO_FILESYSTEM
#define NO_PKCS12
#define NO_SIG_WRAPPER

/* Arithmetic: single precision for two curves, assembly by architecture. No
 * FP_ECC: its cache per key costs more than a verification with a key that is
 * used once. */
#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_384
#define WOLFSSL_SP_NO_2048
#define WOLFSSL_SP_NO_3072
#define SP_WORD_SIZE 64
#define HAVE___UINT128_T 1
#if defined(__x86_64__)
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_X86_64_ASM
#define WOLFSSL_X86_64_BUILD
#define WOLFSSL_AESNI
#define USE_INTEL_SPEEDUP
#define HAVE_INTEL_AVX2 /* for SP: MULX and ADX, where the processor has them \
                         */
/* SP's tables are read with AVX2 and leave the upper halves of the registers in
 * use, with what was read: SHA's own instructions then take four times as long.
 */
#define RESTORE_VECTOR_REGISTERS() devca_vectors_done()
#ifndef __ASSEMBLER__
void devca_vectors_done(void); /* lib/wolfssl/host/vectors.c */
#endif
#elif defined(__aarch64__)
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_ARM64_ASM
#endif
#define WOLFSSL_USE_ALIGN
#define DEVID_PORT_DIRECT_P256 /* lib/devid/port/wolfcrypt */
#define DEVCA_SIGNS_SHALLOW    /* lib/devca/key/file_key.c */

/* Signatures and agreement. */
#define HAVE_ECC
#define HAVE_ECC384
#define ECC_USER_CURVES
#define USE_ECC_B_PARAM /* wc_ecc_point_is_on_curve */
#define ECC_TIMING_RESISTANT
#define TFM_TIMING_RESISTANT
#define WOLFSSL_ECDSA_DETERMINISTIC_K
#define WOLFSSL_ECDSA_SET_K /* without it wc_ecc_free leaks the nonce */
#define ECC_CACHE_CURVE     /* its parameters are read from text only once */
#define WOLFSSL_PUBLIC_MP
#define HAVE_ED25519
#define WOLFSSL_KEY_GEN

/* Digests, SHA-1 only for key identifiers (RFC 5280, 4.2.1.2). */
#define WOLFSSL_SHA224
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512

/* Wrapping and encryption of keys. */
#define HAVE_HKDF
#define HAVE_X963_KDF
#define HAVE_PBKDF2
#define HAVE_AES_CBC
#define HAVE_AES_ECB
#define HAVE_AESGCM
#define GCM_TABLE_4BIT
#define WOLFSSL_AES_DIRECT
#define HAVE_AES_KEYWRAP

/* Randomness from the kernel, through a generator per thread. */
#define HAVE_HASHDRBG
#define WOLFSSL_GETRANDOM

/* What nothing here uses. */
#define NO_RSA
#define NO_DH
#define NO_DSA
#define NO_DES3
#define NO_RC4
#define NO_MD4
#define NO_MD5
#define NO_PWDBASED_PKCS12
#define WOLFSSL_NO_TLS12
#define NO_OLD_TLS
#define WC_NO_ASYNC_THREADING
#define HAVE_THREAD_LS

/* The old names of digests would clash with those of other libraries. */
#define NO_OLD_SHA_NAMES
#define NO_OLD_WC_NAMES
#define NO_OLD_RNGNAME

#endif
