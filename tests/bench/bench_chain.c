/*
 * What a chain costs on the host beyond its signatures: chains of two
 * certificates verified per second, over half the bare verifications per
 * second, in turns within one run. Bare is wolfCrypt's, of a signature in DER
 * under a key that is imported each time (bench_wolfcrypt.c's fresh key), and
 * the port's, of r and s taken apart beforehand, which is less work.
 */
#include "firmware/measured_chain.h"
#include "wolfssl/settings.h"

#include "devid/x509/certificate.h"

#include <devid/port.h>
#include <devid/verify.h>

#include <wolfssl/wolfcrypt/ecc.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 40, CHAINS = 50, SIGNATURES = 2 };

#define SLICE(array)        \
    {                       \
        array, sizeof array \
    }

static const struct devid_slice certificates[] = {SLICE(device_der),
                                                  SLICE(ca_der)};
static const struct devid_chain chain = {certificates, 2};
static const struct devid_anchor anchor = {
    SLICE(root_subject), SLICE(root_point), SLICE(root_key_id), 0};
static const struct devid_anchors anchors = {&anchor, 1};
static const struct devid_policy policy = {
    .time = {DEVID_TIME_DATE(2027, 1, 1), 0}};

/* One signature, hashed and taken apart beforehand. */
struct bare {
    struct devid_slice tbs;
    struct devid_slice signature;
    uint8_t hash[32];
    uint8_t raw[64];
    const uint8_t *point;
};

static void need(enum devid_status status, const char *what)
{
    if (status != DEVID_OK) {
        fprintf(stderr, "bench_chain: %s: %d\n", what, (int)status);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void prepare(struct bare *bare, struct devid_slice der,
                    const uint8_t *point)
{
    struct devid_cert cert;

    need(devid_cert_read(der, &cert), "certificate");
    need(devid_signature_read(cert.signature, DEVID_P256, bare->raw),
         "signature");
    need(devid_port_hash(DEVID_P256, cert.tbs, bare->hash), "hash");
    bare->tbs = cert.tbs;
    bare->signature = cert.signature;
    bare->point = point;
}

static double time_chains(void)
{
    double start = now();

    for (int i = 0; i < CHAINS; i++) {
        struct devid_identity identity;

        need(devid_verify_chain(&chain, &anchors, &policy, &identity), "chain");
    }
    return now() - start;
}

static double time_bare(const struct bare *two)
{
    double start = now();

    for (int i = 0; i < CHAINS * SIGNATURES; i++) {
        const struct bare *at = &two[i % SIGNATURES];

        need(devid_port_ecdsa_verify(DEVID_P256, at->point, at->hash, at->raw),
             "bare verification");
    }
    return now() - start;
}

static void verify_wolfcrypt(const struct bare *at)
{
    ecc_key key;
    int valid = 0;

    if (wc_ecc_init(&key) != 0 ||
        wc_ecc_import_x963_ex(at->point, 65, &key, ECC_SECP256R1) != 0 ||
        wc_ecc_verify_hash(at->signature.data, (word32)at->signature.len,
                           at->hash, sizeof at->hash, &valid, &key) != 0 ||
        valid != 1) {
        fprintf(stderr, "bench_chain: wolfCrypt refuses the signature\n");
        exit(1);
    }
    wc_ecc_free(&key);
}

static double time_wolfcrypt(const struct bare *two)
{
    double start = now();

    for (int i = 0; i < CHAINS * SIGNATURES; i++)
        verify_wolfcrypt(&two[i % SIGNATURES]);
    return now() - start;
}

static double time_hashes(const struct bare *two)
{
    double start = now();

    for (int i = 0; i < CHAINS * SIGNATURES; i++) {
        uint8_t hash[32];

        need(devid_port_hash(DEVID_P256, two[i % SIGNATURES].tbs, hash),
             "hash");
    }
    return now() - start;
}

int main(void)
{
    struct devid_cert ca;
    struct bare two[SIGNATURES];
    double chains = 0;
    double bare = 0;
    double hashes = 0;
    double wolfcrypt = 0;

    need(devid_cert_read(certificates[1], &ca), "CA");
    prepare(&two[0], certificates[0], ca.public_key.data);
    prepare(&two[1], certificates[1], root_point);
    (void)time_chains(); /* caches warm, the core at its speed */
    for (int i = 0; i < ROUNDS; i++) {
        chains += time_chains();
        wolfcrypt += time_wolfcrypt(two);
        bare += time_bare(two);
        hashes += time_hashes(two);
    }
    printf("chains per second            %9.0f\n", ROUNDS * CHAINS / chains);
    printf("wolfCrypt's verify/s, by two %9.0f\n", ROUNDS * CHAINS / wolfcrypt);
    printf("the port's verify/s, by two  %9.0f\n", ROUNDS * CHAINS / bare);
    printf("chains over wolfCrypt's      %9.3f\n", wolfcrypt / chains);
    printf("chains over the port's       %9.3f\n", bare / chains);
    printf("with the hashing in both     %9.3f\n", (bare + hashes) / chains);
    return 0;
}
