#include "devca/key/health.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static bool is_repetition(struct health *health, uint8_t octet)
{
    health->run =
        health->run > 0 && octet == health->last ? health->run + 1 : 1;
    health->last = octet;
    return health->run >= HEALTH_REPETITIONS;
}

static bool is_out_of_proportion(struct health *health, uint8_t octet)
{
    if (health->at == 0) {
        health->first = octet;
        health->seen = 0;
    }
    health->at = (health->at + 1) % HEALTH_WINDOW;
    health->seen += octet == health->first;
    return health->seen >= HEALTH_PROPORTION;
}

const char *health_add(struct health *health, uint8_t octet)
{
    /* Both take every octet, whatever the other says of it. */
    bool repeats = is_repetition(health, octet);
    bool abounds = is_out_of_proportion(health, octet);

    if (repeats)
        return "repetition count";
    return abounds ? "adaptive proportion" : NULL;
}

static ssize_t read_system(void *context, uint8_t *octets, size_t len)
{
    (void)context;
    return getrandom(octets, len, 0);
}

const struct health_source health_system = {read_system, NULL};

static enum devca_code alarm_by(const char *test, struct devca_error *error)
{
    fail(error, DEVCA_E_RANDOM, "random source", "SP 800-90B 4.3", test,
         "the system's random numbers are not random");
    return fail_hint(error, DEVCA_E_RANDOM,
                     "no key and no serial number is made with them: run the "
                     "command again, and if it says so again do not use this "
                     "machine");
}

static enum devca_code draw(const struct health_source *source, uint8_t *octets,
                            size_t len, struct devca_error *error)
{
    size_t have = 0;
    ssize_t got;

    while (have < len) {
        got = source->read(source->context, octets + have, len - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fail(error, DEVCA_E_RANDOM, "random source", NULL, NULL,
                        "gives nothing: %s",
                        got < 0 ? strerror(errno) : "it is empty");
        have += (size_t)got;
    }
    return DEVCA_OK;
}

static const char *test(const uint8_t *octets, size_t len)
{
    struct health health = {0};
    const char *failed = NULL;
    size_t i;

    for (i = 0; i < len && !failed; i++)
        failed = health_add(&health, octets[i]);
    if (!failed && memcmp(octets, octets + len / 2, len / 2) == 0)
        failed = "the same twice";
    return failed;
}

enum devca_code health_start(const struct health_source *source,
                             uint8_t nonce[HEALTH_NONCE],
                             struct devca_error *error)
{
    uint8_t octets[2 * HEALTH_WINDOW];
    const char *failed;
    enum devca_code code;

    memset(nonce, 0, HEALTH_NONCE);
    /* Two draws: a source that starts anew each time is found out. */
    code = draw(source, octets, HEALTH_WINDOW, error);
    if (code == DEVCA_OK)
        code = draw(source, octets + HEALTH_WINDOW, HEALTH_WINDOW, error);
    if (code == DEVCA_OK) {
        failed = test(octets, sizeof octets);
        if (failed)
            code = alarm_by(failed, error);
        else
            digest_sha256((struct devid_slice){octets, sizeof octets}, nonce);
    }
    wipe(octets, sizeof octets);
    return code;
}
