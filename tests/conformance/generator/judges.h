/* The verdicts of others. */
#ifndef GENERATOR_JUDGES_H
#define GENERATOR_JUDGES_H

#include "variants.h"

enum { REASON_MAX = 128 };

struct judge {
    const char *name;
    /* The version at hand. */
    const char *(*version)(void);
    /* Does it accept the chain up to the variant's root, at the variant's
     * time? reason, REASON_MAX octets: why not, in its words. */
    bool (*accepts)(const struct variant *variant, char *reason);
};

/* Is clientAuth asked for, the one purpose that is? */
bool judge_of_client(const struct variant *variant);

extern const struct judge openssl_judge; /* with X509_V_FLAG_X509_STRICT */
extern const struct judge gnutls_judge;

#endif
