/* GnuTLS's verdict: that of a trust list with its default flags. */
#include "judges.h"

#include <gnutls/x509.h>

#include <stdio.h>
#include <time.h>

static time_t variant_time(time_t *to)
{
    if (to != NULL)
        *to = VARIANT_TIME_UNIX;
    return VARIANT_TIME_UNIX;
}

static void must(int code, const char *what)
{
    if (code < 0)
        die("GnuTLS", what);
}

static int parse(struct devid_slice der, gnutls_x509_crt_t *out)
{
    /* The library takes a pointer that it does not write through. */
    const gnutls_datum_t datum = {(unsigned char *)(uintptr_t)der.data,
                                  (unsigned)der.len};

    must(gnutls_x509_crt_init(out), "memory");
    return gnutls_x509_crt_import(*out, &datum, GNUTLS_X509_FMT_DER);
}

static char client[] = GNUTLS_KP_TLS_WWW_CLIENT;

static bool verify(const struct variant *variant, gnutls_x509_crt_t *list,
                   gnutls_x509_crt_t root, char *reason)
{
    gnutls_x509_trust_list_t trust;
    gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID,
                                     (unsigned char *)client, 0};
    unsigned asked = judge_of_client(variant) ? 1 : 0;
    unsigned status = 0;
    int code;

    must(gnutls_x509_trust_list_init(&trust, 0), "memory");
    must(gnutls_x509_trust_list_add_cas(trust, &root, 1, 0), "root");
    code = gnutls_x509_trust_list_verify_crt2(
        trust, list, (unsigned)variant->chain.count, &purpose, asked, 0,
        &status, NULL);
    if (code < 0) {
        (void)snprintf(reason, REASON_MAX, "%s", gnutls_strerror(code));
    } else {
        gnutls_datum_t text;

        must(gnutls_certificate_verification_status_print(
                 status, GNUTLS_CRT_X509, &text, 0),
             "memory");
        (void)snprintf(reason, REASON_MAX, "%s", (const char *)text.data);
        gnutls_free(text.data);
    }
    gnutls_x509_trust_list_deinit(trust, 0);
    return code >= 0 && status == 0;
}

static bool accepts(const struct variant *variant, char *reason)
{
    gnutls_x509_crt_t list[CHAIN_MAX];
    gnutls_x509_crt_t root;
    size_t made = 0;
    int code;

    gnutls_global_set_time_function(variant_time);
    code = parse(variant->root, &root);
    while (code >= 0 && made < variant->chain.count) {
        code = parse(variant->list[made], &list[made]);
        made++;
    }
    (void)snprintf(reason, REASON_MAX, "%s",
                   code < 0 ? gnutls_strerror(code) : "no certificate");
    if (code >= 0 && made != 0)
        code = verify(variant, list, root, reason) ? 0 : -1;
    else
        code = -1;
    while (made != 0)
        gnutls_x509_crt_deinit(list[--made]);
    gnutls_x509_crt_deinit(root);
    return code == 0;
}

static const char *version(void)
{
    return gnutls_check_version(NULL);
}

const struct judge gnutls_judge = {"GnuTLS", version, accepts};
