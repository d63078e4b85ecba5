/* Is the system's random source alive? The start-up test of SP 800-90B, 4.3. */
#ifndef DEVCA_KEY_HEALTH_H
#define DEVCA_KEY_HEALTH_H

#include <devca/error.h>

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Both tests take octets as samples and claim H = 8 bits of min-entropy for
 * each, which is what the kernel promises of its generator, and alarm falsely
 * with probability a = 2^-40 at most for each sample or window.
 *
 * Repetition count (4.4.1): the same octet C times in a row,
 *   C = 1 + ceil(-log2(a) / H) = 1 + 40 / 8.
 *
 * Adaptive proportion (4.4.2): in a window of W = 512 the first octet C times,
 *   C = 1 + critbinom(W, 2^-H, 1 - a)
 * critbinom being the least k for which no more than k successes of W have a
 * probability of at least 1 - a: 18.
 *
 * They find a source that is stuck, nearly stuck, or that gives a few values
 * only; not one that counts, or whose seed somebody knows: nothing that looks
 * at octets can.
 */
#define HEALTH_REPETITIONS 6
#define HEALTH_WINDOW 512
#define HEALTH_PROPORTION 19

/* Zero-initialise. */
struct health {
    unsigned run; /* how often `last` came in a row */
    unsigned at;  /* in the window */
    unsigned seen;
    uint8_t last;
    uint8_t first; /* of the window */
};
/* One more octet; NULL, or the name of the test that it failed. */
const char *health_add(struct health *health, uint8_t octet);

/* read gives the number of octets that it put there, or -1 and errno. */
struct health_source {
    ssize_t (*read)(void *context, uint8_t *octets, size_t len);
    void *context;
};
/* getrandom(2). */
extern const struct health_source health_system;

/*
 * Draws two windows, 1,024 octets, and tests them; two windows that are alike
 * are an alarm too. nonce gets their SHA-256, for a generator that is seeded
 * next. DEVCA_E_RANDOM says which test failed, or why nothing could be read;
 * nonce is then zeros.
 */
#define HEALTH_NONCE 32
enum devca_code health_start(const struct health_source *source,
                             uint8_t nonce[HEALTH_NONCE],
                             struct devca_error *error);

#endif
