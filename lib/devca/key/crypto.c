/* Digests, random octets and verification. */
#include "wolfssl/settings.h"

#include "devca/key/crypto.h"

#include "devca/base/fail.h"
#include "devca/key/health.h"
#include "devid/x509/key.h"

#include <devid/port.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/sha.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>
#include <wolfssl/wolfcrypt/wc_port.h>

#include "devca/key/generator.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t generators;
static int init_failed;

static void generator_free(void *generator);

/* The library chooses its code for the processor at the first use of each
 * digest, and not in one step: threads that meet there hash wrongly. */
static int warm_up(void)
{
    static const struct devid_slice nothing = {(const uint8_t *)"", 0};
    uint8_t hash[DEVID_MAX_HASH];

    return devid_port_hash(DEVID_P256, nothing, hash) != DEVID_OK ||
           devid_port_hash(DEVID_P384, nothing, hash) != DEVID_OK;
}

static void init_once(void)
{
    init_failed = wolfCrypt_Init();
    if (init_failed == 0)
        init_failed = warm_up();
    if (init_failed == 0 && pthread_key_create(&generators, generator_free))
        init_failed = -1;
}

enum devca_code crypto_init(struct devca_error *error)
{
    if (pthread_once(&once, init_once) != 0 || init_failed != 0)
        return fail(error, DEVCA_E_RANDOM, "wolfCrypt", NULL, NULL,
                    "does not start");
    return DEVCA_OK;
}

void crypto_thread_end(void)
{
#ifdef FP_ECC
    wc_ecc_fp_free();
#endif
}

/* ---- random octets ---- */

/* A call of the generator costs three digests beside those of its octets. */
#define PUBLIC_DRAWN 448

/* One for each thread. A child of fork has its parent's state, and two ECDSA
 * signatures by the same state give the key away: each time it is looked
 * whether this is still the process, and a new generator is made where it is
 * not. */
struct generator {
    WC_RNG rng;
    /* 1, in memory that the kernel empties in a child; the pid serves where it
     * does not. */
    volatile uint8_t *mark;
    bool emptied;
    pid_t pid;
    size_t left;
    uint8_t drawn[PUBLIC_DRAWN]; /* beforehand, `left` of them to give */
};

#define MARK_LEN 1 /* of the page that it takes */

/* Some emulators take any advice and follow none: one that takes advice which
 * does not exist is not believed. */
static bool is_emptied_by_fork(void *page)
{
    return madvise(page, MARK_LEN, -1) != 0 &&
           madvise(page, MARK_LEN, MADV_WIPEONFORK) == 0;
}

