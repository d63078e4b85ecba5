/* <devca/secret.h>: read once, handed out as often as it is needed. */
#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/key/secret.h"

#include <devca/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct devca_secret {
    size_t len;
    uint8_t octets[1025]; /* and a newline */
};

enum devca_code devca_secret_open(struct devca_secret **secret,
                                  const struct devca_secret_request *request,
                                  struct devca_error *error)
{
    struct secret_request from = {request->source, request->what,
                                  request->confirm, 0};
    struct devca_secret *new = secret_alloc(sizeof *new);
    struct bytes octets = {0};
    enum devca_code code;

    *secret = NULL;
    if (!new)
        return fail_memory(error);
    code = secret_read(&from, &octets, error);
    if (code == DEVCA_OK && octets.len >= sizeof new->octets)
        code = fail(error, DEVCA_E_SECRET, request->source, NULL, request->what,
                    "is too long");
    if (code == DEVCA_OK) {
        memcpy(new->octets, octets.data, octets.len);
        new->octets[octets.len] = '\n';
        new->len = octets.len + 1;
        *secret = new;
    } else {
        secret_free(new, sizeof *new);
    }
    bytes_clear(&octets);
    return code;
}

void devca_secret_close(struct devca_secret *secret)
{
    secret_free(secret, sizeof *secret);
}

/* The whole fits into a pipe that nobody has written to yet. */
enum devca_code devca_secret_offer(const struct devca_secret *secret, int *fd,
                                   struct devca_error *error)
{
    int ends[2];
    bool taken;

    *fd = -1;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail(error, DEVCA_E_SECRET, NULL, NULL, "pipe",
                    "cannot be made: %s", strerror(errno));
    taken =
        file_put(ends[1], (struct devid_slice){secret->octets, secret->len});
    (void)close(ends[1]);
    if (taken) {
        *fd = ends[0];
        return DEVCA_OK;
    }
    (void)close(ends[0]);
    return fail(error, DEVCA_E_SECRET, NULL, NULL, "pipe", "takes no secret");
}
