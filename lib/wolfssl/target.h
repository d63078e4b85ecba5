/* What both firmware builds of wolfCrypt have in common. */
#ifndef DEVCA_WOLFSSL_TARGET_H
#define DEVCA_WOLFSSL_TARGET_H

#define WOLFCRYPT_ONLY
#define SINGLE_THREADED
#define WC_NO_HARDEN /* nothing secret is ever touched here */
#define WC_NO_CACHE_RESISTANT /* nor a table hidden from anybody */
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_ERROR_STRINGS
#define NO_WOLFSSL_MEMORY
#define WOLFSSL_NO_MALLOC
#define WOLFSSL_GENERAL_ALIGNMENT 4
#define WC_NO_RNG
#define WC_NO_CONSTRUCTORS
#define NO_ASN_TIME
#define NO_SIG_WRAPPER
#define USE_SLOW_SHA256
#define OPENSSL_EXTRA /* for wc_Sha256Transform() alone */

#define HAVE_ECC
#define ECC_USER_CURVES
#define NO_ECC_SIGN
#define NO_ECC_DHE
#define NO_ECC_KEY_EXPORT
#define HAVE_ECC_CHECK_KEY
#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_NO_2048
#define WOLFSSL_SP_NO_3072
#define WOLFSSL_SP_NO_MALLOC
#define WOLFSSL_SP_SMALL
#define SP_WORD_SIZE 32

#define NO_AES
#define NO_DES3
#define NO_DH
#define NO_DSA
#define NO_HMAC
#define NO_MD4
#define NO_MD5
#define NO_PWDBASED
#define NO_RC4
#define NO_RSA
#define NO_SHA
#define NO_OLD_TLS

#endif
