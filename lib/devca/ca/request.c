#include "devca/ca/request.h"

#include "devca/base/fail.h"
#include "devca/ca/input.h"

#include <string.h>

#define SPKI_MAX 128

void possessed_clear(struct possessed *possessed)
{
    bytes_clear(&possessed->der);
    memset(possessed, 0, sizeof *possessed);
}

enum devca_code request_prove(struct possessed *possessed, const char *object,
                              struct devca_error *error)
{
    const struct devid_request *view = &possessed->view;
    struct signed_octets octets = {view->info, view->signature, object};
    enum devca_code code;

    if (view->signature_curve != view->key_curve) {
        fail(error, DEVCA_E_ALGORITHM, object, "RFC 5758 3.2",
             "signatureAlgorithm", "the hash does not go with the key's curve");
        return fail_hint(error, DEVCA_E_ALGORITHM,
                         "P-256 goes with SHA-256, P-384 with SHA-384: openssl "
                         "req -sha384");
    }
    code = public_key_read(&possessed->key, (enum devid_curve)view->key_curve,
                           view->public_key, object, error);
    if (code != DEVCA_OK)
        return code;
    if (public_key_verify(&possessed->key, &octets, NULL) == DEVCA_OK)
        return DEVCA_OK;
    return fail(error, DEVCA_E_POSSESSION, object, "RFC 2986 4.2", "signature",
                "does not verify: the request was altered or its maker does "
                "not hold the key");
}

enum devca_code request_read(struct devid_slice octets, const char *object,
                             struct possessed *possessed,
                             struct devca_error *error)
{
    struct input input = {octets, object, INPUT_REQUEST};
    enum devca_code code = input_read(&input, &possessed->der, error);

    if (code != DEVCA_OK)
        return code;
    return input_request(bytes_slice(&possessed->der), object, &possessed->view,
                         error);
}

enum devca_code request_possess(struct devid_slice octets, const char *object,
                                struct possessed *possessed,
                                struct devca_error *error)
{
    enum devca_code code = request_read(octets, object, possessed, error);

    return code == DEVCA_OK ? request_prove(possessed, object, error) : code;
}

struct outer {
    struct devid_slice info;
    struct devid_slice signature;
    enum devid_curve curve;
};

static void write_info(struct devid_writer *w, const void *context)
{
    devid_request_info_write(w, context);
}

static void write_outer(struct devid_writer *w, const void *context)
{
    const struct outer *outer = context;

    devid_signed_write(w, outer->info, outer->curve, outer->signature);
}

enum devca_code request_make(const struct signer *signer,
                             struct devid_slice subject, struct bytes *der,
                             struct devca_error *error)
{
    const struct public_key *key = signer_public_key(signer);
    struct devid_request_info info = {0};
    struct signature signature;
    struct outer outer = {.curve = key->curve};
    struct bytes info_der = {0};
    uint8_t spki[SPKI_MAX];
    struct devid_writer w;
    enum devca_code code = DEVCA_OK;

    devid_writer_init(&w, spki, sizeof spki);
    devid_spki_write(&w, key->curve, public_key_slice(key));
    info.subject = subject;
    if (devid_writer_done(&w, &info.spki) != DEVID_OK ||
        !bytes_write(&info_der, write_info, &info))
        code = fail_memory(error);
    if (code == DEVCA_OK) {
        outer.info = bytes_slice(&info_der);
        code = signer_sign(signer, outer.info, &signature, error);
    }
    if (code == DEVCA_OK) {
        outer.signature = (struct devid_slice){signature.der, signature.len};
        if (!bytes_write(der, write_outer, &outer))
            code = fail_memory(error);
    }
    bytes_clear(&info_der);
    return code;
}
