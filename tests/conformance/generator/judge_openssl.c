/* OpenSSL's verdict: that of `openssl verify -x509_strict`. */
#include "judges.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdio.h>

/* Like the command, it takes the first certificate in the octets. */
static X509 *parse(struct devid_slice der)
{
    const unsigned char *at = der.data;

    return d2i_X509(NULL, &at, (long)der.len);
}

struct parts {
    X509 *root;
    X509 *leaf;
    STACK_OF(X509) * others;
};

static bool parse_all(const struct variant *variant, struct parts *parts)
{
    parts->root = parse(variant->root);
    if (parts->root == NULL || parts->others == NULL ||
        variant->chain.count == 0)
        return false;
    parts->leaf = parse(variant->list[0]);
    for (size_t i = 1; i < variant->chain.count; i++) {
        X509 *one = parse(variant->list[i]);

        if (one == NULL)
            return false;
        if (!sk_X509_push(parts->others, one))
            die("OpenSSL", "memory");
    }
    return parts->leaf != NULL;
}

static bool verify(const struct parts *parts, bool of_client, char *reason)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool good;

    if (store == NULL || context == NULL ||
        !X509_STORE_add_cert(store, parts->root) ||
        !X509_STORE_CTX_init(context, store, parts->leaf, parts->others))
        die("OpenSSL", "cannot begin");
    X509_STORE_CTX_set_flags(context, X509_V_FLAG_X509_STRICT);
    X509_STORE_CTX_set_time(context, 0, VARIANT_TIME_UNIX);
    if (of_client &&
        !X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT))
        die("OpenSSL", "purpose");
    good = X509_verify_cert(context) == 1;
    (void)snprintf(
        reason, REASON_MAX, "%s",
        X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return good;
}

static bool accepts(const struct variant *variant, char *reason)
{
    struct parts parts = {NULL, NULL, sk_X509_new_null()};
    bool good = parse_all(variant, &parts);

    if (good)
        good = verify(&parts, judge_of_client(variant), reason);
    else
        (void)snprintf(reason, REASON_MAX, "cannot be parsed");
    X509_free(parts.root);
    X509_free(parts.leaf);
    sk_X509_pop_free(parts.others, X509_free);
    ERR_clear_error();
    return good;
}

static const char *version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

const struct judge openssl_judge = {"OpenSSL", version, accepts};