static bool mark_process(struct generator *generator)
{
    void *page = mmap(NULL, MARK_LEN, PROT_READ | PROT_WRITE,
                      /* cppcheck-suppress invalidFunctionArg ; -1: no file */
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return false;
    generator->emptied = is_emptied_by_fork(page);
    generator->mark = page;
    *generator->mark = 1;
    generator->pid = getpid();
    return true;
}

static bool is_of_this_process(const struct generator *generator)
{
    return generator->emptied ? *generator->mark == 1
                              : generator->pid == getpid();
}

static void generator_free(void *pointer)
{
    struct generator *generator = pointer;

    wc_FreeRng(&generator->rng);
    (void)munmap((void *)(uintptr_t)generator->mark, MARK_LEN);
    wipe(generator, sizeof *generator);
    free(generator);
}

/* What was tested goes into the seed, beside what wolfCrypt draws itself. */
static enum devca_code seed(WC_RNG *rng, struct devca_error *error)
{
    uint8_t nonce[HEALTH_NONCE];
    enum devca_code code = health_start(&health_system, nonce, error);

    if (code == DEVCA_OK && wc_InitRngNonce(rng, nonce, sizeof nonce) != 0)
        code = fail(error, DEVCA_E_RANDOM, NULL, NULL, NULL,
                    "the random generator cannot be seeded");
    wipe(nonce, sizeof nonce);
    return code;
}

static enum devca_code generator_new(struct generator **made,
                                     struct devca_error *error)
{
    struct generator *generator = calloc(1, sizeof *generator);
    enum devca_code code;

    if (!generator || !mark_process(generator)) {
        free(generator);
        return fail_memory(error);
    }
    code = seed(&generator->rng, error);
    if (code != DEVCA_OK) {
        generator_free(generator);
        return code;
    }
    if (pthread_setspecific(generators, generator) != 0) {
        generator_free(generator);
        return fail_memory(error);
    }
    *made = generator;
    return DEVCA_OK;
}

enum devca_code generator_get(WC_RNG **rng, struct devca_error *error)
{
    struct generator *generator;
    enum devca_code code = crypto_init(error);

    if (code != DEVCA_OK)
        return code;
    generator = pthread_getspecific(generators);
    if (generator && !is_of_this_process(generator)) {
        generator_free(generator);
        generator = NULL;
        (void)pthread_setspecific(generators, NULL);
    }
    if (!generator)
        code = generator_new(&generator, error);
    if (code == DEVCA_OK)
        *rng = &generator->rng;
    return code;
}

enum devca_code random_octets(uint8_t *octets, size_t len,
                              struct devca_error *error)
{
    WC_RNG *rng = NULL;
    enum devca_code code = generator_get(&rng, error);

    if (code != DEVCA_OK)
        return code;
    if (len > UINT32_MAX || wc_RNG_GenerateBlock(rng, octets, (word32)len) != 0)
        return fail(error, DEVCA_E_RANDOM, NULL, NULL, NULL,
                    "the random generator fails");
    return DEVCA_OK;
}

/* Each octet is given away once, and is not there any more afterwards. */
enum devca_code random_public(uint8_t *octets, size_t len,
                              struct devca_error *error)
{
    struct generator *generator;
    WC_RNG *rng = NULL;
    enum devca_code code = generator_get(&rng, error);

    if (code != DEVCA_OK)
        return code;
    generator = pthread_getspecific(generators);
    if (len > sizeof generator->drawn)
        return random_octets(octets, len, error);
    if (len > generator->left) {
        code = random_octets(generator->drawn, sizeof generator->drawn, error);
        if (code != DEVCA_OK)
            return code;
        generator->left = sizeof generator->drawn;
    }
    generator->left -= len;
    memcpy(octets, generator->drawn + generator->left, len);
    wipe(generator->drawn + generator->left, len);
    return DEVCA_OK;
}

/* ---- digests ---- */

/* Digests of memory cannot fail short of a fault of the library; a zero digest
 * is then what no certificate has. */
void digest_sha1(struct devid_slice message, uint8_t digest[20])
{
    if (message.len > UINT32_MAX ||
        wc_ShaHash(message.data, (word32)message.len, digest) != 0)
        memset(digest, 0, 20);
}

static void digest_whole(enum devid_curve curve, struct devid_slice message,
                         uint8_t *digest, size_t len)
{
    if (crypto_init(NULL) != DEVCA_OK ||
        devid_port_hash(curve, message, digest) != DEVID_OK)
        memset(digest, 0, len);
}

void digest_sha256(struct devid_slice message, uint8_t digest[32])
{
    digest_whole(DEVID_P256, message, digest, 32);
}

void digest_sha384(struct devid_slice message, uint8_t digest[48])
{
    digest_whole(DEVID_P384, message, digest, 48);
}

struct digest {
    enum devid_curve curve;
    bool failed;
    union {
        wc_Sha256 sha256;
        wc_Sha384 sha384;
    } state;
};

struct digest *digest_open(enum devid_curve curve)
{
    struct digest *digest = calloc(1, sizeof *digest);
    int failed;

    if (!digest || crypto_init(NULL) != DEVCA_OK) {
        free(digest);
        return NULL;
    }
    digest->curve = curve;
    failed = curve == DEVID_P256 ? wc_InitSha256(&digest->state.sha256)
                                 : wc_InitSha384(&digest->state.sha384);
    if (failed != 0) {
        free(digest);
        return NULL;
    }
    return digest;
}

#define DIGEST_PIECE ((size_t)1 << 30)

void digest_update(struct digest *digest, struct devid_slice octets)
{
    size_t part;
    int failed;

    while (octets.len > 0) {
        part = octets.len < DIGEST_PIECE ? octets.len : DIGEST_PIECE;
        failed = digest->curve == DEVID_P256
                     ? wc_Sha256Update(&digest->state.sha256, octets.data,
                                       (word32)part)
                     : wc_Sha384Update(&digest->state.sha384, octets.data,
                                       (word32)part);
        digest->failed = digest->failed || failed != 0;
        octets.data += part;
        octets.len -= part;
    }
}

void digest_close(struct digest *digest, uint8_t *hash)
{
    bool p256 = digest->curve == DEVID_P256;
    int failed = p256 ? wc_Sha256Final(&digest->state.sha256, hash)
                      : wc_Sha384Final(&digest->state.sha384, hash);

    if (failed != 0 || digest->failed)
        memset(hash, 0, p256 ? 32 : 48);
    if (p256)
        wc_Sha256Free(&digest->state.sha256);
    else
        wc_Sha384Free(&digest->state.sha384);
    free(digest);
}

/* ---- verification ---- */

struct devid_slice public_key_slice(const struct public_key *key)
{
    return (struct devid_slice){key->point, key->len};
}

enum devca_code public_key_read(struct public_key *key, enum devid_curve curve,
                                struct devid_slice point, const char *object,
                                struct devca_error *error)
{
    size_t len = curve == DEVID_P256 ? 65 : 97;

    if (point.len != len || point.data[0] != 0x04)
        return fail(error, DEVCA_E_KEY_POINT, object, "RFC 5480 2.2",
                    "subjectPublicKey", "is not an uncompressed point");
    if (devid_port_check_point(curve, point.data) != DEVID_OK)
        return fail(error, DEVCA_E_KEY_POINT, object, "RFC 5480 2.2",
                    "subjectPublicKey", "point is not on its curve");
    memset(key, 0, sizeof *key);
    key->curve = curve;
    key->len = len;
    memcpy(key->point, point.data, len);
    return DEVCA_OK;
}

enum devca_code public_key_verify(const struct public_key *key,
                                  const struct signed_octets *octets,
                                  struct devca_error *error)
{
    uint8_t hash[DEVID_MAX_HASH], raw[2 * DEVID_MAX_FIELD];

    if (crypto_init(NULL) == DEVCA_OK &&
        devid_port_hash(key->curve, octets->message, hash) == DEVID_OK &&
        devid_signature_read(octets->signature, key->curve, raw) == DEVID_OK &&
        devid_port_ecdsa_verify(key->curve, key->point, hash, raw) == DEVID_OK)
        return DEVCA_OK;
    return fail(error, DEVCA_E_POSSESSION, octets->object, "RFC 5280 4.1.1.3",
                "signature", "does not verify");
}
